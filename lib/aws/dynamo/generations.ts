import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Version } from '../../runtime/journal/claim.ts';
import type { Generations } from '../../runtime/journal/generations.ts';
import { attributes, storedValue, text, textOf } from './attributes.ts';
import type { ReadOptions } from './batch-get.ts';
import { stored } from './condition.ts';
import { GENERATIONS, keyItem } from './item-keys.ts';
import { answered, answeredOnCondition } from './send.ts';

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
