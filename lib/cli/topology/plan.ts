import { InvalidArgumentError } from '@commander-js/extra-typings';
import { defaultSettings } from '../../contract/settings.ts';
import { manifestOf, withOthers } from '../../topology/manifest.ts';
import { ENTITIES_MAX } from '../../topology/plan/estimate.ts';
import { latencies } from '../../topology/plan/latency.ts';
import { type Plan, planOf } from '../../topology/plan/plan.ts';
import { prices } from '../../topology/plan/prices.ts';
import { loadTopology, type TopologyOptions, type TopologySources } from './deployed.ts';
import { unknownFailure } from './unknown-failure.ts';

/** `--entities` of all reactions, and of some. */
export interface EntityCounts {
  /** @default - as `PlanOptions` says */
  readonly all?: number;
  readonly of: Readonly<Record<string, number>>;
}

/** Options of `choreo plan`. */
export interface PlanCommandOptions extends TopologyOptions {
  readonly eventKb: number;
  readonly batch: number;
  readonly entities?: EntityCounts;
  readonly sagasPerMonth?: number;
  /** Seconds. */
  readonly deadline?: number;
  /** Of each saga, the way whose messages are shown: the one with this failure. @default - that all goes well */
  readonly failure?: string;
}

/** What `choreo plan` came to. */
export interface PlanResult {
  readonly choreography: string;
  readonly plan: Plan;
  readonly failure?: string;
}

/** Reads `2`, for all reactions, or `payment.chargePayment=0`, for one; may be given several times. */
export function entityCounts(text: string, before: EntityCounts = { of: {} }): EntityCounts {
  const [, reaction, number = ''] = /^(?:([^=]+)=)?(\d+)$/.exec(text) ?? [];
  if (number === '' || Number(number) > ENTITIES_MAX) {
    throw new InvalidArgumentError(`It is a number of entities from 0 to ${ENTITIES_MAX}, or one of a reaction: payment.chargePayment=0.`);
  }
  return reaction === undefined ? { ...before, all: Number(number) } : { ...before, of: { ...before.of, [reaction]: Number(number) } };
}

/** Estimates what the sagas of a choreography take and cost. @throws NOT_FOUND, CHOREOGRAPHY_UNREADABLE, DUPLICATE, INVALID_PLAN, and what `readDeployed` throws */
export async function planAll(options: PlanCommandOptions, sources: TopologySources): Promise<PlanResult> {
  const { eventKb, batch, entities = { of: {} }, sagasPerMonth, deadline, failure } = options;
  const { choreography, checks } = await loadTopology(options, sources);
  const plan = planOf(withOthers(choreography.services.map(manifestOf), checks.deployed), {
    bounds: defaultSettings,
    eventKilobytes: eventKb,
    batch,
    entitiesOf: entities.of,
    ...(entities.all === undefined ? {} : { entities: entities.all }),
    ...(checks.external ? { external: checks.external } : {}),
    ...(sagasPerMonth === undefined ? {} : { sagasPerMonth }),
    ...(deadline === undefined ? {} : { deadlineSeconds: deadline }),
  });
  const known = plan.sagas.flatMap(({ ways }) => ways.flatMap((way) => way.failure ?? []));
  if (failure !== undefined && !known.includes(failure)) throw unknownFailure(failure, known);
  return { choreography: choreography.name, plan, ...(failure === undefined ? {} : { failure }) };
}

/** The plan as JSON, with the tables that it goes by. */
export function planData({ choreography, plan }: PlanResult): object {
  return { choreography, estimate: true, ...plan, prices, latencies };
}
