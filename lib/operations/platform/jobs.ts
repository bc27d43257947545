import { ChoreographyError } from '../../contract/errors.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { ControlRecords } from '../../runtime/ports/control-records.ts';
import type { Telemetry } from '../../runtime/ports/telemetry.ts';
import type { OperatorAccess } from '../access.ts';

/** What a job of the platform works with, from one minute to the next. */
export interface Tick {
  readonly clock: Clock;
  /** Documents of operators: what a job finds out here, it need not open the rest for. */
  readonly records: ControlRecords;
  readonly telemetry: Telemetry;
  /** A name that no other process has. */
  readonly process: string;
  /** Everything else, with the platform's rights; opened at the first call of a tick, as services come and go. */
  access(): Promise<OperatorAccess>;
  /** Milliseconds since 1970 by which the job has to stop; what is left is for the next tick. */
  readonly deadline: number;
  /** Milliseconds since 1970 at which the process of this tick is gone for certain: a lease may end then. */
  readonly goneAt: number;
}

/** Something that the platform does by itself, a bit of it with every tick. */
export interface Job {
  /** Kebab case, for logs and errors. */
  readonly name: string;
  /** Part of the tick that is its own, as a weight among the jobs; what a job leaves of it, those behind it have. */
  readonly share: number;
  /** Stops by itself at the deadline. Told to stop at any call, it must lose nothing: the next tick begins anew. */
  run(tick: Tick): Promise<void>;
}

/** How one job ended. */
export interface JobOutcome {
  readonly job: string;
  /** Absent: it is through, or at its deadline. */
  readonly error?: unknown;
}

/** Milliseconds for which a job that is past its deadline is waited for: a call that is under way may end. */
const OVERTIME_MILLISECONDS = 2_000;

/** Waits for a job, but not much longer than it may take. @throws JOB_OVERRAN */
async function bounded(job: Job, tick: Tick): Promise<void> {
  const { clock, deadline } = tick;
  const overtime = async (): Promise<never> => {
    await clock.sleep(Math.max(0, deadline - clock.now()) + OVERTIME_MILLISECONDS);
    throw new ChoreographyError('JOB_OVERRAN', `The job ${job.name} did not stop in its time; the others went on without it.`, {
      details: { job: job.name },
      retryable: true,
    });
  };
  await Promise.race([job.run(tick), overtime()]);
}

/** Runs the jobs one behind the other, each with its part of the time until the deadline. One that fails, or does not stop, stops no other. */
export async function runJobs(jobs: readonly Job[], tick: Tick): Promise<readonly JobOutcome[]> {
  const outcomes: JobOutcome[] = [];
  for (const [index, job] of jobs.entries()) {
    const now = tick.clock.now();
    const shares = jobs.slice(index).reduce((sum, { share }) => sum + share, 0);
    const deadline = now + Math.floor(Math.max(0, tick.deadline - now) * (job.share / shares));
    try {
      await bounded(job, { ...tick, deadline });
      outcomes.push({ job: job.name });
    } catch (error) {
      outcomes.push({ job: job.name, error });
    }
  }
  return outcomes;
}
