import type { Envelope } from '../contract/envelope.ts';
import { entryKey, type ItemKey, stepKey } from '../runtime/journal/item-key.ts';
import type { ReactionManifest, ServiceManifest } from '../topology/manifest.ts';

/** A reaction that a message concerns: to run it, or to undo it. */
export interface Concern {
  readonly reaction: ReactionManifest;
  readonly role: 'action' | 'trigger';
}

/** Where a reaction keeps what it did about a message. */
export function claimKeyOf(
  reaction: ReactionManifest,
  { correlationid, source, id }: Pick<Envelope, 'correlationid' | 'source' | 'id'>,
): ItemKey {
  return reaction.compensation ? stepKey(correlationid, reaction.name) : entryKey(correlationid, reaction.name, source, id);
}

/** Reactions of a service that a message type concerns. */
export function concernedBy({ reactions }: ServiceManifest, type: string): readonly Concern[] {
  const isIt = (message: { readonly type: string }) => message.type === type;
  return reactions.flatMap((reaction): readonly Concern[] => [
    ...(reaction.on.some(isIt) ? [{ reaction, role: 'action' as const }] : []),
    ...(reaction.compensation?.on.some(isIt) ? [{ reaction, role: 'trigger' as const }] : []),
  ]);
}

/** Types of messages that concern a service, in order: events, and its commands. */
export function subscribedTypes({ reactions }: ServiceManifest): readonly string[] {
  const messages = reactions.flatMap(({ on, compensation }) => [...on, ...(compensation?.on ?? [])]);
  return [...new Set(messages.map(({ type }) => type))].sort();
}
