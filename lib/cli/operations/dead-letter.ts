import { groupDeadLetters } from '../../operations/dead-letters/groups.ts';
import { listDeadLetters } from '../../operations/dead-letters/list.ts';
import { showDeadLetter } from '../../operations/dead-letters/show.ts';
import type { CommandContext, Program } from '../command.ts';
import { usageError } from '../failure.ts';
import { whole } from '../option-values.ts';
import { addDiscard } from './dead-letter-discard.ts';
import { addEdit } from './dead-letter-edit.ts';
import { type FilterOptions, filterOf, withFilter } from './dead-letter-filter.ts';
import { addRedrive } from './dead-letter-redrive.ts';
import { addResolve } from './dead-letter-resolve.ts';
import { groupsText, lettersText, letterText } from './dead-letter-text.ts';
import { addGroup, given, inWorld, operate } from './operation.ts';

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
    const isPart = Object.keys(query.filter).length > 0;
    await operate(context, options, 'dead-letter list', async ({ access, finish }) => {
      if (each) {
        const page = await finish(listDeadLetters(access, { ...query, limit, ...given({ cursor }) }));
        return { text: (paint) => lettersText(page, isPart, paint), data: page, list: 'items' };
      }
      const groups = await finish(groupDeadLetters(access, query));
      return { text: (paint) => groupsText(groups, isPart, paint), data: groups, list: 'groups' };
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
