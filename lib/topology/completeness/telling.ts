import type { Saga } from './saga.ts';
import { type Happening, happenings, type Situation } from './situation.ts';

/** What a run says in several happenings, told at once. */
export function merged(situation: Situation): readonly Happening[] {
  const told = new Map<string, { what: Happening['what']; run?: number; events: number[] }>();
  for (const { what, run, events } of happenings(situation)) {
    const key = run === undefined ? `${what} ${events.join()}` : `${what} ${run}`;
    const known = told.get(key);
    if (known) known.events.push(...events);
    else told.set(key, { what, events: [...events], ...(run === undefined ? {} : { run }) });
  }
  return [...told.values()];
}

/** Steps that are done and hear of something that is out. */
export function undoneSteps({ runs, steps }: Saga, { out, outcomes }: Situation): readonly number[] {
  return steps.filter((step) => outcomes[step] === 'succeeded' && runs[step]?.undoneBy.some((event) => out[event]));
}
