import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const COMMAND_MILLISECONDS_MAX = 180_000;

/** Neither our settings nor those of the npm that runs us may help the app; the CDK tells nobody about it. */
export function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:NODE_OPTIONS|NODE_PATH|npm_(?:package|lifecycle|config_local_prefix).*)$/i.test(name),
  );
  return { ...Object.fromEntries(inherited), NO_COLOR: '1', CDK_DISABLE_CLI_TELEMETRY: 'true' };
}

/** Runs a command in a folder; gives what it prints, and throws that when it fails. */
export async function run(folder: string, command: string, ...options: readonly string[]): Promise<string> {
  const settings = { cwd: folder, timeout: COMMAND_MILLISECONDS_MAX, env: environment() };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, options, settings);
    return `${stdout}${stderr}`.trim();
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${[command, ...options].join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** `npm install`; a package that npm has already is not asked for again. */
export function install(folder: string, ...packages: readonly string[]): Promise<string> {
  return run(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages);
}

/** Times that is looked whether something is served, and milliseconds between two. */
const LOOKS_MAX = 200;
const LOOK_MILLISECONDS = 100;

/** Starts `npx choreo serve …` in a folder, waits until it is there, and gives what ends it. */
export async function serve(folder: string, line: string): Promise<() => Promise<void>> {
  const [, command = '', ...options] = line.split(' ');
  // Not through npx: it would stand between the signal and the process.
  const served = spawn(join(folder, 'node_modules', '.bin', command), options, { cwd: folder, env: environment() });
  let printed = '';
  for (const output of [served.stdout, served.stderr]) output.on('data', (text: Buffer) => (printed += text.toString()));
  const ended = once(served, 'close');
  for (let look = 1; !existsSync(join(folder, '.choreo', 'engine.json')); look += 1) {
    if (served.exitCode !== null || look === LOOKS_MAX) {
      served.kill('SIGKILL');
      throw new Error(`${line} serves nothing:\n${printed}`);
    }
    await sleep(LOOK_MILLISECONDS);
  }
  return async () => {
    served.kill('SIGINT');
    await ended;
  };
}
