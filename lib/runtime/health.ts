import { isChoreographyError } from '../contract/errors.ts';
import type { Clock } from './ports/clock.ts';
import type { Store } from './ports/store.ts';

/** How often a success is written to the store, in milliseconds, per reaction and instance. */
const NOTE_EVERY_MILLISECONDS = 60_000;

/** Evidence for telling one bad message from an outage: when did each reaction last succeed, here or elsewhere? */
export interface Health {
  /** Returns a promise only where the success is to be noted in the store. */
  succeeded(reaction: string): Promise<void> | undefined;
  /** Whether another message of the reaction succeeded since then (milliseconds since 1970). */
  succeededSince(reaction: string, since: number): Promise<boolean>;
  /** Counts technical give-ups; a success starts again from 0. */
  gaveUp(): number;
  /** The consumer was resumed: counting starts again from 0. */
  resumed(): void;
}

/** In memory, and once a minute in the store, so that instances learn from each other. */
export function createHealth(store: Store, clock: Clock): Health {
  const seen = new Map<string, number>();
  const noted = new Map<string, number>();
  let inARow = 0;
  async function note(reaction: string, now: number): Promise<void> {
    noted.set(reaction, now);
    try {
      await store.noteSuccess(reaction, now);
    } catch (error) {
      if (!isChoreographyError(error)) throw error; // best effort: the next success notes it again
      noted.delete(reaction);
    }
  }
  return {
    succeeded(reaction) {
      const now = clock.now();
      inARow = 0;
      seen.set(reaction, now);
      return now - (noted.get(reaction) ?? 0) < NOTE_EVERY_MILLISECONDS ? undefined : note(reaction, now);
    },
    async succeededSince(reaction, since) {
      if ((seen.get(reaction) ?? 0) > since) return true;
      return ((await store.lastSuccess(reaction)) ?? 0) > since;
    },
    gaveUp() {
      inARow += 1;
      return inARow;
    },
    resumed() {
      inARow = 0;
    },
  };
}
