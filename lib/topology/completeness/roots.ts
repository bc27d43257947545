import type { MessageNode, TopologyGraph } from '../graph.ts';

/** What a saga may begin with. `service`: the message of an inbound, which this service alone takes. */
export interface SagaRoot {
  readonly type: string;
  readonly kind: 'command' | 'event';
  readonly service?: string;
}

function rootsOf({ type, kind, emittedBy, consumedBy, after }: MessageNode): readonly SagaRoot[] {
  if (kind === 'command') return consumedBy.length > 0 ? [{ type, kind }] : [];
  if (after.length > 0 || consumedBy.length === 0) return [];
  const inbounds = emittedBy.flatMap(({ as, service }) => (as === 'inbound' && service !== undefined ? [service] : []));
  const fromOutside = emittedBy.some(({ as }) => as === 'external');
  return [...(fromOutside ? [{ type, kind }] : []), ...[...new Set(inbounds)].map((service) => ({ type, kind, service }))];
}

/**
 * Commands, events of inbounds and from outside. What answers an event of ours (`after`) goes on with a saga and begins
 * none; an event that nobody emits begins none either, and is found by a check of its own.
 */
export function sagaRoots({ messages }: TopologyGraph): readonly SagaRoot[] {
  return messages.flatMap(rootsOf);
}
