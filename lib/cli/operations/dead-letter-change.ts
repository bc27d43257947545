import { Option } from '@commander-js/extra-typings';
import type { Envelope } from '../../contract/envelope.ts';
import { findConsumer } from '../../operations/access.ts';
import { readLetter } from '../../operations/dead-letters/change.ts';
import type { EditCheck } from '../../operations/dead-letters/check-edit.ts';
import { discardDeadLetter } from '../../operations/dead-letters/discard.ts';
import { editDeadLetter } from '../../operations/dead-letters/edit.ts';
import { foreignDraft } from '../../operations/dead-letters/foreign-draft.ts';
import type { ResolutionEvent } from '../../operations/dead-letters/resolution-events.ts';
import { resolveDeadLetter } from '../../operations/dead-letters/resolve.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { usageError } from '../failure.ts';
import { several } from '../option-values.ts';
import type { Paint } from '../terminal.ts';
import type { World } from '../world/world.ts';
import { change, confirm, given, inWorld, jsonInput, operate } from './operation.ts';

/** What `--event` takes. */
const EVENT_EXAMPLE = `'{"type":"PaymentCharged","subject":"o-1","data":{"orderId":"o-1"}}'`;

/** What the changes print; the message stays where it is, as it may be sensitive. */
function changedAnswer(
  { id, consumer, state, notes = [] }: DeadLetter,
  what: string,
  { sent, after }: { readonly sent?: string; readonly after?: string } = {},
): Answer {
  const note = notes.at(-1);
  return {
    text: (paint, next) =>
      [
        `${paint('green', '✓')} ${what} ${id} of ${consumer}; it is ${state}\n`,
        ...(sent === undefined ? [] : [`  its service publishes ${sent} within two minutes\n`]),
        ...(after === undefined ? [] : [`  next: ${next(after)}\n`]),
      ].join(''),
    data: { consumer, id, state, ...(note ? { note } : {}) },
  };
}

/** A whole envelope, or the one that is there with other data. */
async function messageOf(world: World, consumer: string, id: string, text: string, isData: boolean): Promise<Envelope> {
  const input = await jsonInput(isData ? '--data' : '--message', text);
  if (!isData) return input as Envelope;
  // The corrected message goes back into the journal; nothing of the old one is shown.
  const letter = await world.finish(readLetter(world.access, { consumer, id }));
  if (letter.message) return { ...letter.message, data: input };
  const { manifest } = await world.finish(findConsumer(world.access, consumer));
  const draft = manifest && foreignDraft(letter, manifest, input);
  throw usageError(
    'There is no message whose data could be replaced.',
    draft ? 'It is of another system, and no inbound could read it.' : 'What arrived could not be read.',
    draft
      ? `Give the whole envelope with --message; its id, its subject and its saga are for you to say, for example ${JSON.stringify(draft)}`
      : 'Give the whole envelope with --message.',
  );
}

/** What the operator has to know of a correction that nobody could check, or that was not to be checked. */
function checkLines({ problems, schema, why = '' }: EditCheck, paint: Paint): readonly string[] {
  const mark = paint('yellow', '!');
  const unknown = `its schema is not known here (${why}), so its data was not checked: only the redrive will tell`;
  return [...problems.map(({ rule }) => `${mark} accepted anyway: ${rule}\n`), ...(schema === 'unknown' ? [`${mark} ${unknown}\n`] : [])];
}

/** Adds `choreo dead-letter edit`. */
export function addEdit(group: Program, context: CommandContext): void {
  const command = group
    .command('edit')
    .description('correct the message of a dead letter; the original is kept, and nothing is sent')
    .argument('<consumer>', 'the consumer that has it')
    .argument('<id>', 'as choreo dead-letter list shows it')
    .option('--data <json>', 'the corrected data, as JSON or @<file>')
    .option('--message <json>', 'the whole corrected envelope, as JSON or @<file>')
    .option('--unchecked', 'accept it even if its consumer cannot read it as deployed now; recorded in the audit')
    .requiredOption('--reason <text>', 'why, for the audit')
    .option('-y, --yes', 'do not ask');
  inWorld(command);
  command.action(async (consumer, id, { data, message, unchecked = false, reason, yes }, self) => {
    const text = data ?? message;
    if (text === undefined || (data !== undefined && message !== undefined))
      throw usageError('Give either --data or --message.', 'An edit needs one corrected message.', 'For example --data @corrected.json.');
    await operate(context, self.optsWithGlobals(), 'dead-letter edit', async (world) => {
      const corrected = await messageOf(world, consumer, id, text, data !== undefined);
      await confirm(context, { yes }, `correct the message of ${id} of ${consumer}`);
      const request = { consumer, id, message: corrected, unchecked, reason };
      const { letter, check } = await change(world, editDeadLetter(world.access, request));
      const answer = changedAnswer(letter, 'corrected', { after: `choreo dead-letter redrive ${consumer} ${id}` });
      return { text: (paint, next) => [answer.text(paint, next), ...checkLines(check, paint)].join(''), data: { ...answer.data, check } };
    });
  });
}

/** Adds `choreo dead-letter discard`. */
export function addDiscard(group: Program, context: CommandContext): void {
  const command = group
    .command('discard')
    .description('close a dead letter without running it; no replay will run it either')
    .argument('<consumer>', 'the consumer that has it')
    .argument('<id>', 'as choreo dead-letter list shows it')
    .requiredOption('--reason <text>', 'why, for the audit')
    .option('-y, --yes', 'do not ask');
  inWorld(command);
  command.action(async (consumer, id, { reason, yes }, self) => {
    await operate(context, self.optsWithGlobals(), 'dead-letter discard', async (world) => {
      await confirm(context, { yes }, `discard ${id} of ${consumer} for good`);
      const letter = await change(world, discardDeadLetter(world.access, { consumer, id, reason }));
      return changedAnswer(letter, 'discarded');
    });
  });
}

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
