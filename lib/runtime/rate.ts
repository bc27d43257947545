import type { PublishRate } from '../contract/service.ts';
import type { Clock } from './ports/clock.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Tokens that events cost, taken before reacting, so that what is committed can go out. */
export interface RateLimit {
  /** Waits until there is a token or the deadline (milliseconds since 1970) has come; `false`: it has. */
  ready(deadline: number): Promise<boolean>;
  /** Whether `ready` would have to wait. */
  empty(): boolean;
  /** Charges what is to be emitted; the balance may go below zero, and is not given back when a commit is refused. */
  charge(events: number): void;
}

const unlimited: RateLimit = { ready: async () => true, empty: () => false, charge: () => {} };

/** A token bucket per instance. */
export function createRateLimit(rate: PublishRate | undefined, clock: Clock): RateLimit {
  if (!rate) return unlimited;
  const { eventsPerSecond, burst = eventsPerSecond } = rate;
  const bucket = createTokenBucket(eventsPerSecond, burst, clock);
  return {
    async ready(deadline) {
      if (bucket.balance() > 0) return true;
      const waitMilliseconds = bucket.waitMilliseconds();
      if (clock.now() + waitMilliseconds > deadline) return false;
      await clock.sleep(waitMilliseconds);
      return true;
    },
    empty: () => bucket.balance() <= 0,
    charge: bucket.take,
  };
}
