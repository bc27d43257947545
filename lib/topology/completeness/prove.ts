import { BudgetSpent, DECISIONS_MAX } from './budget.ts';
import { type Counterexample, counterexampleOf } from './counterexample.ts';
import type { Saga, SagaRun } from './saga.ts';
import { type Danger, dangerOf, playOn, settle } from './settle.ts';
import { beginning, happenings, type Question, type Situation } from './situation.ts';
import { supportEvent, supportSuccess } from './support.ts';

/** A step that hears of a failure only by way of a later one. */
export interface LateUndo {
  readonly saga: string;
  readonly reaction: string;
  readonly after: string;
  /** What undoes it in the end. */
  readonly until: string;
}

/** What the proof of one saga came to. */
export interface SagaProof {
  /** The message that begins it. */
  readonly saga: string;
  /** Ids of its steps. */
  readonly steps: readonly string[];
  readonly counterexamples: readonly Counterexample[];
  readonly late: readonly LateUndo[];
  /** There is an ending without a failure. */
  readonly completes: boolean;
  /** The budget was enough: with no counterexample, every ending is whole. */
  readonly decided: boolean;
}

interface Found {
  readonly after: number;
  readonly support: Situation;
  readonly rest?: Situation;
}

/** Events that say that a saga has failed: what undoes a step, and what a reaction fails with, also one that is no step itself. */
export function failuresOf({ runs }: Saga): readonly number[] {
  return [...new Set(runs.flatMap(({ undoneBy, fails }) => [...undoneBy, ...fails]))];
}

/** A question about a saga without events that must not come. */
export function openQuestion(saga: Saga, banned: readonly number[] = [], budget = { left: DECISIONS_MAX }): Question {
  const events = new Uint8Array(saga.events.length);
  for (const event of banned) events[event] = 1;
  return { saga, banned: events, budget };
}

/** Situations in which the run has succeeded and the event is out. */
export function* bothIn(question: Question, run: number, event: number): Generator<Situation, void, undefined> {
  for (const done of supportSuccess(question, beginning(question.saga), run)) yield* supportEvent(question, done, event);
}

/** Situations in which the run succeeded without the event, which came nevertheless: the run is no consequence of it. */
export function* doneBefore(saga: Saga, run: number, event: number): Generator<Situation, void, undefined> {
  const open = openQuestion(saga);
  const without = openQuestion(saga, [event], open.budget);
  for (const done of supportSuccess(without, beginning(saga), run)) yield* supportEvent(open, done, event);
}

function search(question: Question, danger: Danger, run: number, after: number): Found | undefined {
  let first: Situation | undefined;
  for (const support of bothIn(question, run, after)) {
    first ??= support;
    const rest = settle(question, support, danger);
    if (rest) return { after, support, rest };
  }
  return first && { after, support: first };
}

/** Without what only follows from another failure that is found as well: the first one is the cause. */
function causes(found: readonly Found[]): readonly Found[] {
  return found.filter(({ after, support }) => {
    const order = happenings(support).flatMap(({ events }) => events);
    return !found.some(
      (other) => other.after !== after && order.includes(other.after) && order.indexOf(other.after) < order.indexOf(after),
    );
  });
}

/** The nearest event that undoes the step and that a failure leads to by itself. */
function untilAfter({ takers, runs }: Saga, undoneBy: readonly number[], after: number): number | undefined {
  const reached = new Set([after]);
  for (const event of reached) {
    if (undoneBy.includes(event)) return event;
    for (const run of takers[event] ?? []) for (const next of [...(runs[run]?.emits ?? []), ...(runs[run]?.fails ?? [])]) reached.add(next);
  }
  return undefined;
}

/** The first event that undoes the step, if the saga goes on without anything banned; what the failure leads to comes before a deadline. */
function untilOf(saga: Saga, run: number, { after, support }: Found): string {
  const { undoneBy } = saga.runs[run] as SagaRun;
  const free = openQuestion(saga);
  const order = happenings(playOn(free, support, dangerOf(free))).flatMap(({ events }) => events);
  const until = untilAfter(saga, undoneBy, after) ?? order.find((event) => undoneBy.includes(event)) ?? undoneBy[0] ?? 0;
  return saga.events[until] as string;
}

/** Whether the saga can come to rest without a failure. */
function canComplete(question: Question): boolean {
  return settle(question, beginning(question.saga), dangerOf(question)) !== undefined;
}

/**
 * Looks at all ways in which a saga can end, failures, deadlines and races included, for one in which a step stays done
 * although the saga has failed. A step that is done is asked for with every failure that it does not hear: can both be,
 * and can the saga come to rest without anything that undoes the step?
 *
 * Assumed, because a manifest cannot say more: a reaction that succeeds emits at least one event of `emits` and schedules
 * all of `schedules`; what an undo emits may stay out; a reaction without a compensation may say nothing only if its
 * service has decided before: a step of it failed or is undone, or another of its last reactions ran, and of those that
 * emit without a compensation only the first does. What ends as a dead letter without a word is visibly parked and counts as an ending.
 */
export function proveSaga(saga: Saga): SagaProof {
  const budget = { left: DECISIONS_MAX };
  const failures = failuresOf(saga);
  const counterexamples: Counterexample[] = [];
  const late: LateUndo[] = [];
  let completes = true;
  const head = { saga: saga.root.type, steps: saga.steps.map((step) => (saga.runs[step] as SagaRun).reaction.id) };
  try {
    completes = canComplete(openQuestion(saga, failures, budget));
    for (const run of saga.steps) {
      const { undoneBy, reaction } = saga.runs[run] as SagaRun;
      const question = openQuestion(saga, undoneBy, budget);
      const danger = dangerOf(question);
      const candidates = failures.filter((event) => !undoneBy.includes(event));
      const found = candidates.flatMap((after) => search(question, danger, run, after) ?? []);
      for (const { after, rest } of causes(found.filter((one) => one.rest))) {
        if (rest) counterexamples.push(counterexampleOf(saga, { run, after, rest, whole: playOn(question, rest, danger) }));
      }
      for (const one of causes(found)) {
        if (one.rest) continue;
        late.push({ saga: head.saga, reaction: reaction.id, after: saga.events[one.after] as string, until: untilOf(saga, run, one) });
      }
    }
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    return { ...head, counterexamples, late, completes, decided: false };
  }
  return { ...head, counterexamples, late, completes, decided: true };
}
