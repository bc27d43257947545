import { type FailureRecord, parseFailureRecord, type StreamFailure } from '../aws/failure-record.ts';
import { fieldOf, jsonOrText, textOf } from '../aws/json-value.ts';
import type { SqsRecord } from '../aws/sqs-record.ts';
import { resolvePointer } from '../runtime/paths/resolve-pointer.ts';
import type { Delivery } from '../runtime/ports/delivery.ts';
import type { TransportFailure } from '../runtime/service-runtime.ts';
import { queueName } from './environment.ts';
import type { BatchResponse } from './lambda-context.ts';
import { queueDelivery, unwrapped } from './queue-batch.ts';
import type { ServiceInstance } from './service-instance.ts';

/** Receives after which a queue's redrive policy moved a message, where nothing says it: the constructs' default. */
const RECEIVES = 10;

interface Found {
  readonly deliveries: readonly Delivery[];
  readonly failure: TransportFailure;
}

/** The document itself, as a text that no inbound takes for a message: what it points at is gone, and this is all that is left to be seen. */
function itself(record: SqsRecord, nowMs: number): Delivery {
  const source = { kind: 'queue', queue: queueName(record.queueArn ?? ''), messageId: record.itemIdentifier } as const;
  return { body: `Gone from the stream: ${record.body}`, source, arrivedAt: record.sentTimestamp ?? nowMs };
}

/** The records behind a pointer, read at once, as they expire. What has expired already stays visible as its pointer. */
async function ofStream({ ports }: ServiceInstance, failure: StreamFailure, record: SqsRecord): Promise<Found> {
  const { streamArn, shardId: shard, startSequenceNumber, endSequenceNumber, batchSize, attempts = 1 } = failure;
  const told = { condition: failure.condition ?? 'RetryAttemptsExhausted', attempts };
  const stream = queueName(streamArn);
  if (!ports.streamReader || failure.kind !== 'kinesis') return { deliveries: [itself(record, ports.clock.now())], failure: told };
  const pointer = { stream, shard, startSequenceNumber, endSequenceNumber, ...(batchSize === undefined ? {} : { batchSize }) };
  const { deliveries, complete, expired } = await resolvePointer(ports.streamReader, pointer);
  if (complete && !expired) return { deliveries, failure: told };
  ports.telemetry.log({
    level: 'error',
    message: 'records behind a failure pointer are gone',
    fields: { ...pointer, found: deliveries.length },
  });
  return { deliveries: [...deliveries, itself(record, ports.clock.now())], failure: told };
}

/** A task of the replay queue that its redrive policy moved: wake-ups and settling are asked for again by the sweep. */
function ofTask(task: unknown, delivery: Delivery): readonly Delivery[] {
  const kind = textOf(task, 'kind');
  if (kind === 'wake' || kind === 'settle') return [];
  return kind === 'message' ? [{ ...delivery, body: JSON.stringify(fieldOf(task, 'message')) }] : [delivery];
}

async function found(instance: ServiceInstance, record: SqsRecord, failure: FailureRecord): Promise<Found> {
  const delivery = queueDelivery(instance, record, instance.ports.clock.now());
  switch (failure.kind) {
    case 'kinesis':
    case 'dynamodb':
      return ofStream(instance, failure, record);
    case 'eventbridge': {
      const told = { condition: failure.condition ?? failure.errorCode ?? 'TargetFailed', attempts: (failure.retryAttempts ?? 0) + 1 };
      return { deliveries: [{ ...delivery, body: unwrapped(JSON.stringify(failure.event)) }], failure: told };
    }
    case 'lambda-async': {
      const told = { condition: failure.condition ?? 'RetriesExhausted', attempts: failure.attempts ?? 1 };
      const isSweep = textOf(failure.payload, 'task') === 'sweep'; // the next minute brings another one
      return { deliveries: isSweep ? [] : [{ ...delivery, body: JSON.stringify(failure.payload ?? null) }], failure: told };
    }
    case 'sqs':
      return { deliveries: ofTask(jsonOrText(record.body), delivery), failure: { condition: 'ReceiveCountExceeded', attempts: RECEIVES } };
  }
}

/** What AWS gave up on becomes dead letters of the service, for reactions that have not handled it. */
export async function drainDeadLetters(
  instance: ServiceInstance,
  records: readonly SqsRecord[],
  raw: readonly unknown[],
  deadline: number,
): Promise<BatchResponse> {
  const failures: { readonly itemIdentifier: string }[] = [];
  for (const [index, record] of records.entries()) {
    const { deliveries, failure } = await found(instance, record, parseFailureRecord(raw[index]));
    const results = await instance.runtime.drain(deliveries, failure, { deadline });
    if (results.some(({ status }) => status !== 'done')) failures.push({ itemIdentifier: record.itemIdentifier });
  }
  return { batchItemFailures: failures };
}
