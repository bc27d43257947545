import { compareTexts } from '../contract/compare-texts.ts';
import { ChoreographyError } from '../contract/errors.ts';
import type { ReactionManifest, ServiceManifest } from './manifest.ts';
import { type OutsideSystems, outsideEvents } from './outside.ts';

/** One way in which a message comes into the choreography. */
export interface Emission {
  /** `undefined`: from outside. */
  readonly service?: string;
  /** `payment.chargePayment`; of an inbound or of what comes from outside there is none. */
  readonly reaction?: string;
  /** The list of the reaction that names it; `caller`: a command, sent by whoever may. */
  readonly as: 'emits' | 'fails' | 'schedules' | 'compensation' | 'inbound' | 'external' | 'caller';
  /** `undefined` where nobody says: what comes from outside. */
  readonly version?: number;
}

/** One way in which a message is taken. */
export interface Consumption {
  /** `undefined`: outside. */
  readonly service?: string;
  /** `payment.chargePayment`; outside there is none. */
  readonly reaction?: string;
  readonly as: 'on' | 'compensation' | 'external';
  readonly version?: number;
}

/** A message with everybody who has to do with it. */
export interface MessageNode {
  readonly type: string;
  readonly kind: 'event' | 'command';
  /** The highest one that somebody names; 0: only the outside does. */
  readonly version: number;
  readonly emittedBy: readonly Emission[];
  readonly consumedBy: readonly Consumption[];
  /** Messages that this one follows outside, e.g. the answer of a payment provider; a message of no saga so far: empty. */
  readonly after: readonly string[];
}

/** A reaction with its messages by type. */
export interface ReactionNode {
  /** `payment.chargePayment`. */
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly on: readonly string[];
  readonly emits: readonly string[];
  readonly fails: readonly string[];
  readonly schedules: readonly string[];
  readonly compensation?: { readonly on: readonly string[]; readonly emits: readonly string[] };
  readonly onGiveUp: boolean;
  /** It changes something outside: a client that is not read-only. */
  readonly callsOutside: boolean;
  readonly reprocessable: boolean;
}

/** A service of the graph. */
export interface ServiceNode {
  readonly name: string;
  readonly source: 'stream' | 'bus';
  /** Ids of its reactions. */
  readonly reactions: readonly string[];
}

/** What every service does and hears, as plain JSON, in the order of the manifests; messages by type. */
export interface TopologyGraph {
  readonly services: readonly ServiceNode[];
  readonly reactions: readonly ReactionNode[];
  readonly messages: readonly MessageNode[];
}

interface GrowingMessage {
  readonly type: string;
  kind: 'event' | 'command';
  version: number;
  readonly emittedBy: Emission[];
  readonly consumedBy: Consumption[];
  readonly after: readonly string[];
}

function typesOf(references: readonly { readonly type: string }[]): readonly string[] {
  return references.map(({ type }) => type);
}

function reactionNode(service: string, reaction: ReactionManifest): ReactionNode {
  const { name, compensation } = reaction;
  return {
    id: `${service}.${name}`,
    service,
    name,
    on: typesOf(reaction.on),
    emits: typesOf(reaction.emits),
    fails: typesOf(reaction.fails),
    schedules: typesOf(reaction.schedules),
    ...(compensation ? { compensation: { on: typesOf(compensation.on), emits: typesOf(compensation.emits) } } : {}),
    onGiveUp: reaction.onGiveUp,
    callsOutside: reaction.clients.some(({ readOnly }) => !readOnly),
    reprocessable: reaction.reprocessable,
  };
}

function checkServices(manifests: readonly ServiceManifest[]): void {
  const seen = new Set<string>();
  for (const { service } of manifests) {
    if (seen.has(service))
      throw new ChoreographyError(
        'DUPLICATE',
        `Two manifests belong to the service ${service}; give the newer one, or another name to one of the services.`,
        { details: { service } },
      );
    seen.add(service);
  }
}

/**
 * What each event from outside answers. Of several inbounds that stand for one event, all have to answer: else it may begin
 * a saga as well, which must be proved.
 */
function answersOf(manifests: readonly ServiceManifest[], outside: OutsideSystems): ReadonlyMap<string, readonly string[]> {
  const after = new Map(outsideEvents(outside).map((event) => [event.type, event.after]));
  const inbounds = manifests.flatMap((manifest) => manifest.inbounds);
  for (const { event } of inbounds) {
    const answers = inbounds.filter((other) => other.event.type === event.type).map((other) => typesOf(other.answers ?? []));
    if (answers.some((types) => types.length === 0)) continue;
    after.set(event.type, [...new Set([...(after.get(event.type) ?? []), ...answers.flat()])]);
  }
  return after;
}

/**
 * The graph of all services whose manifests are given, of one repository or of many. A message that an inbound stands for
 * is taken by the reactions of that service alone, though the list of consumers names all.
 * @throws DUPLICATE when two manifests are of one service
 */
export function createGraph(manifests: readonly ServiceManifest[], outside: OutsideSystems = {}): TopologyGraph {
  checkServices(manifests);
  const messages = new Map<string, GrowingMessage>();
  const after = answersOf(manifests, outside);
  const node = (type: string, kind: 'event' | 'command' = 'event', version = 0): GrowingMessage => {
    const known = messages.get(type) ?? { type, kind, version, emittedBy: [], consumedBy: [], after: after.get(type) ?? [] };
    if (kind === 'command') known.kind = kind;
    known.version = Math.max(known.version, version);
    messages.set(type, known);
    return known;
  };
  for (const { service, reactions, inbounds } of manifests) {
    for (const reaction of reactions) {
      const who = { service, reaction: `${service}.${reaction.name}` };
      for (const as of ['emits', 'fails', 'schedules'] as const)
        for (const { kind, type, version } of reaction[as]) node(type, kind, version).emittedBy.push({ ...who, as, version });
      for (const { kind, type, version } of reaction.on) node(type, kind, version).consumedBy.push({ ...who, as: 'on', version });
      for (const { kind, type, version } of reaction.compensation?.emits ?? [])
        node(type, kind, version).emittedBy.push({ ...who, as: 'compensation', version });
      for (const { kind, type, version } of reaction.compensation?.on ?? [])
        node(type, kind, version).consumedBy.push({ ...who, as: 'compensation', version });
    }
    for (const { event } of inbounds)
      node(event.type, 'event', event.version).emittedBy.push({ service, as: 'inbound', version: event.version });
  }
  for (const { type } of outsideEvents(outside))
    if (!node(type).emittedBy.some(({ as }) => as === 'inbound')) node(type).emittedBy.push({ as: 'external' });
  for (const type of outside.consumes ?? []) node(type).consumedBy.push({ as: 'external' });
  for (const message of messages.values()) if (message.kind === 'command') message.emittedBy.push({ as: 'caller' });
  return {
    services: manifests.map(({ service, source, reactions }) => ({
      name: service,
      source,
      reactions: reactions.map(({ name }) => `${service}.${name}`),
    })),
    reactions: manifests.flatMap(({ service, reactions }) => reactions.map((reaction) => reactionNode(service, reaction))),
    messages: [...messages.values()].sort((left, right) => compareTexts(left.type, right.type)),
  };
}
