import { ChoreographyError } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import { type Follow, followStream } from '../../lib/operations/follow-stream.ts';
import type { StreamReader } from '../../lib/runtime/ports/stream-reader.ts';
import { ARRIVED_AT, bodyOf, type FakeShard, fakeStream } from './fake-stream.ts';

type Records = [sequenceNumber: string, body: string][];

const records = (...numbers: readonly string[]): Records => numbers.map((number) => [number, bodyOf(number)]);

/** Shards by name whose records the test adds to. */
function shard(id: string, held: Records, rest: Omit<FakeShard, 'id' | 'records'> = {}) {
  return { id, records: held, open: true, ...rest };
}

/**
 * Follows until the script is through: before each of its entries the follower has read what there was, and waits.
 * `read` gives what came, and `reads` when which shard was asked.
 */
async function following(stream: StreamReader, script: readonly (() => void)[], options: Follow = {}) {
  let now = ARRIVED_AT + 60_000;
  const start = now;
  const left = [...script];
  const reads: string[] = [];
  const seen: string[] = [];
  const done = new Error('the script is through');
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      const next = left.shift();
      if (!next) throw done;
      now += milliseconds;
      next();
    },
  };
  const noted: StreamReader = {
    ...stream,
    async read(query) {
      reads.push(`${query.shard} +${now - start}`);
      return stream.read(query);
    },
  };
  const follow = async () => {
    for await (const page of followStream({ stream: noted, clock }, options))
      seen.push(...page.records.map(({ sequenceNumber }) => `${page.shard}:${sequenceNumber}`));
  };
  await expect(follow()).rejects.toBe(done);
  return { seen, reads };
}

const nothing = () => {};

describe('a follower of the stream', () => {
  test('gets what arrives from now on, on every open shard, and nothing of what was there', async () => {
    const [a, b] = [shard('a', records('1', '2')), shard('b', records('1000000000000000000001'))];
    const old = shard('old', records('0'), { open: false });
    const { seen, reads } = await following(fakeStream([old, a, b]).reader, [
      () => b.records.push(...records('1000000000000000000002')),
      () => a.records.push(...records('3', '4')),
      nothing,
    ]);
    expect(seen).toEqual(['b:1000000000000000000002', 'a:3', 'a:4']);
    expect(reads.filter((read) => read.startsWith('old'))).toEqual([]);
  });

  test('gets all that arrived since a time, a closed shard to its end before the shards that came of it', async () => {
    const parent = shard('p', records('1', '2', '3'), { open: false });
    const child = shard('c', records('4'), { parents: ['p', 'expired'] });
    const { seen } = await following(fakeStream([child, parent]).reader, [nothing, nothing, nothing], { since: ARRIVED_AT });
    expect(seen).toEqual(['p:1', 'p:2', 'p:3', 'c:4']);
  });

  test('goes on with the shards of a reshard from their first record on, after a merge when both parents are through', async () => {
    const [a, b] = [shard('a', records('1')), shard('b', records('1'))];
    const shards: FakeShard[] = [a, b];
    const merged = shard('m', records('20', '21', '22'), { parents: ['a', 'b'] });
    const { seen } = await following(fakeStream(shards).reader, [
      () => {
        a.records.push(...records('2'));
        b.records.push(...records('10', '11', '12'));
        shards.splice(0, 2, merged, { ...a, open: false }, { ...b, open: false });
      },
      nothing,
      nothing,
      nothing,
      nothing,
    ]);
    expect(seen).toEqual(['a:2', 'b:10', 'b:11', 'b:12', 'm:20', 'm:21', 'm:22']);
  });

  test('goes on after its cursor has expired: behind the last record', async () => {
    const a = shard('a', records('1'));
    const stream = fakeStream([a]);
    const add = () => void a.records.push(...records('2'));
    const sleepLong = () => {
      stream.expire();
      a.records.push(...records('3'));
    };
    expect((await following(stream.reader, [add, sleepLong, nothing])).seen).toEqual(['a:2', 'a:3']);
  });

  test('goes on after its cursor has expired: where it began, if there was no record yet', async () => {
    const a = shard('a', []);
    const stream = fakeStream([a]);
    const sleepLong = () => {
      stream.expire();
      a.records.push(...records('1'));
    };
    expect((await following(stream.reader, [nothing, sleepLong, nothing])).seen).toEqual(['a:1']);
  });

  test('reads a shard once a second at its end, four times while it is behind, and lists the shards twice a minute', async () => {
    const a = shard('a', records('1', '2', '3', '4', '5'));
    const { reader } = fakeStream([a]);
    const behind: StreamReader = {
      ...reader,
      async read(query) {
        const page = await reader.read(query);
        return { ...page, behindMilliseconds: page.behindMilliseconds * 5_000 };
      },
    };
    const { reads } = await following(behind, [nothing, nothing, nothing, nothing], { since: 0 });
    expect(reads).toEqual(['a +0', 'a +250', 'a +500', 'a +1500', 'a +2500']);
    const { reads: scaled } = await following(behind, [nothing, nothing, nothing], { since: 0, timeScale: 60 });
    expect(scaled).toEqual(['a +0', 'a +60000', 'a +120000', 'a +180000']);
    let listings = 0;
    const counting: StreamReader = {
      ...reader,
      shards: () => {
        listings += 1;
        return reader.shards();
      },
    };
    await following(
      counting,
      Array.from({ length: 60 }, () => nothing),
    );
    expect(listings).toBe(3);
  });

  test('neither stands still nor overlooks a reshard when its clock is set back', async () => {
    const { reader } = fakeStream([shard('a', [])]);
    let now = ARRIVED_AT;
    let listings = 0;
    const waits: number[] = [];
    const stream: StreamReader = {
      async shards() {
        listings += 1;
        return reader.shards();
      },
      async read(query) {
        if (waits.length === 1) now -= 3_600_000;
        return reader.read(query);
      },
    };
    const clock = {
      now: () => now,
      async sleep(milliseconds: number) {
        waits.push(milliseconds);
        now += milliseconds;
        if (waits.length === 4) throw new Error('the end');
      },
    };
    const follow = async () => {
      for await (const _ of followStream({ stream, clock }));
    };
    await expect(follow()).rejects.toThrow('the end');
    expect([waits, listings]).toEqual([[1_000, 1_000, 1_000, 1_000], 2]);
  });

  test('waits out a stream that is busy, and passes over a shard whose records have all expired', async () => {
    const a = shard('a', records('1'));
    const { reader } = fakeStream([a]);
    let refusals = 2;
    const busy: StreamReader = {
      async shards() {
        return [{ id: 'gone', parents: [], firstSequenceNumber: '0' }, ...(await reader.shards())];
      },
      async read(query) {
        if (query.shard === 'a' && refusals-- > 0) throw new ChoreographyError('STREAM_UNAVAILABLE', 'busy', { retryable: true });
        return reader.read(query);
      },
    };
    const { seen } = await following(busy, [nothing, nothing, nothing], { since: ARRIVED_AT });
    expect(seen).toEqual(['a:1']);
  });

  test('is told where there is no stream', async () => {
    const clock = { now: () => 0, sleep: async () => {} };
    await expect(followStream({ clock }).next()).rejects.toMatchObject({ code: 'STREAM_MISSING' });
  });
});
