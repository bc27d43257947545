import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { attributes, number, numberOf } from './attributes.ts';
import { keyItem, successKey } from './item-keys.ts';
import { answered, answeredOnCondition } from './send.ts';

/** The journal of one service. */
interface Where {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/** See `Store.noteSuccess`. The runtime calls it once a minute for each reaction and process. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function noteSuccess({ client, table }: Where, reaction: string, at: number): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: keyItem(successKey(reaction)),
    UpdateExpression: 'SET #at = :at',
    ConditionExpression: 'attribute_not_exists(#at) OR #at < :at',
    ExpressionAttributeNames: { '#at': attributes.succeededAt },
    ExpressionAttributeValues: { ':at': number(at) },
  });
  await answeredOnCondition(client.send(command)); // or a later one is noted already
}

/** See `Store.lastSuccess`. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function lastSuccess({ client, table }: Where, reaction: string): Promise<number | undefined> {
  const command = new GetItemCommand({ TableName: table, Key: keyItem(successKey(reaction)), ConsistentRead: true });
  const { Item: item } = await answered(client.send(command));
  return numberOf(item, attributes.succeededAt);
}
