import { describe, expect, test } from 'vitest';
import { createStreamPublisher } from '../../../lib/embedded/channels/publisher.ts';
import { createStream } from '../../../lib/embedded/channels/stream.ts';
import { envelopeOf } from '../envelopes.ts';

function world(options: { shards?: number; retentionSeconds?: number } = {}) {
  const clock = { at: 0, now: () => clock.at };
  return { clock, stream: createStream({ name: 'events', clock, ...options }) };
}

describe('a stream', () => {
  test('keeps a partition key in one shard, in the order of the puts', () => {
    const { stream } = world({ shards: 4 });
    const places = Array.from({ length: 40 }, (_, index) => stream.put({ data: `${index}`, partitionKey: `saga-${index % 8}` }));
    for (let key = 0; key < 8; key += 1)
      expect(new Set(places.filter((_, index) => index % 8 === key).map(({ shard }) => shard)).size).toBe(1);
    expect(new Set(places.map(({ shard }) => shard)).size).toBeGreaterThan(1);
    for (const shard of stream.shards) {
      const order = stream.read(shard, 0, 100).records.map(({ data }) => Number(data));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });

  test('numbers grow per shard, are too large for a number, and go wrong when compared as text', () => {
    const { stream } = world({ shards: 1 });
    const numbers = Array.from({ length: 30 }, () => stream.put({ data: 'x', partitionKey: 'k' }).sequenceNumber);
    for (const [index, number] of numbers.entries()) {
      expect(Number.isSafeInteger(Number(number))).toBe(false);
      if (index > 0) expect(BigInt(number) > BigInt(numbers[index - 1] as string)).toBe(true);
    }
    expect([...numbers].sort()).not.toEqual(numbers);
  });

  test('is read from any position, and a sequence number gives its position back', () => {
    const { stream } = world({ shards: 1 });
    const places = ['a', 'b', 'c', 'd'].map((data) => stream.put({ data, partitionKey: 'k' }));
    const [shard = ''] = stream.shards;
    expect(stream.read(shard, 1, 2).records.map(({ data }) => data)).toEqual(['b', 'c']);
    expect(places.map(({ sequenceNumber }) => stream.positionOf(shard, sequenceNumber))).toEqual([0, 1, 2, 3]);
    expect(stream.end(shard)).toBe(4);
    expect(() => stream.read('shardId-9', 0, 1)).toThrow(RangeError);
  });

  test('forgets what is older than the retention, and positions stay', () => {
    const { clock, stream } = world({ shards: 1, retentionSeconds: 60 });
    const [shard = ''] = stream.shards;
    const old = stream.put({ data: 'old', partitionKey: 'k' });
    for (let index = 0; index < 20_000; index += 1) stream.put({ data: 'old, too', partitionKey: 'k' });
    clock.at = 60_001;
    const { sequenceNumber } = stream.put({ data: 'young', partitionKey: 'k' });
    for (let time = 0; time < 2; time += 1) {
      const { records, first } = stream.read(shard, 0, 10);
      expect([records.map(({ data }) => data), first]).toEqual([['young'], 20_001]);
    }
    expect(stream.positionOf(shard, sequenceNumber)).toBe(20_001);
    expect(stream.positionOf(shard, old.sequenceNumber)).toBe(0);
    expect(BigInt(stream.put({ data: 'x', partitionKey: 'k' }).sequenceNumber)).toBe(BigInt(sequenceNumber) + 1n);
  });

  test('tells listeners of every put', () => {
    const { stream } = world();
    const seen: string[] = [];
    stream.onPut((shard, { data }) => seen.push(`${stream.shards.indexOf(shard)} ${data}`));
    stream.put({ data: 'a', partitionKey: 'k' });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(/^[01] a$/);
  });
});

describe('a stream whose shards change', () => {
  const keys = Array.from({ length: 40 }, (_, index) => `saga-${index}`);
  const putAll = ({ stream }: ReturnType<typeof world>) => keys.map((partitionKey) => stream.put({ data: 'x', partitionKey }));

  test('puts the keys of a shard that is split into its children, behind what it holds, and leaves the others alone', () => {
    const made = world();
    const { stream } = made;
    const [one = '', other = ''] = stream.shards;
    const before = putAll(made);
    const children = stream.split(one) ?? [];
    const after = putAll(made);
    expect([stream.isOpen(one), stream.isOpen(other), children.map(stream.parents)]).toEqual([false, true, [[one], [one]]]);
    expect(new Set(after.map(({ shard }) => shard))).toEqual(new Set([other, ...children]));
    for (const [index, place] of after.entries()) {
      const was = before[index] as (typeof before)[number];
      expect([was.shard === other, BigInt(place.sequenceNumber) > BigInt(was.sequenceNumber)]).toEqual([place.shard === other, true]);
    }
    expect(() => stream.split(one)).toThrow(RangeError);
  });

  test('puts the keys of two that are merged into one', () => {
    const made = world();
    const { stream } = made;
    const parents = stream.shards;
    const child = stream.merge(parents[0] as string, parents[1] as string);
    expect(new Set(putAll(made).map(({ shard }) => shard))).toEqual(new Set([child]));
    expect([stream.parents(child), parents.map(stream.isOpen)]).toEqual([parents, [false, false]]);
  });

  test('is split until a shard has a single part of the keys', () => {
    const { stream } = world({ shards: 1 });
    let shard = stream.shards[0] as string;
    let splits = 0;
    for (let children = stream.split(shard); children; children = stream.split(shard)) {
      [shard] = children;
      splits += 1;
    }
    expect(splits).toBe(6);
  });
});

describe('publishing to the stream', () => {
  test('puts envelopes under their partition key and refuses what is too large, alone', async () => {
    const { stream } = world({ shards: 1 });
    const [shard = ''] = stream.shards;
    const small = envelopeOf('OrderPlaced', { id: 'e1', partitionkey: 'saga-1' });
    const large = envelopeOf('OrderPlaced', { id: 'e2', data: { text: 'x'.repeat(1_048_576) } });
    const outcomes = await createStreamPublisher(stream).publish([large, small]);
    expect(outcomes.map((outcome) => (outcome.status === 'refused' ? outcome.code : outcome.status))).toEqual([
      'MESSAGE_TOO_LARGE',
      'published',
    ]);
    const { records } = stream.read(shard, 0, 10);
    expect(records).toMatchObject([{ partitionKey: 'saga-1', envelope: small }]);
    expect(JSON.parse(records[0]?.data ?? '')).toEqual(small);
  });
});
