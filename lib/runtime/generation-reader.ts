import { FIRST_GENERATION } from './journal/generations.ts';
import { storeIn } from './journal/in-generation.ts';
import type { Store } from './ports/store.ts';

/** Reads from the current generation of a service's state, outside a reaction. */
export interface GenerationReader {
  /** A read that begins after a switch is from the new generation. */
  from<Value>(store: Store, read: (store: Store) => Promise<Value>): Promise<Value>;
}

/** Switches that one read may meet: each takes seconds. */
const SWITCHES_MAX = 3;

/**
 * Reads where the last read was, and asks meanwhile whether that is still the current generation: a read takes as long as
 * one call, and after a switch, once, as two.
 */
export function createGenerationReader(): GenerationReader {
  let known = FIRST_GENERATION.current;
  return {
    async from(store, read) {
      for (let attempt = 1; ; attempt += 1) {
        const asked = known;
        const [found, { current } = FIRST_GENERATION] = await Promise.all([read(storeIn(store, asked)), store.generations()]);
        known = current;
        if (asked === current || attempt >= SWITCHES_MAX) return found;
      }
    },
  };
}
