import { GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import type { Version } from '../../runtime/journal/claim.ts';
import type { Generations } from '../../runtime/journal/generations.ts';
import { generationOfEntity } from '../../runtime/journal/in-generation.ts';
import { entityKey } from '../../runtime/journal/item-key.ts';
import type { Store } from '../../runtime/ports/store.ts';
import { attributes, storedValue, text, textOf } from './attributes.ts';
import type { ReadOptions } from './batch-get.ts';
import { stored } from './condition.ts';
import { cursorKey, cursorText } from './cursor.ts';
import { deleteItems } from './delete.ts';
import { GENERATIONS, keyItem } from './item-keys.ts';
import { answered, answeredOnCondition } from './send.ts';
import { itemKeyOf } from './stored-items.ts';

/** What the partition of every entity begins with, and what ends its name in it. */
const [ENTITY = '', SEPARATOR = ''] = [entityKey('', '').partition.slice(0, -1), entityKey('', '').partition.slice(-1)];
const { sort: STATE } = entityKey('', '');

/** See `Store.generations`. */
export async function readGenerations({ client, table }: ReadOptions): Promise<Generations | undefined> {
  const command = new GetItemCommand({ TableName: table, Key: keyItem(GENERATIONS), ConsistentRead: true });
  const { Item: item } = await answered(client.send(command));
  return item && storedValue<Generations>(item);
}

/** See `Store.putGenerations`. */
export async function putGenerations({ client, table }: ReadOptions, next: Generations, expect: Version): Promise<boolean> {
  const item = { ...keyItem(GENERATIONS), [attributes.version]: text(next.version), [attributes.json]: text(JSON.stringify(next)) };
  const condition = { ...stored(expect), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  const answer = await answeredOnCondition(client.send(new PutItemCommand({ TableName: table, Item: item, ...condition })));
  return answer.held || textOf(answer.found, attributes.version) === next.version;
}

/** The name that an entity is stored under is the first part of its partition, and has nothing in it to escape. */
function generationOf(partition: string): number {
  const [name = ''] = partition.slice(ENTITY.length).split(SEPARATOR);
  return generationOfEntity(name);
}

/** See `Store.dropGeneration`: reads the table, `limit` items a page, and deletes what it finds of the generation. @throws INVALID_CURSOR */
export async function dropGeneration(
  options: ReadOptions,
  { generation, limit, cursor }: Parameters<Store['dropGeneration']>[0],
): Promise<{ readonly dropped: number; readonly cursor?: string }> {
  const { client, table } = options;
  const command = new ScanCommand({
    TableName: table,
    Limit: limit,
    FilterExpression: 'begins_with(#pk, :entity)',
    ProjectionExpression: '#pk, #sk',
    ExpressionAttributeNames: { '#pk': journalTable.partitionKey, '#sk': journalTable.sortKey },
    ExpressionAttributeValues: { ':entity': text(ENTITY) },
    ExclusiveStartKey: cursorKey(cursor),
  });
  const { Items: found = [], LastEvaluatedKey: last } = await answered(client.send(command));
  const keys = found.map(itemKeyOf).filter(({ partition }) => generationOf(partition) === generation);
  await deleteItems(keys, options);
  const dropped = keys.filter(({ sort }) => sort === STATE).length;
  return last ? { dropped, cursor: cursorText(last) } : { dropped };
}
