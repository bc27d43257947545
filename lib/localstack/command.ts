import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Environment } from './folders.ts';

const LOG_LINES = 12;

/** What a short command printed, on both outputs; undefined when it cannot be run or fails. */
export function outputOf(command: string, args: readonly string[], env: Environment): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  return status === 0 ? `${stdout}${stderr}` : undefined;
}

/** The end of a log, for an error message. */
export function lastLines(log: string): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n');
  } catch {
    return '';
  }
}

/** Runs a long command into a log; resolves to its exit code, 127 when it cannot be run. It does not outlive this process. */
export function runInto(
  log: string,
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Environment },
): Promise<number> {
  const file = openSync(log, 'a');
  return new Promise((resolve) => {
    const child: ChildProcess = spawn(command, args, { ...options, stdio: ['ignore', file, file] });
    const end = () => void child.kill('SIGKILL');
    process.once('exit', end);
    const done = (code: number) => {
      process.off('exit', end);
      closeSync(file);
      resolve(code);
    };
    child.once('error', () => done(127));
    child.once('exit', (code) => done(code ?? 1));
  });
}
