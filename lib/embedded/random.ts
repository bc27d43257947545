import { ChoreographyError } from '../contract/errors.ts';

/** Numbers by chance that are the same in every run with the same seed. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number of at least 0, below `below`. */
  integer(below: number): number;
  /** `true` with this probability; 0 and 1 draw no number. */
  chance(probability: number): boolean;
  /** One of the items. @throws RangeError when there is none */
  pick<Item>(items: readonly Item[]): Item;
  /**
   * An independent stream: it depends on the seed and the name, not on how much was drawn before, so one part of the
   * world that draws more does not change the others.
   */
  fork(name: string): Random;
}

const TWO_TO_32 = 4_294_967_296;

/** Spreads a text over 32 bits: FNV-1a (Fowler, Noll, Vo), then the finalizer of MurmurHash3 (Appleby, public domain). */
export function hash32(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** xoshiro128** (Blackman and Vigna, public domain): four words of state, passes the usual statistical batteries. */
function xoshiro128(seed: string): () => number {
  let [a, b, c, d] = [hash32(seed, 1), hash32(seed, 2), hash32(seed, 3), hash32(seed, 4) || 1];
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/** The seed of a whole run, as it is: one that cannot be typed again repeats nothing. @throws INVALID_SEED */
export function checkSeed(seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new ChoreographyError('INVALID_SEED', `The seed is ${String(seed)}: give a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`, {
    details: { seed: String(seed) },
  });
}

/** A seeded generator. Not for secrets. */
export function createRandom(seed: number | string): Random {
  const draw = xoshiro128(String(seed));
  const next = () => draw() / TWO_TO_32;
  return {
    next,
    integer: (below) => Math.floor(next() * below),
    chance: (probability) => probability > 0 && (probability >= 1 || next() < probability),
    pick(items) {
      if (items.length === 0) throw new RangeError('There is nothing to pick from.');
      return items[Math.floor(next() * items.length)] as (typeof items)[number];
    },
    fork: (name) => createRandom(JSON.stringify([seed, name])),
  };
}
