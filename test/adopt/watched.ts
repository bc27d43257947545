import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from './run.ts';

/** Times that is looked what was printed, and milliseconds between two. */
const LOOKS_MAX = 300;
const LOOK_MILLISECONDS = 100;

/** What is wrong with a script that serves the project and starts anew after a change of `file`. */
export async function watchProblems(folder: string, script: string, file: string): Promise<readonly string[]> {
  const [command = '', ...options] = script.split(' ');
  const watched = spawn(command, options, { cwd: folder, env: environment() });
  let printed = '';
  for (const output of [watched.stdout, watched.stderr]) output.on('data', (text: Buffer) => (printed += text.toString()));
  const ended = once(watched, 'close');
  const served = async (times: number) => {
    for (let look = 1; look <= LOOKS_MAX; look += 1) {
      if (printed.split(' is served on ').length > times) return true;
      await sleep(LOOK_MILLISECONDS);
    }
    return false;
  };
  try {
    if (!(await served(1))) return [`${script} serves nothing:\n${printed}`];
    await appendFile(join(folder, file), '// changed\n');
    return (await served(2)) ? [] : [`${script} did not start anew after a change of ${file}:\n${printed}`];
  } finally {
    watched.kill('SIGINT');
    await ended;
  }
}
