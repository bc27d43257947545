import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesAtMost, cloneJson, copyJson, jsonBytes } from '../../../lib/runtime/message/json.ts';
import { refusal } from '../../contract/refusal.ts';

const limits = { depth: 3, nodes: 20 };
const copy = (value: unknown) => copyJson(value, 'The state', limits);

describe('what JSON would change silently is refused', () => {
  class Money {}
  const bad: readonly (readonly [string, unknown, string])[] = [
    ['a date', { at: new Date(0) }, 'NOT_JSON: The state at /at is a Date; use plain objects, for example date.toISOString().'],
    ['a map', { all: new Map() }, 'NOT_JSON: The state at /all is a Map; use plain objects, for example date.toISOString().'],
    ['a class', [new Money()], 'NOT_JSON: The state at /0 is a Money; use plain objects, for example date.toISOString().'],
    ['NaN', { n: Number.NaN }, 'NOT_JSON: The state at /n is NaN, which JSON has no form for.'],
    ['a bigint', { n: 1n }, 'NOT_JSON: The state at /n is a bigint, which JSON has no form for.'],
    ['a function', { f: () => 1 }, 'NOT_JSON: The state at /f is a function, which JSON has no form for.'],
    ['undefined in a list', [undefined], 'NOT_JSON: The state at /0 is a undefined, which JSON has no form for.'],
    ['nothing at all', undefined, 'NOT_JSON: The state is a undefined, which JSON has no form for.'],
    ['four levels', [[[[]]]], 'TOO_DEEP: The state at /0/0/0 is nested deeper than 3 levels.'],
    ['too many elements', new Array(20).fill(0), 'TOO_MANY_NODES: The state at /19 has more than 20 keys and elements.'],
    [
      'an own __proto__',
      JSON.parse('{"__proto__":1}'),
      'FORBIDDEN_KEY: The state has the key "__proto__", which could change prototypes; rename it.',
    ],
  ];
  test.each(bad)('%s', (_name, value, expected) => {
    expect(refusal(() => copy(value))).toBe(expected);
  });
  test('a cycle ends at the depth limit', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(refusal(() => copy(cycle))).toMatch(/^TOO_DEEP/);
  });
});

describe('what is plain is copied', () => {
  test('undefined properties are left out, −0 becomes 0', () => {
    const copied = copy({ a: undefined, b: -0 }) as { b: number };
    expect(Object.keys(copied)).toEqual(['b']);
    expect(Object.is(copied.b, 0)).toBe(true);
  });
  test('objects without a prototype, and those of another realm, are plain: Jest runs tests in one', () => {
    const foreign: unknown = runInNewContext('({ list: [{ n: 1 }] })');
    expect(Object.getPrototypeOf(foreign)).not.toBe(Object.prototype);
    expect(copy(foreign)).toEqual({ list: [{ n: 1 }] });
    expect(copy(Object.assign(Object.create(null), { n: 1 }))).toEqual({ n: 1 });
  });
  test('a date of another realm is still no plain object', () => {
    expect(refusal(() => copy([runInNewContext('new Date(0)')]))).toMatch(/^NOT_JSON/);
  });
  test('the copy shares nothing with what was given', () => {
    const given = { list: [{ n: 1 }] };
    const copied = copy(given) as typeof given;
    (copied.list[0] as { n: number }).n = 2;
    expect(given).toEqual({ list: [{ n: 1 }] });
    const cloned = cloneJson(given);
    (cloned.list[0] as { n: number }).n = 3;
    expect(given).toEqual({ list: [{ n: 1 }] });
    expect(cloned).toEqual({ list: [{ n: 3 }] });
  });
});

describe('the size of a value', () => {
  const exact = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

  test('is never more than its upper bound', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => bytesAtMost(value) >= exact(value)),
      { numRuns: 500 },
    );
    for (const value of ['\u0001\uD800'.repeat(50), { ['\u0001'.repeat(50)]: -Number.MIN_VALUE }, [false, null, -Number.MAX_VALUE]])
      expect(bytesAtMost(value)).toBeGreaterThanOrEqual(exact(value));
  });

  test('is exact where the bound is over what may be estimated', () => {
    const value = { text: 'x'.repeat(100) };
    expect(jsonBytes(value, 100)).toBe(exact(value));
    expect(jsonBytes(value, bytesAtMost(value))).toBe(bytesAtMost(value));
  });
});
