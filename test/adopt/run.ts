import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const COMMAND_MILLISECONDS_MAX = 180_000;

/** Neither our settings nor those of the npm that runs us may help the app. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:NODE_OPTIONS|NODE_PATH|npm_(?:package|lifecycle|config_local_prefix).*)$/i.test(name),
  );
  return { ...Object.fromEntries(inherited), NO_COLOR: '1' };
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
