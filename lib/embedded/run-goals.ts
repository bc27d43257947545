import { ChoreographyError } from '../contract/errors.ts';
import type { RunGoal } from './world-clock.ts';

/** Things that may happen in one run before it counts as endless. */
const STEPS_MAX = 50_000_000;

/** The runs that somebody waits for, and how they end. */
export interface RunGoals {
  readonly some: boolean;
  open(goal: RunGoal): Promise<boolean>;
  /** A run that ends when the promise does; costs nothing per step, so there may be thousands. */
  awaitAnswer<Value>(promise: Promise<Value>): Promise<Value>;
  fail(error: unknown): void;
  /** Ends goals that are met, or that what comes next at `nextTime` cannot meet; tells whether any ended since the last time. */
  settle(nextTime: number, reach: (time: number) => void): boolean;
  /** Counts one thing that happened. */
  step(): void;
}

interface OpenGoal extends RunGoal {
  readonly startedAt: number;
  resolve(done: boolean): void;
  reject(error: unknown): void;
}

interface Answer {
  readonly startedAt: number;
  reject(error: unknown): void;
}

function endless(stepsMax: number): ChoreographyError {
  const message = `${stepsMax} things happened, and there is still work: something sets itself off again and again, or the run needs a larger stepsMax.`;
  return new ChoreographyError('SIMULATION_ENDLESS', message, { details: { stepsMax } });
}

/** Ends a goal if it is to end; tells whether it did. */
function settleGoal(goal: OpenGoal, steps: number, nextTime: number, reach: (time: number) => void): boolean {
  const { done, until = Number.MAX_VALUE, stepsMax = STEPS_MAX } = goal;
  if (done?.()) {
    goal.resolve(true);
    return true;
  }
  if (nextTime > until) {
    if (!done && goal.until !== undefined) reach(until);
    goal.resolve(done === undefined);
    return true;
  }
  if (steps - goal.startedAt < stepsMax) return false;
  goal.reject(endless(stepsMax));
  return true;
}

/** No goal yet. */
export function createRunGoals(): RunGoals {
  let goals: readonly OpenGoal[] = [];
  const answers = new Set<Answer>();
  let failure: { readonly error: unknown } | undefined;
  let steps = 0;
  let answered = false;
  function failAll(error: unknown): void {
    for (const { reject } of [...goals, ...answers]) reject(error);
    goals = [];
    answers.clear();
  }
  return {
    get some() {
      return goals.length > 0 || answers.size > 0;
    },
    open: (goal) =>
      new Promise((resolve, reject) => {
        goals = [...goals, { ...goal, startedAt: steps, resolve, reject }];
      }),
    awaitAnswer: (promise) =>
      new Promise((resolve, reject) => {
        const answer: Answer = { startedAt: steps, reject };
        answers.add(answer);
        const end = () => {
          answered = answers.delete(answer) || answered;
        };
        promise.finally(end).then(resolve, reject);
      }),
    fail(error) {
      failure ??= { error };
    },
    settle(nextTime, reach) {
      const before = goals.length;
      const [oldest] = answers;
      const ended = answered;
      answered = false;
      if (failure && before + answers.size > 0) {
        failAll(failure.error);
        failure = undefined;
        return true;
      }
      if (oldest && steps - oldest.startedAt >= STEPS_MAX) {
        failAll(endless(STEPS_MAX));
        return true;
      }
      if (before > 0) goals = goals.filter((goal) => !settleGoal(goal, steps, nextTime, reach));
      return ended || goals.length < before;
    },
    step() {
      steps += 1;
    },
  };
}
