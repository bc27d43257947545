import { journalTable } from '../../contract/deployment.ts';
import type { ItemKey } from '../../runtime/journal/item-key.ts';
import { keyPart } from '../../runtime/journal/item-key.ts';
import { type Item, text } from './attributes.ts';

/**
 * Partitions over which outbox markers and due items are spread: a commit writes one, and one partition of DynamoDB takes
 * 500 transactional writes a second. A sweep asks them all.
 */
export const SPREAD = 8;

/** By a hash of the id that needs no crypto: which of the partitions an item is in. */
function spreadOf(id: string): number {
  let sum = 0;
  for (let index = 0; index < id.length; index += 1) sum = (sum * 31 + id.charCodeAt(index)) % 1_000_003;
  return sum % SPREAD;
}

/** All partitions of one kind of spread item. */
export function spreadPartitions(kind: 'outbox' | 'due'): readonly string[] {
  return Array.from({ length: SPREAD }, (_, index) => `${kind}#${index}`);
}

/** Where an outbox marker is: in the order of its time-ordered id. */
export function outboxKey(id: string): ItemKey {
  return { partition: `outbox#${spreadOf(id)}`, sort: id };
}

/** Where a due item is. */
export function dueKey(id: string): ItemKey {
  return { partition: `due#${spreadOf(id)}`, sort: id };
}

/** All markers of parked sagas: at most some hundreds, read as a whole by the sweep. */
export const MARKERS = 'parked-sagas';
/** All dead letters, by their time-ordered ids. */
export const DEAD_LETTERS = 'dead-letters';
/** When each reaction last succeeded. */
export const SUCCESSES = 'successes';

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

/** The key as attributes. */
export function keyItem({ partition, sort }: ItemKey): Item {
  return { [journalTable.partitionKey]: text(partition), [journalTable.sortKey]: text(sort) };
}
