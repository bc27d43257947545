import type { FaultLevel } from '../world/fault-options.ts';
import { failureKind } from './options.ts';
import type { Sample } from './sample.ts';

/** One order of the plan. */
export interface PlannedOrder {
  readonly number: number;
  /** The service that says no to it. */
  readonly refusedBy?: string;
}

/** Orders that are placed together. */
export interface Wave {
  readonly orders: readonly PlannedOrder[];
  /** The service that is down until the deadline of these orders has passed. */
  readonly down?: string;
  /** A broken record goes onto the stream with them. */
  readonly poison?: boolean;
}

/** Orders that are under way at the same time. */
const WAVE_ORDERS = 4;
/** Below this, there is no order to spare for a deadline. */
const ORDERS_WITH_DEADLINE_MIN = 5;

/** What the plan depends on. */
export interface PlanOptions {
  readonly orders: number;
  readonly faults: FaultLevel;
  readonly fail?: string;
}

/** Which order meets which refusal: the first one goes well, the refusals are spread over the rest. */
function refusalsOf(orders: number, services: readonly string[], spare: number): ReadonlyMap<number, string> {
  const places = orders - 1 - spare;
  const count = Math.min(services.length, places);
  return new Map(services.slice(0, Math.max(0, count)).map((service, index) => [2 + Math.floor((index * places) / count), service]));
}

function wavesOf(orders: readonly PlannedOrder[]): Wave[] {
  const waves: Wave[] = [];
  for (let at = 0; at < orders.length; at += WAVE_ORDERS) waves.push({ orders: orders.slice(at, at + WAVE_ORDERS) });
  return waves;
}

/**
 * The orders in waves. Without `fail`, one order each is refused by the services that can refuse, the last order meets a
 * service that is down, and a broken record comes with the second wave; with `none` nothing of that.
 */
export function planOrders({ orders, faults, fail }: PlanOptions, sample: Sample): readonly Wave[] {
  const numbers = Array.from({ length: orders }, (_, index) => index + 1);
  if (fail !== undefined) {
    const refuses = failureKind(fail, sample) === 'refuses';
    return wavesOf(numbers.map((number) => (refuses ? { number, refusedBy: fail } : { number })));
  }
  if (faults === 'none') return wavesOf(numbers.map((number) => ({ number })));
  const hasDeadline = orders >= ORDERS_WITH_DEADLINE_MIN;
  const refusals = refusalsOf(orders, Object.keys(sample.refusals), hasDeadline ? 1 : 0);
  const planned = numbers.map((number) => {
    const refusedBy = refusals.get(number);
    return refusedBy === undefined ? { number } : { number, refusedBy };
  });
  const waves = wavesOf(hasDeadline ? planned.slice(0, -1) : planned).map((wave, index, all) => ({
    ...wave,
    poison: index === Math.min(1, all.length - 1),
  }));
  return hasDeadline ? [...waves, { orders: planned.slice(-1), down: sample.deadline.service }] : waves;
}
