import type { KinesisRecord } from '../../aws/records/kinesis-record.ts';
import type { Delivery, DeliveryResult } from '../../runtime/ports/delivery.ts';
import { foreignMark, logicalName, type ServiceEnvironment } from '../environment.ts';
import type { BatchResponse } from '../lambda-context.ts';
import type { ServiceInstance } from '../service-instance.ts';

/** Milliseconds between two looks whether a paused consumer goes on, and what is to be left for the batch when it does. */
const LOOK_MILLISECONDS = 10_000;
const REST_MILLISECONDS = 15_000;

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
    ...foreignMark(environment, record.streamArn ?? ''),
    arrivedAt: arrival === undefined ? nowMs : Math.round(arrival * 1000),
  };
}

/** Names the first record that is not finished; Lambda delivers everything from it on again. */
export function unfinishedFrom(first: KinesisRecord | undefined): BatchResponse {
  return { batchItemFailures: first ? [{ itemIdentifier: first.itemIdentifier }] : [] };
}

function isPaused(result: DeliveryResult): boolean {
  return result.status === 'unfinished' && result.paused === true;
}

/**
 * One batch of a shard. While the consumer is paused, the batch waits here for as long as the function may run: each time
 * that it is given back costs one of the mapping's attempts, and AWS gives a batch up when they are used. Only the first
 * unfinished record is named: Lambda delivers everything from it on again, and what is done behind it is recognised by its
 * claims.
 */
export async function consumeStream(
  instance: ServiceInstance,
  records: readonly KinesisRecord[],
  deadline: number,
): Promise<BatchResponse> {
  const { clock } = instance.ports;
  const nowMs = clock.now();
  const deliveries = records.map((record) => streamDelivery(instance.environment, record, nowMs));
  let results = await instance.runtime.consume(deliveries, { deadline });
  while (results.some(isPaused) && clock.now() + LOOK_MILLISECONDS + REST_MILLISECONDS < deadline) {
    await clock.sleep(LOOK_MILLISECONDS);
    results = await instance.runtime.consume(deliveries, { deadline });
  }
  return unfinishedFrom(records.find((_, index) => results[index]?.status !== 'done'));
}
