import type { Saga, SagaRun } from './saga.ts';

/** How a run ended. `open`: not decided, or it never began. */
export type Outcome = 'open' | 'succeeded' | 'failed' | 'cancelled' | 'silent';

/** What happened, newest first. */
export interface Happening {
  readonly what: 'began' | 'succeeded' | 'failed' | 'cancelled' | 'silent' | 'undone' | 'answered';
  /** `undefined`: outside. */
  readonly run?: number;
  readonly events: readonly number[];
  readonly before?: Happening;
}

/** Some decisions of one saga and the events that are out by them; never changed, only followed by another. */
export interface Situation {
  readonly out: Uint8Array;
  readonly outcomes: readonly Outcome[];
  readonly said: Uint8Array;
  readonly last?: Happening;
}

/** Before anything but the root. */
export function beginning({ events, runs }: Saga): Situation {
  const out = new Uint8Array(events.length);
  out[0] = 1;
  return { out, outcomes: runs.map(() => 'open'), said: new Uint8Array(runs.length), last: { what: 'began', events: [0] } };
}

/** What is asked of a saga: can something come about without any of the banned events? */
export interface Question {
  readonly saga: Saga;
  readonly banned: Uint8Array;
  /** Decisions that may still be tried. */
  readonly budget: { left: number };
}

/** The situation after one more happening, or `undefined` if that lets a banned event out. */
export function follow(
  { saga, banned }: Question,
  situation: Situation,
  { what, events, run }: Omit<Happening, 'before'>,
): Situation | undefined {
  if (events.some((event) => banned[event])) return undefined;
  const out = Uint8Array.from(situation.out);
  for (const event of events) out[event] = 1;
  const last = { what, events, ...(run === undefined ? {} : { run }), ...(situation.last ? { before: situation.last } : {}) };
  if (run === undefined || what === 'undone') return { ...situation, out, last };
  const outcomes = situation.outcomes.with(run, what as Outcome);
  const emits = saga.runs[run]?.emits ?? [];
  if (what !== 'succeeded' || !events.some((event) => emits.includes(event))) return { out, outcomes, said: situation.said, last };
  const said = Uint8Array.from(situation.said);
  said[run] = 1;
  return { out, outcomes, said, last };
}

/** The runs succeeds, saying `emits`; what it schedules comes with that. */
export function succeed(question: Question, situation: Situation, run: number, emits: readonly number[]): Situation | undefined {
  const { schedules = [] } = question.saga.runs[run] ?? {};
  const fresh = situation.outcomes[run] === 'succeeded' ? [] : schedules;
  return follow(question, situation, { what: 'succeeded', run, events: [...emits, ...fresh] });
}

/** The oldest first. */
export function happenings({ last }: Situation): readonly Happening[] {
  const all: Happening[] = [];
  for (let one = last; one; one = one.before) all.push(one);
  return all.reverse();
}

/** Whether a rival had the last word of the service. */
export function isSilenced({ said }: Situation, { rivals }: SagaRun): boolean {
  return rivals.some((rival) => said[rival]);
}
