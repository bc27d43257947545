import { ChoreographyError } from '../contract/errors.ts';
import type { RunGoal } from './world-clock.ts';

/** Things that may happen in one run before it counts as endless. */
const STEPS_MAX = 50_000_000;

/** The runs that somebody waits for, and how they end. */
export interface RunGoals {
  readonly some: boolean;
  open(goal: RunGoal): Promise<boolean>;
  fail(error: unknown): void;
  /** Ends goals that are met, or that what comes next at `nextTime` cannot meet; tells whether any ended. */
  settle(nextTime: number, reach: (time: number) => void): boolean;
  /** Counts one thing that happened. */
  step(): void;
}

interface OpenGoal extends RunGoal {
  steps: number;
  resolve(done: boolean): void;
  reject(error: unknown): void;
}

function endless(stepsMax: number): ChoreographyError {
  const message = `${stepsMax} things happened, and there is still work: something sets itself off again and again, or the run needs a larger stepsMax.`;
  return new ChoreographyError('SIMULATION_ENDLESS', message, { details: { stepsMax } });
}

/** Ends a goal if it is to end; tells whether it did. */
function settleGoal(goal: OpenGoal, nextTime: number, reach: (time: number) => void): boolean {
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
  if (goal.steps < stepsMax) return false;
  goal.reject(endless(stepsMax));
  return true;
}

/** No goal yet. */
export function createRunGoals(): RunGoals {
  let goals: readonly OpenGoal[] = [];
  let failure: { readonly error: unknown } | undefined;
  return {
    get some() {
      return goals.length > 0;
    },
    open: (goal) =>
      new Promise((resolve, reject) => {
        goals = [...goals, { ...goal, steps: 0, resolve, reject }];
      }),
    fail(error) {
      failure ??= { error };
    },
    settle(nextTime, reach) {
      const before = goals;
      if (failure && before.length > 0) {
        for (const goal of before) goal.reject(failure.error);
        failure = undefined;
        goals = [];
      } else goals = before.filter((goal) => !settleGoal(goal, nextTime, reach));
      return goals.length < before.length;
    },
    step() {
      for (const goal of goals) goal.steps += 1;
    },
  };
}
