import { pauseConsumer, type ResumeReport, resumeConsumer } from '../../operations/consumers.ts';
import { type ConsumerLag, readLag } from '../../operations/lag.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { notFoundError, usageError } from '../failure.ts';
import { whole } from '../option-values.ts';
import type { World } from '../world/world.ts';
import { lagText, resumeText } from './consumer-text.ts';
import { addGroup, change, confirm, inWorld, operate } from './operation.ts';

/** Of real time: a person looks on, however fast the clock of the world runs. */
const WATCH_SECONDS = 2;
const WATCH_SECONDS_MAX = 3_600;

async function lags({ access, finish }: World, name: string | undefined): Promise<readonly ConsumerLag[]> {
  const found = await finish(readLag(access, name));
  if (name === undefined || found.length > 0) return found;
  const names = (await finish(access.consumers())).map((consumer) => consumer.name).join(', ');
  throw notFoundError(`There is no consumer ${name}.`, `There are ${names || 'none'}.`, 'Take a name from choreo consumer list.');
}

async function lagAnswer(world: World, name: string | undefined): Promise<Answer> {
  const consumers = await lags(world, name);
  const now = world.access.clock.now();
  return {
    text: (paint, next) => lagText(consumers, now, paint, next),
    data: { at: new Date(now).toISOString(), consumers },
    list: 'consumers',
  };
}

/** Again and again, until Ctrl-C. */
async function watch(context: CommandContext, options: object, world: World, name: string | undefined, seconds: number): Promise<Answer> {
  if (world.still)
    throw usageError(
      'A saved run cannot be watched.',
      'Its clock stands still between two changes.',
      'Watch a served demo (choreo demo --serve), or leave --watch out.',
    );
  const { timeScale = 1 } = world;
  let ended = false;
  context.terminal.onInterrupt?.(() => {
    ended = true;
  });
  for (;;) {
    const answer = { ...(await lagAnswer(world, name)), oneOfMany: true };
    if (ended) return answer;
    context.answer(options, 'consumer list', answer);
    await world.finish(world.access.clock.sleep(seconds * 1000 * timeScale));
    if (ended) return answer;
  }
}

function addList(group: Program, context: CommandContext): void {
  const command = group
    .command('list')
    .description('show how far consumers are behind, and what is holding them up')
    .argument('[consumer]', 'show only this one, with its shards')
    .option('--watch [seconds]', `look again every so many seconds (default: ${WATCH_SECONDS}), until Ctrl-C`, whole(1, WATCH_SECONDS_MAX));
  inWorld(command);
  command.action(async (name, { watch: every }, self) => {
    const options = self.optsWithGlobals();
    await operate(context, options, 'consumer list', (world) =>
      every === undefined ? lagAnswer(world, name) : watch(context, options, world, name, every === true ? WATCH_SECONDS : every),
    );
  });
}

function addPause(group: Program, context: CommandContext): void {
  const command = group
    .command('pause')
    .description('stop a consumer from taking messages; redrives and replays still reach it')
    .argument('<consumer>', 'the consumer to pause')
    .requiredOption('--reason <text>', 'why, for those who find it paused')
    .option('-y, --yes', 'do not ask');
  inWorld(command);
  command.action(async (name, { reason, yes }, self) => {
    await operate(context, self.optsWithGlobals(), 'consumer pause', async (world) => {
      await confirm(context, { yes }, `pause ${name}`);
      const state = await change(world, pauseConsumer(world.access, name, reason));
      return {
        text: (paint, next) =>
          `${paint('green', '✓')} ${name} is paused: ${state.reason}\n  next: ${next(`choreo consumer resume ${name}`)}\n`,
        data: { consumer: name, ...state },
      };
    });
  });
}

function resumeAnswer(report: ResumeReport): Answer {
  return { text: (paint, next) => resumeText(report, paint, next), data: report };
}

function addResume(group: Program, context: CommandContext): void {
  const command = group
    .command('resume')
    .description('let a paused consumer run again, and say whether records were lost meanwhile')
    .argument('<consumer>', 'the consumer to resume')
    .option('--reason <text>', 'why, for the audit')
    .option('-y, --yes', 'do not ask');
  inWorld(command);
  command.action(async (name, { reason, yes }, self) => {
    await operate(context, self.optsWithGlobals(), 'consumer resume', async (world) => {
      await confirm(context, { yes }, `let ${name} take messages again`);
      const report = await change(world, resumeConsumer(world.access, name, reason));
      return resumeAnswer(report);
    });
  });
}

/** Adds `choreo consumer …`. */
export function addConsumer(program: Program, context: CommandContext): void {
  const group = addGroup(program, 'consumer', 'show how far consumers are behind; pause and resume them');
  addList(group, context);
  addPause(group, context);
  addResume(group, context);
}
