import { listReplays, pauseReplay, resumeReplay, showReplay, startReplay, stopReplay } from '../../operations/replay/manage.ts';
import { planReplay } from '../../operations/replay/plan.ts';
import type { ReplayReport } from '../../operations/replay/report.ts';
import { runReplay } from '../../operations/replay/run.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { whole } from '../option-values.ts';
import { counted } from '../text-layout.ts';
import type { World } from '../world/world.ts';
import { addGroup, change, confirm, given, inWorld, operate } from './operation.ts';
import { type StartOptions, specOf, withStartOptions } from './replay-options.ts';
import { planText, progressText, replaysText, replayText } from './replay-text.ts';

const LIMIT = 20;
const LIMIT_MAX = 1_000;

function reportAnswer(report: ReplayReport): Answer {
  return { text: (paint) => replayText(report, paint), data: report };
}

/** Runs it here; Ctrl-C leaves it where it is, and says how to go on. */
async function carryOut({ terminal }: CommandContext, { access, finish }: World, id: string): Promise<ReplayReport> {
  terminal.onInterrupt?.(() =>
    terminal.err(`\nStopped. Nothing is lost: choreo replay resume ${id} goes on, choreo replay stop ${id} ends it for good.\n`),
  );
  const onProgress = (report: ReplayReport) => {
    if (report.state === 'running') terminal.err(`${progressText(report)}\n`);
  };
  return finish(runReplay(access, id, { onProgress }));
}

function addStart(group: Program, context: CommandContext): void {
  const command = group
    .command('start')
    .description('send past messages to one consumer, through its own replay queue; all other consumers see nothing')
    .argument('<consumer>', 'to whom');
  withStartOptions(command);
  inWorld(command);
  command.action(async (consumer, _, self) => {
    const options = self.optsWithGlobals() as StartOptions;
    const spec = specOf(consumer, options);
    await operate(context, options, 'replay start', async (world) => {
      const { access, finish } = world;
      if (options.dryRun || !options.yes) {
        const plan = await finish(planReplay(access, spec));
        if (options.dryRun) return { text: (paint) => planText(plan, paint), data: { dryRun: true, ...plan } };
        const into = plan.generation === undefined ? '' : `, into its generation ${plan.generation}`;
        await confirm(context, options, `send ${counted(plan.messages, 'message')} to ${consumer}${into}`);
      }
      const { id } = await finish(startReplay(access, spec));
      const report = await carryOut(context, world, id);
      await world.changed();
      return reportAnswer(report);
    });
  });
}

function addList(group: Program, context: CommandContext): void {
  const command = group
    .command('list')
    .description('list replays, newest first')
    .option('--limit <number>', 'so many at most', whole(1, LIMIT_MAX), LIMIT)
    .option('--cursor <text>', 'go on where a list ended');
  inWorld(command);
  command.action(async ({ limit, cursor }, self) => {
    await operate(context, self.optsWithGlobals(), 'replay list', async ({ access, finish }) => {
      const page = await finish(listReplays(access, { limit, ...given({ cursor }) }));
      return { text: (paint) => replaysText(page, paint), data: page };
    });
  });
}

function addShow(group: Program, context: CommandContext): void {
  const command = group
    .command('show')
    .description('show how far a replay is, how fast, and how long still')
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
    .description('let a replay stop at its next checkpoint; resume goes on there')
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
    .description('go on with a replay that was paused or interrupted, and run it here')
    .argument('<id>', 'as choreo replay list shows it')
    .option('--reason <text>', 'why, for the audit');
  inWorld(command);
  command.action(async (id, { reason }, self) => {
    await operate(context, self.optsWithGlobals(), 'replay resume', async (world) => {
      await world.finish(resumeReplay(world.access, id, reason));
      const report = await carryOut(context, world, id);
      await world.changed();
      return reportAnswer(report);
    });
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
