import { planRedrive, type RedriveRequest, redriveDeadLetters } from '../../operations/dead-letters/redrive.ts';
import type { CommandContext, Program } from '../command.ts';
import { rate, whole } from '../option-values.ts';
import { counted } from '../text-layout.ts';
import { type FilterOptions, filterOf, withFilter } from './dead-letter-filter.ts';
import { redriveText } from './dead-letter-text.ts';
import { type ChangeOptions, change, confirm, given, inWorld, operate } from './operation.ts';

/** The most that `--limit` takes. */
const LIMIT_MAX = 10_000;

interface RedriveOptions extends FilterOptions, ChangeOptions {
  readonly limit?: number;
  readonly rate?: number;
  readonly again?: true;
  readonly quarantined?: true;
  readonly reason?: string;
  readonly dryRun?: true;
}

function requestOf(consumer: string, ids: readonly string[], options: RedriveOptions): RedriveRequest {
  const { limit, rate: ratePerSecond, again, quarantined, reason } = options;
  const selected = ids.length > 0 ? { ids } : { filter: filterOf(options) };
  return { consumer, ...selected, ...given({ limit, ratePerSecond, again, quarantined, reason }) };
}

/** Adds `choreo dead-letter redrive`. */
export function addRedrive(group: Program, context: CommandContext): void {
  const command = group
    .command('redrive')
    .description('run dead letters of one consumer again, for the reactions that failed; safe to run twice')
    .argument('<consumer>', 'the consumer that has them')
    .argument('[ids...]', 'only these (default: all that match the filter)')
    .option('--limit <number>', 'how many at most, the oldest first', whole(1, LIMIT_MAX))
    .option('--rate <number>', 'how many a second (default: 10)', rate)
    .option('--again', 'include those that were sent and have not ended')
    .option('--quarantined', 'include quarantined ones; give their ids')
    .option('--reason <text>', 'why, for the audit')
    .option('--dry-run', 'only say what would be done')
    .option('-y, --yes', 'do not ask');
  withFilter(command);
  inWorld(command);
  command.action(async (consumer, ids, _, self) => {
    const options = self.optsWithGlobals() as RedriveOptions;
    const request = requestOf(consumer, ids, options);
    await operate(context, options, 'dead-letter redrive', async (world) => {
      const plan = await world.finish(planRedrive(world.access, request));
      if (options.dryRun) return { text: (paint) => redriveText(plan, true, paint), data: { dryRun: true, ...plan } };
      const count = plan.sent + plan.resent + plan.published + plan.quarantined;
      if (count > 0) await confirm(context, options, `redrive ${counted(count, 'dead letter')} of ${consumer}`);
      context.terminal.onInterrupt?.(() => context.terminal.err('\nStopped. Nothing is lost: run the same command again for the rest.\n'));
      const report = await change(world, redriveDeadLetters(world.access, request));
      return { text: (paint) => redriveText(report, false, paint), data: { dryRun: false, ...report } };
    });
  });
}
