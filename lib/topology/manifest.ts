import { clientDefinition } from '../contract/client.ts';
import { type Inbound, type InboundSource, inboundDefinition } from '../contract/inbound.ts';
import type { Trigger } from '../contract/message-type.ts';
import type { RunnableReaction } from '../contract/reaction-checks.ts';
import { type AnyService, reactionsOf } from '../contract/service.ts';

/** A message as a manifest names it. */
export interface MessageReference {
  readonly kind: 'event' | 'command';
  readonly type: string;
  readonly version: number;
}

/** What others need to know of one reaction. */
export interface ReactionManifest {
  readonly name: string;
  readonly on: readonly MessageReference[];
  readonly emits: readonly MessageReference[];
  readonly fails: readonly MessageReference[];
  readonly schedules: readonly MessageReference[];
  readonly onGiveUp: boolean;
  readonly compensation?: {
    readonly on: readonly MessageReference[];
    readonly emits: readonly MessageReference[];
    /** @default - no end; a manifest of an older version does not say */
    readonly undoWindowHours?: number;
  };
  readonly clients: readonly { readonly name: string; readonly readOnly: boolean; readonly keyLifetimeHours: number }[];
  readonly delivery: 'at-least-once' | 'at-most-once';
  readonly reprocessable: boolean;
  readonly retryAttempts: number;
  /** Seconds before the second try; doubles. @default 1; a manifest of an older version does not say */
  readonly retryBackoffSeconds?: number;
}

/** What foreign messages are read as. */
export interface InboundManifest {
  readonly event: MessageReference;
  readonly from: InboundSource;
  /** Events that it answers. @default - none; a manifest of an older version does not say */
  readonly answers?: readonly MessageReference[];
}

/** What a service publishes about itself with every deploy, as plain JSON: the checks span repositories by it. */
export interface ServiceManifest {
  readonly manifestVersion: 1;
  readonly service: string;
  readonly source: 'stream' | 'bus';
  /** How long an event may wait, in seconds. Absent: it promises nothing. */
  readonly lagSecondsMax?: number;
  readonly reactions: readonly ReactionManifest[];
  readonly inbounds: readonly InboundManifest[];
  /** Past versions that upcasts lift. */
  readonly lifts: readonly { readonly type: string; readonly version: number }[];
}

function referenceOf({ kind, type, version }: Trigger): MessageReference {
  return { kind, type, version };
}

function compensationManifest({ on, emits, undoWindowHours }: NonNullable<RunnableReaction['compensation']>) {
  const window = undoWindowHours === undefined ? {} : { undoWindowHours };
  return { on: on.map(referenceOf), emits: emits.map(referenceOf), ...window };
}

function reactionManifest(reaction: RunnableReaction): ReactionManifest {
  const { name, on, emits, fails, schedules, compensation, clients, delivery, reprocessable, retry } = reaction;
  return {
    name,
    on: on.map(referenceOf),
    emits: emits.map(referenceOf),
    fails: fails.map(referenceOf),
    schedules: schedules.map(referenceOf),
    onGiveUp: reaction.onGiveUp !== undefined,
    ...(compensation ? { compensation: compensationManifest(compensation) } : {}),
    clients: Object.entries(clients).map(([client, type]) => {
      const { readOnly, keyLifetimeHours } = clientDefinition(type);
      return { name: client, readOnly, keyLifetimeHours };
    }),
    delivery,
    reprocessable,
    retryAttempts: retry.attempts,
    ...(retry.backoffSeconds === 1 ? {} : { retryBackoffSeconds: retry.backoffSeconds }),
  };
}

function inboundManifest(inbound: Inbound): InboundManifest {
  const { event, from, answers = [] } = inboundDefinition(inbound);
  return { event: referenceOf(event), from, ...(answers.length === 0 ? {} : { answers: answers.map(referenceOf) }) };
}

/** The manifest of one service. */
export function manifestOf(service: AnyService): ServiceManifest {
  return {
    manifestVersion: 1,
    service: service.name,
    source: service.source,
    ...(service.lagSecondsMax === undefined ? {} : { lagSecondsMax: service.lagSecondsMax }),
    reactions: reactionsOf(service).map(reactionManifest),
    inbounds: service.inbound.map(inboundManifest),
    lifts: service.upcasts.map(({ from: { type, version } }) => ({ type, version })),
  };
}

/** The services of a repository, and those of others from what is deployed; of a service that is there twice, the own. */
export function withOthers(own: readonly ServiceManifest[], deployed: readonly ServiceManifest[] = []): readonly ServiceManifest[] {
  const names = new Set(own.map(({ service }) => service));
  return [...own, ...deployed.filter(({ service }) => !names.has(service))];
}
