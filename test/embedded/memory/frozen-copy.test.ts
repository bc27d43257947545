import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frozenCopy, jsonBytes } from '../../../lib/embedded/memory/frozen-copy.ts';

function isFrozen(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));
}

test('a frozen copy is what JSON makes of a value, frozen, and its bytes are never underestimated', () => {
  const anything = fc.anything({
    withDate: true,
    withNullPrototype: true,
    withObjectString: true,
    withBoxedValues: false,
    key: fc.string({ unit: 'binary' }),
  });
  fc.assert(
    fc.property(anything, (value) => {
      const text = JSON.stringify({ value });
      const copy = frozenCopy({ value });
      expect(copy.value).toEqual(JSON.parse(text));
      expect(JSON.stringify(copy.value)).toBe(JSON.stringify(JSON.parse(text)));
      expect(isFrozen(copy.value)).toBe(true);
      expect(copy.bytesAtMost).toBeGreaterThanOrEqual(Buffer.byteLength(text));
    }),
    { numRuns: 500 },
  );
});

test('control characters and lone surrogates are counted as they are escaped', () => {
  for (const text of ['\u0001', '\ud800', '"', '\\', '\u2028', 'ä', '😀']) {
    const many = text.repeat(100);
    expect(frozenCopy(many).bytesAtMost).toBeGreaterThanOrEqual(jsonBytes(many));
  }
});

test('numbers take no more bytes than they are counted', () => {
  fc.assert(
    fc.property(fc.double(), (number) => {
      expect(frozenCopy(number).bytesAtMost).toBeGreaterThanOrEqual(jsonBytes(number));
    }),
  );
});

test('a name that would set the prototype is an ordinary name', () => {
  const { value } = frozenCopy(JSON.parse('{"__proto__":{"polluted":true}}'));
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect((value as { polluted?: boolean }).polluted).toBeUndefined();
});

test('a cyclic value and a bigint are refused', () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  expect(() => frozenCopy(cyclic)).toThrow(RangeError);
  expect(() => frozenCopy(1n)).toThrow(TypeError);
});

test('a negative zero is a zero, as in JSON, and what is no number is null', () => {
  expect(frozenCopy([-0, Number.NaN, Number.POSITIVE_INFINITY]).value).toStrictEqual([0, null, null]);
});
