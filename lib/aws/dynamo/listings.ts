import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { compareTexts } from '../../contract/compare-texts.ts';
import { journalTable } from '../../contract/deployment.ts';
import { PARKED_SAGAS_MAX } from '../../contract/limits.ts';
import type { Claim } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { stepKey } from '../../runtime/journal/item-key.ts';
import { type DueItem, markersOfCommits, type OutboxMarker } from '../../runtime/journal/outbox.ts';
import type { ParkedMessage, SagaMarker } from '../../runtime/journal/parked.ts';
import type { Page, Store, SweptKind } from '../../runtime/ports/store.ts';
import { type Item, number, storedValue, text, textOf } from './attributes.ts';
import { type ReadOptions, readPlaces } from './batch-get.ts';
import { cursorKey, cursorText } from './cursor.ts';
import { DEAD_LETTERS, indexKeyItem, keyItem, letterPartition, linePartition, MARKERS, spreadPartitions, timeText } from './item-keys.ts';
import { journalPlace } from './place.ts';
import { queryPartition } from './query.ts';
import { answered } from './send.ts';
import { itemKeyOf, liveClaimOf, outboxMarkerOf } from './stored-items.ts';

/** Outbox markers of one page: half a megabyte, if each of them names a hundred commits. */
const MARKERS_OF_PAGE = 25;
/** Behind every id that begins with the time before it. */
const LAST = '~\uffff';

type Query<Name extends keyof Store> = Parameters<Store[Name]>[0];

/** Where to begin behind an id, which need not be in the partition itself. */
function behindOf(partition: string, id: string | undefined): Item | undefined {
  return id === undefined ? undefined : keyItem({ partition, sort: id });
}

/** What is in all partitions of a kind, in the order of the sort keys: their times. Nothing is behind what is later than all. */
async function spreadItems(
  kind: SweptKind,
  { before, after = '' }: Query<'listDue'>,
  itemsOf: (partition: string, upTo: string) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const upTo = timeText(before) + LAST;
  // DynamoDB refuses to begin where a query has its end.
  if (after >= upTo) return [];
  return (await Promise.all(spreadPartitions(kind).map((partition) => itemsOf(partition, upTo))))
    .flat()
    .map((item) => ({ item, sort: itemKeyOf(item).sort }))
    .sort((left, right) => compareTexts(left.sort, right.sort))
    .map(({ item }) => item);
}

/**
 * The oldest markers of one partition, up to the one with which they name `limit` commits: a marker may name a hundred, and
 * after an outage there are many of them, so no more is read than is wanted.
 */
async function oldestMarkers(
  { client, table }: ReadOptions,
  partition: string,
  upTo: string,
  { limit, after: behind }: Query<'listOutbox'>,
) {
  const markers: Item[] = [];
  let after = behindOf(partition, behind);
  let commits = 0;
  do {
    const page = await queryPartition({ client, table, partition, upTo, after, limit: Math.min(MARKERS_OF_PAGE, limit - commits) });
    for (const item of page.items) commits += outboxMarkerOf(item).entries.length;
    markers.push(...page.items);
    after = page.next;
  } while (after && commits < limit);
  return markers;
}

/** See `Store.listOutbox`. */
export async function listOutbox(options: ReadOptions, query: Query<'listOutbox'>): Promise<readonly OutboxMarker[]> {
  const items = await spreadItems('outbox', query, (partition, upTo) => oldestMarkers(options, partition, upTo, query));
  return markersOfCommits(items.slice(0, query.limit).map(outboxMarkerOf), query.limit);
}

/** See `Store.listDue`. */
export async function listDue({ client, table }: ReadOptions, query: Query<'listDue'>): Promise<readonly DueItem[]> {
  const { limit, after } = query;
  const items = await spreadItems('due', query, async (partition, upTo) => {
    const page = await queryPartition({ client, table, partition, limit, upTo, after: behindOf(partition, after) });
    return page.items;
  });
  return items.slice(0, limit).map(storedValue<DueItem>);
}

/** See `Store.listParkedSagas`. */
export async function listParkedSagas({ client, table }: ReadOptions, query: Query<'listParkedSagas'>): Promise<readonly SagaMarker[]> {
  const { items } = await queryPartition({ client, table, partition: MARKERS, limit: PARKED_SAGAS_MAX });
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
