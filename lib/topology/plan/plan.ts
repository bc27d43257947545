import { sagaRoots } from '../completeness/roots.ts';
import { type Saga, sagasOf } from '../completeness/saga.ts';
import type { ServiceManifest } from '../manifest.ts';
import { createEstimate, type Estimate, type PlanOptions } from './estimate.ts';
import { type FixedCost, fixedCosts } from './fixed.ts';
import { type AddedEvent, oneMoreEvent } from './one-more.ts';
import { PRICE_REGION } from './prices.ts';
import { type PlayedStory, playStories } from './stories.ts';
import { type Cost, costOf, sumOf, type Usage } from './usage.ts';
import type { StoryMessage } from './walk.ts';

/** Sagas that costs are told for. */
export const SAGAS = 1_000_000;

/** What one type of message costs in one way of a saga: publishing it, and all that is done when it comes. */
export interface MessagePlan {
  readonly type: string;
  /** How often it comes. */
  readonly count: number;
  /** Ids of the reactions that do something about it. */
  readonly takenBy: readonly string[];
  readonly usage: Usage;
  readonly costPerMillion: Cost;
}

/** One way of a saga. */
export interface WayPlan {
  /** The event that tells of the failure. @default - all goes well */
  readonly failure?: string;
  /** The reaction that fails, or that ends the saga when its timer goes off. */
  readonly reaction?: string;
  /** The timer that ends the saga: the latency is counted from there. @default - none does */
  readonly deadline?: string;
  /** Messages in a row until the last reaction. */
  readonly hops: number;
  readonly latency: {
    /** At p50 of every part. */
    readonly typicalMilliseconds: number;
    /** At p99 of every part. */
    readonly p99Milliseconds: number;
    /** By the declared limits: every event is published by the sweep and waits as long as it may, every reaction needs all its attempts. */
    readonly limitSeconds: number;
  };
  /** Of one saga. */
  readonly usage: Usage;
  readonly costPerMillion: Cost;
  /** In the order in which they come. */
  readonly messages: readonly MessagePlan[];
  /** It goes in a circle, or on for longer than is counted: there is more than this. */
  readonly cut: boolean;
}

/** All ways of the sagas that one message begins. */
export interface SagaPlan {
  readonly saga: string;
  /** The service whose inbound the message is. @default - it is our own */
  readonly service?: string;
  /** The first one is that all goes well. */
  readonly ways: readonly WayPlan[];
  /** Seconds after which its deadline has ended the saga at most, if nothing else does. @default - it has none, or nothing was said of it */
  readonly endsWithinSeconds?: number;
}

/** An estimate of what sagas take and cost, as plain JSON. */
export interface Plan {
  readonly region: string;
  readonly assumptions: {
    readonly eventKilobytes: number;
    readonly batch: number;
    /** Entities of a run, by reaction. */
    readonly entities: Readonly<Record<string, number>>;
  };
  readonly sagas: readonly SagaPlan[];
  /** What one more event costs that one more reaction takes. */
  readonly oneMoreEvent: readonly AddedEvent[];
  readonly fixed: readonly FixedCost[];
  /** @default - nothing was said of a month */
  readonly month?: { readonly sagas: number; readonly fixedUsd: number; readonly byWay: readonly MonthOfWay[] };
}

/** A month in which every saga goes this way. */
export interface MonthOfWay {
  readonly saga: string;
  readonly failure?: string;
  readonly usd: number;
}

function messagePlans(messages: readonly StoryMessage[]): readonly MessagePlan[] {
  const byType = new Map<string, StoryMessage[]>();
  for (const message of messages) byType.set(message.type, [...(byType.get(message.type) ?? []), message]);
  return [...byType].map(([type, same]) => {
    const usage = sumOf(same.map((one) => one.usage));
    const takenBy = [...new Set(same.flatMap((one) => one.takenBy))];
    return { type, count: same.length, takenBy, usage, costPerMillion: costOf(usage, SAGAS) };
  });
}

function nameOf({ story, walked }: PlayedStory, { reactions }: Estimate): Pick<WayPlan, 'failure' | 'reaction' | 'deadline'> {
  const { fails } = story;
  if (!story.deadline) return fails ? { failure: fails.event, reaction: fails.reaction } : {};
  const [reaction = '', deadline = ''] = story.deadline.split(' ');
  const { emits = [] } = reactions.get(reaction)?.node ?? {};
  const failure = fails?.event ?? emits.find((type) => walked.messages.some((message) => message.type === type));
  return { ...(failure === undefined ? {} : { failure }), reaction, deadline };
}

function wayPlan(played: PlayedStory, estimate: Estimate): WayPlan {
  const { messages, hops, end, cut } = played.walked;
  const usage = sumOf(messages.map((message) => message.usage));
  return {
    ...nameOf(played, estimate),
    hops,
    latency: {
      typicalMilliseconds: Math.round(end.p50),
      p99Milliseconds: Math.round(end.p99),
      limitSeconds: Math.round(end.limitSeconds),
    },
    usage,
    costPerMillion: costOf(usage, SAGAS),
    messages: messagePlans(messages),
    cut,
  };
}

/** The deadline comes at its time, and what it sets off takes as long as that may. */
function endOf(ways: readonly WayPlan[], deadlineSeconds: number | undefined): Pick<SagaPlan, 'endsWithinSeconds'> {
  const limits = ways.flatMap(({ deadline, latency }) => (deadline === undefined ? [] : [latency.limitSeconds]));
  return deadlineSeconds === undefined || limits.length === 0 ? {} : { endsWithinSeconds: deadlineSeconds + Math.max(...limits) };
}

function monthOf(sagas: readonly SagaPlan[], fixed: readonly FixedCost[], count: number): NonNullable<Plan['month']> {
  const fixedUsd = fixed.reduce((sum, { usdAMonth }) => sum + usdAMonth, 0);
  const byWay = sagas.flatMap(({ saga, ways }) =>
    ways.map(({ failure, usage }): MonthOfWay => {
      return { saga, ...(failure === undefined ? {} : { failure }), usd: fixedUsd + costOf(usage, count).total };
    }),
  );
  return { sagas: count, fixedUsd, byWay };
}

/**
 * What each saga of some services takes and costs, in every way it can go: an estimate from what the definitions say and
 * what the runtime does about a message, at list prices. Logs, storage, backups and data that leaves the Region are not in it.
 * @throws DUPLICATE, INVALID_PLAN
 */
export function planOf(manifests: readonly ServiceManifest[], options: PlanOptions): Plan {
  const estimate = createEstimate(manifests, options);
  const proved = new Map<string, Saga>(sagasOf(estimate.graph).map((saga) => [`${saga.root.type} ${saga.root.service}`, saga]));
  const sagas = sagaRoots(estimate.graph).map((root): SagaPlan => {
    const played = playStories(estimate, root, proved.get(`${root.type} ${root.service}`));
    const from = root.service === undefined ? {} : { service: root.service };
    const ways = played.map((one) => wayPlan(one, estimate));
    return { saga: root.type, ...from, ways, ...endOf(ways, options.deadlineSeconds) };
  });
  const fixed = fixedCosts(manifests);
  const entities = Object.fromEntries([...estimate.reactions].map(([id, reaction]) => [id, reaction.entities]));
  return {
    region: PRICE_REGION,
    assumptions: { eventKilobytes: estimate.eventKilobytes, batch: estimate.batch, entities },
    sagas,
    oneMoreEvent: oneMoreEvent(estimate),
    fixed,
    ...(options.sagasPerMonth === undefined ? {} : { month: monthOf(sagas, fixed, options.sagasPerMonth) }),
  };
}
