import { ChoreographyError } from '../../contract/errors.ts';
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
  const message = `${stepsMax} things happened, and there is still work: something triggers itself again and again, or the run needs a larger stepsMax.`;
  return new ChoreographyError('SIMULATION_ENDLESS', message, { details: { stepsMax } });
}

/** Those that go on when some of `goals` end. */
function without(goals: readonly OpenGoal[], ending: readonly OpenGoal[], end: (goal: OpenGoal) => void): readonly OpenGoal[] {
  for (const goal of ending) end(goal);
  return ending.length === 0 ? goals : goals.filter((goal) => !ending.includes(goal));
}

/** Goals that are met first; else the first ones whose time is over, as time stands still for who waited for it. */
function settleGoals(goals: readonly OpenGoal[], steps: number, nextTime: number, reach: (time: number) => void): readonly OpenGoal[] {
  const met = goals.filter(({ done }) => done?.());
  if (met.length > 0) return without(goals, met, ({ resolve }) => resolve(true));
  const first = Math.min(...goals.map(({ until = Number.MAX_VALUE }) => until));
  if (nextTime > first) {
    const over = goals.filter(({ until = Number.MAX_VALUE }) => until === first);
    return without(goals, over, ({ done, until, resolve }) => {
      if (!done && until !== undefined) reach(until);
      resolve(done === undefined);
    });
  }
  const long = goals.filter(({ startedAt, stepsMax = STEPS_MAX }) => steps - startedAt >= stepsMax);
  return without(goals, long, ({ reject, stepsMax = STEPS_MAX }) => reject(endless(stepsMax)));
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
      if (before > 0) goals = settleGoals(goals, steps, nextTime, reach);
      return ended || goals.length < before;
    },
    step() {
      steps += 1;
    },
  };
}
