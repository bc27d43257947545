import { listReplays, pauseReplay, resumeReplay, showReplay, startReplay, stopReplay } from '../../operations/replay/manage.ts';
import { planReplay } from '../../operations/replay/plan.ts';
import type { ReplayReport } from '../../operations/replay/report.ts';
import { runReplay } from '../../operations/replay/run.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { whole } from '../option-values.ts';
import { counted } from '../text-layout.ts';
import { type NextCommand, nextInWorld } from '../world/next-command.ts';
import type { World, WorldOptions } from '../world/world.ts';
import { addGroup, change, confirm, given, inWorld, operate } from './operation.ts';
import { placeOption, type StartOptions, specOf, withStartOptions } from './replay-options.ts';
import { planText, progressText, replaysText, replayText } from './replay-text.ts';

const LIMIT = 20;
const LIMIT_MAX = 1_000;

function reportAnswer(report: ReplayReport): Answer {
  return { text: (paint, next) => replayText(report, paint, next), data: report };
}

/** Runs it here; Ctrl-C leaves it where it is, and says how to go on. */
async function carryOut({ terminal }: CommandContext, { access, finish }: World, id: string, next: NextCommand): Promise<ReplayReport> {
  const [resume, stop] = ['resume', 'stop'].map((verb) => next(`choreo replay ${verb} ${id}`));
  terminal.onInterrupt?.(() => terminal.err(`\nStopped. Nothing is lost: ${resume} continues it, ${stop} ends it for good.\n`));
  const onProgress = (report: ReplayReport) => {
    if (report.state === 'running') terminal.err(`${progressText(report)}\n`);
  };
  return finish(runReplay(access, id, { onProgress }));
}

/** Leaves it to the operator function, and asks that to look now: where it cannot be reached, its next tick does. */
async function leaveToPlatform({ access, finish, changed }: World, report: ReplayReport): Promise<Answer> {
  const { woken, reason } = (await finish(access.platform?.wake() ?? Promise.resolve(undefined))) ?? { woken: false };
  await changed();
  const because = reason === undefined ? '' : ` (${reason})`;
  const said = woken
    ? 'The operator function was asked to start it now.'
    : `The operator function could not be asked to start it now${because}; it takes the replay at its next tick, within a minute.`;
  const show = `choreo replay show ${report.id}`;
  return {
    text: (paint, next) => `${replayText(report, paint, next)}\n${said}\n  next: ${next(show)}\n`,
    data: { ...report, woken },
  };
}

/** Runs what is to be run here, or leaves it to the platform. */
async function carryOn(context: CommandContext, options: WorldOptions, world: World, started: ReplayReport): Promise<Answer> {
  if (started.on === 'platform' && started.state === 'running') return leaveToPlatform(world, started);
  const report = await carryOut(context, world, started.id, nextInWorld(options));
  await world.changed();
  return reportAnswer(report);
}

function addStart(group: Program, context: CommandContext): void {
  const command = group
    .command('start')
    .description('send past messages to one consumer, through its own replay queue; other consumers do not see them')
    .argument('<consumer>', 'the consumer that receives them');
  withStartOptions(command);
  inWorld(command);
  command.action(async (consumer, _, self) => {
    const options = self.optsWithGlobals() as StartOptions & WorldOptions;
    const spec = specOf(consumer, options);
    await operate(context, options, 'replay start', async (world) => {
      const { access, finish } = world;
      if (options.dryRun || !options.yes) {
        const plan = await finish(planReplay(access, spec));
        if (options.dryRun) return { text: (paint) => planText(plan, paint), data: { dryRun: true, ...plan } };
        const into = plan.generation === undefined ? '' : `, into its generation ${plan.generation}`;
        const where = options.on === 'platform' ? ', on the platform' : '';
        await confirm(context, options, `send ${counted(plan.messages, 'message')} to ${consumer}${into}${where}`);
      }
      return carryOn(context, options, world, await finish(startReplay(access, spec, options.on)));
    });
  });
}

function addList(group: Program, context: CommandContext): void {
  const command = group
    .command('list')
    .description('list replays, newest first')
    .option('--limit <number>', 'how many at most', whole(1, LIMIT_MAX), LIMIT)
    .option('--cursor <text>', 'continue where the last list ended');
  inWorld(command);
  command.action(async ({ limit, cursor }, self) => {
    await operate(context, self.optsWithGlobals(), 'replay list', async ({ access, finish }) => {
      const page = await finish(listReplays(access, { limit, ...given({ cursor }) }));
      return { text: (paint) => replaysText(page, paint), data: page, list: 'items' };
    });
  });
}

function addShow(group: Program, context: CommandContext): void {
  const command = group
    .command('show')
    .description('show how far a replay is, how fast it runs, and how long it still takes')
    .argument('<id>', 'as choreo replay list shows it');
  inWorld(command);
  command.action(async (id, _, self) => {
    await operate(context, self.optsWithGlobals(), 'replay show', async ({ access, finish }) =>
      reportAnswer(await finish(showReplay(access, id))),
    );
  });
}

function addPause(group: Program, context: CommandContext): void {
  const command = group
    .command('pause')
    .description('pause a replay at its next checkpoint; resume continues from there')
    .argument('<id>', 'as choreo replay list shows it')
    .option('--reason <text>', 'why, for the audit');
  inWorld(command);
  command.action(async (id, { reason }, self) => {
    await operate(context, self.optsWithGlobals(), 'replay pause', async (world) => {
      const report = await change(world, pauseReplay(world.access, id, reason));
      return reportAnswer(report);
    });
  });
}

function addResume(group: Program, context: CommandContext): void {
  const command = group
    .command('resume')
    .description('continue a replay that was paused or interrupted, where it ran before or elsewhere')
    .argument('<id>', 'as choreo replay list shows it')
    .addOption(placeOption('where it was'))
    .option('--reason <text>', 'why, for the audit');
  inWorld(command);
  command.action(async (id, { reason, on }, self) => {
    const options = self.optsWithGlobals() as WorldOptions;
    await operate(context, options, 'replay resume', async (world) =>
      carryOn(context, options, world, await world.finish(resumeReplay(world.access, id, reason, on))),
    );
  });
}

function addStop(group: Program, context: CommandContext): void {
  const command = group
    .command('stop')
    .description('end a replay for good; what is in the replay queue is still delivered')
    .argument('<id>', 'as choreo replay list shows it')
    .option('--reason <text>', 'why, for the audit')
    .option('-y, --yes', 'do not ask');
  inWorld(command);
  command.action(async (id, { reason, yes }, self) => {
    await operate(context, self.optsWithGlobals(), 'replay stop', async (world) => {
      await confirm(context, { yes }, `end the replay ${id} for good`);
      const report = await change(world, stopReplay(world.access, id, reason));
      return reportAnswer(report);
    });
  });
}

/** Adds `choreo replay …`. */
export function addReplay(program: Program, context: CommandContext): void {
  const group = addGroup(program, 'replay', 'send past messages to one consumer again, at a set rate');
  addStart(group, context);
  addList(group, context);
  addShow(group, context);
  addPause(group, context);
  addResume(group, context);
  addStop(group, context);
}
