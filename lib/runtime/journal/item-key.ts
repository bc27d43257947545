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

/** Bytes of one key part: with three of them a sort key stays below DynamoDB's 1,024 bytes. */
const KEY_PART_BYTES_MAX = 256;
/** Half of a pair, which UTF-8 has no form for: a store would make all of them one character. */
const loneSurrogate = /\p{Surrogate}/u;

/** The usual id or name: nothing in it has to be escaped. */
const plainPart = /^[\w.:-]{1,64}$/;

/**
 * `#` and `|` separate key parts, so they are escaped inside one. A part that is too long for a key, or that UTF-8 cannot
 * hold, is replaced by `~` and its hash; that no text looks like it, `~` is escaped too.
 */
export function keyPart(text: string): string {
  if (plainPart.test(text)) return text;
  const escaped = text.replace(/[%#|~]/g, (found) => `%${found.charCodeAt(0).toString(16)}`);
  const fits = Buffer.byteLength(escaped, 'utf8') <= KEY_PART_BYTES_MAX && !loneSurrogate.test(text);
  return fits ? escaped : `~${hashOf('key-part', text)}`;
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
