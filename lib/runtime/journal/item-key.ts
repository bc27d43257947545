import { ID_LENGTH_MAX } from '../../contract/limits.ts';
import { hashOf } from './hash.ts';

/** Where an item of the journal lives: one table per service, partition and sort key. */
export interface ItemKey {
  readonly partition: string;
  readonly sort: string;
}

/** One string per key, for maps. */
export function keyText({ partition, sort }: ItemKey): string {
  return `${partition}|${sort}`;
}

/** `#` and `|` separate key parts, so they are escaped inside one; a part that is too long is replaced by its hash. */
export function keyPart(text: string): string {
  const part = text.length > ID_LENGTH_MAX ? `~${hashOf('key-part', text)}` : text;
  return part.replace(/[%#|]/g, (found) => `%${found.charCodeAt(0).toString(16)}`);
}

/** The claim of one message by a reaction without compensation. */
export function entryKey(saga: string, reaction: string, source: string, eventId: string): ItemKey {
  return { partition: `saga#${keyPart(saga)}`, sort: `entry#${keyPart(reaction)}#${keyPart(source)}#${keyPart(eventId)}` };
}

/** The claim of a reaction with compensation: once per saga. */
export function stepKey(saga: string, reaction: string): ItemKey {
  return { partition: `saga#${keyPart(saga)}`, sort: `step#${keyPart(reaction)}` };
}

/** One piece of state. */
export function entityKey(entity: string, id: string): ItemKey {
  return { partition: `entity#${keyPart(entity)}#${keyPart(id)}`, sort: 'state' };
}
