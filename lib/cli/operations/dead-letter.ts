import { groupDeadLetters } from '../../operations/dead-letters/groups.ts';
import { listDeadLetters } from '../../operations/dead-letters/list.ts';
import { planRedrive, type RedriveRequest, redriveDeadLetters } from '../../operations/dead-letters/redrive.ts';
import { showDeadLetter } from '../../operations/dead-letters/show.ts';
import type { CommandContext, Program } from '../command.ts';
import { usageError } from '../failure.ts';
import { rate, whole } from '../option-values.ts';
import { counted } from '../text-layout.ts';
import { addDiscard, addEdit, addResolve } from './dead-letter-change.ts';
import { type FilterOptions, filterOf, withFilter } from './dead-letter-filter.ts';
import { groupsText, lettersText, letterText, redriveText } from './dead-letter-text.ts';
import { addGroup, type ChangeOptions, change, confirm, given, inWorld, operate } from './operation.ts';

/** Letters of one page. */
const LIMIT = 20;
const LIMIT_MAX = 10_000;

interface ListOptions extends FilterOptions {
  readonly each?: true;
  readonly limit: number;
  readonly cursor?: string;
}

function addList(group: Program, context: CommandContext): void {
  const command = group
    .command('list')
    .description('list the different problems; --each lists the dead letters one by one')
    .argument('[consumer]', 'show only those of this one (default: all)')
    .option('--each', 'list one by one, newest first')
    .option('--limit <number>', 'with --each: how many at most', whole(1, LIMIT_MAX), LIMIT)
    .option('--cursor <text>', 'with --each: continue where the last list ended');
  withFilter(command);
  inWorld(command);
  command.action(async (consumer, _, self) => {
    const options = self.optsWithGlobals() as ListOptions;
    const { each, limit, cursor } = options;
    const query = { filter: filterOf(options), ...given({ consumer }) };
    await operate(context, options, 'dead-letter list', async ({ access, finish }) => {
      if (each) {
        const page = await finish(listDeadLetters(access, { ...query, limit, ...given({ cursor }) }));
        return { text: (paint) => lettersText(page, paint), data: page };
      }
      const groups = await finish(groupDeadLetters(access, query));
      return { text: (paint) => groupsText(groups, paint), data: groups };
    });
  });
}

function addShow(group: Program, context: CommandContext): void {
  const command = group
    .command('show')
    .description('show one dead letter: the message, the error, and what the journal says')
    .argument('<consumer>', 'the consumer that has it')
    .argument('<id>', 'as choreo dead-letter list shows it')
    .option('--reveal', 'include the data of the message; the audit records who has seen it')
    .option('--reason <text>', 'why you need to see it');
  inWorld(command);
  command.action(async (consumer, id, { reveal, reason }, self) => {
    if (reveal && reason === undefined)
      throw usageError(
        '--reveal needs a --reason.',
        'The data may be sensitive; the audit records why it was seen.',
        'Add --reason <text>.',
      );
    const because = reveal && reason !== undefined ? { revealBecause: reason } : {};
    await operate(context, self.optsWithGlobals(), 'dead-letter show', async (world) => {
      const shown = await world.finish(showDeadLetter(world.access, { consumer, id }, because));
      if (reveal) await world.changed();
      return { text: (paint) => letterText(shown, paint), data: shown };
    });
  });
}

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

function addRedrive(group: Program, context: CommandContext): void {
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

/** Adds `choreo dead-letter …`. */
export function addDeadLetter(program: Program, context: CommandContext): void {
  const group = addGroup(program, 'dead-letter', 'inspect messages that a consumer gave up on, and run them again');
  addList(group, context);
  addShow(group, context);
  addRedrive(group, context);
  addEdit(group, context);
  addDiscard(group, context);
  addResolve(group, context);
}
