import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashOf } from '../../../lib/runtime/journal/hash.ts';
import { entityKey, entryKey, keyPart, keyText, stepKey } from '../../../lib/runtime/journal/item-key.ts';
import { canonicalText } from '../../../lib/schema/canonical-text.ts';

// Texts that would be taken for one another where separators, escapes or hashes are not told apart.
const tricky = fc.oneof(
  fc.string({ unit: fc.constantFrom('#', '|', '%', '~', '2', '3', 'a', '/', '\u0000', '\ud800', '\udc00', 'é'), maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('x'.repeat(256), 'x'.repeat(257), '#'.repeat(86), 'é'.repeat(128), 'é'.repeat(129)),
);
const hashed = tricky.map((text) => keyPart(text));
const part = fc.oneof(tricky, hashed);
const parts = fc.tuple(part, part, part, part);

describe('keys', () => {
  test('different parts make different keys, whatever is in them', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const same = one.every((text, index) => text === other[index]);
        expect(keyText(entryKey(...one)) === keyText(entryKey(...other))).toBe(same);
        expect(keyPart(one[0]) === keyPart(other[0])).toBe(one[0] === other[0]);
      }),
      { numRuns: 2_000 },
    );
  });
  test('moving a separator from one part to the next makes another key', () => {
    fc.assert(
      fc.property(part, part, part, (a, b, c) => {
        expect(keyText(entryKey('s', 'r', `${a}#${b}`, c))).not.toBe(keyText(entryKey('s', 'r', a, `${b}#${c}`)));
        expect(keyText(stepKey(`${a}|step#${b}`, c))).not.toBe(keyText(stepKey(a, `${b}|step#${c}`)));
        expect(keyText(entityKey(`${a}#${b}`, c))).not.toBe(keyText(entityKey(a, `${b}#${c}`)));
      }),
      { numRuns: 500 },
    );
  });
  test('the hash of a long text cannot be written as a text', () => {
    const long = 'x'.repeat(300);
    expect(keyPart(long)).toMatch(/^~[\w-]{22}$/);
    expect(keyPart(keyPart(long))).not.toBe(keyPart(long));
  });
  test('texts that a store cannot tell apart, as UTF-8 has no half pairs, stay apart', () => {
    const stored = (text: string) => Buffer.from(keyPart(text), 'utf8').toString('utf8');
    expect(stored('a\ud800')).not.toBe(stored('a\ud801'));
    expect(stored('😀')).toBe('😀');
  });
  test('fit into the keys of DynamoDB: 2,048 bytes for a partition, 1,024 for a sort key', () => {
    fc.assert(
      fc.property(parts, (texts) => {
        const { partition, sort } = entryKey(...texts);
        expect(Buffer.byteLength(partition)).toBeLessThanOrEqual(2_048);
        expect(Buffer.byteLength(sort)).toBeLessThanOrEqual(1_024);
        expect(Buffer.byteLength(entityKey(texts[0], texts[1]).partition)).toBeLessThanOrEqual(2_048);
      }),
      { numRuns: 500 },
    );
  });
  test('are readable where nothing has to be escaped', () => {
    expect(keyText(entryKey('saga-1', 'charge', 'order', 'e-1'))).toBe('saga#saga-1|entry#charge#order#e-1');
    expect(keyText(stepKey('a#b|c%d~e', 'charge'))).toBe('saga#a%23b%7cc%25d%7ee|step#charge');
    expect(keyText(entityKey('Order', 'o-1'))).toBe('entity#Order#o-1|state');
  });
});

describe('hashes', () => {
  const values = fc.oneof(tricky, fc.integer());
  test('different lists of parts have different hashes: joined to one text they may be the same', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 4 }), fc.array(values, { maxLength: 4 }), (one, other) => {
        const same = one.length === other.length && one.every((value, index) => Object.is(value, other[index]));
        expect(hashOf(...one) === hashOf(...other)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
    expect(hashOf('a', 'b')).not.toBe(hashOf('ab'));
    expect(hashOf('1')).not.toBe(hashOf(1));
  });
  test('a hash is 22 characters that need no escaping', () => {
    expect(hashOf('a', 1)).toMatch(/^[\w-]{22}$/);
  });
});

describe('canonical text', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, part]) => [key, reversed(part)]),
    );
  };
  test('is JSON of the same value, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalText(plain))).toEqual(plain);
        expect(canonicalText(reversed(plain))).toBe(canonicalText(plain));
      }),
    );
  });

  test('has the names of objects of any size in the order of their characters', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 60, size: 'max' }), (names) => {
        const text = canonicalText(Object.fromEntries(names.map((name) => [name, 1])));
        const sorted = [...names].sort().map((name) => `${JSON.stringify(name)}:1`);
        expect(text).toBe(`{${sorted.join(',')}}`);
      }),
    );
  });
});
