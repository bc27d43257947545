import type { Clock } from '../../runtime/ports/clock.ts';

/** Something that was asked for and can be called off; calling it off twice, or too late, does nothing. */
export interface Timer {
  cancel(): void;
}

/** How far to run. */
export interface RunGoal {
  /** Milliseconds since 1970: nothing later is run. Without `done` the clock stands here at the end. @default - no limit */
  readonly until?: number;
  /** Looked at whenever everything has come to rest; ends the run. @default - run everything up to `until` */
  readonly done?: () => boolean;
  /** Things that may happen before the run counts as endless. @default 50_000_000 */
  readonly stepsMax?: number;
}

/** Time, and what is to happen when. */
export interface Scheduler extends Clock {
  /** A `background` entry does not count as work: when nothing else is left, the world is idle. @default background: false */
  at(time: number, run: () => void, options?: { readonly background?: boolean }): Timer;
  /** In the background, at whole multiples of `milliseconds` since 1970. */
  every(milliseconds: number, run: () => void): Timer;
  /** Counts as work until it is released, e.g. an invocation that is under way. */
  hold(): () => void;
  /** What waits for something outside, e.g. a client's own I/O: virtual time stands still for it, for up to 50 real milliseconds. */
  outside<Value>(promise: Promise<Value>): Promise<Value>;
  /** Whether there is work. */
  readonly busy: boolean;
  /** Ends every run with this error, the current ones or else the next one: for what goes wrong where nobody waits. */
  fail(error: unknown): void;
  /** `true`: `done`, or `until` was reached. `false`: not done, and the rest lies behind `until`. @throws SIMULATION_ENDLESS */
  run(goal: RunGoal): Promise<boolean>;
  /** Runs until the promise has its answer. @throws SIMULATION_ENDLESS, and what the promise is rejected with */
  finish<Value>(promise: Promise<Value>): Promise<Value>;
}

/** The real timers of the machine, as far as virtual time needs them. */
export interface MachineTimers {
  /** After all microtasks. */
  soon(run: () => void): void;
  later(run: () => void, milliseconds: number): void;
}

/** Who holds the world, each until it lets go. */
export interface Holds {
  readonly some: boolean;
  hold(): () => void;
}

/** Nobody yet. */
export function createHolds(): Holds {
  const held = new Set<symbol>();
  return {
    get some() {
      return held.size > 0;
    },
    hold() {
      const hold = Symbol('hold');
      held.add(hold);
      return () => void held.delete(hold);
    },
  };
}

/** Runs at whole multiples of `milliseconds`, in the background. */
export function every(scheduler: Pick<Scheduler, 'now' | 'at'>, milliseconds: number, run: () => void): Timer {
  let timer: Timer | undefined;
  const arm = () => {
    timer = scheduler.at((Math.floor(scheduler.now() / milliseconds) + 1) * milliseconds, tick, { background: true });
  };
  const tick = () => {
    arm();
    run();
  };
  arm();
  return { cancel: () => timer?.cancel() };
}
