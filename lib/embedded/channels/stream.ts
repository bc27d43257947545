import type { Envelope } from '../../contract/envelope.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import { hash32 } from '../random.ts';

/** One record, as it lies in its shard. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: string;
  /** What `data` says, when it was published as an envelope. */
  readonly envelope?: Envelope;
  /** The message type, for filters; absent where `data` is not a message. */
  readonly type?: string;
  /** Milliseconds since 1970. */
  readonly arrivedAt: number;
}

/** What is put: text, and what keeps order. */
export interface StreamPut {
  readonly data: string;
  readonly partitionKey: string;
  readonly envelope?: Envelope;
}

/** Where a record came to lie. */
export interface StreamPlace {
  readonly shard: string;
  readonly sequenceNumber: string;
}

/** An ordered log in shards, like a Kinesis stream. Positions count the records of a shard from 0, the expired ones included. */
export interface Stream {
  readonly name: string;
  readonly shards: readonly string[];
  put(put: StreamPut): StreamPlace;
  /** Up to `limit` records from a position on; begins at the oldest one that is kept. */
  read(shard: string, from: number, limit: number): { readonly records: readonly StreamRecord[]; readonly first: number };
  /** The position behind the last record. */
  end(shard: string): number;
  /** The position of a sequence number, or of the next one that is there. */
  positionOf(shard: string, sequenceNumber: string): number;
  /** The sequence number that the record at a position has, or will have. */
  sequenceNumberAt(shard: string, position: number): string;
  /** Calls `listener` after every put. */
  onPut(listener: (shard: string, record: StreamRecord) => void): void;
}

/** What a filter on the message type sees in a text. */
function typeOf(data: string): string | undefined {
  try {
    const { type } = JSON.parse(data) as { readonly type?: unknown };
    return typeof type === 'string' ? type : undefined;
  } catch {
    return undefined;
  }
}

/** What `createStream` takes. */
export interface StreamOptions {
  readonly name: string;
  readonly clock: Pick<Clock, 'now'>;
  /** @default 2 */
  readonly shards?: number;
  /** @default 604_800 (7 days) */
  readonly retentionSeconds?: number;
}

/**
 * Above 2^53, so that JavaScript numbers cannot hold it; and a few records below a power of ten, so that the numbers get
 * one digit longer soon and comparing them as text goes wrong, as it does on AWS.
 */
const FIRST_SEQUENCE_NUMBER = 10n ** 21n - 12n;
/** How far apart the shards start. */
const SHARD_DISTANCE = 3n;
/** Expired records that may stay in memory before they are cut off. */
const EXPIRED_MAX = 10_000;
const RETENTION_SECONDS = 604_800;
const SHARDS = 2;

interface Shard {
  readonly name: string;
  readonly start: bigint;
  records: StreamRecord[];
  /** Position of `records[0]`. */
  offset: number;
  /** Records at the front that are expired. */
  expired: number;
}

function createShard(_: unknown, index: number): Shard {
  const name = `shardId-${String(index).padStart(12, '0')}`;
  return { name, start: FIRST_SEQUENCE_NUMBER + BigInt(index) * SHARD_DISTANCE, records: [], offset: 0, expired: 0 };
}

/** Counts what came before a time (milliseconds) as expired, and cuts it off now and then. */
function expire(shard: Shard, before: number): void {
  while ((shard.records[shard.expired]?.arrivedAt ?? before) < before) shard.expired += 1;
  if (shard.expired <= EXPIRED_MAX) return;
  shard.records = shard.records.slice(shard.expired);
  shard.offset += shard.expired;
  shard.expired = 0;
}

/** A stream in memory. */
export function createStream({ name, clock, shards: count = SHARDS, retentionSeconds = RETENTION_SECONDS }: StreamOptions): Stream {
  const shards = Array.from({ length: count }, createShard);
  const byName = new Map(shards.map((shard) => [shard.name, shard]));
  const listeners: ((shard: string, record: StreamRecord) => void)[] = [];
  const shardOf = (shard: string): Shard => {
    const found = byName.get(shard);
    if (!found) throw new RangeError(`The stream ${name} has no shard ${shard}.`);
    return found;
  };
  return {
    name,
    shards: shards.map((shard) => shard.name),
    put({ data, partitionKey, envelope }) {
      const shard = shards[hash32(partitionKey) % shards.length] as Shard;
      const sequenceNumber = String(shard.start + BigInt(shard.offset + shard.records.length));
      const type = envelope?.type ?? typeOf(data);
      const record: StreamRecord = { sequenceNumber, partitionKey, data, envelope, type, arrivedAt: clock.now() };
      shard.records.push(record);
      for (const listener of listeners) listener(shard.name, record);
      return { shard: shard.name, sequenceNumber };
    },
    read(shardName, from, limit) {
      const shard = shardOf(shardName);
      expire(shard, clock.now() - retentionSeconds * 1000);
      const index = Math.max(from - shard.offset, shard.expired);
      return { records: shard.records.slice(index, index + limit), first: index + shard.offset };
    },
    end(shardName) {
      const { offset, records } = shardOf(shardName);
      return offset + records.length;
    },
    positionOf: (shard, sequenceNumber) => Math.max(0, Number(BigInt(sequenceNumber) - shardOf(shard).start)),
    sequenceNumberAt: (shard, position) => String(shardOf(shard).start + BigInt(position)),
    onPut: (listener) => void listeners.push(listener),
  };
}
