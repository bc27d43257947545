// A stream with splits, merges and trimmed records, and a note of what was read in which order.
import { ChoreographyError } from 'aws-choreography';
import type { ShardPosition, StreamReader, StreamRecord, StreamShard } from '../../lib/runtime/ports/stream-reader.ts';

export interface FakeShard {
  readonly id: string;
  readonly parents?: readonly string[];
  /** Sequence numbers with what lies there. */
  readonly records: readonly (readonly [sequenceNumber: string, body: string])[];
  readonly open?: boolean;
  /** Nothing up to here is kept. */
  readonly trimmedTo?: string;
}

export const ARRIVED_AT = 1_767_225_600_000;

/** An envelope as text. */
export function bodyOf(id: string, type = 'OrderPlaced', saga = `saga-${id}`): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: 'order',
    type,
    subject: id,
    time: new Date(ARRIVED_AT).toISOString(),
    datacontenttype: 'application/json',
    dataschema: `urn:aws-choreography:${type}:1`,
    data: { orderId: id },
    correlationid: saga,
    causationid: id,
    partitionkey: saga,
    hops: 0,
  });
}

/** Cursors are `<shard> <generation> <index>`; `expire` makes those that are out void. */
export function fakeStream(shards: FakeShard[], pageRecords = 2) {
  const reads: string[] = [];
  let generation = 0;
  const keptOf = ({ records, trimmedTo }: FakeShard) =>
    records.filter(([sequenceNumber]) => trimmedTo === undefined || BigInt(sequenceNumber) > BigInt(trimmedTo));
  function indexOf(shard: FakeShard, from: ShardPosition | { readonly kind: 'cursor'; readonly cursor: string }): number {
    const kept = keptOf(shard);
    if (from.kind === 'cursor') {
      const [, made, index] = from.cursor.split(' ');
      if (Number(made) !== generation) throw new ChoreographyError('CURSOR_EXPIRED', 'expired', { retryable: true });
      return Number(index);
    }
    if (from.kind === 'at' || from.kind === 'after') {
      const asked = BigInt(from.sequenceNumber);
      const index = kept.findIndex(([number]) => (from.kind === 'at' ? BigInt(number) >= asked : BigInt(number) > asked));
      return index < 0 ? kept.length : index;
    }
    return from.kind === 'latest' ? kept.length : 0;
  }
  const reader: StreamReader = {
    shards: async (): Promise<readonly StreamShard[]> =>
      shards.map(({ id, parents = [], records, open }) => {
        const closed = open ? {} : { lastSequenceNumber: records.at(-1)?.[0] ?? '0' };
        return { id, parents, firstSequenceNumber: records[0]?.[0] ?? '0', ...closed };
      }),
    async read({ shard: id, from, limit }) {
      const shard = shards.find((one) => one.id === id);
      if (!shard) throw new ChoreographyError('UNKNOWN_SHARD', 'gone');
      const kept = keptOf(shard);
      const index = indexOf(shard, from);
      const records = kept
        .slice(index, index + Math.min(limit, pageRecords))
        .map(([sequenceNumber, body]): StreamRecord => ({ sequenceNumber, body, partitionKey: 'k', arrivedAt: ARRIVED_AT }));
      reads.push(...records.map(({ sequenceNumber }) => `${id}:${sequenceNumber}`));
      const next = index + records.length;
      const isEnd = next >= kept.length && !shard.open;
      return { records, ...(isEnd ? {} : { cursor: `${id} ${generation} ${next}` }), behindMilliseconds: next < kept.length ? 1 : 0 };
    },
  };
  return {
    reader,
    reads,
    expire: () => {
      generation += 1;
    },
  };
}
