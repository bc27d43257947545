import { journalTable } from '../../contract/deployment.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { type ItemKey, keyPart } from '../../runtime/journal/item-key.ts';
import type { SweptKind } from '../../runtime/ports/store.ts';
import { attributes, type Item, text } from './attributes.ts';

/**
 * Partitions over which outbox markers and due items are spread: a commit writes one, and one partition of DynamoDB takes
 * 500 transactional writes a second. A sweep asks them all. It may grow in a later version; if it shrank, what is in the
 * last ones would be found no more.
 */
export const SPREAD = 8;

/** By a hash of the id that needs no crypto: which of the partitions an item is in. */
function spreadOf(id: string): number {
  let sum = 0;
  for (let index = 0; index < id.length; index += 1) sum = (sum * 31 + id.charCodeAt(index)) % 1_000_003;
  return sum % SPREAD;
}

/** All partitions of one kind of spread item. */
export function spreadPartitions(kind: SweptKind): readonly string[] {
  return Array.from({ length: SPREAD }, (_, index) => `${kind}#${index}`);
}

/** Where an outbox marker is: in the order of its time-ordered id. */
export function outboxKey(id: string): ItemKey {
  return { partition: `outbox#${spreadOf(id)}`, sort: id };
}

/** The last time that ISO has four digits of a year for: a wider one would not sort. */
const TIME_MAX = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A time as a text that sorts as the time does; what is out of reach is moved to its edge. Milliseconds since 1970. */
export function timeText(milliseconds: number): string {
  return new Date(Math.min(Math.max(milliseconds, 0), TIME_MAX)).toISOString();
}

/** The partition of a due item, and of the same one when it is cleared. */
export function duePartition(id: string): string {
  return `due#${spreadOf(id)}`;
}

const beginsWithTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z~/;

/** Whether an id is its own sort key: it begins with a time, as all ids of the runtime do. */
export function isTimeOrdered(id: string): boolean {
  return beginsWithTime.test(id);
}

/**
 * Where a due item is: in the order of its time, however long ago that is. An id that does not begin with the time gets it
 * in front; one that begins with another time has no place, as nobody would find it by its id.
 */
export function dueKey({ id, dueAt }: { readonly id: string; readonly dueAt: number }): ItemKey | undefined {
  const time = `${timeText(dueAt)}~`;
  if (isTimeOrdered(id)) return id.startsWith(time) ? { partition: duePartition(id), sort: id } : undefined;
  return { partition: duePartition(id), sort: time + id };
}

/** All markers of parked sagas: at most some hundreds, read as a whole by the sweep. */
export const MARKERS = 'parked-sagas';
/** All dead letters, by their time-ordered ids. */
export const DEAD_LETTERS = 'dead-letters';
/** When each reaction last succeeded. */
const SUCCESSES = 'successes';

/** Which generations of the service's state there are. */
export const GENERATIONS: ItemKey = { partition: 'generations', sort: 'state' };

/** Where the marker of a parked saga is. */
export function markerKey(saga: string): ItemKey {
  return { partition: MARKERS, sort: keyPart(saga) };
}

/** The line of one parked saga. */
export function linePartition(saga: string): string {
  return `parked#${keyPart(saga)}`;
}

/** Digits of a place in a line: texts sort as the numbers do. */
const ORDER_DIGITS = 12;

/** Where a parked message is. */
export function parkedKey(saga: string, order: number): ItemKey {
  return { partition: linePartition(saga), sort: String(order).padStart(ORDER_DIGITS, '0') };
}

/** Where a dead letter is. */
export function deadLetterKey(id: string): ItemKey {
  return { partition: DEAD_LETTERS, sort: id };
}

/** When a reaction last succeeded. */
export function successKey(reaction: string): ItemKey {
  return { partition: SUCCESSES, sort: keyPart(reaction) };
}

/** Up to where sweeps have come. */
export function sweptKey(kind: SweptKind): ItemKey {
  return { partition: 'swept', sort: kind };
}

/** Begins the sort key of what finds an entity by a further index; the entity itself has `state`. */
const FURTHER_INDEX = 'index#';

/** Where a further index of an entity is: in the entity's own partition. */
export function furtherIndexKey(partition: string, index: string): ItemKey {
  return { partition, sort: `${FURTHER_INDEX}${keyPart(index)}` };
}

/** Whether a sort key is that of a further index. */
export function isFurtherIndex(sort: string): boolean {
  return sort.startsWith(FURTHER_INDEX);
}

/** The partition of the index in which entities with one value of one of their indexes are. */
export function valuePartition(entity: string, index: string, value: string): string {
  return `${keyPart(entity)}#${keyPart(index)}#${keyPart(value)}`;
}

/** The partition of the index in which dead letters of one state are; no entity has a name with `|`. */
export function letterPartition(state: DeadLetter['state']): string {
  return `dead-letters|${state}`;
}

/** The key as attributes. */
export function keyItem({ partition, sort }: ItemKey): Item {
  return { [journalTable.partitionKey]: text(partition), [journalTable.sortKey]: text(sort) };
}

/** An item that holds a value as JSON. Assigned: behind a spread, names that are variables would take V8's slow way, in each item. */
export function valueItem(key: ItemKey, value: unknown, version?: string): Item {
  const item = keyItem(key);
  if (version !== undefined) item[attributes.version] = text(version);
  item[attributes.json] = text(JSON.stringify(value));
  return item;
}

/** The key as attributes of the index. */
export function indexKeyItem({ partition, sort }: ItemKey): Item {
  const { entityIndex } = journalTable;
  return { [entityIndex.partitionKey]: text(partition), [entityIndex.sortKey]: text(sort) };
}
