import { Option } from '@commander-js/extra-typings';
import type { ResolutionEvent } from '../../operations/dead-letters/resolution-events.ts';
import { resolveDeadLetter } from '../../operations/dead-letters/resolve.ts';
import type { CommandContext, Program } from '../command.ts';
import { usageError } from '../failure.ts';
import { several } from '../option-values.ts';
import { changedAnswer } from './dead-letter-changed.ts';
import { change, confirm, given, inWorld, jsonInput, operate } from './operation.ts';

/** What `--event` takes. */
const EVENT_EXAMPLE = `'{"type":"PaymentCharged","subject":"o-1","data":{"orderId":"o-1"}}'`;

/** Events that were typed, in their own form. @throws USAGE */
async function eventsOf(texts: readonly string[]): Promise<readonly ResolutionEvent[]> {
  const events: ResolutionEvent[] = [];
  for (const text of texts) {
    const input = await jsonInput('--event', text);
    const { type, data, subject } = (input ?? {}) as Partial<Record<keyof ResolutionEvent, unknown>>;
    if (typeof type !== 'string' || data === undefined || (subject !== undefined && typeof subject !== 'string'))
      throw usageError('--event is not an event.', 'It needs a type and data, and may have a subject.', `For example ${EVENT_EXAMPLE}.`);
    events.push({ type, data, ...given({ subject }) });
  }
  return events;
}

/** Adds `choreo dead-letter resolve`. */
export function addResolve(group: Program, context: CommandContext): void {
  const command = group
    .command('resolve')
    .description('close a dead letter whose outcome you have found out, e.g. from the bank after OUTCOME_UNKNOWN')
    .argument('<consumer>', 'the consumer that has it')
    .argument('<id>', 'as choreo dead-letter list shows it')
    .addOption(new Option('--as <outcome>', 'how it ended').choices(['done', 'failed', 'undone'] as const).makeOptionMandatory())
    .requiredOption('--reason <text>', 'how you know, for the audit')
    .option('--data <json>', 'with --as done: what the reaction would have returned, as JSON or @<file>')
    .addOption(
      new Option(
        '--event <json>',
        'an event that the reaction would have sent, as JSON or @<file>; may be repeated (default: none)',
      ).argParser(several),
    )
    .option('-y, --yes', 'do not ask');
  inWorld(command);
  command.action(async (consumer, id, { as, reason, data: text, event: typed, yes }, self) => {
    const data = text === undefined ? {} : { data: await jsonInput('--data', text) };
    const events = await eventsOf(typed ?? []);
    const types = events.map(({ type }) => type).join(', ');
    await operate(context, self.optsWithGlobals(), 'dead-letter resolve', async (world) => {
      await confirm(context, { yes }, `resolve ${id} of ${consumer} as ${as}, and send ${types || 'no event'}`);
      const letter = await change(world, resolveDeadLetter(world.access, { consumer, id, as, reason, ...data, events }));
      const after = letter.message && `choreo saga show ${letter.message.correlationid}`;
      return changedAnswer(letter, `resolved as ${as}:`, events.length === 0 ? {} : given({ sent: types, after }));
    });
  });
}
