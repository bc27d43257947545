import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import { storedName } from '../../runtime/journal/in-generation.ts';
import { entityKey, type ItemKey } from '../../runtime/journal/item-key.ts';
import type { Page, Store, StoredEntity } from '../../runtime/ports/store.ts';
import { text } from './attributes.ts';
import type { ReadOptions } from './batch-get.ts';
import { cursorKey, cursorText } from './cursor.ts';
import { deleteItems } from './delete.ts';
import { answered } from './send.ts';
import { entityOf, itemKeyOf } from './stored-items.ts';

/** What the partition of every entity begins with, and what ends its name in it. */
const [ENTITY = '', SEPARATOR = ''] = [entityKey('', '').partition.slice(0, -1), entityKey('', '').partition.slice(-1)];
const { sort: STATE } = entityKey('', '');

/** The name that an entity is stored under is the first part of its partition, and has nothing in it to escape. */
function nameIn({ partition }: ItemKey): ReturnType<typeof storedName> {
  const [name = ''] = partition.slice(ENTITY.length).split(SEPARATOR);
  return storedName(name);
}

type Query = Parameters<Store['scanEntities']>[0];

/** Reads the table, `limit` items a page, so a page may be empty: what there is of a generation's entities. @throws INVALID_CURSOR */
async function scan({ client, table }: ReadOptions, { generation, limit, cursor }: Query, keysOnly: boolean) {
  const { partitionKey, sortKey } = journalTable;
  const command = new ScanCommand({
    TableName: table,
    Limit: limit,
    FilterExpression: 'begins_with(#pk, :entity)',
    ...(keysOnly ? { ProjectionExpression: '#pk, #sk' } : {}),
    ExpressionAttributeNames: { '#pk': partitionKey, ...(keysOnly ? { '#sk': sortKey } : {}) },
    ExpressionAttributeValues: { ':entity': text(ENTITY) },
    ExclusiveStartKey: cursorKey(cursor),
  });
  const { Items: found = [], LastEvaluatedKey: last } = await answered(client.send(command));
  const items = found.map((item) => ({ item, key: itemKeyOf(item) })).filter(({ key }) => nameIn(key).generation === generation);
  return { items, rest: last ? { cursor: cursorText(last) } : {} };
}

/** See `Store.scanEntities`. */
export async function scanEntities(options: ReadOptions, query: Query): Promise<Page<StoredEntity>> {
  const { items, rest } = await scan(options, query, false);
  const entities = items.filter(({ key }) => key.sort === STATE);
  return { items: entities.map(({ item, key }) => ({ entity: nameIn(key).entity, ...entityOf(item) })), ...rest };
}

/** See `Store.dropGeneration`. */
export async function dropGeneration(options: ReadOptions, query: Query): Promise<{ readonly dropped: number; readonly cursor?: string }> {
  const { items, rest } = await scan(options, query, true);
  const keys = items.map(({ key }) => key);
  await deleteItems(keys, options);
  return { dropped: keys.filter(({ sort }) => sort === STATE).length, ...rest };
}
