import type { Delivery } from '../../runtime/ports/delivery.ts';
import type { ReplayTask } from '../../runtime/ports/replay-queue.ts';
import type { TransportFailure } from '../../runtime/service-runtime.ts';
import type { StreamFailureRecord } from './failure-record.ts';
import type { QueueMessage } from './queue.ts';
import type { Stream } from './stream.ts';

/** Messages that the transport gave up on, found again. */
export interface FailedDeliveries {
  readonly deliveries: readonly Delivery[];
  readonly failure: TransportFailure;
  /** A task of the replay queue. @default - none */
  readonly task?: ReplayTask;
}

/** Follows the pointer: from the first sequence number to the last one. What has expired since is gone. */
export function readStreamFailure(stream: Stream, { KinesisBatchInfo: batch, requestContext }: StreamFailureRecord): FailedDeliveries {
  const { shardId: shard, startSequenceNumber, endSequenceNumber } = batch;
  const from = stream.positionOf(shard, startSequenceNumber);
  const { records } = stream.read(shard, from, stream.positionOf(shard, endSequenceNumber) - from + 1);
  return {
    deliveries: records.map(({ data, sequenceNumber, arrivedAt }) => ({
      body: data,
      source: { kind: 'stream', stream: stream.name, shard, sequenceNumber },
      arrivedAt,
    })),
    failure: { condition: requestContext.condition, attempts: requestContext.approximateInvokeCount },
  };
}

/** What lies in a dead-letter queue: a pointer of a stream mapping, or a message that a redrive policy moved. */
export function readFailure(stream: Stream, message: QueueMessage, attempts: number): FailedDeliveries {
  const content = JSON.parse(message.body) as Partial<StreamFailureRecord> | ReplayTask;
  if ('KinesisBatchInfo' in content) return readStreamFailure(stream, content as StreamFailureRecord);
  const failure = { condition: 'ReceiveCountExceeded', attempts };
  if ('kind' in content) return { deliveries: [], failure, task: content };
  const { body } = message;
  const source = { kind: 'queue', queue: 'dead-letters', messageId: message.id } as const;
  return { deliveries: [{ body, source, arrivedAt: message.sentAt }], failure };
}
