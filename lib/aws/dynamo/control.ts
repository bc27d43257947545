import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { controlTable } from '../../contract/deployment.ts';
import { keyPart } from '../../runtime/journal/item-key.ts';
import type { ConsumerState, Control } from '../../runtime/ports/control.ts';
import { attributes, type Item, storedValue, text } from './attributes.ts';
import { storeError } from './store-error.ts';

/** All consumers' states; the functions of a service may write the item of their own consumer only. */
export const CONSUMERS = 'consumers';

function keyOf(consumer: string): Item {
  return { [controlTable.partitionKey]: text(CONSUMERS), [controlTable.sortKey]: text(keyPart(consumer)) };
}

/** What operators and the runtime decide about consumers, in the backbone's control table. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export function createDynamoControl({ client, table }: { readonly client: DynamoDBClient; readonly table: string }): Control {
  return {
    async consumer(name): Promise<ConsumerState> {
      try {
        const { Item: item } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(name), ConsistentRead: true }));
        return item ? storedValue<ConsumerState>(item) : { paused: false };
      } catch (error) {
        throw storeError(error, false);
      }
    },
    async setConsumer(name, state) {
      try {
        await client.send(
          new PutItemCommand({ TableName: table, Item: { ...keyOf(name), [attributes.json]: text(JSON.stringify(state)) } }),
        );
      } catch (error) {
        throw storeError(error, false);
      }
    },
  };
}
