import type { Clock } from '../runtime/ports/clock.ts';

/** Spreads work over time. */
export interface Pace {
  /** Waits until `count` more may begin; `false`: that would be after `deadline` (milliseconds since 1970), and nothing was waited for. */
  ready(count: number, deadline?: number): Promise<boolean>;
  /** How many may begin together at most. */
  readonly together: number;
}

/** Most that begin at once: what one call to SQS takes. */
const TOGETHER_MAX = 10;
/** Parts of a second into which the rate is spread. */
const STEPS_PER_SECOND = 5;
/** Milliseconds that may be caught up after something took long, e.g. a throttled queue. */
const CATCH_UP_MILLISECONDS = 1_000;

/** Keeps to a rate by the clock: what follows is due at fixed times, so waits and slow calls do not add up. */
export function createPace(clock: Clock, perSecond: number): Pace {
  let next: number | undefined;
  let spacing = 0;
  return {
    together: Math.max(1, Math.min(TOGETHER_MAX, Math.floor(perSecond / STEPS_PER_SECOND))),
    async ready(count, deadline = Number.POSITIVE_INFINITY) {
      const now = clock.now();
      // Nothing is further ahead than what began last takes, unless the clock was set back.
      const due = Math.min(Math.max(next ?? now, now - CATCH_UP_MILLISECONDS), now + spacing);
      if (due > deadline) return false;
      if (due > now) await clock.sleep(Math.ceil(due - now));
      spacing = (count * 1000) / perSecond;
      next = due + spacing;
      return true;
    },
  };
}
