import type { Clock } from './ports/clock.ts';

/** Tokens that come back with time. */
export interface TokenBucket {
  /** Tokens that are there; below zero after more was taken than was there. */
  balance(): number;
  take(tokens: number): void;
  /** Milliseconds until there is a whole one; 0: there is. */
  waitMilliseconds(): number;
}

/** A bucket that is full at first. `perSecond`: tokens that come back; `burst`: tokens that fit in. */
export function createTokenBucket(perSecond: number, burst: number, clock: Clock): TokenBucket {
  let tokens = burst;
  let at = clock.now();
  function balance(): number {
    const now = clock.now();
    tokens = Math.min(burst, tokens + (Math.max(0, now - at) / 1000) * perSecond);
    at = now;
    return tokens;
  }
  return {
    balance,
    take(count) {
      tokens -= count;
    },
    waitMilliseconds: () => Math.max(0, Math.ceil(((1 - balance()) / perSecond) * 1000)),
  };
}
