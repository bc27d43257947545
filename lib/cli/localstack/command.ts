import { Option } from '@commander-js/extra-typings';
import { ChoreographyError } from '../../contract/errors.ts';
import type { EmulatorStatus } from '../../localstack/index.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { port } from '../option-values.ts';
import { type Launcher, localStackLauncher } from './launcher.ts';
import { envText, statusText, upText } from './localstack-text.ts';

const NAME = 'default';

const about = `
Runs LocalStack 4.14 without Docker: AWS on this computer, for tests and for trying things out.
The first start installs it in your cache folder (570 MiB, about a minute); CHOREO_CACHE names another folder.
Needs Python 3.12 or 3.13, Java 17 or newer, and Maven for the first start. What it cannot do: docs/localstack.md.
`;

/** Starts it unless it runs; running on another port than was asked for is an error of the launcher. */
async function up(launcher: Launcher, context: CommandContext, asked: number | undefined): Promise<Answer> {
  const before = await launcher.status({ name: NAME });
  const runs = before.state === 'up' && (asked === undefined || asked === before.port);
  if (!runs) {
    const report = (line: string) => context.terminal.err(`${line}\n`);
    await launcher.start({ name: NAME, report, ...(asked === undefined ? {} : { port: asked }) });
  }
  const status = runs ? before : await launcher.status({ name: NAME });
  return { text: (paint) => upText(status, paint), data: { started: !runs, ...status } };
}

async function stop(launcher: Launcher): Promise<Answer> {
  const stopped = await launcher.stop({ name: NAME });
  return { text: () => (stopped ? 'LocalStack is stopped.\n' : 'LocalStack was not running.\n'), data: { stopped } };
}

async function status(launcher: Launcher): Promise<Answer> {
  const found = await launcher.status({ name: NAME });
  const exit = { up: exitCodes.done, silent: exitCodes.failed, down: exitCodes.notFound }[found.state];
  return { text: (paint) => statusText(found, paint), data: found, exit };
}

function envOf({ env }: EmulatorStatus): Readonly<Record<string, string>> {
  if (env !== undefined) return env;
  throw new ChoreographyError('LOCALSTACK_NOT_RUNNING', 'LocalStack is not running, so there is no endpoint.', {
    details: { why: 'It was not started, or it has ended.', fix: 'Start it with choreo localstack up.' },
  });
}

async function env(launcher: Launcher): Promise<Answer> {
  const found = envOf(await launcher.status({ name: NAME }));
  return { text: () => envText(found), data: { env: found } };
}

/** Adds `choreo localstack …`. */
export function addLocalstack(program: Program, context: CommandContext, launcher: Launcher = localStackLauncher): void {
  const group = program
    .command('localstack')
    .description('run AWS on this computer, without Docker')
    .helpCommand(false)
    .addHelpText('after', about);
  group
    .command('up')
    .description('install LocalStack if necessary, and start it with empty state')
    .addOption(new Option('--port <number>', 'on 127.0.0.1 (default: a free one)').argParser(port))
    .action(async (options, command) => {
      context.answer(command.optsWithGlobals(), 'localstack up', await up(launcher, context, options.port));
    });
  group
    .command('stop')
    .description('stop it and everything that it started; its state is lost')
    .action(async (_, command) => context.answer(command.optsWithGlobals(), 'localstack stop', await stop(launcher)));
  group
    .command('status')
    .description('say whether it runs; exits with 4 if not, with 1 if it does not answer')
    .action(async (_, command) => context.answer(command.optsWithGlobals(), 'localstack status', await status(launcher)));
  group
    .command('env')
    .description('print the environment that points SDKs, the AWS CLI and the CDK at it')
    .action(async (_, command) => context.answer(command.optsWithGlobals(), 'localstack env', await env(launcher)));
}
