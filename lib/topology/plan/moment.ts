import { LAG_SECONDS } from '../../contract/limits.ts';
import type { Way } from './delivery.ts';
import type { Estimate, PlannedReaction } from './estimate.ts';
import { inTurn, type Latency, latencies } from './latency.ts';

/** How far a saga is: after what time, as a rule, at p99 of all parts, and at most by the declared limits. */
export interface Moment extends Latency {
  /** Seconds. */
  readonly limitSeconds: number;
}

/** The beginning. */
export const start: Moment = { p50: 0, p99: 0, limitSeconds: 0 };

/** Seconds between two sweeps. */
const SWEEP_SECONDS = 60;
/** Waits grow no further than to 2 to the power of this. */
const DOUBLINGS_MAX = 30;

/** The later one of each. */
export function later(one: Moment, other: Moment): Moment {
  return {
    p50: Math.max(one.p50, other.p50),
    p99: Math.max(one.p99, other.p99),
    limitSeconds: Math.max(one.limitSeconds, other.limitSeconds),
  };
}

/** So much later. */
export function after(moment: Moment, latency: Latency, limitSeconds: number): Moment {
  return { ...inTurn(moment, latency), limitSeconds: moment.limitSeconds + limitSeconds };
}

const transport: Readonly<Record<Way, Latency>> = {
  command: start,
  stream: latencies.stream,
  bus: inTurn(latencies.stream, latencies.publish, latencies.bus, latencies.queue),
  rule: inTurn(latencies.bus, latencies.queue),
  queue: latencies.queue,
  'other-stream': latencies.stream,
};

/**
 * When a message arrives. The limit: the process that committed it died, so that the sweep publishes it, and then it waits
 * as long as the service promises, or as its alarm allows; on the bus the bridge may be as late before.
 */
export function arrival({ bounds, services }: Estimate, sent: Moment, way: Way, service: string): Moment {
  const promised = services.get(service)?.lagSecondsMax ?? LAG_SECONDS;
  const published = bounds.sweepAfterSeconds + SWEEP_SECONDS;
  const limits: Readonly<Record<Way, number>> = {
    command: 0,
    stream: published + promised,
    bus: published + LAG_SECONDS + promised,
    rule: promised,
    queue: promised,
    'other-stream': promised,
  };
  return after(sent, transport[way], limits[way]);
}

/** Seconds until the last attempt of a reaction ends, each as long as a function may run: in place, then as its saga is woken. */
export function attemptsSeconds({ bounds }: Estimate, { manifest }: PlannedReaction): number {
  const { attemptSecondsMax, inPlaceMilliseconds, inPlaceTriesMax, wakeSecondsMax } = bounds;
  const wakes = Math.max(0, manifest.retryAttempts - inPlaceTriesMax);
  const base = manifest.retryBackoffSeconds || 1;
  const waits = Array.from({ length: wakes }, (_, wake) =>
    Math.min(Math.max(base, wakeSecondsMax), base * 2 ** Math.min(wake, DOUBLINGS_MAX)),
  );
  const inPlace = manifest.retryAttempts > 1 ? inPlaceMilliseconds / 1_000 : 0;
  return manifest.retryAttempts * attemptSecondsMax + inPlace + waits.reduce((sum, wait) => sum + wait, 0);
}
