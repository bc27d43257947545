import { commandType, eventType, type MessageSchema } from '../../lib/contract/message-type.ts';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { defineService, type Service } from '../../lib/contract/service.ts';
import { schemaUri } from '../../lib/schema/uri.ts';

const schemaOf = (type: string): MessageSchema => ({ uri: schemaUri(type, 1), sensitive: [], validate: () => [] });

/** An event of that name. */
export function event(type: string) {
  return eventType<string, { readonly id: string }>({ type, version: 1, subject: 'id', schema: schemaOf(type) });
}

/** A command of that name. */
export function command(type: string) {
  return commandType<string, { readonly id: string }, void>({ type, version: 1, schema: schemaOf(type) });
}

/** A service that reacts to many events with long names. */
export function busyService(source: 'stream' | 'bus', count: number): Service {
  const on = Array.from({ length: count }, (_, index) => event(`${'Noun'.repeat(10)}${String(index).padStart(4, '0')}Happened`));
  return defineService({ name: 'busy', source, reactions: [defineReaction({ name: 'react', on, react: () => {} })] });
}
