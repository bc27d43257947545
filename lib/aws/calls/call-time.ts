import type { Clock } from '../../runtime/ports/clock.ts';

/** Milliseconds before the end of an invocation at which its calls are over: what is left is for the answer and the metrics. */
const MARGIN_MILLISECONDS = 500;

/**
 * How long calls may take: not beyond the invocation that runs now. One for all clients of a process, which runs one
 * invocation at a time; outside of one there is no end.
 */
export interface CallTime {
  /** An invocation began that the platform stops at this moment, in milliseconds since 1970. */
  endsAt(deadline: number): void;
  /** Milliseconds in which a call that begins now must be over; infinite without an end. */
  left(): number;
  /** The clock whose waits are over by then, too. */
  readonly clock: Clock;
}

/** A time without an end yet. */
export function createCallTime(clock: Clock): CallTime {
  let end = Number.POSITIVE_INFINITY;
  const left = (): number => Math.max(0, end - clock.now());
  return {
    endsAt(deadline) {
      end = deadline - MARGIN_MILLISECONDS;
    },
    left,
    clock: { now: () => clock.now(), sleep: (milliseconds) => clock.sleep(Math.min(milliseconds, left())) },
  };
}
