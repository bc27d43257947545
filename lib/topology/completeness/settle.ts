import { spend } from './budget.ts';
import type { SagaRun } from './saga.ts';
import { follow, isSilenced, type Question, type Situation, succeed } from './situation.ts';
import { supportEvent, supportSuccess } from './support.ts';

/** What cannot be set off without a banned event coming out in the end, whatever is chosen. */
export interface Danger {
  readonly events: Uint8Array;
  readonly runs: Uint8Array;
}

function isDangerous({ emits, fails, schedules }: SagaRun, events: Uint8Array): boolean {
  if (fails.some((event) => !events[event])) return false;
  return schedules.some((event) => events[event]) || (emits.length > 0 && emits.every((event) => events[event]));
}

/** Least set that holds the banned events and every run whose outcomes are all in it. */
export function dangerOf({ saga, banned }: Question): Danger {
  const events = Uint8Array.from(banned);
  const runs = new Uint8Array(saga.runs.length);
  const open = [...saga.events.keys()].filter((event) => banned[event]);
  const look = (run: number): void => {
    const one = saga.runs[run] as SagaRun;
    if (runs[run] || !isDangerous(one, events)) return;
    runs[run] = 1;
    for (const event of one.on) {
      if (events[event]) continue;
      events[event] = 1;
      open.push(event);
    }
  };
  for (let event = open.pop(); event !== undefined; event = open.pop()) for (const { run } of saga.sources[event] ?? []) look(run);
  return { events, runs };
}

/** The service has decided before: a rival or another run of the reaction has spoken, or a step of the service is off. */
function hasExcuse({ saga }: Question, { out, outcomes, said }: Situation, { reaction, rivals, deciders, siblings }: SagaRun): boolean {
  const isQuiet = (run: number) => saga.runs[run]?.emits.length === 0;
  if ([...rivals, ...deciders, ...siblings].some((other) => said[other])) return true;
  if (deciders.some((other) => isQuiet(other) && outcomes[other] === 'succeeded')) return true;
  return saga.steps.some((step) => {
    const { reaction: other, undoneBy } = saga.runs[step] as SagaRun;
    return other.service === reaction.service && (outcomes[step] === 'failed' || undoneBy.some((event) => out[event]));
  });
}

/** Events that would give the run an excuse. */
function excuses({ saga, banned }: Question, { reaction, rivals, deciders, siblings }: SagaRun): readonly number[] {
  const others = [...rivals, ...deciders, ...siblings].flatMap((run) => saga.runs[run]?.emits ?? []);
  const own = saga.steps.map((step) => saga.runs[step] as SagaRun).filter((step) => step.reaction.service === reaction.service);
  return [...others, ...own.flatMap(({ fails, undoneBy }) => [...fails, ...undoneBy])].filter((event) => !banned[event]);
}

/** Situations in which a step is told to undo, or the service of another run may have decided. */
function* excusedSituations(question: Question, situation: Situation, one: SagaRun): Generator<Situation, void, undefined> {
  const { isStep, undoneBy, deciders } = one;
  for (const event of isStep ? undoneBy : excuses(question, one)) yield* supportEvent(question, situation, event);
  for (const decider of isStep ? [] : deciders) yield* supportSuccess(question, situation, decider);
}

function* ways(question: Question, situation: Situation, run: number): Generator<Situation | undefined, void, undefined> {
  const one = question.saga.runs[run] as SagaRun;
  const { isStep, emits, fails } = one;
  if (situation.outcomes[run] === 'succeeded') {
    for (const event of emits) yield succeed(question, situation, run, [event]);
    return;
  }
  const still = isStep ? 'cancelled' : 'silent';
  if (!isStep && hasExcuse(question, situation, one)) {
    yield follow(question, situation, { what: still, run, events: [] });
    return; // whatever else it could do lets more out
  }
  for (const excused of excusedSituations(question, situation, one)) {
    if (excused.outcomes[run] !== 'open' || !(isStep || hasExcuse(question, excused, one))) continue;
    yield follow(question, excused, { what: still, run, events: [] });
  }
  for (const event of fails) yield follow(question, situation, { what: 'failed', run, events: [event] });
  if (isSilenced(situation, one)) return;
  if (emits.length === 0) yield succeed(question, situation, run, []);
  for (const event of emits) yield succeed(question, situation, run, [event]);
}

/** It succeeded, and what it emits is still open. */
function isOwing(situation: Situation, one: SagaRun, run: number): boolean {
  return situation.outcomes[run] === 'succeeded' && one.emits.length > 0 && !situation.said[run] && !isSilenced(situation, one);
}

/** A run that has something dangerous to decide. */
function undecided({ saga }: Question, situation: Situation, danger: Danger): number | undefined {
  const { out, outcomes } = situation;
  const found = saga.runs.findIndex((one, run) => {
    const { on, emits } = one;
    if (outcomes[run] === 'succeeded') return isOwing(situation, one, run) && emits.every((event) => danger.events[event]);
    return outcomes[run] === 'open' && danger.runs[run] === 1 && on.some((event) => out[event]);
  });
  return found < 0 ? undefined : found;
}

/**
 * Lets the saga come to rest without a banned event, or says that this cannot be: `undefined`. Runs that can end without
 * danger do so, which never makes it worse for others: what those need was put in by their own support.
 * @throws BudgetSpent
 */
export function settle(question: Question, situation: Situation, danger: Danger): Situation | undefined {
  spend(question.budget);
  const run = undecided(question, situation, danger);
  if (run === undefined) return situation;
  for (const next of ways(question, situation, run)) {
    const rest = next && settle(question, next, danger);
    if (rest) return rest;
  }
  return undefined;
}

/** What a run that may choose freely does, to tell the whole story. */
function choice(question: Question, situation: Situation, run: number, danger: Danger): Situation | undefined {
  const one = question.saga.runs[run] as SagaRun;
  const { isStep, emits, fails, schedules, undoneBy } = one;
  if (isStep && undoneBy.some((event) => situation.out[event])) return follow(question, situation, { what: 'cancelled', run, events: [] });
  if (!isStep && emits.length > 0 && hasExcuse(question, situation, one))
    return follow(question, situation, { what: 'silent', run, events: [] });
  const safe = emits.filter((event) => !danger.events[event]);
  const canSucceed = !schedules.some((event) => danger.events[event]) && (emits.length === 0 || safe.length > 0);
  if (canSucceed) return succeed(question, situation, run, safe);
  const failure = fails.find((event) => !danger.events[event]);
  return failure === undefined ? undefined : follow(question, situation, { what: 'failed', run, events: [failure] });
}

/** Plays on until nothing is left to do; only what is told depends on it. */
export function playOn(question: Question, situation: Situation, danger: Danger): Situation {
  const { runs } = question.saga;
  let now = situation;
  for (let turn = 0; turn < runs.length; turn += 1) {
    const run = runs.findIndex(
      (one, index) => (now.outcomes[index] === 'open' && one.on.some((event) => now.out[event])) || isOwing(now, one, index),
    );
    if (run < 0) return now;
    const safe = (runs[run] as SagaRun).emits.filter((event) => !danger.events[event]);
    const next = now.outcomes[run] === 'succeeded' ? succeed(question, now, run, safe) : choice(question, now, run, danger);
    if (!next) return now;
    now = next;
  }
  return now;
}
