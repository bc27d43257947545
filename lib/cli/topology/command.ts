import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { BATCH_MAX } from '../../topology/plan/estimate.ts';
import type { CommandContext, Program } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { duration, rate, whole } from '../option-values.ts';
import { type CheckCommandOptions, checkAll, checkText } from './check.ts';
import { type ReadDeployed, readDeployed, type TopologySources } from './deployed.ts';
import { drawGraph, type GraphCommandOptions, graphFormats } from './graph.ts';
import { type ImportModule, importModule } from './load-choreography.ts';
import { entityCounts, type PlanCommandOptions, planAll, planData } from './plan.ts';
import { planText } from './plan-text.ts';

/** Sagas a month that can be asked for: about a million a second. */
const SAGAS_A_MONTH_MAX = 2_628_000_000_000;

const deployed = ['--deployed <backbone>', 'include the other services that are deployed on that backbone'] as const;
const endpointUrl = ['--endpoint-url <url>', 'with --deployed: where AWS is, for an emulator (default: AWS_ENDPOINT_URL)'] as const;
/** Which file has the choreography, of every command that loads one. */
export const choreography = [
  '--choreography <file>',
  'the module whose default export is the choreography',
  'functions/choreography.ts',
] as const;

function addCheck(program: Program, { answer }: CommandContext, sources: TopologySources): void {
  program
    .command('check')
    .description(
      'check the choreography and its schemas before a deploy: cycles, orphans, steps that nothing undoes, breaking changes; exits with 3 if it finds errors',
    )
    .option(...choreography)
    .option('--directory <path>', 'where <Message>/<version>.json are', 'schemas')
    .option('--contracts <path>', 'where <service>/contract.json are', 'functions')
    .option('--against <commit>', 'a branch, tag or commit whose schemas also count as published')
    .option('--deployed <backbone>', 'compare with what is deployed on that backbone, and include its other services')
    .option(...endpointUrl)
    .option('--strict', 'treat warnings as errors')
    .action(async (_, command) => {
      const options = command.optsWithGlobals() as unknown as CheckCommandOptions;
      const result = await checkAll(options, sources);
      const exit = result.ok ? exitCodes.done : exitCodes.problems;
      answer(options, 'check', { text: (paint) => checkText(result, paint), data: result, exit });
    });
}

function documentVersion(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It is a text such as 1.4.0.');
}

function addGraph(program: Program, { answer, outputOf }: CommandContext, sources: TopologySources): void {
  program
    .command('graph')
    .description(
      'draw the choreography in Mermaid, as a flowchart or as a sequence for each way through it, or write it as AsyncAPI or JSON',
    )
    .option(...choreography)
    .option(...deployed)
    .option(...endpointUrl)
    .addOption(new Option('--format <format>', 'what to write (default: mermaid; json with --json)').choices(graphFormats))
    .option('--failure <event>', 'with --format sequence: only the one with this failure')
    .option('--service <name>', 'with --format asyncapi: only what this service sends and receives')
    .option('--api-version <version>', 'the version of the AsyncAPI document (default: 1.0.0)', documentVersion)
    .option('--directory <path>', 'where the schemas for the AsyncAPI document are', 'schemas')
    .option('--out <file>', 'write to this file instead')
    .action(async (_, command) => {
      const given = command.optsWithGlobals() as unknown as Omit<GraphCommandOptions, 'format'>;
      const options = { format: outputOf(given).json ? ('json' as const) : ('mermaid' as const), ...given };
      const { result, text } = await drawGraph(options, sources);
      answer(options, 'graph', { text: () => text, data: result });
    });
}

function addPlan(program: Program, { answer }: CommandContext, sources: TopologySources): void {
  program
    .command('plan')
    .description('estimate how long each saga takes and what it costs, for every way it can go and for one more event')
    .option(...choreography)
    .option(...deployed)
    .option(...endpointUrl)
    .option('--event-kb <number>', 'size of an event with its envelope, in KB', rate, 1)
    .option('--batch <count>', 'messages in one batch', whole(1, BATCH_MAX), 1)
    .option(
      '--entities <count>',
      'entities that a reaction reads and writes (default: 1); <reaction>=<count> for one reaction',
      entityCounts,
    )
    .option('--deadline <time>', 'how far away the deadlines are, e.g. 15m, to say by when they have ended a saga', duration)
    .option('--sagas-per-month <count>', 'also say what a month costs', whole(0, SAGAS_A_MONTH_MAX))
    .option('--failure <event>', 'show the messages of the way with this failure')
    .action(async (_, command) => {
      const options = command.optsWithGlobals() as unknown as PlanCommandOptions;
      const result = await planAll(options, sources);
      answer(options, 'plan', { text: (paint) => planText(result, paint), data: planData(result) });
    });
}

/** `choreo check`, `choreo graph` and `choreo plan`. `load`: how the team's file is loaded; `reader`: how what is deployed is read. */
export function addTopology(
  program: Program,
  context: CommandContext,
  load: ImportModule = importModule,
  reader: ReadDeployed = readDeployed,
): void {
  const sources = { load, readDeployed: reader };
  for (const add of [addCheck, addGraph, addPlan]) add(program, context, sources);
}
