import { isChoreographyError } from '../contract/errors.ts';
import type { Unit } from '../runtime/journal/unit.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { Store, UnitOutcome } from '../runtime/ports/store.ts';

/** Tries of one call to a port, the first one included. */
const TRIES_MAX = 6;
/** Milliseconds before the second try; doubles. */
const WAIT_MILLISECONDS = 200;
const WAIT_MILLISECONDS_MAX = 5_000;

function isPassing(error: unknown): boolean {
  return isChoreographyError(error) && error.retryable && error.code !== 'CURSOR_EXPIRED';
}

/**
 * Calls a port again while it says that trying later may help, for about ten seconds; one person works here, so the wait
 * has no jitter and a run is the same each time. The last error is thrown.
 */
export async function withPatience<Value>(clock: Clock, call: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= TRIES_MAX || !isPassing(error)) throw error;
      await clock.sleep(Math.min(WAIT_MILLISECONDS_MAX, WAIT_MILLISECONDS * 2 ** (attempt - 1)));
    }
  }
}

/**
 * Commits one unit about a dead letter. After a commit with an unknown outcome the same unit is sent again; a document
 * that carries the unit's id by then proves that it was in already.
 */
export async function commitLetter(clock: Clock, store: Store, unit: Unit, letter: string): Promise<UnitOutcome> {
  const [outcome = { status: 'conflict' }] = await withPatience(clock, () => store.commit([unit]));
  if (outcome.status === 'committed' || outcome.status === 'invalid') return outcome;
  const { deadLetters } = await withPatience(clock, () => store.read({ deadLetters: [letter] }));
  return deadLetters.get(letter)?.version === unit.id ? { status: 'committed' } : outcome;
}
