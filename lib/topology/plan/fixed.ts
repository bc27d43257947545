import { FUNCTION_MEGABYTES } from '../../contract/limits.ts';
import type { ServiceManifest } from '../manifest.ts';
import { OWN_MILLISECONDS } from './delivery.ts';
import { latencies } from './latency.ts';
import { HOURS_A_MONTH, priceOf } from './prices.ts';

/** What is paid whether or not anything happens. */
export interface FixedCost {
  readonly what: string;
  readonly usdAMonth: number;
}

/** Alarms that the constructs make for a service, and for the backbone: of the bridge and the operator function. */
export const SERVICE_ALARMS = 11;
/** See `SERVICE_ALARMS`. */
export const BACKBONE_ALARMS = 5;
/** Metrics that the functions of a service write while nothing happens: each sweep says how much was due. */
export const RESTING_METRICS = 1;
/** Metrics that they write where events come and all goes well; trouble adds others for the hours that it lasts. */
export const BUSY_METRICS = 10;
/** Queues of every service that a function polls: for replays, and two for what AWS gave up on. */
export const SERVICE_QUEUES = 3;
/** Queries of one sweep: the outbox and what is due, spread over 8 partitions each, and what is parked. */
export const SWEEP_QUERIES = 17;

/** Receives that Lambda has open at a queue at all times, and how long each waits for a message (not confirmed, 2026-11). */
const POLLERS = 5;
const POLL_SECONDS = 20;
const SECONDS_A_MONTH = HOURS_A_MONTH * 3_600;
const TICKS_A_MONTH = HOURS_A_MONTH * 60;
/** Read units of a query that finds nothing and need not be consistent. */
const EMPTY_QUERY_UNITS = 0.5;
/** Read units of a tick of the operator function that finds nothing: two small documents, as they are now. */
const TICK_READ_UNITS = 2;

/** Queues that an idle function polls, in dollars a month. */
export function pollingCost(queues: number): number {
  return priceOf('queueRequest', (queues * POLLERS * SECONDS_A_MONTH) / POLL_SECONDS);
}

/** A function that is invoked each minute, does nothing for so long, and reads so much. */
function tickingCost(milliseconds: number, readUnits: number): number {
  const gigabyteSeconds = ((TICKS_A_MONTH * milliseconds) / 1_000) * (FUNCTION_MEGABYTES / 1_024);
  return priceOf('invocation', TICKS_A_MONTH) + priceOf('gigabyteSecond', gigabyteSeconds) + priceOf('readUnit', TICKS_A_MONTH * readUnits);
}

/** Sweeps of one service that find nothing, in dollars a month. */
export function sweepCost(): number {
  return tickingCost(OWN_MILLISECONDS, SWEEP_QUERIES * EMPTY_QUERY_UNITS);
}

/** The operator function of a backbone at rest, in dollars a month. */
export function operatorCost(): number {
  return tickingCost(OWN_MILLISECONDS + latencies.read.p50, TICK_READ_UNITS);
}

/** The operator function while it replays, in dollars an hour: it runs nearly all the time. */
export function replayingCost(): number {
  return priceOf('gigabyteSecond', 3_600 * (FUNCTION_MEGABYTES / 1_024));
}

/** Queues that a function of a service polls: its own, one behind the bus, one behind rules for other systems, and those that it was given. */
export function queuesOf({ source, inbounds }: ServiceManifest): number {
  const rules = inbounds.some(({ from }) => 'bus' in from) ? 1 : 0;
  const given = new Set(inbounds.flatMap(({ from }) => ('queue' in from ? [from.queue] : []))).size;
  return SERVICE_QUEUES + (source === 'bus' ? 1 : 0) + rules + given;
}

/** What a backbone in production and its services cost a month without a single event, free tiers left out. */
export function fixedCosts(manifests: readonly ServiceManifest[]): readonly FixedCost[] {
  const queues = manifests.reduce((sum, manifest) => sum + queuesOf(manifest), 0);
  const alarms = manifests.length * SERVICE_ALARMS + BACKBONE_ALARMS;
  return [
    { what: 'stream on demand', usdAMonth: priceOf('streamHour', HOURS_A_MONTH) },
    { what: 'key', usdAMonth: priceOf('keyMonth', 1) },
    { what: `${alarms} alarms`, usdAMonth: priceOf('alarmMonth', alarms) },
    { what: 'a metric of each service', usdAMonth: priceOf('metricMonth', manifests.length * RESTING_METRICS) },
    { what: `${queues} queues, polled while empty`, usdAMonth: pollingCost(queues) },
    { what: 'the sweep of each minute in each service', usdAMonth: manifests.length * sweepCost() },
    { what: 'the operator function at rest', usdAMonth: operatorCost() },
  ];
}
