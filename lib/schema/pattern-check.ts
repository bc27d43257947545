import { isChoreographyError } from '../contract/errors.ts';
import { overlap } from './character-set.ts';
import { type Automaton, automaton } from './pattern-automaton.ts';
import { parsePattern, refusePattern } from './pattern-parse.ts';

/** Characters of a pattern. */
const PATTERN_LENGTH_MAX = 500;
/** Ways to read the same text that alternatives and options outside of repetitions may add up to. */
const READINGS_MAX = 4_096;
/** Steps of one check. */
const STEPS_MAX = 2_000_000;

type Tuple = readonly number[];

/** Tuples of states that can be reached from `start`, all components reading the same characters and each staying in its `within`. */
function reach(
  { sets, follow }: Automaton,
  start: Tuple,
  within: readonly (ReadonlySet<number> | undefined)[],
  budget: { steps: number },
): ReadonlyMap<string, Tuple> {
  const found = new Map<string, Tuple>();
  const pending = [start];
  for (let tuple = pending.pop(); tuple !== undefined; tuple = pending.pop()) {
    let nexts: Tuple[] = [[]];
    for (const [component, state] of tuple.entries()) {
      const allowed = (follow[state] ?? []).filter((next) => within[component]?.has(next) ?? true);
      nexts = nexts.flatMap((prefix) =>
        allowed.filter((next) => prefix.every((other) => overlap(sets[other] ?? [], sets[next] ?? []))).map((next) => [...prefix, next]),
      );
      budget.steps -= nexts.length + 1;
      if (budget.steps < 0) refusePattern('it is too complicated to check');
    }
    for (const next of nexts) {
      if (found.has(next.join())) continue;
      found.set(next.join(), next);
      pending.push(next);
    }
  }
  return found;
}

/** For every state that can come back to itself: the states on such ways, itself included. */
function loops(machine: Automaton): ReadonlyMap<number, ReadonlySet<number>> {
  const after = machine.follow.map((_, state) => {
    const seen = new Set<number>();
    const pending = [state];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const fresh = (machine.follow[next] ?? []).filter((following) => !seen.has(following));
      pending.push(...fresh);
      for (const following of fresh) seen.add(following);
    }
    return seen;
  });
  const result = new Map<number, ReadonlySet<number>>();
  for (const [state, seen] of after.entries()) {
    if (seen.has(state)) result.set(state, new Set([...seen].filter((other) => after[other]?.has(state))));
  }
  return result;
}

/** Exponential: inside a loop, one text leads back to the same state in two ways (Weber and Seidl 1991). */
function checkLoops(machine: Automaton, inLoops: ReadonlyMap<number, ReadonlySet<number>>, budget: { steps: number }): void {
  const done = new Set<ReadonlySet<number> | number>();
  for (const [state, loop] of inLoops) {
    if (done.has(state)) continue;
    for (const other of loop) done.add(other);
    for (const pair of reach(machine, [state, state], [loop, loop], budget).values()) {
      if (pair[0] === pair[1] || !reach(machine, pair, [loop, loop], budget).has(`${state},${state}`)) continue;
      refusePattern('a repeated part can read the same text in two ways, as (a|a)* does: the time doubles with every character');
    }
  }
}

/** Polynomial: two loops in a row can share a text, as in `\s*\s*$`. */
function checkNeighbours(machine: Automaton, inLoops: ReadonlyMap<number, ReadonlySet<number>>, budget: { steps: number }): void {
  for (const [state, loop] of inLoops) {
    for (const [other, otherLoop] of inLoops) {
      if (loop.has(other) || !reach(machine, [state, state, other], [loop, undefined, otherLoop], budget).has(`${state},${other},${other}`))
        continue;
      refusePattern(
        state === 0
          ? 'it has no ^ at its start and repeats something, so every place in the text is tried; start it with ^'
          : 'two repeated parts in a row can share the same characters; put something between them that neither can match',
      );
    }
  }
}

function checkReadings({ sets, follow }: Automaton): void {
  let readings = 1;
  for (const next of follow) {
    const shared = next.map((state) => next.filter((other) => overlap(sets[state] ?? [], sets[other] ?? [])).length);
    readings *= Math.max(1, ...shared);
  }
  if (readings > READINGS_MAX) refusePattern('its options and alternatives can read the same text in too many ways');
}

/**
 * Why a pattern could take long on some text; `undefined` when its time grows with the length of the text only. Decided
 * on the automaton of the pattern, so that `^[a-z]+(-[a-z]+)*$` passes and `^(a|a)*$` does not; a bounded repetition is
 * taken for an unbounded one.
 */
export function patternRisk(source: string): string | undefined {
  if (source.length > PATTERN_LENGTH_MAX) return `it is longer than ${PATTERN_LENGTH_MAX} characters`;
  try {
    new RegExp(source, 'u');
  } catch {
    return 'it is not a regular expression that JavaScript reads in Unicode mode';
  }
  const budget = { steps: STEPS_MAX };
  try {
    const machine = automaton(parsePattern(source));
    const inLoops = loops(machine);
    checkLoops(machine, inLoops, budget);
    checkNeighbours(machine, inLoops, budget);
    checkReadings(machine);
  } catch (error) {
    if (isChoreographyError(error, 'SCHEMA_UNSAFE')) return error.message;
    throw error;
  }
  return undefined;
}
