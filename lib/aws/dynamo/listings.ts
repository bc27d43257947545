import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { compareTexts } from '../../contract/compare-texts.ts';
import { journalTable } from '../../contract/deployment.ts';
import type { Claim } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { stepKey } from '../../runtime/journal/item-key.ts';
import type { DueItem, OutboxMarker } from '../../runtime/journal/outbox.ts';
import type { ParkedMessage, SagaMarker } from '../../runtime/journal/parked.ts';
import type { Page, Store } from '../../runtime/ports/store.ts';
import { type Item, number, storedValue, text, textOf } from './attributes.ts';
import { type ReadOptions, readPlaces } from './batch-get.ts';
import { cursorKey, cursorText } from './cursor.ts';
import { DEAD_LETTERS, indexKeyItem, keyItem, letterPartition, linePartition, MARKERS, spreadPartitions, timeText } from './item-keys.ts';
import { journalPlace } from './place.ts';
import { queryPartition } from './query.ts';
import { answered } from './send.ts';
import { itemKeyOf, liveClaimOf } from './stored-items.ts';

/** Markers of parked sagas that a sweep reads: the runtime parks far fewer. */
const MARKERS_MAX = 5_000;
/** Behind every id that begins with the time before it. */
const LAST = '~\uffff';

type Query<Name extends keyof Store> = Parameters<Store[Name]>[0];

/** What has come due in all partitions of a kind, in the order of the sort keys: their times. */
async function spreadListing<Value>(options: ReadOptions, kind: 'outbox' | 'due', query: Query<'listOutbox'>): Promise<readonly Value[]> {
  const { client, table } = options;
  const { before, limit } = query;
  const upTo = timeText(before) + LAST;
  const pages = await Promise.all(spreadPartitions(kind).map((partition) => queryPartition({ client, table, partition, limit, upTo })));
  return pages
    .flatMap(({ items }) => items)
    .map((item) => ({ item, sort: itemKeyOf(item).sort }))
    .sort((left, right) => compareTexts(left.sort, right.sort))
    .slice(0, limit)
    .map(({ item }) => storedValue<Value>(item));
}

/** See `Store.listOutbox`. */
export function listOutbox(options: ReadOptions, query: Query<'listOutbox'>): Promise<readonly OutboxMarker[]> {
  return spreadListing<OutboxMarker>(options, 'outbox', query);
}

/** See `Store.listDue`. */
export function listDue(options: ReadOptions, query: Query<'listDue'>): Promise<readonly DueItem[]> {
  return spreadListing<DueItem>(options, 'due', query);
}

/** See `Store.listParkedSagas`. */
export async function listParkedSagas({ client, table }: ReadOptions, query: Query<'listParkedSagas'>): Promise<readonly SagaMarker[]> {
  const { items } = await queryPartition({ client, table, partition: MARKERS, limit: MARKERS_MAX });
  return items
    .map((item) => storedValue<SagaMarker>(item))
    .filter(({ wakeAt }) => wakeAt <= query.wakeBefore)
    .sort((left, right) => left.parkedAt - right.parkedAt || compareTexts(left.saga, right.saga))
    .slice(0, query.limit);
}

/** See `Store.listParked`. */
export async function listParked({ client, table }: ReadOptions, saga: string, limit: number): Promise<readonly ParkedMessage[]> {
  const { items } = await queryPartition({ client, table, partition: linePartition(saga), limit, consistent: true });
  return items.map((item) => storedValue<ParkedMessage>(item));
}

/** Those of one state, by the index, which says where to look; what is given is what they are now. */
async function lettersOfState(
  options: ReadOptions,
  state: DeadLetter['state'],
  { limit, cursor }: Query<'listDeadLetters'>,
): Promise<Page<DeadLetter>> {
  const { client, table } = options;
  const index = journalTable.entityIndex;
  const partition = letterPartition(state);
  const after =
    cursor === undefined
      ? undefined
      : { ...keyItem({ partition: DEAD_LETTERS, sort: cursor }), ...indexKeyItem({ partition, sort: cursor }) };
  const { items, next } = await queryPartition({ client, table, partition, limit, descending: true, index, after });
  const places = items.map((item) => journalPlace(options, itemKeyOf(item)));
  const found = await readPlaces(places, options);
  const letters = places.flatMap((place) => {
    const item = found.get(place.text);
    return item ? [storedValue<DeadLetter>(item)] : [];
  });
  const last = textOf(next, journalTable.sortKey);
  const still = letters.filter((letter) => letter.state === state);
  return last === undefined ? { items: still } : { items: still, cursor: last };
}

/** See `Store.listDeadLetters`. The cursor is the id of the last one that was looked at. */
export async function listDeadLetters(options: ReadOptions, query: Query<'listDeadLetters'>): Promise<Page<DeadLetter>> {
  const { client, table } = options;
  const { state, limit, cursor } = query;
  if (state !== undefined) return lettersOfState(options, state, query);
  const after = cursor === undefined ? undefined : keyItem({ partition: DEAD_LETTERS, sort: cursor });
  const { items, next } = await queryPartition({ client, table, partition: DEAD_LETTERS, limit, descending: true, after });
  const letters = items.map((item) => storedValue<DeadLetter>(item));
  const last = textOf(next, journalTable.sortKey);
  return last === undefined ? { items: letters } : { items: letters, cursor: last };
}

function liveClaims(items: readonly Item[], nowMs: number): readonly Claim[] {
  return items.map((item) => liveClaimOf(item, nowMs)).filter((claim) => claim !== undefined);
}

/** See `Store.listClaims`. */
export async function listClaims({ client, table, clock }: ReadOptions, saga: string, limit: number): Promise<readonly Claim[]> {
  const nowMs = clock.now();
  const filter = {
    expression: 'attribute_not_exists(#e) OR #e > :now',
    names: { '#e': journalTable.expiry },
    values: { ':now': number(nowMs / 1000) },
  };
  const { items } = await queryPartition({ client, table, partition: stepKey(saga, '').partition, limit, consistent: true, filter });
  return liveClaims(items, nowMs);
}

/** See `Store.scanClaims`: reads the table, `limit` items a page, so a page may be empty. @throws INVALID_CURSOR */
export async function scanClaims({ client, table, clock }: ReadOptions, { limit, cursor }: Query<'scanClaims'>): Promise<Page<Claim>> {
  const command = new ScanCommand({
    TableName: table,
    Limit: limit,
    FilterExpression: 'begins_with(#pk, :saga)',
    ExpressionAttributeNames: { '#pk': journalTable.partitionKey },
    ExpressionAttributeValues: { ':saga': text('saga#') },
    ExclusiveStartKey: cursorKey(cursor),
  });
  const { Items: found = [], LastEvaluatedKey: last } = await answered(client.send(command));
  const items = liveClaims(found, clock.now());
  return last ? { items, cursor: cursorText(last) } : { items };
}
