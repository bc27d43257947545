import { ChoreographyError } from '../../contract/errors.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { ShardPosition, StreamReader, StreamShard } from '../../runtime/ports/stream-reader.ts';
import type { Stream, StreamRecord } from '../channels/stream.ts';

/** What `createMemoryStreamReader` takes. */
export interface MemoryStreamReaderOptions {
  readonly stream: Stream;
  readonly clock: Pick<Clock, 'now'>;
}

/** Milliseconds that a cursor lives (Kinesis: five minutes). */
const CURSOR_MILLISECONDS = 300_000;
/** Records looked at in one step to find a time. */
const STEP_RECORDS = 1_000;
/** Time of its page, then the position where to go on. */
const cursorForm = /^(\d{1,16})\/(\d{1,16})$/;

function pageRecord({ sequenceNumber, partitionKey, data, arrivedAt }: StreamRecord) {
  return { sequenceNumber, partitionKey, body: data, arrivedAt };
}

function positionAtTime(stream: Stream, shard: string, at: number): number {
  for (let from = 0; ; ) {
    const { records, first } = stream.read(shard, from, STEP_RECORDS);
    const index = records.findIndex(({ arrivedAt }) => arrivedAt >= at);
    if (index >= 0) return first + index;
    if (records.length === 0) return stream.end(shard);
    from = first + records.length;
  }
}

function positionOf(stream: Stream, shard: string, from: ShardPosition): number {
  if (from.kind === 'start') return 0;
  if (from.kind === 'latest') return stream.end(shard);
  if (from.kind === 'time') return positionAtTime(stream, shard, from.at);
  const position = stream.positionOf(shard, from.sequenceNumber);
  const isBefore = BigInt(from.sequenceNumber) < BigInt(stream.sequenceNumberAt(shard, 0));
  return from.kind === 'at' || isBefore ? position : position + 1;
}

function positionOfCursor(cursor: string, now: number): number {
  const [, madeAt, position] = cursorForm.exec(cursor) ?? [];
  if (position !== undefined && now - Number(madeAt) <= CURSOR_MILLISECONDS) return Number(position);
  throw new ChoreographyError(
    'CURSOR_EXPIRED',
    `The cursor ${cursor} is older than five minutes, or is none. Begin again after the last sequence number.`,
    { details: { cursor } },
  );
}

function shardOf(stream: Stream, id: string): StreamShard {
  const end = stream.isOpen(id) ? {} : { lastSequenceNumber: stream.sequenceNumberAt(id, Math.max(0, stream.end(id) - 1)) };
  return { id, parents: stream.parents(id), firstSequenceNumber: stream.sequenceNumberAt(id, 0), ...end };
}

/** Reads the embedded stream by position. */
export function createMemoryStreamReader({ stream, clock }: MemoryStreamReaderOptions): StreamReader {
  return {
    shards: async () => stream.shards.map((id) => shardOf(stream, id)),
    async read({ shard, from, limit }) {
      if (!stream.shards.includes(shard)) {
        throw new ChoreographyError('UNKNOWN_SHARD', `The stream ${stream.name} has no shard ${shard}: list its shards.`, {
          details: { stream: stream.name, shard },
        });
      }
      const now = clock.now();
      const position = from.kind === 'cursor' ? positionOfCursor(from.cursor, now) : positionOf(stream, shard, from);
      const { records, first } = stream.read(shard, position, Math.max(1, limit));
      const next = first + records.length;
      const [waiting] = stream.read(shard, next, 1).records;
      const newest = stream.end(shard) > next ? (waiting?.arrivedAt ?? now) : now;
      return {
        records: records.map(pageRecord),
        ...(stream.isOpen(shard) || next < stream.end(shard) ? { cursor: `${now}/${next}` } : {}),
        behindMilliseconds: Math.max(0, now - newest),
      };
    },
  };
}
