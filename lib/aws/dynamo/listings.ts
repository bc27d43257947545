import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { type Claim, isExpired } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { entityKey, stepKey } from '../../runtime/journal/item-key.ts';
import type { DueItem, OutboxMarker } from '../../runtime/journal/outbox.ts';
import type { ParkedMessage, SagaMarker } from '../../runtime/journal/parked.ts';
import type { Store } from '../../runtime/ports/store.ts';
import { attributes, type Item, storedValue, textOf } from './attributes.ts';
import { DEAD_LETTERS, linePartition, MARKERS, spreadPartitions } from './item-keys.ts';
import { type PartitionQuery, queryPartition } from './query.ts';
import { claimOf, entityOf, itemKeyOf, type ReadOptions, readItems } from './read.ts';
import { indexPartition } from './requests.ts';
import { storeError } from './store-error.ts';

/** Markers of parked sagas that a sweep reads: the runtime parks far fewer, and an operator drains a table that has more. */
const MARKERS_MAX = 5_000;
/** Behind every id that begins with the time before it. */
const LAST = '~\uffff';

type Where = Pick<PartitionQuery, 'client' | 'table'>;
const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** What has come due in all partitions of a kind, in the order of the time-ordered ids. */
async function spreadListing<Value extends { readonly id: string }>(
  where: Where,
  kind: 'outbox' | 'due',
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<readonly Value[]> {
  const upTo = `${new Date(before).toISOString()}${LAST}`;
  const pages = await Promise.all(spreadPartitions(kind).map((partition) => queryPartition({ ...where, partition, limit, upTo })));
  return pages
    .flatMap(({ items }) => items.map((item) => storedValue<Value>(item)))
    .sort((left, right) => compare(left.id, right.id))
    .slice(0, limit);
}

/** See `Store.listOutbox`. */
export function listOutbox(where: Where, query: Parameters<Store['listOutbox']>[0]): Promise<readonly OutboxMarker[]> {
  return spreadListing<OutboxMarker>(where, 'outbox', query);
}

/** See `Store.listDue`. */
export function listDue(where: Where, query: Parameters<Store['listDue']>[0]): Promise<readonly DueItem[]> {
  return spreadListing<DueItem>(where, 'due', query);
}

/** See `Store.listParkedSagas`. */
export async function listParkedSagas(where: Where, query: Parameters<Store['listParkedSagas']>[0]): Promise<readonly SagaMarker[]> {
  const { items } = await queryPartition({ ...where, partition: MARKERS, limit: MARKERS_MAX });
  return items
    .map((item) => storedValue<SagaMarker>(item))
    .filter(({ wakeAt }) => wakeAt <= query.wakeBefore)
    .sort((left, right) => left.parkedAt - right.parkedAt || compare(left.saga, right.saga))
    .slice(0, query.limit);
}

/** See `Store.listParked`. */
export async function listParked(where: Where, saga: string, limit: number): Promise<readonly ParkedMessage[]> {
  const { items } = await queryPartition({ ...where, partition: linePartition(saga), limit, consistent: true });
  return items.map((item) => storedValue<ParkedMessage>(item));
}

/** See `Store.listDeadLetters`. The cursor is the id of the last one given. */
export async function listDeadLetters(
  where: Where,
  { state, limit, cursor }: Parameters<Store['listDeadLetters']>[0],
): Promise<Awaited<ReturnType<Store['listDeadLetters']>>> {
  const { items, next } = await queryPartition({
    ...where,
    partition: DEAD_LETTERS,
    limit,
    descending: true,
    ...(cursor === undefined ? {} : { after: cursor }),
    ...(state === undefined ? {} : { filter: { attribute: attributes.state, value: state } }),
  });
  const letters = items.map((item) => storedValue<DeadLetter>(item));
  const last = textOf(next, journalTable.sortKey);
  return last === undefined ? { items: letters } : { items: letters, cursor: last };
}

function isLive(claim: Claim, nowMs: number): boolean {
  return !isExpired(claim, nowMs);
}

/** See `Store.listClaims`. */
export async function listClaims(where: Where, saga: string, limit: number, nowMs: number): Promise<readonly Claim[]> {
  const { items } = await queryPartition({ ...where, partition: stepKey(saga, '').partition, limit, consistent: true });
  return items.map(claimOf).filter((claim) => isLive(claim, nowMs));
}

function cursorText(key: Item): string {
  return Buffer.from(JSON.stringify(key), 'utf8').toString('base64url');
}

/** @throws INVALID_CURSOR */
function cursorKey(cursor: string): Item {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as Item;
  } catch (cause) {
    throw new ChoreographyError('INVALID_CURSOR', 'The cursor is none that a page of this listing gave; begin without one.', { cause });
  }
}

async function scanPage(client: DynamoDBClient, table: string, limit: number, from: Item | undefined) {
  const command = new ScanCommand({
    TableName: table,
    Limit: limit,
    FilterExpression: 'begins_with(#pk, :saga)',
    ExpressionAttributeNames: { '#pk': journalTable.partitionKey },
    ExpressionAttributeValues: { ':saga': { S: 'saga#' } },
    ...(from ? { ExclusiveStartKey: from } : {}),
  });
  try {
    return await client.send(command);
  } catch (error) {
    throw storeError(error, false);
  }
}

/** See `Store.scanClaims`: reads the table, `limit` items a page, so a page may be empty. @throws INVALID_CURSOR */
export async function scanClaims(
  { client, table }: Where,
  { limit, cursor }: Parameters<Store['scanClaims']>[0],
  nowMs: number,
): Promise<Awaited<ReturnType<Store['scanClaims']>>> {
  const page = await scanPage(client, table, limit, cursor === undefined ? undefined : cursorKey(cursor));
  const items = (page.Items ?? []).map(claimOf).filter((claim) => isLive(claim, nowMs));
  return page.LastEvaluatedKey ? { items, cursor: cursorText(page.LastEvaluatedKey) } : { items };
}

/** See `Store.queryEntities`. The index only says where to look: the entities are read, and judged by what they are now. */
export async function queryEntities(
  options: ReadOptions,
  { entity, index, value, limit, cursor }: Parameters<Store['queryEntities']>[0],
): Promise<Awaited<ReturnType<Store['queryEntities']>>> {
  const { client, table } = options;
  const query = { client, table, partition: indexPartition(entity, index, value), limit, index: journalTable.entityIndex };
  const { items, next } = await queryPartition(query, cursor === undefined ? undefined : cursorKey(cursor));
  const keys = items.map((item) => ({ partition: itemKeyOf(item).partition, sort: entityKey('', '').sort }));
  const found = (await readItems(keys, options)).map(entityOf).filter(({ record }) => record.indexes[index] === value);
  return next ? { items: found, cursor: cursorText(next) } : { items: found };
}
