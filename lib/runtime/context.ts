import type { Settings } from '../contract/settings.ts';
import type { CommandLimit } from './command-limit.ts';
import type { Health } from './health.ts';
import type { Catalog } from './message/catalog.ts';
import type { Invocation } from './ports/delivery.ts';
import type { Labels } from './ports/telemetry.ts';
import type { RateLimit } from './rate.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { RuntimePorts } from './service-runtime.ts';

/** What every part of one runtime instance works with. */
export interface RuntimeContext {
  readonly service: string;
  readonly catalog: Catalog;
  readonly ports: RuntimePorts;
  readonly clients: Readonly<Record<string, object>>;
  readonly settings: Settings;
  readonly health: Health;
  readonly rate: RateLimit;
  readonly commandLimit: CommandLimit;
  readonly retryBudget: RetryBudget;
  /** All that the service keeps can be built anew from events, beside what is there. */
  readonly rebuildable: boolean;
  /** Set while a generation is filled that nobody reads yet: nothing is given up in it. */
  readonly building?: number;
}

/** Labels of what concerns one reaction. */
export function labelsOf(context: RuntimeContext, reaction: string, type: string): Labels {
  return { service: context.service, reaction, type };
}

/** Until when publishing goes on, in milliseconds since 1970: what is committed shortly before the deadline still goes out, if it can. */
export function lastMoment({ settings }: RuntimeContext, { deadline }: Invocation): number {
  return deadline - settings.deadlineMarginMilliseconds / 5;
}

/** A random wait below `ceilingMilliseconds` ("full jitter"): many who failed together do not come back together. */
export function jitter(context: RuntimeContext, ceilingMilliseconds: number): number {
  return Math.ceil(context.ports.entropy.random() * ceilingMilliseconds);
}

/** Doubling spacing with a cap. */
export function backoff(baseMilliseconds: number, attempt: number, ceilingMilliseconds: number): number {
  return Math.min(ceilingMilliseconds, baseMilliseconds * 2 ** Math.min(attempt - 1, 30));
}
