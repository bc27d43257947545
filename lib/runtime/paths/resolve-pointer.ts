import type { Clock } from '../ports/clock.ts';
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

/** What becomes of the records, and until when they are read. */
export interface PointerReading {
  /** Gets each page as soon as it is read, so that a long range needs no memory; `false`: not finished with it, stop. */
  take(deliveries: readonly Delivery[]): Promise<boolean>;
  /** @default - empty pages are read at full speed */
  readonly clock?: Clock;
  /** Milliseconds since 1970 after which no further page is read; needs the clock. @default - never */
  readonly stopAt?: number;
}

/** What a range came to. */
export interface PointerEnd {
  /** `complete`: read to its end, and all of it was taken. `stopped`: `take` or the time said so. `limit`: it has more pages than are read. */
  readonly end: 'complete' | 'stopped' | 'limit';
  /** Records of the range that were found. */
  readonly found: number;
  /** The stream no longer has the first record of the range. */
  readonly firstMissing: boolean;
  /** Some are lost for certain: the first one is missing, or the range has fewer records than the batch had. */
  readonly expired: boolean;
}

/** What a pointer came to. */
export interface ResolvedPointer extends PointerEnd {
  readonly deliveries: readonly Delivery[];
  /** The range was read to its end. */
  readonly complete: boolean;
}

/** Records that one page asks for; the first one asks for those of the batch, which are all where no filter left some out. */
const PAGE_RECORDS = 1_000;
/** Pages of one range; empty ones are normal in the middle of a shard. */
const PAGES_MAX = 1_000;
/** Records that `resolvePointer` keeps in memory: the largest batch is 10,000, and a filter may leave out as many again. */
const RECORDS_MAX = 50_000;
/** Milliseconds behind an empty page: a shard takes five reads a second from all readers together. */
const EMPTY_PAGE_MILLISECONDS = 200;

function deliveryOf({ stream, shard }: FailurePointer, { sequenceNumber, body, arrivedAt }: StreamRecord): Delivery {
  return { body, source: { kind: 'stream', stream, shard, sequenceNumber }, arrivedAt };
}

function endOf(pointer: FailurePointer, end: PointerEnd['end'], found: number, first: string | undefined): PointerEnd {
  const firstMissing = first === undefined ? end === 'complete' : BigInt(first) !== BigInt(pointer.startSequenceNumber);
  const short = end === 'complete' && found < (pointer.batchSize ?? 1);
  return { end, found, firstMissing, expired: firstMissing || short };
}

/**
 * Reads the records behind a failure pointer: from its first sequence number to its last, compared as numbers. Records of
 * other consumers and batches are among them; types that are not subscribed and messages with a claim are left alone by
 * whoever takes them, so that taking a range once more does no harm.
 * @throws STREAM_UNAVAILABLE (retryable), UNKNOWN_SHARD, CURSOR_EXPIRED (retryable)
 */
export async function readPointer(
  reader: StreamReader,
  pointer: FailurePointer,
  { take, clock, stopAt = Number.POSITIVE_INFINITY }: PointerReading,
): Promise<PointerEnd> {
  const end = BigInt(pointer.endSequenceNumber);
  let found = 0;
  let first: string | undefined;
  let from: ShardPosition | { readonly kind: 'cursor'; readonly cursor: string } = {
    kind: 'at',
    sequenceNumber: pointer.startSequenceNumber,
  };
  let limit = Math.min(Math.max(1, pointer.batchSize ?? PAGE_RECORDS), PAGE_RECORDS);
  for (let page = 0; page < PAGES_MAX; page += 1) {
    if (clock && clock.now() >= stopAt) return endOf(pointer, 'stopped', found, first);
    const { records: read, cursor, behindMilliseconds } = await reader.read({ shard: pointer.shard, from, limit });
    limit = PAGE_RECORDS;
    const within = read.filter(({ sequenceNumber }) => BigInt(sequenceNumber) <= end);
    found += within.length;
    first ??= within[0]?.sequenceNumber;
    if (within.length > 0 && !(await take(within.map((record) => deliveryOf(pointer, record)))))
      return endOf(pointer, 'stopped', found, first);
    const last = read.at(-1);
    const passed = within.length < read.length || (last !== undefined && BigInt(last.sequenceNumber) === end);
    const atTip = read.length === 0 && behindMilliseconds === 0; // all that the shard has: what is not there has expired
    if (passed || atTip || cursor === undefined) return endOf(pointer, 'complete', found, first);
    if (read.length === 0) await clock?.sleep(EMPTY_PAGE_MILLISECONDS);
    from = { kind: 'cursor', cursor };
  }
  return endOf(pointer, 'limit', found, first);
}

/**
 * The same with all records at once, at most `RECORDS_MAX`: for tools. @throws STREAM_UNAVAILABLE (retryable), UNKNOWN_SHARD,
 * CURSOR_EXPIRED (retryable)
 */
export async function resolvePointer(reader: StreamReader, pointer: FailurePointer): Promise<ResolvedPointer> {
  const deliveries: Delivery[] = [];
  const take = async (page: readonly Delivery[]) => {
    deliveries.push(...page);
    return deliveries.length < RECORDS_MAX;
  };
  const end = await readPointer(reader, pointer, { take });
  return { ...end, deliveries, complete: end.end === 'complete' };
}
