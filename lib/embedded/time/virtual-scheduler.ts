import { createRunGoals } from './run-goals.ts';
import { createTimerHeap, type TimerEntry } from './timer-heap.ts';
import { createHolds, every, type MachineTimers, type RunGoal, type Scheduler, type Timer } from './world-clock.ts';

/** Real milliseconds for which virtual time stands still for something outside. */
const OUTSIDE_MILLISECONDS_MAX = 50;

/**
 * Virtual time: one thing happens, then everything that follows from it without waiting, then the next. V8 runs
 * microtasks in a fixed order, and `setImmediate` (2 microseconds) comes after the last of them; so the same program
 * does the same every time.
 */
export class VirtualScheduler implements Scheduler {
  readonly #heap = createTimerHeap();
  readonly #goals = createRunGoals();
  readonly #timers: MachineTimers;
  readonly #outside = new Set<Promise<unknown>>();
  readonly #step = () => this.#next();
  #now: number;
  #sequence = 0;
  /** Entries that are not in the background. */
  #entries = 0;
  readonly #holds = createHolds();
  #running = false;
  /** The sequence number at which waiting for the outside was given up. */
  #waitedAt = -1;

  constructor(startAt: number, timers: MachineTimers) {
    this.#now = startAt;
    this.#timers = timers;
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#push(this.#now + milliseconds, resolve, false);
    });
  }

  at(time: number, run: () => void, { background = false }: { readonly background?: boolean } = {}): Timer {
    const entry = this.#push(time, run, background);
    return {
      cancel: () => {
        if (this.#heap.cancel(entry) && !background) this.#entries -= 1;
      },
    };
  }

  every(milliseconds: number, run: () => void): Timer {
    return every(this, milliseconds, run);
  }

  hold(): () => void {
    return this.#holds.hold();
  }

  outside<Value>(promise: Promise<Value>): Promise<Value> {
    this.#outside.add(promise);
    const forget = () => this.#outside.delete(promise);
    promise.then(forget, forget);
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
    this.#start();
    return ended;
  }

  finish<Value>(promise: Promise<Value>): Promise<Value> {
    const answer = this.#goals.awaitAnswer(promise);
    this.#start();
    return answer;
  }

  #start(): void {
    if (!this.#running) this.#timers.soon(this.#step);
    this.#running = true;
  }

  #push(time: number, run: () => void, background: boolean): TimerEntry {
    this.#sequence += 1;
    const entry: TimerEntry = { time: Math.max(time, this.#now), sequence: this.#sequence, background, run };
    this.#heap.push(entry);
    if (!background) this.#entries += 1;
    if (this.#goals.some) this.#start();
    return entry;
  }

  /** Whether something is under way that virtual time must not run away from. */
  #isOutside(): boolean {
    return this.#outside.size > 0 || (this.#holds.some && this.#entries === 0 && this.#waitedAt !== this.#sequence);
  }

  #waitOutside(left: number): void {
    if (this.#isOutside() && left > 0) {
      this.#timers.later(() => this.#waitOutside(left - 1), 1);
      return;
    }
    this.#outside.clear(); // it hangs, or waits for virtual time itself
    this.#waitedAt = this.#sequence;
    this.#timers.soon(this.#step);
  }

  #next(): void {
    if (this.#isOutside()) {
      this.#waitOutside(OUTSIDE_MILLISECONDS_MAX);
      return;
    }
    const next = this.#heap.peek();
    const ended = this.#goals.settle(next?.time ?? Number.POSITIVE_INFINITY, (time) => {
      if (time > this.#now) this.#now = time;
    });
    if (!ended && next && this.#goals.some) this.#happen(this.#heap.pop() as TimerEntry);
    // Once more after a goal has ended: who waited for it goes first. Without anything to come, a new entry goes on.
    this.#running = ended || (this.#goals.some && next !== undefined);
    if (this.#running) this.#timers.soon(this.#step);
  }

  #happen(entry: TimerEntry): void {
    const { run } = entry;
    this.#now = entry.time;
    entry.run = undefined;
    if (!entry.background) this.#entries -= 1;
    this.#goals.step();
    try {
      run?.();
    } catch (error) {
      this.#goals.fail(error);
    }
  }
}
