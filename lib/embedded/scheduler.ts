import { ChoreographyError } from '../contract/errors.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import { createTimerHeap, type TimerEntry } from './timer-heap.ts';

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

/** Time, and what is to happen when. The only part of the embedded engine that knows real timers. */
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
  /** Ends every run with this error, the current ones or else the next one: what went wrong where nobody waits. */
  fail(error: unknown): void;
  /** `true`: `done`, or `until` was reached. `false`: not done, and the rest lies behind `until`. @throws SIMULATION_ENDLESS */
  run(goal: RunGoal): Promise<boolean>;
}

/** What `createScheduler` takes. */
export interface SchedulerOptions {
  /** `virtual`: time passes only in `run`, and jumps to what is next. `real`: the machine's clock. @default 'virtual' */
  readonly mode?: 'virtual' | 'real';
  /** Milliseconds since 1970 at which virtual time begins. @default 2026-01-01T00:00:00Z */
  readonly startAt?: number;
}

/** Milliseconds since 1970: 2026-01-01T00:00:00Z. */
export const WORLD_STARTS_AT = 1_767_225_600_000;
const STEPS_MAX = 50_000_000;
/** Real milliseconds for which virtual time stands still for something outside. */
const OUTSIDE_MILLISECONDS_MAX = 50;
/** Longest delay of a real timer, in milliseconds; Node turns longer ones into 1. */
const REAL_DELAY_MILLISECONDS_MAX = 2_147_483_647;
/** Real milliseconds between looks at the goals, in real mode. */
const REAL_LOOK_MILLISECONDS = 5;

interface OpenGoal extends RunGoal {
  steps: number;
  resolve(done: boolean): void;
  reject(error: unknown): void;
}

/** Work that is under way, in both modes. */
interface Work {
  entries: number;
  holds: number;
  readonly outside: Set<Promise<unknown>>;
}

function hold(work: Work): () => void {
  work.holds += 1;
  let released = false;
  return () => {
    if (!released) work.holds -= 1;
    released = true;
  };
}

function outside<Value>(work: Work, promise: Promise<Value>): Promise<Value> {
  work.outside.add(promise);
  const forget = () => work.outside.delete(promise);
  promise.then(forget, forget);
  return promise;
}

/** Open goals, and how they end. */
function createGoals() {
  let goals: readonly OpenGoal[] = [];
  let failure: { readonly error: unknown } | undefined;
  return {
    open: (goal: RunGoal, start: () => void) =>
      new Promise<boolean>((resolve, reject) => {
        goals = [...goals, { ...goal, steps: 0, resolve, reject }];
        start();
      }),
    get some() {
      return goals.length > 0;
    },
    fail(error: unknown) {
      failure ??= { error };
    },
    /** Ends goals that are met, or cannot be met by what comes next at `nextTime`; tells whether any ended. */
    settle(nextTime: number, reach: (time: number) => void): boolean {
      const before = goals;
      const { error } = failure ?? {};
      if (failure && before.length > 0) failure = undefined;
      else if (before.length === 0) return false;
      goals = before.filter((goal) => {
        const over = goal.steps >= (goal.stepsMax ?? STEPS_MAX);
        if (error !== undefined) goal.reject(error);
        else if (goal.done?.()) goal.resolve(true);
        else if (nextTime > (goal.until ?? Number.MAX_VALUE)) {
          if (!goal.done && goal.until !== undefined) reach(goal.until);
          goal.resolve(goal.done === undefined);
        } else if (over) goal.reject(endless(goal));
        else return true;
        return false;
      });
      return goals.length < before.length;
    },
    step() {
      for (const goal of goals) goal.steps += 1;
    },
  };
}

function endless({ stepsMax = STEPS_MAX }: RunGoal): ChoreographyError {
  const message = `${stepsMax} things happened, and there is still work: something sets itself off again and again, or the run needs a larger stepsMax.`;
  return new ChoreographyError('SIMULATION_ENDLESS', message, { details: { stepsMax } });
}

/**
 * Virtual time: one thing happens, then everything that follows from it without waiting, then the next. V8 runs
 * microtasks in a fixed order, and `setImmediate` (2 microseconds) comes after the last of them; so the same program
 * does the same every time.
 */
function createVirtualScheduler(startAt: number): Scheduler {
  const heap = createTimerHeap();
  const goals = createGoals();
  const work: Work = { entries: 0, holds: 0, outside: new Set() };
  let now = startAt;
  let sequence = 0;
  let running = false;
  let waitedFor = -1;

  function push(time: number, run: () => void, background: boolean): TimerEntry {
    sequence += 1;
    const entry: TimerEntry = { time: time > now ? time : now, sequence, background, run };
    heap.push(entry);
    if (!background) work.entries += 1;
    return entry;
  }
  function cancel(entry: TimerEntry): void {
    if (heap.cancel(entry) && !entry.background) work.entries -= 1;
  }
  function at(time: number, run: () => void, { background = false } = {}): Timer {
    const entry = push(time, run, background);
    return { cancel: () => cancel(entry) };
  }
  /** Whether something is under way that virtual time must not run away from. */
  function isOutside(): boolean {
    return work.outside.size > 0 || (work.holds > 0 && work.entries === 0 && waitedFor !== sequence);
  }
  function waitOutside(left: number): void {
    if (isOutside() && left > 0) return void setTimeout(waitOutside, 1, left - 1);
    work.outside.clear(); // it hangs, or waits for virtual time itself
    waitedFor = sequence;
    step();
  }
  function happen(entry: TimerEntry): void {
    const { run } = entry;
    now = entry.time;
    entry.run = undefined;
    if (!entry.background) work.entries -= 1;
    goals.step();
    try {
      run?.();
    } catch (error) {
      goals.fail(error);
    }
  }
  function step(): void {
    if (isOutside()) return void setTimeout(waitOutside, 0, OUTSIDE_MILLISECONDS_MAX);
    const next = heap.peek();
    const ended = goals.settle(next?.time ?? Number.POSITIVE_INFINITY, (time) => {
      if (time > now) now = time;
    });
    if (!ended && goals.some && next) happen(heap.pop() as TimerEntry);
    running = goals.some || ended; // once more after a goal has ended: who waited for it goes first
    if (running) setImmediate(step);
  }
  return {
    now: () => now,
    sleep: (milliseconds) => new Promise((resolve) => void push(now + milliseconds, resolve, false)),
    at,
    every(milliseconds, run) {
      let timer: Timer;
      const arm = () => {
        timer = at((Math.floor(now / milliseconds) + 1) * milliseconds, tick, { background: true });
      };
      const tick = () => {
        arm();
        run();
      };
      arm();
      return { cancel: () => timer.cancel() };
    },
    hold: () => hold(work),
    outside: (promise) => outside(work, promise),
    get busy() {
      return work.entries > 0 || work.holds > 0;
    },
    fail: goals.fail,
    run: (goal) =>
      goals.open(goal, () => {
        if (!running) setImmediate(step);
        running = true;
      }),
  };
}

/** Real time, for a world that people look at. Its timers do not keep the process alive; `run` does. */
function createRealScheduler(): Scheduler {
  const goals = createGoals();
  const work: Work = { entries: 0, holds: 0, outside: new Set() };
  let looking = false;

  function at(time: number, run: () => void, { background = false } = {}): Timer {
    let timer: NodeJS.Timeout;
    let open = true;
    if (!background) work.entries += 1;
    const end = () => {
      if (open && !background) work.entries -= 1;
      open = false;
      clearTimeout(timer);
    };
    const wait = () => {
      const left = time - Date.now();
      if (left > REAL_DELAY_MILLISECONDS_MAX) timer = setTimeout(wait, REAL_DELAY_MILLISECONDS_MAX);
      else timer = setTimeout(happen, Math.max(0, left));
      timer.unref();
    };
    const happen = () => {
      end();
      try {
        run();
      } catch (error) {
        goals.fail(error);
      }
    };
    wait();
    return { cancel: end };
  }
  function look(): void {
    goals.step();
    goals.settle(Date.now(), () => {});
    looking = goals.some;
    if (looking) setTimeout(look, REAL_LOOK_MILLISECONDS);
  }
  return {
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => void at(Date.now() + milliseconds, resolve)),
    at,
    every(milliseconds, run) {
      let timer: Timer;
      const arm = () => {
        timer = at((Math.floor(Date.now() / milliseconds) + 1) * milliseconds, tick, { background: true });
      };
      const tick = () => {
        arm();
        run();
      };
      arm();
      return { cancel: () => timer.cancel() };
    },
    hold: () => hold(work),
    outside: (promise) => promise,
    get busy() {
      return work.entries > 0 || work.holds > 0;
    },
    fail: goals.fail,
    run: (goal) =>
      goals.open(goal, () => {
        if (!looking) setTimeout(look, 0);
        looking = true;
      }),
  };
}

/** The world's time. */
export function createScheduler({ mode = 'virtual', startAt = WORLD_STARTS_AT }: SchedulerOptions = {}): Scheduler {
  return mode === 'real' ? createRealScheduler() : createVirtualScheduler(startAt);
}
