import { fieldOf } from '../aws/json-value.ts';
import type { KinesisRecord } from '../aws/records/kinesis-record.ts';
import { recordsFromLambdaEvent } from '../aws/records/lambda-event.ts';
import type { SqsRecord } from '../aws/records/sqs-record.ts';
import { resourceName } from '../aws/resource-name.ts';
import { ChoreographyError } from '../contract/errors.ts';
import { consumeQueue } from './batches/queue-batch.ts';
import { consumeStream } from './batches/stream-batch.ts';
import { type BatchResponse, deadlineOf, type LambdaContext } from './lambda-context.ts';
import type { ServiceInstance } from './service-instance.ts';
import { isTick } from './tick.ts';

/** Characters of an unknown event's keys that its error shows: what is in it may be somebody's data, and stays out of the log. */
const SHOWN_CHARACTERS_MAX = 300;

function unknownEvent(instance: ServiceInstance, event: unknown, what: string): ChoreographyError {
  const shown = Object.keys(Object(event)).join(', ').slice(0, SHOWN_CHARACTERS_MAX);
  return new ChoreographyError(
    'UNKNOWN_LAMBDA_EVENT',
    `The worker of ${instance.service.name} was invoked with ${what} (${shown}). It takes batches of its stream and its queues, and { "task": "sweep" }.`,
    { details: { service: instance.service.name } },
  );
}

/** Replays and what AWS gave up on are rare: most processes never load what handles them. */
async function ofQueue(instance: ServiceInstance, records: readonly SqsRecord[], event: unknown, deadline: number): Promise<BatchResponse> {
  const { busQueue, replayQueue, deadLetterQueue, replayDeadLetterQueue, inbounds } = instance.environment;
  const name = resourceName(records[0]?.queueArn ?? '');
  const is = (url: string | undefined) => url !== undefined && resourceName(url) === name;
  const raw = fieldOf(event, 'Records') as readonly unknown[];
  if (is(replayQueue)) return (await import('./later.ts')).runReplays(instance, records, raw, deadline);
  if (is(deadLetterQueue) || is(replayDeadLetterQueue))
    return (await import('./later.ts')).drainDeadLetters(instance, records, raw, deadline);
  if (is(busQueue) || inbounds[name] !== undefined) return consumeQueue(instance, records, deadline);
  throw unknownEvent(instance, event, `messages of the queue ${name}, which is not its own`);
}

function ofStream(instance: ServiceInstance, records: readonly KinesisRecord[], event: unknown, deadline: number): Promise<BatchResponse> {
  const { stream = '', inbounds } = instance.environment;
  const name = resourceName(records[0]?.streamArn ?? '');
  if (name === resourceName(stream) || inbounds[name] !== undefined) return consumeStream(instance, records, deadline);
  throw unknownEvent(instance, event, `records of the stream ${name}, which is not its own`);
}

/** Handles one event of the worker, told apart by its shape and its queue. @throws UNKNOWN_LAMBDA_EVENT */
export async function work(instance: ServiceInstance, event: unknown, context: LambdaContext): Promise<BatchResponse | undefined> {
  const deadline = deadlineOf(context, instance.ports.clock.now());
  const read = recordsFromLambdaEvent(event);
  if (read.source === 'kinesis') return ofStream(instance, read.records, event, deadline);
  if (read.source === 'sqs') return ofQueue(instance, read.records, event, deadline);
  if (!isTick(event)) throw unknownEvent(instance, event, 'an event that it does not know');
  await instance.runtime.sweep({ deadline });
  return undefined;
}
