import type { MessageSchema, Trigger } from '../../contract/message-type.ts';
import { type AnyService, messagesOf, reactionsOf } from '../../contract/service.ts';
import type { WriterSchemas } from '../ports/writer-schemas.ts';

/** Schemas of all messages that the definitions of these services name: what is taken, sent, and lifted. */
export function namedSchemas(services: Iterable<AnyService>): WriterSchemas {
  const schemas = new Map<string, MessageSchema>();
  const add = ({ type, version, schema }: Pick<Trigger, 'type' | 'version' | 'schema'>) => schemas.set(`${type}:${version}`, schema);
  for (const service of services) {
    for (const message of reactionsOf(service).flatMap(messagesOf)) add(message);
    for (const { from } of service.upcasts) add(from);
  }
  return { find: async (type, version) => schemas.get(`${type}:${version}`) };
}
