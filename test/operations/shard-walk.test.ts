import { describe, expect, test } from 'vitest';
import { createMemoryControl } from '../../lib/embedded/memory/control.ts';
import { createMemoryControlRecords } from '../../lib/embedded/memory/control-records.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { READ_MILLISECONDS, type ShardState, type StreamGap, type Walk, walkStream } from '../../lib/operations/shard-walk.ts';
import type { StreamShard } from '../../lib/runtime/ports/stream-reader.ts';
import { ARRIVED_AT, bodyOf, type FakeShard, fakeStream } from './fake-stream.ts';

function accessOf(shards: FakeShard[]) {
  const stream = fakeStream(shards);
  let now = ARRIVED_AT + 60_000;
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds;
    },
  };
  const access: OperatorAccess = {
    who: 'ada',
    clock,
    control: createMemoryControl(),
    records: createMemoryControlRecords({ clock }),
    stream: stream.reader,
    checkMessage: async () => ({ problems: [], schema: 'unknown' }),
    consumers: async () => [],
    store: () => {
      throw new Error('no store');
    },
    replayQueue: () => {
      throw new Error('no queue');
    },
  };
  return { access, stream };
}

const record = (sequenceNumber: string) => [sequenceNumber, bodyOf(sequenceNumber)] as const;

/** What a walk gives, in order; `onPage` may stop it. */
async function walk(access: OperatorAccess, options: Partial<Walk> = {}, pagesMax = 100) {
  const shards = options.shards ?? new Map<string, ShardState>();
  const seen: string[] = [];
  const gaps: StreamGap[] = [];
  let pages = 0;
  for await (const page of walkStream(access, { from: { kind: 'start' }, until: access.clock.now(), ...options, shards })) {
    seen.push(...page.records.map(({ sequenceNumber }) => `${page.shard}:${sequenceNumber}`));
    if (page.gap) gaps.push(page.gap);
    const last = page.records.at(-1);
    const state = shards.get(page.shard) as ShardState;
    if (last) state.after = last.sequenceNumber;
    if (page.ended) state.done = true;
    pages += 1;
    if (pages >= pagesMax) break;
  }
  return { seen, gaps, shards };
}

/** a splits into b and c; these merge into d. */
const family: FakeShard[] = [
  { id: 'd', parents: ['b', 'c'], records: [record('1000000000000000000007')], open: true },
  { id: 'c', parents: ['a'], records: [record('5'), record('6')] },
  { id: 'b', parents: ['a'], records: ['3', '4', '41', '42', '43'].map(record) },
  { id: 'a', records: [record('1'), record('2'), record('21')] },
];

describe('a walk over the stream', () => {
  test('reads parents to their end before their children, and both of them after a merge', async () => {
    const { seen } = await walk(accessOf(family).access);
    expect(seen.slice(0, 3)).toEqual(['a:1', 'a:2', 'a:21']);
    expect(seen.at(-1)).toBe('d:1000000000000000000007');
    expect(seen).toHaveLength(11);
  });

  test.each([1, 2, 3, 4, 5, 6])('that ends after page %d goes on there: every record once', async (pagesMax) => {
    const { access } = accessOf(family);
    const first = await walk(access, {}, pagesMax);
    const second = await walk(access, { shards: first.shards });
    expect([...first.seen, ...second.seen].sort()).toEqual([...new Set([...first.seen, ...second.seen])].sort());
    expect(first.seen.length + second.seen.length).toBe(11);
    expect(second.gaps).toEqual([]);
  });

  test('compares sequence numbers by value, not as text', async () => {
    const shards: FakeShard[] = [{ id: 'a', records: ['99', '100', '1000000000000000000000'].map(record), open: true }];
    const last = { shard: 'a', sequenceNumber: '100' };
    expect((await walk(accessOf(shards).access, { last })).seen).toEqual(['a:99', 'a:100']);
    const from = { kind: 'positions' as const, positions: [last] };
    expect((await walk(accessOf(shards).access, { from })).seen).toEqual(['a:100', 'a:1000000000000000000000']);
  });

  test('from a position takes that shard and what came of it, up to a last record nothing that came of its shard', async () => {
    const from = { kind: 'positions' as const, positions: [{ shard: 'b', sequenceNumber: '42' }] };
    expect((await walk(accessOf(family).access, { from })).seen).toEqual(['b:42', 'b:43', 'd:1000000000000000000007']);
    const last = { shard: 'b', sequenceNumber: '43' };
    expect((await walk(accessOf(family).access, { from, last })).seen).toEqual(['b:42', 'b:43']);
  });

  test('from a position takes what came of what came of its shard, and up to a last record nothing of that', async () => {
    const line: FakeShard[] = ['a', 'b', 'c'].map((id, at) => {
      const parents = at === 0 ? [] : ['a', 'b'].slice(at - 1, at);
      return { id, parents, records: [record(`${at + 1}`)], open: id === 'c' };
    });
    const from = { kind: 'positions' as const, positions: [{ shard: 'a', sequenceNumber: '1' }] };
    expect((await walk(accessOf(line).access, { from })).seen).toEqual(['a:1', 'b:2', 'c:3']);
    expect((await walk(accessOf(line).access, { last: { shard: 'a', sequenceNumber: '1' } })).seen).toEqual(['a:1']);
  });

  test('looks at each shard once, however often the stream was split and merged', async () => {
    const shards: FakeShard[] = [{ id: 'm0', records: [record('1')] }];
    for (let at = 1; at <= 12; at += 1) {
      const parents = [`m${at - 1}`];
      shards.push({ id: `a${at}`, parents, records: [] }, { id: `b${at}`, parents, records: [] });
      shards.push({ id: `m${at}`, parents: [`a${at}`, `b${at}`], records: [record(`${at + 1}`)], open: at === 12 });
    }
    const { access } = accessOf(shards);
    const { reader } = fakeStream(shards);
    let looks = 0;
    const watched = ({ parents, ...shard }: StreamShard): StreamShard => ({
      ...shard,
      get parents() {
        looks += 1;
        return parents;
      },
    });
    const stream = { ...reader, shards: async () => (await reader.shards()).map(watched) };
    const from = { kind: 'positions' as const, positions: [{ shard: 'm0', sequenceNumber: '1' }] };
    expect((await walk({ ...access, stream }, { from })).seen).toHaveLength(13);
    const lists = shards.length + 1; // it lists them anew when one is read to its end
    expect(looks).toBeLessThanOrEqual(4 * shards.length * lists);
  });

  test('waits no longer between two reads when the clock is set back', async () => {
    const { access } = accessOf([{ id: 'a', records: ['1', '2', '3', '4', '5'].map(record), open: true }]);
    let back = 0;
    const slept: number[] = [];
    const clock = {
      now: () => access.clock.now() - back,
      async sleep(milliseconds: number) {
        slept.push(milliseconds);
        await access.clock.sleep(milliseconds);
      },
    };
    for await (const _page of walkStream({ ...access, clock }, { from: { kind: 'start' }, until: clock.now(), shards: new Map() }))
      back = 3_600_000;
    expect(slept).toEqual([READ_MILLISECONDS, READ_MILLISECONDS, READ_MILLISECONDS]);
  });

  test('says where records that it was to begin with, or to go on behind, are gone', async () => {
    const trimmed: FakeShard[] = [{ id: 'a', records: ['1', '2', '3', '4'].map(record), trimmedTo: '2' }];
    const from = { kind: 'positions' as const, positions: [{ shard: 'a', sequenceNumber: '1' }] };
    expect(await walk(accessOf(trimmed).access, { from })).toMatchObject({
      seen: ['a:3', 'a:4'],
      gaps: [{ shard: 'a', sequenceNumber: '1', found: '3' }],
    });
    const shards = new Map<string, ShardState>([['a', { after: '2' }]]);
    expect((await walk(accessOf(trimmed).access, { shards })).gaps).toEqual([{ shard: 'a', sequenceNumber: '2', found: '3' }]);
    const gone = new Map<string, ShardState>([['z', { after: '9' }]]);
    expect((await walk(accessOf(trimmed).access, { shards: gone })).gaps).toEqual([{ shard: 'z', sequenceNumber: '9' }]);
  });

  test('goes on after a cursor has expired, without a record twice', async () => {
    const { access, stream } = accessOf([{ id: 'a', records: ['1', '2', '3', '4', '5'].map(record), open: true }]);
    const seen: string[] = [];
    for await (const page of walkStream(access, { from: { kind: 'start' }, until: access.clock.now(), shards: new Map() })) {
      seen.push(...page.records.map(({ sequenceNumber }) => sequenceNumber));
      stream.expire();
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5']);
  });

  test('takes nothing of what came of a shard that it was through with before: that has got more in between', async () => {
    const shards: FakeShard[] = [
      { id: 'a', records: [record('1')], open: true },
      { id: 'x', records: ['5', '6', '7'].map(record), open: true },
    ];
    const { access } = accessOf(shards);
    const states = new Map<string, ShardState>();
    const seen: string[] = [];
    for await (const page of walkStream(access, { from: { kind: 'start' }, until: access.clock.now(), shards: states })) {
      seen.push(...page.records.map(({ sequenceNumber }) => `${page.shard}:${sequenceNumber}`));
      Object.assign(states.get(page.shard) as ShardState, {
        after: page.records.at(-1)?.sequenceNumber,
        done: page.ended,
        early: page.early,
      });
      if (page.shard !== 'a' || !page.ended) continue;
      shards[0] = { id: 'a', records: ['1', '2'].map(record) };
      shards.push({ id: 'b', parents: ['a'], records: [record('3')], open: true });
    }
    expect(seen).toEqual(['a:1', 'x:5', 'x:6', 'x:7']);
    expect((await walk(access, { shards: states })).seen).toEqual([]); // one that goes on where it was killed
    expect((await walk(access, { shards: new Map([['a', { after: '1' }]]) })).seen.filter((one) => !one.startsWith('x'))).toEqual([
      'a:2',
      'b:3',
    ]);
  });

  test('leaves out what arrived later', async () => {
    const { access } = accessOf(family);
    expect((await walk(access, { until: ARRIVED_AT - 1 })).seen).toEqual([]);
    expect((await walk(access, { until: ARRIVED_AT })).seen).toHaveLength(11);
  });
});
