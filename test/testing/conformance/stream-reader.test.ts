import { describe, expect, test } from 'vitest';
import { createStream } from '../../../lib/embedded/channels/stream.ts';
import { createMemoryStreamReader } from '../../../lib/embedded/memory/stream-reader.ts';
import type { ShardPage, StreamReader } from '../../../lib/runtime/ports/stream-reader.ts';
import { type StreamReaderHarness, streamReaderConformance } from '../../../lib/testing/conformance/stream-reader.ts';
import { failingCases } from './failing-cases.ts';

type Query = Parameters<StreamReader['read']>[0];
type Breaker = (harness: StreamReaderHarness) => Partial<StreamReaderHarness>;

function createHarness(): StreamReaderHarness {
  let time = 1_767_225_600_000;
  const clock = { now: () => time };
  const stream = createStream({ name: 'log', clock });
  return {
    reader: createMemoryStreamReader({ stream, clock }),
    put: async (records) => records.map(({ body, partitionKey }) => stream.put({ data: body, partitionKey })),
    pass: async () => {
      time += 10;
    },
    expireCursors: async () => {
      time += 300_001;
    },
    split: undefined,
  };
}

function onRead(change: (query: Query, read: StreamReader['read']) => Promise<ShardPage>): Breaker {
  return ({ reader }) => ({ reader: { ...reader, read: (query) => change(query, reader.read) } });
}

function onRecords(change: (records: ShardPage['records']) => ShardPage['records']): Breaker {
  return onRead(async (query, read) => {
    const page = await read(query);
    return { ...page, records: change(page.records) };
  });
}

/** A split that closes the shard in the way `shards` tells, with no children unless it does. */
function withSplit(shards: (ids: readonly string[], shard: string) => Awaited<ReturnType<StreamReader['shards']>>): Breaker {
  return ({ reader }) => {
    let closed: string | undefined;
    return {
      split: async (shard) => {
        closed = shard;
      },
      reader: {
        ...reader,
        async shards() {
          const listed = await reader.shards();
          return closed === undefined
            ? listed
            : shards(
                listed.map(({ id }) => id),
                closed,
              );
        },
      },
    };
  };
}

const breakers: readonly [what: string, breaker: Breaker, caught: string][] = [
  ['has no shards', ({ reader }) => ({ reader: { ...reader, shards: async () => [] } }), 'has shards'],
  ['ends an open shard', onRead(async (query, read) => ({ ...(await read(query)), cursor: undefined }) as ShardPage), 'never at its end'],
  ['loses the first record of a page', onRecords((records) => records.slice(1)), 'as it was put'],
  ['gives records twice', onRecords((records) => records.flatMap((record) => [record, record])), 'as it was put'],
  ['ignores the limit', onRead((query, read) => read({ ...query, limit: 1_000 })), 'in the order of their numbers'],
  ['turns pages round', onRecords((records) => [...records].reverse()), 'in the order of their numbers'],
  [
    'changes the text',
    onRecords((records) => records.map((record) => ({ ...record, body: record.body.replace('\uFEFF', '') }))),
    'as it was put',
  ],
  ['loses the partition key', onRecords((records) => records.map((record) => ({ ...record, partitionKey: '' }))), 'as it was put'],
  ['tells no arrival', onRecords((records) => records.map((record) => ({ ...record, arrivedAt: 0 }))), 'as it was put'],
  [
    'takes `after` for `at`',
    onRead((query, read) => read(query.from.kind === 'after' ? { ...query, from: { ...query.from, kind: 'at' } } : query)),
    '`after` with the next one',
  ],
  [
    'takes `at` for `after`',
    onRead((query, read) => read(query.from.kind === 'at' ? { ...query, from: { ...query.from, kind: 'after' } } : query)),
    '`at` begins with its record',
  ],
  [
    'takes a time for the start',
    onRead((query, read) => read(query.from.kind === 'time' ? { ...query, from: { kind: 'start' } } : query)),
    'a time',
  ],
  [
    'begins a moment too late',
    onRead((query, read) => read(query.from.kind === 'time' ? { ...query, from: { ...query.from, at: query.from.at + 1 } } : query)),
    'a time',
  ],
  [
    'takes `latest` for the start',
    onRead((query, read) => read(query.from.kind === 'latest' ? { ...query, from: { kind: 'start' } } : query)),
    '`latest`',
  ],
  ['is always behind', onRead(async (query, read) => ({ ...(await read(query)), behindMilliseconds: 5 })), '0 milliseconds behind'],
  [
    'is silent about an unknown shard',
    onRead((query, read) => read(query).catch((): ShardPage => ({ records: [], behindMilliseconds: 0 }))),
    'UNKNOWN_SHARD',
  ],
  ['keeps old cursors', () => ({ expireCursors: async () => {} }), 'CURSOR_EXPIRED'],
  [
    'lists children before their parent',
    withSplit((ids, shard) => [
      { id: 'child-1', parents: [shard], firstSequenceNumber: '1' },
      ...ids.map((id) => ({ id, parents: [], firstSequenceNumber: '1' })),
    ]),
    'a shard that is closed',
  ],
  ['forgets the lineage', withSplit((ids) => ids.map((id) => ({ id, parents: [], firstSequenceNumber: '1' }))), 'a shard that is closed'],
  [
    'does not end a closed shard',
    withSplit((ids, shard) => [
      ...ids.map((id) => ({ id, parents: [], firstSequenceNumber: '1', ...(id === shard ? { lastSequenceNumber: '9'.repeat(30) } : {}) })),
      ...['child-1', 'child-2'].map((id) => ({ id, parents: [shard], firstSequenceNumber: '1' })),
    ]),
    'a shard that is closed',
  ],
];

describe('the suite of stream readers', () => {
  test('finds nothing wrong with a reader that keeps the port', async () => {
    expect(await failingCases(streamReaderConformance, async () => createHarness())).toEqual([]);
  });

  for (const [what, breaker, caught] of breakers) {
    test(`finds a reader that ${what}`, async () => {
      const make = async () => {
        const harness = createHarness();
        return { ...harness, ...breaker(harness) };
      };
      expect((await failingCases(streamReaderConformance, make)).join('\n')).toContain(caught);
    });
  }
});
