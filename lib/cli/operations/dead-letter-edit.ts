import type { Envelope } from '../../contract/envelope.ts';
import { findConsumer } from '../../operations/access.ts';
import { readLetter } from '../../operations/dead-letters/change.ts';
import type { EditCheck } from '../../operations/dead-letters/check-edit.ts';
import { editDeadLetter } from '../../operations/dead-letters/edit.ts';
import { foreignDraft } from '../../operations/dead-letters/foreign-draft.ts';
import type { CommandContext, Program } from '../command.ts';
import { usageError } from '../failure.ts';
import type { Paint } from '../terminal.ts';
import type { World } from '../world/world.ts';
import { changedAnswer } from './dead-letter-changed.ts';
import { change, confirm, inWorld, jsonInput, operate } from './operation.ts';

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
