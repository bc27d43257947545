import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, type Environment, runFolder } from './folders.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** What is known of a running emulator by other processes. */
export interface RunState extends ProcessIdentity {
  readonly port: number;
  readonly endpoint: string;
  readonly log: string;
}

/** Names of emulators that belong to a process; they are swept once it has ended. */
const owned = /^process-\d+/;

function pathOf(env: Environment, name: string): string {
  return join(runFolder(env, name), 'state.json');
}

/** The emulator of this name, if it runs. */
export async function readState(env: Environment, name: string): Promise<RunState | undefined> {
  try {
    const state = JSON.parse(await readFile(pathOf(env, name), 'utf8')) as RunState;
    return (await isAlive(state)) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Written aside and renamed: nobody reads half of it. */
export async function writeState(env: Environment, name: string, state: RunState): Promise<void> {
  const path = pathOf(env, name);
  await mkdir(runFolder(env, name), { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(state, null, 2));
  await rename(`${path}.new`, path);
}

/** Removes what an emulator kept; its log stays unless `all`. */
export async function removeRun(env: Environment, name: string, all = false): Promise<void> {
  const folder = runFolder(env, name);
  const parts = all ? [folder] : ['state.json', 'root', 'tmp', 'cache'].map((part) => join(folder, part));
  for (const part of parts) await rm(part, { recursive: true, force: true });
}

/** Removes what emulators left whose process was killed. */
export async function sweepRuns(env: Environment): Promise<void> {
  const names = await readdir(join(cacheFolder(env), 'run')).catch(() => []);
  for (const name of names) {
    const pid = Number(/\d+/.exec(name)?.[0]);
    if (owned.test(name) && pid !== process.pid && (await readState(env, name)) === undefined && !isRunning(pid))
      await removeRun(env, name, true);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
