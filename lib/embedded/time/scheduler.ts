import { createRunGoals } from './run-goals.ts';
import { VirtualScheduler } from './virtual-scheduler.ts';
import { createHolds, every, type MachineTimers, type RunGoal, type Scheduler, type Timer } from './world-clock.ts';

/** What `createScheduler` takes. */
export interface SchedulerOptions {
  /** `virtual`: time passes only in `run`, and jumps to what is next. `real`: the machine's clock. @default 'virtual' */
  readonly mode?: 'virtual' | 'real';
  /** Milliseconds since 1970 at which virtual time begins. @default 2026-01-01T00:00:00Z */
  readonly startAt?: number;
}

/** Milliseconds since 1970: 2026-01-01T00:00:00Z. */
export const WORLD_STARTS_AT = 1_767_225_600_000;
/** Longest delay of a real timer, in milliseconds; Node turns longer ones into 1. */
const DELAY_MILLISECONDS_MAX = 2_147_483_647;
/** Real milliseconds between looks at the goals, in real mode. */
const LOOK_MILLISECONDS = 5;

// Taken when the module is loaded: a test runner that fakes timers does not stop the world.
const timers: MachineTimers = { soon: setImmediate, later: setTimeout };

/** Real time, for a world that people look at. Its timers do not keep the process alive; `run` does. */
class RealScheduler implements Scheduler {
  readonly #goals = createRunGoals();
  #entries = 0;
  readonly #holds = createHolds();
  #looking = false;

  now(): number {
    return Date.now();
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(Date.now() + milliseconds, resolve);
    });
  }

  at(time: number, run: () => void, { background = false }: { readonly background?: boolean } = {}): Timer {
    const weight = background ? 0 : 1;
    let timer: NodeJS.Timeout | undefined;
    let open = true;
    const end = () => {
      if (open) this.#entries -= weight;
      open = false;
      clearTimeout(timer);
    };
    const wait = () => {
      const left = time - Date.now();
      timer = left > DELAY_MILLISECONDS_MAX ? setTimeout(wait, DELAY_MILLISECONDS_MAX) : setTimeout(happen, Math.max(0, left));
      timer.unref();
    };
    const happen = () => {
      end();
      try {
        run();
      } catch (error) {
        this.fail(error);
      }
    };
    this.#entries += weight;
    wait();
    return { cancel: end };
  }

  every(milliseconds: number, run: () => void): Timer {
    return every(this, milliseconds, run);
  }

  hold(): () => void {
    return this.#holds.hold();
  }

  outside<Value>(promise: Promise<Value>): Promise<Value> {
    return promise;
  }

  get busy(): boolean {
    return this.#entries > 0 || this.#holds.some;
  }

  fail(error: unknown): void {
    this.#goals.fail(error);
  }

  run(goal: RunGoal): Promise<boolean> {
    const ended = this.#goals.open(goal);
    if (!this.#looking) this.#look();
    return ended;
  }

  finish<Value>(promise: Promise<Value>): Promise<Value> {
    const answer = this.#goals.awaitAnswer(promise);
    if (!this.#looking) this.#look();
    return answer;
  }

  #look(): void {
    this.#goals.settle(Date.now(), () => {});
    this.#looking = this.#goals.some;
    if (this.#looking) setTimeout(() => this.#look(), LOOK_MILLISECONDS);
  }
}

/** The world's time. The only part of the embedded engine that knows the machine's timers. */
export function createScheduler({ mode = 'virtual', startAt = WORLD_STARTS_AT }: SchedulerOptions = {}): Scheduler {
  return mode === 'real' ? new RealScheduler() : new VirtualScheduler(startAt, timers);
}
