import { discardDeadLetter } from '../../operations/dead-letters/discard.ts';
import type { CommandContext, Program } from '../command.ts';
import { changedAnswer } from './dead-letter-changed.ts';
import { change, confirm, inWorld, operate } from './operation.ts';

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
