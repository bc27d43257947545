import { ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import type { Invocation } from '../../runtime/ports/delivery.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../time/world-clock.ts';

/** One running instance of a function. */
export interface Process {
  /** No other process has it. */
  readonly id: string;
  /** Until it crashes. A process that ran out of time lives on: what it has under way may still take effect. */
  readonly alive: boolean;
  /** Milliseconds since 1970: the end of the time of what it does now. */
  readonly deadline: number;
  readonly random: Random;
  /** Everything that it waits for never comes, and everything that it asks for from now on has no effect. */
  crash(): void;
}

/** What happened to a process. */
export type ProcessEvent = 'crashed' | 'timed-out';

/** The instances of one function: as many as there are invocations at a time. */
export interface ProcessPool<Instance> {
  /**
   * Runs in an idle process, or a new one. What `run` throws is thrown.
   * @throws FUNCTION_CRASHED, FUNCTION_TIMED_OUT (retryable)
   */
  invoke<Result>(run: (instance: Instance, invocation: Invocation) => Promise<Result>): Promise<Result>;
}

/** What `createProcessPool` takes. */
export interface ProcessPoolOptions<Instance> {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** What a process holds: made when it starts. */
  readonly create: (process: Process) => Instance;
  /** @default 60 */
  readonly timeoutSeconds?: number;
  readonly onEvent?: (event: ProcessEvent, process: Process) => void;
}

/** Longest time until the platform sees that a process is gone, in milliseconds. */
const CRASH_SEEN_MILLISECONDS_MAX = 100;
const TIMEOUT_SECONDS = 60;

class PooledProcess<Instance> implements Process {
  readonly id: string;
  readonly random: Random;
  readonly instance: Instance;
  alive = true;
  deadline = Number.POSITIVE_INFINITY;
  onCrash: (() => void) | undefined;

  constructor(id: string, { random, create }: ProcessPoolOptions<Instance>) {
    this.id = id;
    this.random = random.fork(id);
    this.instance = create(this);
  }

  crash(): void {
    if (!this.alive) return;
    this.alive = false;
    this.onCrash?.();
  }
}

/** Whether the platform ended an invocation, rather than the function itself. */
export function isPlatformFailure(error: unknown): boolean {
  return isChoreographyError(error, 'FUNCTION_CRASHED') || isChoreographyError(error, 'FUNCTION_TIMED_OUT');
}

function crashed(id: string): ChoreographyError {
  return new ChoreographyError('FUNCTION_CRASHED', `The process ${id} ended without an answer; the platform delivers its work again.`, {
    details: { process: id },
    retryable: true,
  });
}

function timedOut(id: string, seconds: number): ChoreographyError {
  return new ChoreographyError(
    'FUNCTION_TIMED_OUT',
    `The process ${id} gave no answer in ${seconds} s; the platform delivers its work again.`,
    { details: { process: id, seconds }, retryable: true },
  );
}

/** Function instances as Lambda runs them: one invocation at a time each, kept warm between them. */
export function createProcessPool<Instance>(options: ProcessPoolOptions<Instance>): ProcessPool<Instance> {
  const { name, scheduler, random, timeoutSeconds = TIMEOUT_SECONDS, onEvent = () => {} } = options;
  const idle: PooledProcess<Instance>[] = [];
  let started = 0;
  function take(): PooledProcess<Instance> {
    const warm = idle.pop();
    if (warm) return warm;
    started += 1;
    return new PooledProcess(`${name}-${started}`, options);
  }
  function invokeIn<Result>(
    process: PooledProcess<Instance>,
    run: (instance: Instance, invocation: Invocation) => Promise<Result>,
  ): Promise<Result> {
    process.deadline = scheduler.now() + timeoutSeconds * 1000;
    const release = scheduler.hold();
    return new Promise((resolve, reject) => {
      let open = true;
      const end = (settle: () => void) => {
        if (!open) return;
        open = false;
        timeout.cancel();
        process.onCrash = undefined;
        release();
        settle();
      };
      const answered = (settle: () => void) => {
        if (open) idle.push(process);
        end(settle);
      };
      const giveUp = () => {
        if (open) onEvent('timed-out', process);
        end(() => reject(timedOut(process.id, timeoutSeconds)));
      };
      const timeout = scheduler.at(process.deadline, giveUp, { background: true });
      process.onCrash = () => {
        onEvent('crashed', process);
        scheduler.at(scheduler.now() + 1 + random.integer(CRASH_SEEN_MILLISECONDS_MAX), () => end(() => reject(crashed(process.id))));
      };
      run(process.instance, { deadline: process.deadline }).then(
        (result) => answered(() => resolve(result)),
        (error: unknown) => answered(() => reject(error)),
      );
    });
  }
  return { invoke: async (run) => invokeIn(take(), run) };
}
