import { compareGenerations } from '../../operations/generations/compare.ts';
import { discardGeneration } from '../../operations/generations/discard.ts';
import { listGenerations } from '../../operations/generations/list.ts';
import { switchGeneration } from '../../operations/generations/switch.ts';
import type { ReplayReport } from '../../operations/replay/report.ts';
import type { CommandContext, Program } from '../command.ts';
import { whole } from '../option-values.ts';
import { compareText, discardText, generationsText, switchText } from './generation-text.ts';
import { addGroup, change, confirm, given, inWorld, operate } from './operation.ts';
import { progressText } from './replay-text.ts';

const NUMBER_MAX = 1_000_000_000;

function addList(group: Program, context: CommandContext): void {
  const command = group
    .command('list')
    .description('list the generations of a read model: the current one, old ones, and one that is being filled')
    .argument('<consumer>', 'the consumer that has it');
  inWorld(command);
  command.action(async (consumer, _, self) => {
    await operate(context, self.optsWithGlobals(), 'generation list', async ({ access, finish }) => {
      const report = await finish(listGenerations(access, consumer));
      return { text: (paint, next) => generationsText(report, paint, next), data: report };
    });
  });
}

function addCompare(group: Program, context: CommandContext): void {
  const command = group
    .command('compare')
    .description('compare the new generation with the current one, or the current one with the one before it')
    .argument('<consumer>', 'the consumer that has it');
  inWorld(command);
  command.action(async (consumer, _, self) => {
    await operate(context, self.optsWithGlobals(), 'generation compare', async ({ access, finish }) => {
      const comparison = await finish(compareGenerations(access, consumer));
      return { text: (paint) => compareText(comparison, paint), data: comparison };
    });
  });
}

function addSwitch(group: Program, context: CommandContext): void {
  const command = group
    .command('switch')
    .description('make the generation that a replay has filled the current one; the old one is kept')
    .argument('<consumer>', 'the consumer that has it')
    .option('--reason <text>', 'why, for the audit')
    .option('-y, --yes', 'do not ask');
  inWorld(command);
  command.action(async (consumer, { reason, yes }, self) => {
    await operate(context, self.optsWithGlobals(), 'generation switch', async (world) => {
      const { building } = await world.finish(listGenerations(world.access, consumer));
      const into = building ? `generation ${building.number}` : 'another generation';
      await confirm(context, { yes }, `switch ${consumer} to ${into}; its live messages wait for some seconds`);
      const onProgress = (report: ReplayReport) => {
        if (report.state === 'running') context.terminal.err(`${progressText(report)}\n`);
      };
      const report = await change(world, switchGeneration(world.access, consumer, { onProgress, ...given({ reason }) }));
      return { text: (paint, next) => switchText(report, paint, next), data: report };
    });
  });
}

function addDiscard(group: Program, context: CommandContext): void {
  const command = group
    .command('discard')
    .description('delete a generation for good: an old one, or a new one that is not wanted')
    .argument('<consumer>', 'the consumer that has it')
    .argument('<number>', 'as choreo generation list shows it', whole(1, NUMBER_MAX))
    .option('--reason <text>', 'why, for the audit')
    .option('-y, --yes', 'do not ask');
  inWorld(command);
  command.action(async (consumer, number, { reason, yes }, self) => {
    await operate(context, self.optsWithGlobals(), 'generation discard', async (world) => {
      await confirm(context, { yes }, `delete generation ${number} of ${consumer} for good`);
      const report = await change(world, discardGeneration(world.access, consumer, number, reason));
      return { text: (paint) => discardText(report, paint), data: report };
    });
  });
}

/** Adds `choreo generation …`. */
export function addGeneration(program: Program, context: CommandContext): void {
  const group = addGroup(program, 'generation', 'inspect a rebuilt read model, and switch to it');
  addList(group, context);
  addCompare(group, context);
  addSwitch(group, context);
  addDiscard(group, context);
}
