import type { StreamFailure } from '../../aws/records/failure-record.ts';
import type { SqsRecord } from '../../aws/records/sqs-record.ts';
import { resourceName } from '../../aws/resource-name.ts';
import { ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import { type FailurePointer, type PointerEnd, readPointer } from '../../runtime/paths/resolve-pointer.ts';
import type { Delivery } from '../../runtime/ports/delivery.ts';
import { foreignMark, logicalName } from '../environment.ts';
import type { ServiceInstance } from '../service-instance.ts';
import { keepLost } from './lost-records.ts';

/** Milliseconds before the deadline at which no further page is read. */
const MARGIN_MILLISECONDS = 10_000;

/** A pointer of a stream mapping, where it lay, and what drains the records behind it: `false`, while they are not finished. */
export interface FoundPointer {
  readonly failure: StreamFailure;
  readonly record: SqsRecord;
  readonly drain: (deliveries: readonly Delivery[]) => Promise<boolean>;
  readonly deadline: number;
}

function pointerOf({ environment }: ServiceInstance, failure: StreamFailure): FailurePointer {
  const { streamArn, shardId: shard, startSequenceNumber, endSequenceNumber, batchSize } = failure;
  const stream = logicalName(environment, streamArn);
  return { stream, shard, startSequenceNumber, endSequenceNumber, ...(batchSize === undefined ? {} : { batchSize }) };
}

/** The error of a dead letter about records that cannot be had, or not all of them. */
function lossOf({ stream, shard, startSequenceNumber, endSequenceNumber, batchSize }: FailurePointer, why: string): ChoreographyError {
  const records = batchSize === undefined ? 'Records' : `Some of ${batchSize} records`;
  const range = `${startSequenceNumber} to ${endSequenceNumber} in ${shard} of ${stream}`;
  return new ChoreographyError('RECORDS_LOST', `${records} from ${range} were given up on and cannot be read: ${why}.`);
}

async function read(instance: ServiceInstance, pointer: FailurePointer, found: FoundPointer): Promise<PointerEnd | 'later' | string> {
  const { clock, telemetry, streamReader } = instance.ports;
  const reader = found.failure.kind === 'kinesis' ? streamReader?.(resourceName(found.failure.streamArn)) : undefined;
  if (!reader) return 'nothing here reads that stream';
  try {
    const mark = foreignMark(instance.environment, found.failure.streamArn);
    const take = (deliveries: readonly Delivery[]) => found.drain(deliveries.map((one) => ({ ...one, ...mark })));
    return await readPointer(reader, pointer, { take, clock, stopAt: found.deadline - MARGIN_MILLISECONDS });
  } catch (error) {
    const never = isChoreographyError(error) && !error.retryable;
    const fields = { ...pointer, error: String(error) };
    telemetry.log({ level: never ? 'error' : 'warn', message: 'the records behind a failure pointer could not be read', fields });
    return never ? error.message : 'later';
  }
}

/**
 * Drains the records behind a pointer at once, as they expire. What cannot be had any more becomes a dead letter with the
 * pointer itself. Whether all is finished: `false`, and the pointer comes again.
 */
export async function drainPointer(instance: ServiceInstance, found: FoundPointer): Promise<boolean> {
  const { failure, record } = found;
  const pointer = pointerOf(instance, failure);
  const outcome = await read(instance, pointer, found);
  if (outcome === 'later') return false;
  if (typeof outcome === 'object' && outcome.end === 'stopped') return false;
  if (typeof outcome === 'object' && outcome.end === 'complete' && !outcome.expired) return true;
  const why =
    typeof outcome === 'string'
      ? outcome
      : outcome.end === 'limit'
        ? `the range is longer than what is read of one (${outcome.found} records)`
        : `the stream has ${outcome.found} of them, and ${outcome.firstMissing ? 'the first one has expired' : 'that is too few'}`;
  const { code, message } = lossOf(pointer, why);
  const { stream, shard, startSequenceNumber: sequenceNumber } = pointer;
  const arrival = Date.parse(failure.firstArrival ?? '');
  return keepLost(instance, {
    raw: record.body,
    error: { code, message },
    source: { kind: 'stream', stream, shard, sequenceNumber },
    at: Number.isNaN(arrival) ? (record.sentTimestamp ?? instance.ports.clock.now()) : arrival,
  });
}
