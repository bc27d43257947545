import type { KinesisRecord } from '../aws/kinesis-record.ts';
import type { Delivery } from '../runtime/ports/delivery.ts';
import { queueName } from './environment.ts';
import type { BatchResponse } from './lambda-context.ts';
import type { ServiceInstance } from './service-instance.ts';

/** A stream record as the runtime takes it; a stream of an inbound goes by its logical name. */
export function streamDelivery(inbounds: Readonly<Record<string, string>>, record: KinesisRecord, nowMs: number): Delivery {
  const name = queueName(record.streamArn ?? '');
  const arrival = record.approximateArrivalSeconds;
  return {
    // Bytes that are no text become a dead letter that keeps them as base64.
    body: record.body === '' ? (record.data ?? '') : record.body,
    source: {
      kind: 'stream',
      stream: inbounds[name] ?? name,
      shard: record.shardId ?? '',
      sequenceNumber: record.sequenceNumber ?? '',
    },
    arrivedAt: arrival === undefined ? nowMs : Math.round(arrival * 1000),
  };
}

/**
 * One batch of a shard. Only the first unfinished record is named: Lambda delivers everything from it on again, and what
 * is done behind it is recognised by its claims.
 */
export async function consumeStream(
  instance: ServiceInstance,
  records: readonly KinesisRecord[],
  deadline: number,
): Promise<BatchResponse> {
  const nowMs = instance.ports.clock.now();
  const results = await instance.runtime.consume(
    records.map((record) => streamDelivery(instance.environment.inbounds, record, nowMs)),
    { deadline },
  );
  const first = records.find((_, index) => results[index]?.status !== 'done');
  return { batchItemFailures: first ? [{ itemIdentifier: first.itemIdentifier }] : [] };
}
