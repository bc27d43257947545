import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process that is not mistaken for a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system tells it; never compared with a clock. */
  readonly started: string;
}

const START_TIME_FIELD = 22; // of /proc/<pid>/stat, counted from 1; the state is the third
const ZOMBIE = 'Z';

async function startedOnLinux(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is a name in parentheses that may hold anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === ZOMBIE ? undefined : fields?.[START_TIME_FIELD - 3];
}

async function startedByPs(pid: number): Promise<string | undefined> {
  const run = promisify(execFile);
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { ...process.env, LC_ALL: 'C' } }).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() || undefined;
}

/** Who has this id now; undefined when nobody has. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const started = await (process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid));
  return started === undefined ? undefined : { pid, started };
}

/** Whether that very process still runs. */
export async function isAlive({ pid, started }: ProcessIdentity): Promise<boolean> {
  return (await identify(pid))?.started === started;
}
