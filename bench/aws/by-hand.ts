// Two loops by hand: one that only parses, and one that takes each event with a transaction of its own.
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { OrderPlaced } from '../../schemas/generated/index.ts';
import { type KinesisEventRecord, STREAM } from './events.ts';
import { answerRecord, type Handle, type Order, stateItem, stateOf, tables, type Work } from './work.ts';

function orderOf({ kinesis }: KinesisEventRecord): Order {
  return JSON.parse(Buffer.from(kinesis.data, 'base64').toString()) as Order;
}

/** Decodes and calls, nothing else: what every handler pays. */
export function createBareHandle(): Handle {
  let cents = 0;
  return async ({ Records }) => {
    for (const record of Records) cents += stateOf(orderOf(record).data).totalCents;
    if (cents <= 0) throw new Error('nothing was ordered');
  };
}

/** The claim and the state of each event in one transaction; the events of a batch at the same time. */
export function createTransactionHandle(work: Work): Handle {
  const client = new DynamoDBClient({});
  const kinesis = new KinesisClient({ requestHandler: new NodeHttpHandler() });
  const take = async (record: KinesisEventRecord): Promise<void> => {
    const order = orderOf(record);
    const [issue] = OrderPlaced.schema.validate(order.data);
    if (issue) throw new Error(`${issue.path} is not as it must be`);
    const Key = { pk: { S: order.data.orderId } };
    if (work === 'read') await client.send(new GetItemCommand({ TableName: tables.state, Key, ConsistentRead: true }));
    const claim = { TableName: tables.claims, Item: { pk: { S: order.id } }, ConditionExpression: 'attribute_not_exists(pk)' };
    const state = { TableName: tables.state, Item: stateItem(order.data) };
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: claim }, { Put: state }] }));
    if (work === 'publish') await kinesis.send(new PutRecordCommand({ StreamName: STREAM, ...answerRecord(order) }));
  };
  return async ({ Records }) => {
    await Promise.all(Records.map(take));
  };
}
