import { type AsyncFailure, type FailureRecord, parseFailureRecord } from '../../aws/records/failure-record.ts';
import type { KinesisRecord } from '../../aws/records/kinesis-record.ts';
import type { SqsRecord } from '../../aws/records/sqs-record.ts';
import { resourceName } from '../../aws/resource-name.ts';
import { replayDeliveryOf } from '../../aws/sqs/replay-delivery.ts';
import { RECEIVES_MAX } from '../../contract/limits.ts';
import type { Delivery, ReplayDelivery } from '../../runtime/ports/delivery.ts';
import type { TransportFailure } from '../../runtime/service-runtime.ts';
import type { BatchResponse } from '../lambda-context.ts';
import type { ServiceInstance } from '../service-instance.ts';
import { isTick } from '../tick.ts';
import { inTurn } from './in-turn.ts';
import { drainPointer } from './pointer.ts';
import { queueDelivery, unwrapped } from './queue-batch.ts';
import { streamDelivery } from './stream-batch.ts';

/** A message that AWS gave up on, as it came and as it was read. */
interface Found<Failure extends FailureRecord = FailureRecord> {
  readonly record: SqsRecord;
  readonly failure: Failure;
}

/** Receives of a message before it is moved. The count goes on where it was moved to, and this receive is no attempt. */
function receivesOf({ receiveCount = 1 }: SqsRecord): number {
  return receiveCount > 1 ? receiveCount - 1 : RECEIVES_MAX;
}

/** What AWS says of it, in the runtime's words. */
function toldOf({ record, failure }: Found): TransportFailure {
  switch (failure.kind) {
    case 'eventbridge':
      return { condition: failure.condition ?? failure.errorCode ?? 'TargetFailed', attempts: (failure.retryAttempts ?? 0) + 1 };
    case 'lambda-async':
      return { condition: failure.condition ?? 'RetriesExhausted', attempts: failure.attempts ?? 1 };
    case 'sqs':
      return { condition: 'ReceiveCountExceeded', attempts: receivesOf(record) };
    default:
      return { condition: failure.condition ?? 'RetryAttemptsExhausted', attempts: failure.attempts ?? 1 };
  }
}

function isReplay({ environment }: ServiceInstance, { queueArn = '' }: SqsRecord): boolean {
  return resourceName(environment.replayDeadLetterQueue ?? '') === resourceName(queueArn);
}

/** An event of an asynchronous invocation; what Lambda did not keep of it stays visible as the failure itself. */
function ofInvocation({ failure, record }: Found<AsyncFailure>, delivery: Delivery): readonly Delivery[] {
  const { payload, condition } = failure;
  if (isTick(payload) || condition === 'Success') return []; // another tick comes
  const body = payload === undefined ? `Without its event: ${record.body}` : unwrapped(JSON.stringify(payload));
  return [{ ...delivery, body }];
}

/** A task of the replay queue. */
function taskDelivery(instance: ServiceInstance, record: SqsRecord, raw: unknown): ReplayDelivery | undefined {
  const read = isReplay(instance, record) ? replayDeliveryOf(raw) : undefined;
  return read?.status === 'task' ? read.delivery : undefined;
}

async function drainOne(instance: ServiceInstance, found: Found, deadline: number): Promise<boolean> {
  const { record, failure } = found;
  const nowMs = instance.ports.clock.now();
  const delivery = queueDelivery(instance, record, nowMs);
  const told = toldOf(found);
  const drain = async (deliveries: readonly Delivery[]): Promise<boolean> => {
    const results = await instance.runtime.drain(deliveries, told, { deadline });
    return results.every(({ status }) => status === 'done');
  };
  switch (failure.kind) {
    case 'eventbridge':
      // As it would have come from the queue that the rule fills: the event of another system stays one.
      return drain([queueDelivery(instance, { ...record, body: JSON.stringify(failure.event) }, nowMs, failure.targetArn)]);
    case 'lambda-async':
      return drain(ofInvocation({ failure, record }, delivery));
    case 'sqs':
      return drain([queueDelivery(instance, record, nowMs, failure.sourceQueueArn)]);
    case 'kinesis':
      if (failure.records) return drain(failure.records.map((one) => streamDelivery(instance.environment, one as KinesisRecord, nowMs)));
      return drainPointer(instance, { failure, record, drain, deadline });
    case 'dynamodb':
      return drainPointer(instance, { failure, record, drain, deadline });
  }
}

/** What AWS gave up on becomes dead letters of the service, for reactions that have not handled it. */
export function drainDeadLetters(
  instance: ServiceInstance,
  records: readonly SqsRecord[],
  raw: readonly unknown[],
  deadline: number,
): Promise<BatchResponse> {
  const run = async (record: SqsRecord, index: number) => {
    const found = { record, failure: parseFailureRecord(raw[index]) };
    const task = taskDelivery(instance, record, raw[index]);
    if (!task) return { done: await drainOne(instance, found, deadline) };
    const { status } = await instance.runtime.drainTask(task, toldOf(found), { deadline });
    return { done: status === 'done' };
  };
  return inTurn(instance, { records, deadline, run });
}
