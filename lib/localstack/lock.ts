import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChoreographyError } from '../contract/errors.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

const WAIT_SECONDS_MAX = 15 * 60; // a first install on a slow line
const POLL_MILLISECONDS = 200;

async function tryTake(path: string, me: ProcessIdentity): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(me), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Who holds a lock; undefined when it is gone or is being written. */
async function holderOf(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** Takes away the lock of a process that has ended; renamed first, so that only one of several does, and what was taken by mistake goes back. */
async function breakStale(path: string, me: ProcessIdentity): Promise<void> {
  const holder = await holderOf(path);
  if (holder === undefined || (await isAlive(holder))) return;
  const aside = `${path}.${me.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return; // another one was quicker
  }
  const taken = await holderOf(aside);
  if (taken && (await isAlive(taken))) await rename(aside, path);
  else await rm(aside, { force: true });
}

/**
 * Runs `work` while no other process does so under the same lock; a lock whose holder has ended is taken over.
 * `waiting` is told once when somebody else holds it.
 * @throws LOCALSTACK_BUSY after 15 minutes of waiting
 */
export async function withLock<T>(path: string, work: () => Promise<T>, waiting: () => void = () => {}): Promise<T> {
  const me = await identify(process.pid);
  if (me === undefined) throw new ChoreographyError('LOCALSTACK_BUSY', 'This process cannot find itself: is /proc or ps missing?');
  await mkdir(dirname(path), { recursive: true });
  for (let waited = 0; !(await tryTake(path, me)); waited += POLL_MILLISECONDS) {
    if (waited === 0) waiting();
    if (waited > WAIT_SECONDS_MAX * 1000) {
      throw new ChoreographyError('LOCALSTACK_BUSY', `Another process has held ${path} for ${WAIT_SECONDS_MAX / 60} minutes.`, {
        retryable: true,
      });
    }
    await breakStale(path, me);
    await sleep(POLL_MILLISECONDS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
