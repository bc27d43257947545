import type { Delivery } from '../ports/delivery.ts';
import type { ShardPosition, StreamReader, StreamRecord } from '../ports/stream-reader.ts';

/** A range of records that a stream mapping gave up on. */
export interface FailurePointer {
  readonly stream: string;
  readonly shard: string;
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
  /** Records of the batch; the range may hold more: what a filter left out, and records of other batches. */
  readonly batchSize?: number;
}

/** What a pointer came to. */
export interface ResolvedPointer {
  readonly deliveries: readonly Delivery[];
  /** The range was read to its end. */
  readonly complete: boolean;
  /** The stream no longer has the beginning of the range, or it has fewer records than the batch: some are lost. */
  readonly expired: boolean;
}

/** Records that one page asks for. */
const PAGE_RECORDS = 1_000;
/** Pages of one pointer; empty pages are normal in the middle of a shard. */
const PAGES_MAX = 1_000;
/** Records of one pointer: the largest batch is 10,000, and a filter may leave out as many again. */
const RECORDS_MAX = 50_000;

function deliveryOf({ stream, shard }: FailurePointer, { sequenceNumber, body, arrivedAt }: StreamRecord): Delivery {
  return { body, source: { kind: 'stream', stream, shard, sequenceNumber }, arrivedAt };
}

function resolved(pointer: FailurePointer, records: readonly StreamRecord[], complete: boolean): ResolvedPointer {
  const first = records[0];
  const trimmed = first !== undefined && BigInt(first.sequenceNumber) !== BigInt(pointer.startSequenceNumber);
  const short = complete && records.length < (pointer.batchSize ?? 1);
  return { deliveries: records.map((record) => deliveryOf(pointer, record)), complete, expired: trimmed || short };
}

/**
 * Reads the records behind a failure pointer: from its first sequence number to its last, compared as numbers. Records of
 * other consumers and batches are among them; types that are not subscribed and messages with a claim are left alone by
 * whoever gets them. @throws STREAM_UNAVAILABLE (retryable), UNKNOWN_SHARD, CURSOR_EXPIRED (retryable)
 */
export async function resolvePointer(reader: StreamReader, pointer: FailurePointer): Promise<ResolvedPointer> {
  const end = BigInt(pointer.endSequenceNumber);
  const records: StreamRecord[] = [];
  let from: ShardPosition | { readonly kind: 'cursor'; readonly cursor: string } = {
    kind: 'at',
    sequenceNumber: pointer.startSequenceNumber,
  };
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { records: read, cursor, behindMilliseconds } = await reader.read({ shard: pointer.shard, from, limit: PAGE_RECORDS });
    const within = read.filter(({ sequenceNumber }) => BigInt(sequenceNumber) <= end);
    records.push(...within);
    const last = read.at(-1);
    const passed = within.length < read.length || (last !== undefined && BigInt(last.sequenceNumber) === end);
    const atTip = read.length === 0 && behindMilliseconds === 0; // all that the shard has: what is not there has expired
    if (passed || atTip || cursor === undefined) return resolved(pointer, records, true);
    if (records.length >= RECORDS_MAX) break;
    from = { kind: 'cursor', cursor };
  }
  return resolved(pointer, records, false);
}
