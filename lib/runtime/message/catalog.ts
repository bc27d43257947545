import { inboundDefinition, type RunnableInbound } from '../../contract/inbound.ts';
import type { EventType, MessageSchema, PastVersion, Trigger } from '../../contract/message-type.ts';
import type { RunnableReaction } from '../../contract/reaction-checks.ts';
import { type AnyService, reactionsOf } from '../../contract/service.ts';
import { type UpcastDefinition, upcastDefinition } from '../../contract/upcast.ts';

/** Who in the service is concerned by a message type. */
export interface Subscription {
  readonly message: Trigger;
  readonly actions: readonly RunnableReaction[];
  /** Reactions whose compensation the message triggers. */
  readonly undoes: readonly RunnableReaction[];
}

/** What a service knows of messages: built once from its definition. */
export interface Catalog {
  readonly service: string;
  readonly source: 'stream' | 'bus';
  readonly reactions: ReadonlyMap<string, RunnableReaction>;
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  /** From `<type>:<version>` of an older version. */
  readonly upcasts: ReadonlyMap<string, UpcastDefinition>;
  /**
   * By `<type>:<version>`: schemas of newer versions that were fetched while running, compiled. Kept for the life of the
   * process, as a version never changes and a message is read without waiting; what was not found is not the runtime's to remember.
   */
  readonly learned: Map<string, MessageSchema>;
  /** What messages of other systems mean. */
  readonly inbounds: readonly RunnableInbound[];
}

/** The schema a message was written with, if this service knows it. */
export function writerSchema(catalog: Catalog, type: string, version: number): MessageSchema | undefined {
  const current = catalog.subscriptions.get(type)?.message;
  if (current?.version === version) return current.schema;
  const past: PastVersion | undefined = catalog.upcasts.get(`${type}:${version}`)?.from;
  return past?.schema ?? catalog.learned.get(`${type}:${version}`);
}

function subscriptionsOf(reactions: readonly RunnableReaction[]): Map<string, Subscription> {
  const found = new Map<string, { message: Trigger; actions: RunnableReaction[]; undoes: RunnableReaction[] }>();
  const at = (message: Trigger) => {
    const subscription = found.get(message.type) ?? { message, actions: [], undoes: [] };
    found.set(message.type, subscription);
    return subscription;
  };
  for (const reaction of reactions) {
    for (const message of reaction.on) at(message).actions.push(reaction);
    for (const trigger of reaction.compensation?.on ?? ([] as readonly EventType[])) at(trigger).undoes.push(reaction);
  }
  return found;
}

/** Indexes a service's definition for the runtime. */
export function buildCatalog(service: AnyService): Catalog {
  const reactions = reactionsOf(service);
  return {
    service: service.name,
    source: service.source,
    reactions: new Map(reactions.map((reaction) => [reaction.name, reaction])),
    subscriptions: subscriptionsOf(reactions),
    upcasts: new Map(service.upcasts.map((upcast) => [`${upcast.from.type}:${upcast.from.version}`, upcastDefinition(upcast)])),
    learned: new Map(),
    inbounds: service.inbound.map(inboundDefinition),
  };
}
