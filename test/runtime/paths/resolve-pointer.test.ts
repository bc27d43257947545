import { describe, expect, test } from 'vitest';
import { type FailurePointer, readPointer, resolvePointer } from '../../../lib/runtime/paths/resolve-pointer.ts';
import type { ShardPage, StreamReader } from '../../../lib/runtime/ports/stream-reader.ts';

const big = 2n ** 70n; // beyond what a number holds exactly
const record = (offset: number) => ({ sequenceNumber: String(big + BigInt(offset)), partitionKey: 'k', body: `r-${offset}`, arrivedAt: 7 });
const pointer = (start: number, end: number, batchSize?: number): FailurePointer => ({
  stream: 'events',
  shard: 's-0',
  startSequenceNumber: String(big + BigInt(start)),
  endSequenceNumber: String(big + BigInt(end)),
  ...(batchSize === undefined ? {} : { batchSize }),
});

type Page = Partial<Omit<ShardPage, 'records'>> & { readonly offsets: readonly number[]; readonly last?: boolean };

/** A shard as pages; `last`: it is closed and read to its end. */
function readerOf(...pages: readonly Page[]): StreamReader & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    shards: async () => [],
    async read({ from, shard }) {
      asked.push([shard, from]);
      const { offsets, last = false, behindMilliseconds = 1_000 } = pages[asked.length - 1] ?? { offsets: [], behindMilliseconds: 0 };
      return { records: offsets.map(record), behindMilliseconds, ...(last ? {} : { cursor: `c-${asked.length}` }) };
    },
  };
}

function clockOf() {
  const waits: number[] = [];
  let now = 0;
  const sleep = async (milliseconds: number) => {
    waits.push(milliseconds);
    now += milliseconds;
  };
  return { waits, clock: { now: () => now, sleep } };
}

async function bodiesOf(reader: StreamReader, given: FailurePointer) {
  const { deliveries, ...end } = await resolvePointer(reader, given);
  return { bodies: deliveries.map(({ body }) => body), ...end };
}

describe('the records behind a failure pointer', () => {
  test('are no more records than the batch had, where no filter left some out', async () => {
    const limits: unknown[] = [];
    const counting = (...pages: Page[]): StreamReader => {
      const reader = readerOf(...pages);
      return {
        ...reader,
        async read(request) {
          limits.push(request.limit);
          return reader.read(request);
        },
      };
    };
    expect(await bodiesOf(counting({ offsets: [1, 2, 3] }), pointer(1, 3, 3))).toMatchObject({ bodies: ['r-1', 'r-2', 'r-3'] });
    await bodiesOf(counting({ offsets: [1, 2, 3] }, { offsets: [4] }), pointer(1, 4, 3)); // a filter left one out
    await bodiesOf(counting({ offsets: [1] }), pointer(1, 1, 50_000));
    await bodiesOf(counting({ offsets: [1] }), pointer(1, 1));
    expect(limits).toEqual([3, 3, 1_000, 1_000, 1_000]);
  });

  test('are read from the first to the last sequence number, over pages, and no further', async () => {
    const reader = readerOf({ offsets: [1, 2] }, { offsets: [] }, { offsets: [5, 6, 7] }, { offsets: [8] });
    expect(await bodiesOf(reader, pointer(1, 6, 3))).toEqual({
      ...{ bodies: ['r-1', 'r-2', 'r-5', 'r-6'], end: 'complete', complete: true, found: 4 },
      ...{ firstMissing: false, expired: false },
    });
    const at = { kind: 'at', sequenceNumber: String(big + 1n) };
    expect(reader.asked).toEqual([
      ['s-0', at],
      ['s-0', { kind: 'cursor', cursor: 'c-1' }],
      ['s-0', { kind: 'cursor', cursor: 'c-2' }],
    ]);
  });

  test('end with the last one: nothing more is read to see what comes behind it', async () => {
    const reader = readerOf({ offsets: [1, 2] }, { offsets: [3] });
    expect(await bodiesOf(reader, pointer(1, 2))).toMatchObject({ bodies: ['r-1', 'r-2'], complete: true, expired: false });
    expect(reader.asked).toHaveLength(1);
  });

  test('are placed where they were', async () => {
    const { deliveries } = await resolvePointer(readerOf({ offsets: [1] }), pointer(1, 1));
    const source = { kind: 'stream', stream: 'events', shard: 's-0', sequenceNumber: String(big + 1n) };
    expect(deliveries).toEqual([{ body: 'r-1', source, arrivedAt: 7 }]);
  });

  test.each([
    ['the first one is missing', [{ offsets: [2, 3] }], pointer(1, 3), true],
    ['there are fewer than the batch had', [{ offsets: [1, 3] }], pointer(1, 3, 3), false],
    ['all have expired, and others came', [{ offsets: [9] }], pointer(1, 3), true],
    ['all have expired, and the shard is at its tip', [{ offsets: [], behindMilliseconds: 0 }], pointer(1, 3), true],
    ['all have expired, and the shard is closed', [{ offsets: [], last: true }], pointer(1, 3), true],
  ] as const)('are expired when %s', async (_, pages, given, firstMissing) => {
    expect(await bodiesOf(readerOf(...pages), given)).toMatchObject({ complete: true, expired: true, firstMissing });
  });

  test('end with a closed shard', async () => {
    const closed = readerOf({ offsets: [1], last: true });
    expect(await bodiesOf(closed, pointer(1, 1, 1))).toMatchObject({ bodies: ['r-1'], complete: true, expired: false });
  });
});

describe('reading a long range', () => {
  const pages = [{ offsets: [1] }, { offsets: [] }, { offsets: [2] }, { offsets: [3] }];

  test('hands over page by page, and waits behind an empty one', async () => {
    const taken: number[] = [];
    const { clock, waits } = clockOf();
    const take = async (page: readonly unknown[]) => taken.push(page.length) > 0;
    expect(await readPointer(readerOf(...pages), pointer(1, 3), { take, clock })).toMatchObject({ end: 'complete', found: 3 });
    expect([taken, waits]).toEqual([[1, 1, 1], [200]]);
  });

  test('stops where somebody is not finished with a page, or the time is up', async () => {
    const { clock } = clockOf();
    const refusing = { take: async () => false, clock };
    expect(await readPointer(readerOf(...pages), pointer(1, 3), refusing)).toMatchObject({ end: 'stopped', found: 1, expired: false });
    const late = { take: async () => true, clock: clockOf().clock, stopAt: 200 };
    expect(await readPointer(readerOf(...pages), pointer(1, 3), late)).toMatchObject({ end: 'stopped', found: 1 });
  });

  test('has an end even in a shard of nothing but empty pages', async () => {
    const empty: StreamReader = { shards: async () => [], read: async () => ({ records: [], cursor: 'c', behindMilliseconds: 1 }) };
    expect(await readPointer(empty, pointer(1, 3), { take: async () => true })).toMatchObject({ end: 'limit', found: 0, expired: false });
  });
});
