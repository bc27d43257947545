import type { Saga, SagaRun } from './saga.ts';

/** What can come about in a saga although something else does not. Runs by index. */
interface Reach {
  readonly begun: ReadonlySet<number>;
  readonly done: ReadonlySet<number>;
}

/** Events that must not come, and events that no run that succeeds may have scheduled. */
interface Without {
  readonly events?: readonly number[];
  readonly scheduled?: readonly number[];
}

/**
 * The runs that can begin, and those that can be done, without some events. Every way is followed on its own, so what two
 * ways exclude from each other counts as possible.
 */
function reach({ events, runs, takers, free, after, steps }: Saga, { events: never = [], scheduled = [] }: Without): Reach {
  const [out, begun, done] = [new Set<number>(), new Set<number>(), new Set<number>()];
  const answers = [...events.keys()].filter((event) => after[event]?.length);
  const tellers = steps.filter((step) => runs[step]?.undoEmits.length);
  const say = (said: readonly number[]) => {
    for (const event of said) if (!never.includes(event)) out.add(event);
  };
  const sayUndone = (step: number) => {
    const { undoneBy, undoEmits } = runs[step] as SagaRun;
    if (done.has(step) && undoneBy.some((event) => out.has(event))) say(undoEmits);
  };
  say([...events.keys()].filter((event) => free[event]));
  for (const event of out) {
    say(answers.filter((next) => after[next]?.includes(event)));
    for (const run of takers[event] ?? []) {
      const one = runs[run] as SagaRun;
      begun.add(run);
      say(one.fails);
      if (one.schedules.some((timer) => scheduled.includes(timer))) continue;
      done.add(run);
      say([...one.emits, ...one.schedules]);
    }
    for (const step of tellers) sayUndone(step);
  }
  return { begun, done };
}

/** A scheduled event, who schedules it, and the runs that can begin although it has not come. */
interface Timer {
  readonly event: number;
  readonly schedulers: readonly number[];
  readonly before: ReadonlySet<number>;
}

function timersOf(saga: Saga): readonly Timer[] {
  return saga.sources.flatMap((sources, event) => {
    const schedulers = sources.flatMap(({ run, as }) => (as === 'schedules' ? [run] : []));
    return schedulers.length === 0 ? [] : [{ event, schedulers, before: reach(saga, { events: [event] }).begun }];
  });
}

/** Events that undo a step and that a timer may lead to, without these runs. */
function undoing(
  { runs, takers }: Saga,
  { event: timer }: Timer,
  triggers: ReadonlySet<number>,
  never: readonly number[],
): readonly number[] {
  const reached = new Set([timer]);
  for (const event of reached)
    for (const run of takers[event] ?? [])
      if (!never.includes(run)) for (const next of [...(runs[run]?.emits ?? []), ...(runs[run]?.fails ?? [])]) reached.add(next);
  return [...reached].filter((event) => triggers.has(event));
}

/** The deadlines that a run can count on. */
export interface Deadlines {
  /** Events that undo steps and that follow on a scheduled event. */
  readonly undoing: readonly number[];
  /** Runs that schedule such an event. */
  readonly schedulers: readonly number[];
  /** One is scheduled on every way on which the run begins. */
  readonly isSureBefore: boolean;
  /** One is scheduled on every way on which the run is done: before, or by the run itself. */
  readonly isSureAfter: boolean;
}

/**
 * Looks up the deadlines that a run can count on while other runs never end. One that must have passed for the run to
 * begin is none any more.
 */
export function createDeadlines(saga: Saga): (run: number, never: readonly number[]) => Deadlines {
  const timers = timersOf(saga);
  const triggers = new Set(saga.runs.flatMap(({ undoneBy }) => undoneBy));
  return (run, never) => {
    const ends = timers.flatMap((timer) => {
      const undone = timer.before.has(run) ? undoing(saga, timer, triggers, never) : [];
      return undone.length > 0 ? [{ ...timer, undone }] : [];
    });
    const { begun, done } = reach(saga, { scheduled: ends.map(({ event }) => event) });
    return {
      undoing: [...new Set(ends.flatMap(({ undone }) => undone))],
      schedulers: [...new Set(ends.flatMap(({ schedulers }) => schedulers))],
      isSureBefore: ends.length > 0 && !begun.has(run),
      isSureAfter: !done.has(run),
    };
  };
}

/** Runs that take what a step emits, and go on from there: steps, and reactions that emit. */
function answeringTo({ runs, takers }: Saga, { emits }: SagaRun): readonly number[] {
  return emits.flatMap((event) => takers[event] ?? []).filter((run) => runs[run]?.isStep || runs[run]?.emits.length);
}

/** A step that waits for others, and its deadlines if those never end. */
export interface Wait extends Deadlines {
  readonly step: number;
}

/** The steps of a saga that wait for others. */
export function waitsOf(saga: Saga): readonly Wait[] {
  const deadlinesFor = createDeadlines(saga);
  return saga.steps.flatMap((step) => {
    const answering = answeringTo(saga, saga.runs[step] as SagaRun);
    return answering.length === 0 ? [] : [{ step, ...deadlinesFor(step, [step, ...answering]) }];
  });
}
