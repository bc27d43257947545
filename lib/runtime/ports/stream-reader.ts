import type { Clock } from './clock.ts';

/** One shard of the stream, open or closed. */
export interface StreamShard {
  readonly id: string;
  /** Shards whose records come first: the one it was split from, or the two it was merged from. */
  readonly parents: readonly string[];
  /** Decimal digits; compare as BigInt. */
  readonly firstSequenceNumber: string;
  /** Only of a closed shard. */
  readonly lastSequenceNumber?: string;
}

/** One record as it lies in the stream. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** The text of the record; not UTF-8: with replacement characters. */
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly arrivedAt: number;
}

/** Where reading a shard begins. `start`: the oldest record that is kept. */
export type ShardPosition =
  | { readonly kind: 'start' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'at' | 'after'; readonly sequenceNumber: string }
  | { readonly kind: 'time'; readonly at: number };

/** One page of a shard. */
export interface ShardPage {
  readonly records: readonly StreamRecord[];
  /** Where to go on; absent when a closed shard is read to its end. An empty page with a cursor is no end. */
  readonly cursor?: string;
  /** How far the page's end is behind the newest record, in milliseconds. */
  readonly behindMilliseconds: number;
}

/** A stream, and the clock by which reading it waits: what `loadHistory` reads. */
export interface StreamSource {
  /** Absent where the backbone has only a bus. */
  readonly stream?: StreamReader;
  readonly clock: Clock;
}

/**
 * Reads the stream by position: for replay, for the records behind a failure pointer, and for lag. Guarantees: records of
 * a shard in the order of their sequence numbers; each kept record once; `at` begins with that very record if it is kept
 * still, else with the next one that is.
 */
export interface StreamReader {
  /** All shards that still have records or may get some, parents before children. */
  shards(): Promise<readonly StreamShard[]>;
  /** @throws STREAM_UNAVAILABLE (retryable), UNKNOWN_SHARD, CURSOR_EXPIRED (retryable from a position) */
  read(query: {
    readonly shard: string;
    readonly from: ShardPosition | { readonly kind: 'cursor'; readonly cursor: string };
    readonly limit: number;
  }): Promise<ShardPage>;
}
