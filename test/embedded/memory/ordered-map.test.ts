import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareTexts } from '../../../lib/contract/compare-texts.ts';
import { createOrderedMap, takePage } from '../../../lib/embedded/memory/ordered-map.ts';

const byId = { cursorOf: (id: string) => id, isBehind: (id: string, cursor: string) => id > cursor };

test('an ordered map lists its values in order after every change', () => {
  const map = createOrderedMap<number>((left, right) => left - right);
  map.set('a', 3);
  map.set('b', 1);
  expect(map.sorted()).toEqual([1, 3]);
  map.set('a', 0);
  expect(map.sorted()).toEqual([0, 1]);
  map.delete('b');
  map.delete('never');
  expect(map.sorted()).toEqual([0]);
  expect([map.size, map.get('a'), map.get('b')]).toEqual([1, 0, undefined]);
});

test('pages of any size give every kept item once, and only the last has no cursor', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 5 }), fc.string(), (ids, limit, unwanted) => {
      const sorted = [...ids].sort(compareTexts);
      const keep = (id: string): boolean => id !== unwanted;
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = takePage(sorted, { ...byId, limit, cursor, keep });
        expect(page.items.length === limit || page.cursor === undefined).toBe(true);
        found.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(found).toEqual(sorted.filter(keep));
    }),
  );
});

test('an item that goes or comes between two pages neither repeats nor skips another one', () => {
  const first = takePage(['a', 'b', 'c', 'd'], { ...byId, limit: 2 });
  expect(first).toEqual({ items: ['a', 'b'], cursor: 'b' });
  expect(takePage(['a', 'aa', 'c', 'd'], { ...byId, limit: 2, cursor: first.cursor })).toEqual({ items: ['c', 'd'] });
});
