import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { keyPart } from '../../runtime/journal/item-key.ts';
import type { ConsumerState, Control } from '../../runtime/ports/control.ts';
import { attributes, type Item, storedValue, text } from './attributes.ts';
import { keyItem } from './item-keys.ts';
import { answered } from './send.ts';

/** All consumers' states; the functions of a service may write the item of their own consumer only. */
const CONSUMERS = 'consumers';

function keyOf(consumer: string): Item {
  return keyItem({ partition: CONSUMERS, sort: keyPart(consumer) });
}

/** What operators and the runtime decide about consumers, in the backbone's control table. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export function createDynamoControl({ client, table }: { readonly client: DynamoDBClient; readonly table: string }): Control {
  return {
    async consumer(name): Promise<ConsumerState> {
      const command = new GetItemCommand({ TableName: table, Key: keyOf(name), ConsistentRead: true });
      const { Item: item } = await answered(client.send(command));
      return item ? storedValue<ConsumerState>(item) : { paused: false };
    },
    async setConsumer(name, state) {
      const item = { ...keyOf(name), [attributes.json]: text(JSON.stringify(state)) };
      await answered(client.send(new PutItemCommand({ TableName: table, Item: item })));
    },
  };
}
