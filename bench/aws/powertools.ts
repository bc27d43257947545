// What a team would take instead: Powertools' batch processor, parser and idempotency, and a write of its own.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { parser } from '@aws-lambda-powertools/batch/parser';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Base64Encoded } from '@aws-lambda-powertools/parser/helpers';
import { KinesisDataStreamRecord, KinesisDataStreamRecordPayload } from '@aws-lambda-powertools/parser/schemas/kinesis';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { z } from 'zod';
import { STREAM } from './events.ts';
import { answerRecord, context, type Handle, type Order, stateItem, tables, type Work } from './work.ts';

const text = z.string().min(1).max(64);
const orderSchema = z.object({
  id: z.string(),
  source: z.string(),
  type: z.literal('OrderPlaced'),
  time: z.string(),
  correlationid: z.string(),
  partitionkey: z.string(),
  data: z.strictObject({
    orderId: text,
    customerId: text,
    items: z.array(z.strictObject({ sku: text, quantity: z.int().min(1).max(10_000) })).max(100),
    totalCents: z.int().min(0),
    currency: z.string().length(3),
  }),
});

/** Both ways to tell the batch processor of the schema. `documented`: it extends Powertools' schema itself, for each record. */
export type ParserForm = 'documented' | 'extended once';

function parserOf(form: ParserForm) {
  if (form === 'documented') return { parser, innerSchema: orderSchema, transformer: 'base64' as const };
  const payload = KinesisDataStreamRecordPayload.extend({ data: Base64Encoded(orderSchema) });
  return { parser, schema: KinesisDataStreamRecord.extend({ kinesis: payload }) };
}

/** The handler of a team that goes by Powertools' documentation; records of a batch run at the same time, its default. */
export function createPowertoolsHandle(form: ParserForm, work: Work): Handle {
  const client = new DynamoDBClient({});
  // An endpoint override over HTTP/1.1, as the others.
  const kinesis = new KinesisClient({ requestHandler: new NodeHttpHandler() });
  const config = new IdempotencyConfig({});
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName: tables.claims, awsSdkV3Client: client });
  const takeOrder = makeIdempotent(
    async (order: Order): Promise<void> => {
      const Key = { pk: { S: order.data.orderId } };
      if (work === 'read') await client.send(new GetItemCommand({ TableName: tables.state, Key, ConsistentRead: true }));
      await client.send(new PutItemCommand({ TableName: tables.state, Item: stateItem(order.data) }));
      if (work === 'publish') await kinesis.send(new PutRecordCommand({ StreamName: STREAM, ...answerRecord(order) }));
    },
    { persistenceStore, config },
  );
  const processor = new BatchProcessor(EventType.KinesisDataStreams, parserOf(form) as ConstructorParameters<typeof BatchProcessor>[1]);
  const take = (record: { readonly kinesis: { readonly data: unknown } }) => takeOrder(record.kinesis.data as Order);
  return async (event) => {
    config.registerLambdaContext(context as Parameters<typeof config.registerLambdaContext>[0]);
    const { batchItemFailures } = await processPartialResponse(event as never, take as never, processor, { context: context as never });
    if (batchItemFailures.length > 0) throw new Error(`Powertools left ${batchItemFailures.length} records: ${processor.errors[0]}`);
  };
}
