import { setTimeout as sleep } from 'node:timers/promises';
import { ChoreographyError } from '../contract/errors.ts';
import type { LauncherOptions } from './install.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { readState, removeRun } from './state-file.ts';

const GRACE_SECONDS = 15; // the guard itself gives LocalStack one
const KILL_SECONDS = 5;
const POLL_MILLISECONDS = 50;

/** Which of the emulators; one that `choreo localstack up` started has the name `default`. */
export interface NamedOptions extends LauncherOptions {
  /** @default 'default' */
  readonly name?: string;
}

async function ended(process_: ProcessIdentity, seconds: number): Promise<boolean> {
  for (let waited = 0; waited < seconds * 1000; waited += POLL_MILLISECONDS) {
    if (!(await isAlive(process_))) return true;
    await sleep(POLL_MILLISECONDS);
  }
  return false;
}

/** Sends a signal; that a process has just ended is no failure. */
export function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {}
}

/** Ends the guard, which ends everything below it; killed itself, LocalStack sees that it is gone and does the same. */
export async function endProcess(guard: ProcessIdentity): Promise<void> {
  if (!(await isAlive(guard))) return;
  sendSignal(guard.pid, 'SIGTERM');
  if (await ended(guard, GRACE_SECONDS)) return;
  sendSignal(guard.pid, 'SIGKILL');
  if (await ended(guard, KILL_SECONDS)) return;
  throw new ChoreographyError('LOCALSTACK_NOT_STOPPED', `Process ${guard.pid} of LocalStack does not end.`, {
    details: { why: 'It was sent SIGTERM and SIGKILL.', fix: `Look at it with ps -p ${guard.pid}, and end it.` },
  });
}

/**
 * Ends an emulator and everything it started, from whatever process; its state is gone, its log stays.
 * Ends only what was started by this package: a process is told from a later one with the same id.
 * Resolves to whether there was one.
 * @throws LOCALSTACK_NOT_STOPPED
 */
export async function stopLocalStack({ env = process.env, name = 'default' }: NamedOptions = {}): Promise<boolean> {
  const state = await readState(env, name);
  if (state !== undefined) await endProcess(state);
  await removeRun(env, name);
  return state !== undefined;
}
