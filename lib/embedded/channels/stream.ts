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
  /** Closed ones, too; parents before children. */
  readonly shards: readonly string[];
  /** Shards whose records come first: the one it was split from, or the two it was merged from. */
  parents(shard: string): readonly string[];
  /** Takes records; one that was split or merged takes none any more. */
  isOpen(shard: string): boolean;
  /** Closes an open shard: its partition keys go to two new ones. `undefined`: it has not enough of them. */
  split(shard: string): readonly [string, string] | undefined;
  /** Closes two open shards: their partition keys go to a new one. */
  merge(one: string, other: string): string;
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
  /** Calls `listener` for every shard that is new. */
  onShard(listener: (shard: string) => void): void;
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

/** Parts of the partition keys that a shard of the beginning has: so often it can be split. */
const PARTS = 64;

interface Shard {
  readonly name: string;
  readonly start: bigint;
  readonly parents: readonly string[];
  /** Which parts of the partition keys it has, or had until it was closed. */
  readonly parts: readonly number[];
  open: boolean;
  records: StreamRecord[];
  /** Position of `records[0]`. */
  offset: number;
  /** Records at the front that are expired. */
  expired: number;
}

function createShard(index: number, start: bigint, parts: readonly number[], parents: readonly string[] = []): Shard {
  const name = `shardId-${String(index).padStart(12, '0')}`;
  return { name, start, parents, parts, open: true, records: [], offset: 0, expired: 0 };
}

/** The shards of the beginning share the partition keys evenly. */
function firstShards(count: number): Shard[] {
  return Array.from({ length: count }, (_, index) => {
    const parts = Array.from({ length: PARTS }, (_, part) => part * count + index);
    return createShard(index, FIRST_SEQUENCE_NUMBER + BigInt(index) * SHARD_DISTANCE, parts);
  });
}

const endOf = ({ offset, records }: Shard): number => offset + records.length;

/** A number above those of all records so far: what comes later has a higher one than what its parents hold. */
function nextStart(shards: readonly Shard[]): bigint {
  let highest = FIRST_SEQUENCE_NUMBER;
  for (const shard of shards) {
    const end = shard.start + BigInt(endOf(shard));
    if (end > highest) highest = end;
  }
  return highest + SHARD_DISTANCE;
}

/** Counts what came before a time (milliseconds) as expired, and cuts it off now and then. */
function expire(shard: Shard, before: number): void {
  while ((shard.records[shard.expired]?.arrivedAt ?? before) < before) shard.expired += 1;
  if (shard.expired <= EXPIRED_MAX) return;
  shard.records = shard.records.slice(shard.expired);
  shard.offset += shard.expired;
  shard.expired = 0;
}

/** Puts new shards in the place of open ones. */
function createResharding(
  shards: Shard[],
  shardOf: (name: string) => Shard,
  onShard: (shard: Shard) => void,
): Pick<Stream, 'split' | 'merge'> {
  const closing = (name: string): Shard => {
    const shard = shardOf(name);
    if (!shard.open) throw new RangeError(`The shard ${name} is closed.`);
    return shard;
  };
  function add(parts: readonly number[], parents: readonly Shard[]): string {
    for (const parent of parents) parent.open = false;
    const shard = createShard(
      shards.length,
      nextStart(shards),
      parts,
      parents.map(({ name }) => name),
    );
    shards.push(shard);
    onShard(shard);
    return shard.name;
  }
  return {
    split(name) {
      const shard = closing(name);
      const middle = Math.floor(shard.parts.length / 2);
      if (middle === 0) return undefined;
      return [add(shard.parts.slice(0, middle), [shard]), add(shard.parts.slice(middle), [shard])];
    },
    merge(one, other) {
      const parents = [closing(one), closing(other)];
      return add(
        parents.flatMap(({ parts }) => parts),
        parents,
      );
    },
  };
}

/** A stream in memory. */
export function createStream({ name, clock, shards: count = SHARDS, retentionSeconds = RETENTION_SECONDS }: StreamOptions): Stream {
  const shards = firstShards(count);
  const routes: Shard[] = [];
  const route = (shard: Shard) => {
    for (const part of shard.parts) routes[part] = shard;
  };
  for (const shard of shards) route(shard);
  const putListeners: ((shard: string, record: StreamRecord) => void)[] = [];
  const shardListeners: ((shard: string) => void)[] = [];
  const shardOf = (shard: string): Shard => {
    const found = shards.find((one) => one.name === shard);
    if (!found) throw new RangeError(`The stream ${name} has no shard ${shard}.`);
    return found;
  };
  return {
    name,
    get shards() {
      return shards.map((shard) => shard.name);
    },
    parents: (shard) => shardOf(shard).parents,
    isOpen: (shard) => shardOf(shard).open,
    ...createResharding(shards, shardOf, (shard) => {
      route(shard);
      for (const listener of shardListeners) listener(shard.name);
    }),
    put({ data, partitionKey, envelope }) {
      const shard = routes[hash32(partitionKey) % (count * PARTS)] as Shard;
      const sequenceNumber = String(shard.start + BigInt(endOf(shard)));
      const type = envelope?.type ?? typeOf(data);
      const record: StreamRecord = { sequenceNumber, partitionKey, data, envelope, type, arrivedAt: clock.now() };
      shard.records.push(record);
      for (const listener of putListeners) listener(shard.name, record);
      return { shard: shard.name, sequenceNumber };
    },
    read(shardName, from, limit) {
      const shard = shardOf(shardName);
      expire(shard, clock.now() - retentionSeconds * 1000);
      const index = Math.max(from - shard.offset, shard.expired);
      return { records: shard.records.slice(index, index + limit), first: index + shard.offset };
    },
    end: (shard) => endOf(shardOf(shard)),
    positionOf: (shard, sequenceNumber) => Math.max(0, Number(BigInt(sequenceNumber) - shardOf(shard).start)),
    sequenceNumberAt: (shard, position) => String(shardOf(shard).start + BigInt(position)),
    onPut: (listener) => void putListeners.push(listener),
    onShard: (listener) => void shardListeners.push(listener),
  };
}
