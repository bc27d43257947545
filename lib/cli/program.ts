import { Command, CommanderError, Option } from '@commander-js/extra-typings';
import { createCommandContext } from './command.ts';
import { withDashedId } from './dashed-id.ts';
import { addDemo } from './demo/command.ts';
import type { Sample } from './demo/sample.ts';
import { explanationsIn } from './error-page.ts';
import { explain, explanationText } from './explain.ts';
import { exitCodeOf, exitCodes, failureJson, failureOf, failureText, usageError } from './failure.ts';
import { addLocalstack } from './localstack/command.ts';
import { addNew } from './new/command.ts';
import type { Starter } from './new/project.ts';
import { addAudit } from './operations/audit.ts';
import { addConsumer } from './operations/consumer.ts';
import { addDeadLetter } from './operations/dead-letter.ts';
import { addGeneration } from './operations/generation.ts';
import { addReplay } from './operations/replay.ts';
import { addSaga } from './operations/saga.ts';
import { addTail } from './operations/tail.ts';
import { addPage } from './page/command.ts';
import { addSchema } from './schema/command.ts';
import type { OpenRegistry } from './schema/open-registry.ts';
import { addServe } from './serve/command.ts';
import { addPublish } from './serve/publish.ts';
import { addSend } from './serve/send.ts';
import { colorChoices, createPaint, type Terminal, wantsColor } from './terminal.ts';
import { printable } from './text-layout.ts';
import { addTopology } from './topology/command.ts';
import type { ReadDeployed } from './topology/deployed.ts';
import type { ImportModule } from './topology/load-choreography.ts';
import { createOpener } from './world/open-world.ts';
import type { World } from './world/world.ts';

/** Everything that the commands do not make themselves. */
export interface CliDeps {
  readonly terminal: Terminal;
  /** The version of the package. */
  readonly version: string;
  /** The text of `docs/errors.md`. */
  errorPage(): Promise<string>;
  /** The choreography that `choreo demo` runs. */
  readonly sample: Sample;
  /** What `choreo new` writes. */
  readonly starter: Starter;
  /** The folder with `.choreo` in it. @default - the working directory */
  readonly folder?: string;
  /** The world that operators' commands are about. @default - what their options name */
  readonly world?: World;
  /** Only commands that work in a world: the command line comes out of a file, which anybody may have written. @default false */
  readonly onlyInWorld?: boolean;
  /** @default - AWS Glue */
  readonly openRegistry?: OpenRegistry;
  /** How the file with a team's choreography is loaded. @default - with the team's own tsx, else by Node */
  readonly importModule?: ImportModule;
  /** How `check --deployed` reads what is deployed. @default - from SSM parameters */
  readonly readDeployed?: ReadDeployed;
}

const shortHelp = `choreo: run, check and operate services that work together through events.

  $ choreo demo                   a shop of six services in memory, with faults
  $ choreo demo --fail shipping   break a service, and watch finished steps being undone

  $ choreo --help                 all commands
`;

const examples = `Examples:
  $ choreo demo                        a shop of six services in memory, with faults
  $ choreo demo --fail shipping        break a service, and watch finished steps being undone
  $ choreo new trips                   write a small choreography to start from
  $ choreo serve                       run your own choreography, and send commands to it
  $ choreo page                        look at its sagas in a browser
  $ choreo tail                        follow its events as they are published
  $ choreo check                       prove before a deploy that no saga ends half done
  $ choreo graph                       the choreography as a Mermaid flowchart
  $ choreo schema generate             TypeScript for the JSON Schemas in schemas/
  $ choreo explain SCHEMA_VIOLATION    what an error code means, and what to do
`;

const ending = `
Exit codes:
  0 done, 1 failed, 2 refused, 3 a check found problems, 4 not found, 130 interrupted

Data goes to standard output, everything else to standard error.
With --json or -o jsonl, an error is one line of JSON there.`;

function createRoot({ terminal }: CliDeps) {
  return new Command('choreo')
    .description('Run, check and operate services that work together through events.')
    .addOption(
      new Option('-o, --output <form>', 'output format; jsonl is a line of JSON for each thing that is listed')
        .choices(['text', 'json', 'jsonl'] as const)
        .default('text' as const),
    )
    .option('--json', 'the same as --output json')
    .addOption(new Option('--color <when>', 'when to use colours').choices(colorChoices).default('auto' as const))
    .option('--verbose', 'on an error, also print where it came from')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .addHelpText('before', examples)
    .addHelpText('after', ending)
    .configureHelp({ showGlobalOptions: true, helpWidth: 100 })
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text), outputError: () => {} })
    .exitOverride();
}

/** For a command that is run once more: it was confirmed then. */
function silent({ env }: Terminal): Terminal {
  return { out() {}, err() {}, isScreen: false, env, ask: async () => 'yes' };
}

/** What works in a world and does nothing else: it runs no code of others, and writes no files. */
const inWorld: ReadonlySet<string> = new Set(['send', 'publish', 'dead-letter', 'replay', 'generation', 'consumer', 'saga', 'audit']);

function refuseOutsideWorld(name: string): void {
  if (!inWorld.has(name)) throw usageError(`choreo ${name} is not run here.`, 'It does not work in a world.', 'Run it by itself.');
}

/** All commands; `end` is told how the process is to end. */
export function createProgram(deps: CliDeps, args: readonly string[], end: (exit: number) => void): ReturnType<typeof createRoot> {
  const program = createRoot(deps);
  if (deps.onlyInWorld) program.hook('preSubcommand', (_, command) => refuseOutsideWorld(command.name()));
  const { folder = process.cwd() } = deps;
  const again = (world: World, before: readonly string[]) =>
    runCli({ ...deps, terminal: silent(deps.terminal), world, onlyInWorld: true }, before);
  const open = createOpener({ ...deps, folder, args, again });
  const context = createCommandContext(deps.terminal, end, async (options) => deps.world ?? open(options));
  program.commandsGroup('Run:');
  addDemo(program, deps.sample, { ...context, folder });
  addNew(program, context, deps.starter, deps.version);
  addServe(program, { ...context, folder }, deps.importModule);
  addSend(program, context);
  addPublish(program, context);
  program.commandsGroup('Check before a deploy:');
  addTopology(program, context, deps.importModule, deps.readDeployed);
  addSchema(program, context, deps.openRegistry);
  program.commandsGroup('Operate:');
  addSaga(program, context);
  addTail(program, context);
  addConsumer(program, context);
  addDeadLetter(program, context);
  addReplay(program, context);
  addGeneration(program, context);
  addAudit(program, context);
  addPage(program, context);
  program.commandsGroup('Other:');
  addLocalstack(program, context);
  program
    .command('explain')
    .description('explain what an error code means, and what to do about it')
    .argument('<code>', 'as written in the message, the log or the dead letter')
    .action(async (code, _, command) => {
      const explanation = await explain(deps, code);
      context.answer(command.optsWithGlobals(), 'explain', { text: (paint) => explanationText(explanation, paint), data: explanation });
    });
  program
    .command('version')
    .description('print the version')
    .action((_, command) =>
      context.answer(command.optsWithGlobals(), 'version', { text: () => `${deps.version}\n`, data: { package: deps.version } }),
    );
  program.version(deps.version, '--version', 'print the version');
  return program;
}

/** Read by hand: what cannot be parsed is reported, too. */
function colorAskedFor(args: readonly string[]): (typeof colorChoices)[number] {
  const asked = /(?:^|\0)--color[\0=](\w+)/.exec(args.join('\0'))?.[1];
  return colorChoices.find((choice) => choice === asked) ?? 'auto';
}

/** Whether JSON was asked for; what is behind `--` belongs to another command. */
function wantsJson(args: readonly string[]): boolean {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  return /(?:^|\0)(?:--json|-o\0?jsonl?|--output[\0=]jsonl?)(?:\0|$)/.test(own.join('\0'));
}

/** Three lines on standard error, or one of JSON; returns how to end. */
async function report(deps: CliDeps, args: readonly string[], error: unknown): Promise<number> {
  const exit = exitCodeOf(error);
  if (error instanceof CommanderError && (exit === exitCodes.done || error.code === 'commander.help')) return exit; // it has printed the help
  const paint = createPaint(wantsColor(colorAskedFor(args), deps.terminal));
  const explanations = await deps.errorPage().then(explanationsIn, () => []);
  const stack = args.includes('--verbose') && error instanceof Error ? error.stack : undefined;
  const failure = failureOf(error, explanations);
  deps.terminal.err(printable(wantsJson(args) ? failureJson(failure, exit, stack) : failureText(failure, paint, stack)));
  return exit;
}

/** Runs one command line, without the `node` and the script; resolves to the exit code and never rejects. */
export async function runCli(deps: CliDeps, args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    deps.terminal.out(shortHelp);
    return exitCodes.done;
  }
  let exit: number = exitCodes.done;
  try {
    await createProgram(deps, args, (code) => {
      exit = code;
    }).parseAsync([...withDashedId(args)], { from: 'user' });
    return exit;
  } catch (error) {
    return report(deps, args, error);
  }
}
