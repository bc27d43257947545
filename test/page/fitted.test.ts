import { expect, test } from 'vitest';
import { fitted } from '../../lib/page/fitted.ts';

test('a text that fits is left as it is; one that does not loses its end, and says so', () => {
  expect(['OrderPlaced', 'OrderPlacedAgain'].map((text) => fitted(text, 60, 10))).toEqual(['OrderPlaced', 'OrderPlace…']);
  expect(fitted('Order', 1, 10)).toBe('…');
});
