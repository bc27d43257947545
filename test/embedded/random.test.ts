import { describe, expect, test } from 'vitest';
import { checkSeed, createRandom, hash32, type Random } from '../../lib/embedded/random.ts';
import { createTrace } from '../../lib/embedded/trace.ts';

function draw(random: Random, count: number): readonly number[] {
  return Array.from({ length: count }, () => random.next());
}

describe('the seed of a run', () => {
  test.each([0, 1, Number.MAX_SAFE_INTEGER])('may be %d', (seed) => {
    expect(checkSeed(seed)).toBe(seed);
  });
});

describe('a seeded generator', () => {
  test('draws the same numbers for the same seed, and others for another one', () => {
    expect(draw(createRandom(7), 20)).toEqual(draw(createRandom(7), 20));
    expect(draw(createRandom(7), 20)).not.toEqual(draw(createRandom(8), 20));
  });

  test('spreads its numbers evenly below one', () => {
    const random = createRandom(1);
    const buckets = Array.from({ length: 10 }, () => 0);
    for (const number of draw(random, 20_000)) buckets[Math.floor(number * 10)] = (buckets[Math.floor(number * 10)] ?? 0) + 1;
    expect(buckets).toHaveLength(10);
    for (const count of buckets) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  test('forks to a stream that does not depend on how much was drawn before', () => {
    const fresh = createRandom(7);
    const used = createRandom(7);
    draw(used, 100);
    expect(draw(used.fork('store'), 5)).toEqual(draw(fresh.fork('store'), 5));
    expect(draw(fresh.fork('store'), 5)).not.toEqual(draw(fresh.fork('queue'), 5));
    expect(draw(fresh.fork('a').fork('b'), 5)).not.toEqual(draw(fresh.fork('b').fork('a'), 5));
  });

  test('keeps whole numbers below their bound and reaches each of them', () => {
    const random = createRandom(3);
    expect([...new Set(Array.from({ length: 200 }, () => random.integer(4)))].sort()).toEqual([0, 1, 2, 3]);
  });

  test('decides by probability, and draws nothing for never and always', () => {
    const random = createRandom(3);
    const hits = Array.from({ length: 10_000 }, () => random.chance(0.2)).filter(Boolean).length;
    expect(Math.abs(hits - 2_000)).toBeLessThan(200);
    const [one, other] = [createRandom(5), createRandom(5)];
    expect([one.chance(0), one.chance(1)]).toEqual([false, true]);
    expect(one.next()).toBe(other.next());
  });

  test('picks one of several things, and refuses to pick from none', () => {
    const random = createRandom(3);
    expect(new Set(Array.from({ length: 50 }, () => random.pick(['a', 'b'])))).toEqual(new Set(['a', 'b']));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});

test('a hash spreads similar texts', () => {
  const shards = Array.from({ length: 1_000 }, (_, index) => hash32(`order-${index}`) % 4);
  for (const shard of [0, 1, 2, 3]) expect(Math.abs(shards.filter((found) => found === shard).length - 250)).toBeLessThan(60);
});

describe('a trace', () => {
  function digestOf(...notes: readonly (readonly (string | number)[])[]): string {
    const trace = createTrace();
    for (const note of notes) trace.note(...note);
    return trace.digest();
  }

  test('tells order, content and the borders of parts apart', () => {
    expect(digestOf(['a', 1], ['b'])).toBe(digestOf(['a', 1], ['b']));
    expect(digestOf(['b'], ['a', 1])).not.toBe(digestOf(['a', 1], ['b']));
    expect(digestOf(['ab', 'c'])).not.toBe(digestOf(['a', 'bc']));
    expect(digestOf()).toMatch(/^[0-9a-f]{16}$/);
  });
});
