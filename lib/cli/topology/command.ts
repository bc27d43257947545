import { Option } from '@commander-js/extra-typings';
import type { CommandContext, Program } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { type CheckCommandOptions, type CheckSources, checkAll, checkText } from './check.ts';
import { type ReadDeployed, readDeployed } from './deployed.ts';
import { drawGraph, type GraphCommandOptions, graphFormats } from './graph.ts';
import { type ImportModule, importModule } from './load-choreography.ts';

const choreography = ['--choreography <file>', 'the module whose default export is the choreography', 'functions/choreography.ts'] as const;

function addCheck(program: Program, { answer }: CommandContext, sources: CheckSources): void {
  program
    .command('check')
    .description('check the whole before a deploy: cycles, orphans, steps that nothing undoes, and the gate of the schemas; ends with 3')
    .option(...choreography)
    .option('--directory <path>', 'where <Message>/<version>.json are', 'schemas')
    .option('--contracts <path>', 'where <service>/contract.json are', 'functions')
    .option('--against <commit>', 'a branch, tag or commit whose schemas count as published, too')
    .option('--deployed <backbone>', 'compare with what is deployed on that backbone, whose other services take part')
    .option('--endpoint-url <url>', 'with --deployed: where AWS is, for an emulator (default: AWS_ENDPOINT_URL)')
    .option('--strict', 'warnings count, too')
    .action(async (_, command) => {
      const options = command.optsWithGlobals() as unknown as CheckCommandOptions;
      const result = await checkAll(options, sources);
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

/** `choreo check` and `choreo graph`. `load`: how the team's file is loaded; `deployed`: how what is deployed is read. */
export function addTopology(
  program: Program,
  context: CommandContext,
  load: ImportModule = importModule,
  deployed: ReadDeployed = readDeployed,
): void {
  addCheck(program, context, { load, readDeployed: deployed });
  addGraph(program, context, load);
}
