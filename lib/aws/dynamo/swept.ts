import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SweptKind } from '../../runtime/ports/store.ts';
import { attributes, storedValue, text } from './attributes.ts';
import type { ReadOptions } from './batch-get.ts';
import { keyItem, sweptKey } from './item-keys.ts';
import { answered } from './send.ts';

/** See `Store.sweptTo`. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function sweptTo({ client, table }: ReadOptions, kind: SweptKind): Promise<string | undefined> {
  const command = new GetItemCommand({ TableName: table, Key: keyItem(sweptKey(kind)), ConsistentRead: true });
  const { Item: item } = await answered(client.send(command));
  return item && storedValue<string>(item);
}

/** See `Store.noteSwept`. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function noteSwept({ client, table }: ReadOptions, kind: SweptKind, id: string): Promise<void> {
  const item = { ...keyItem(sweptKey(kind)), [attributes.json]: text(JSON.stringify(id)) };
  await answered(client.send(new PutItemCommand({ TableName: table, Item: item })));
}
