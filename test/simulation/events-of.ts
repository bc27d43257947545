import type { Choreography, EventType } from 'aws-choreography';
import { messagesOf, reactionsOf } from '../../lib/contract/service.ts';

/** Every event that a choreography names, once. */
export function eventsOf({ services }: Choreography): readonly EventType[] {
  const messages = services.flatMap((service) => reactionsOf(service).flatMap(messagesOf));
  return [...new Map(messages.flatMap((message) => (message.kind === 'event' ? [[message.type, message] as const] : []))).values()];
}
