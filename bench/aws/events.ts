// The same records for all: what Lambda hands over from a Kinesis stream, with an order in each.
import { message } from 'aws-choreography/testing';
import { OrderPlaced, type OrderPlacedData } from '../../schemas/generated/index.ts';

/** The stream that the records come from. */
export const STREAM = 'bench-events';

/** What Lambda hands over. */
export interface KinesisEvent {
  readonly Records: readonly KinesisEventRecord[];
}

/** One record; the fields that Powertools' schema asks for are all there. */
export interface KinesisEventRecord {
  readonly eventSource: 'aws:kinesis';
  readonly eventVersion: string;
  readonly eventID: string;
  readonly eventName: 'aws:kinesis:record';
  readonly awsRegion: string;
  readonly invokeIdentityArn: string;
  readonly eventSourceARN: string;
  readonly kinesis: {
    readonly kinesisSchemaVersion: string;
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    readonly approximateArrivalTimestamp: number;
    /** Base64. */
    readonly data: string;
  };
}

const items: OrderPlacedData['items'] = [
  { sku: 'tea-green-100', quantity: 2 },
  { sku: 'cup-blue', quantity: 1 },
  { sku: 'kettle-1-5', quantity: 1 },
];

function recordOf(index: number): KinesisEventRecord {
  const [orderId, saga] = [`order-${index}`, `saga-${index}`];
  const data = { orderId, customerId: 'customer-17', items, totalCents: 6_480, currency: 'EUR' };
  const time = new Date().toISOString();
  const envelope = message(OrderPlaced, data, { id: `event-${index}`, correlationid: saga, partitionkey: saga, source: 'order', time });
  return {
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${index + 1}`,
    eventName: 'aws:kinesis:record',
    awsRegion: 'us-east-1',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/worker',
    eventSourceARN: `arn:aws:kinesis:us-east-1:123456789012:stream/${STREAM}`,
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: saga,
      sequenceNumber: String(index + 1),
      approximateArrivalTimestamp: Date.now() / 1000,
      data: Buffer.from(JSON.stringify(envelope)).toString('base64'),
    },
  };
}

/** Batches of orders that nobody has seen before, the first one with the number `from`. */
export function batches(from: number, count: number, batch: number): readonly KinesisEvent[] {
  return Array.from({ length: count }, (_, lot) => ({
    Records: Array.from({ length: batch }, (__, index) => recordOf(from + lot * batch + index)),
  }));
}
