import { Option } from '@commander-js/extra-typings';
import { BATCH_MAX } from '../../topology/plan/estimate.ts';
import type { CommandContext, Program } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { duration, rate, whole } from '../option-values.ts';
import { type CheckCommandOptions, checkAll, checkText } from './check.ts';
import { drawGraph, type GraphCommandOptions, graphFormats } from './graph.ts';
import { type ImportModule, importModule } from './load-choreography.ts';
import { entityCounts, type PlanCommandOptions, planAll, planData } from './plan.ts';
import { planText } from './plan-text.ts';

/** Sagas a month that can be asked for: about a million a second. */
const SAGAS_A_MONTH_MAX = 2_628_000_000_000;

const choreography = ['--choreography <file>', 'the module whose default export is the choreography', 'functions/choreography.ts'] as const;

function addCheck(program: Program, { answer }: CommandContext, load: ImportModule): void {
  program
    .command('check')
    .description('check the whole before a deploy: cycles, orphans, steps that nothing undoes, and the gate of the schemas; ends with 3')
    .option(...choreography)
    .option('--directory <path>', 'where <Message>/<version>.json are', 'schemas')
    .option('--contracts <path>', 'where <service>/contract.json are', 'functions')
    .option('--against <commit>', 'a branch, tag or commit whose schemas count as published, too')
    .option('--strict', 'warnings count, too')
    .action(async (_, command) => {
      const options = command.optsWithGlobals() as unknown as CheckCommandOptions;
      const result = await checkAll(options, load);
      const exit = result.ok ? exitCodes.done : exitCodes.problems;
      answer(options, 'check', { text: (paint) => checkText(result, paint), data: result, exit });
    });
}

function addGraph(program: Program, { answer }: CommandContext, load: ImportModule): void {
  program
    .command('graph')
    .description('draw the choreography: a flowchart of all, or a sequence for each way through it; --json gives the graph itself')
    .option(...choreography)
    .addOption(new Option('--format <format>', 'what to draw, as Mermaid').choices(graphFormats).default('mermaid' as const))
    .option('--failure <event>', 'of the sequences, only the one with this failure')
    .option('--out <file>', 'write there instead')
    .action(async (_, command) => {
      const options = command.optsWithGlobals() as unknown as GraphCommandOptions;
      const { graph, sequences, text } = await drawGraph(options, load);
      const said = options.out === undefined ? text : `wrote ${options.out}\n`;
      answer(options, 'graph', { text: () => said, data: { graph, sequences } });
    });
}

function addPlan(program: Program, { answer }: CommandContext, load: ImportModule): void {
  program
    .command('plan')
    .description('estimate what each saga takes and costs, in every way it can go, and what one more event would')
    .option(...choreography)
    .option('--event-kb <number>', 'size of an event with its envelope, in KB', rate, 1)
    .option('--batch <count>', 'messages that come in one batch', whole(1, BATCH_MAX), 1)
    .option(
      '--entities <count>',
      'entities that a reaction reads and writes, 1 if nothing is said; <reaction>=<count> for one',
      entityCounts,
    )
    .option('--deadline <time>', 'how far away the deadlines are, e.g. 15m, to say when they have ended a saga at most', duration)
    .option('--sagas-per-month <count>', 'say what a month costs, too', whole(0, SAGAS_A_MONTH_MAX))
    .option('--failure <event>', 'show the messages of the way with this failure')
    .action(async (_, command) => {
      const options = command.optsWithGlobals() as unknown as PlanCommandOptions;
      const result = await planAll(options, load);
      answer(options, 'plan', { text: (paint) => planText(result, paint), data: planData(result) });
    });
}

/** `choreo check`, `choreo graph` and `choreo plan`. `load`: how the team's file is loaded. */
export function addTopology(program: Program, context: CommandContext, load: ImportModule = importModule): void {
  addCheck(program, context, load);
  addGraph(program, context, load);
  addPlan(program, context, load);
}
