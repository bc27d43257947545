import type { KinesisRecord } from '../aws/kinesis-record.ts';
import type { Delivery } from '../runtime/ports/delivery.ts';
import { logicalName, type ServiceEnvironment } from './environment.ts';
import type { BatchResponse } from './lambda-context.ts';
import type { ServiceInstance } from './service-instance.ts';

/** A stream record as the runtime takes it; a stream of an inbound goes by its logical name. */
export function streamDelivery(environment: Pick<ServiceEnvironment, 'inbounds'>, record: KinesisRecord, nowMs: number): Delivery {
  const arrival = record.approximateArrivalSeconds;
  return {
    // Bytes that are no text become a dead letter that keeps them as base64; with a prefix, as that could be JSON by chance.
    body: record.data === undefined ? record.body : `base64:${record.data}`,
    source: {
      kind: 'stream',
      stream: logicalName(environment, record.streamArn ?? ''),
      shard: record.shardId ?? '',
      sequenceNumber: record.sequenceNumber ?? '',
    },
    arrivedAt: arrival === undefined ? nowMs : Math.round(arrival * 1000),
  };
}

/** Names the first record that is not finished; Lambda delivers everything from it on again. */
export function unfinishedFrom(first: KinesisRecord | undefined): BatchResponse {
  return { batchItemFailures: first ? [{ itemIdentifier: first.itemIdentifier }] : [] };
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
    records.map((record) => streamDelivery(instance.environment, record, nowMs)),
    { deadline },
  );
  return unfinishedFrom(records.find((_, index) => results[index]?.status !== 'done'));
}
