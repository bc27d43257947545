import { expect, test } from 'vitest';
import { payloadHash, samePayload } from '../../../lib/runtime/journal/payload-hash.ts';

const came = { orderId: 'a', cents: 1, more: [{ x: 1, y: 2 }] };

test.each([
  ['in another order, as a store may have changed it', { more: [{ y: 2, x: 1 }], cents: 1, orderId: 'a' }, true],
  ['with another value', { ...came, cents: 2 }, false],
  ['with another list', { ...came, more: [] }, false],
  ['without a property', { orderId: 'a', cents: 1 }, false],
])('data %s', (_what, data, same) => {
  expect(samePayload({ data: came }, { data })).toBe(same);
  expect(payloadHash(came) === payloadHash(data)).toBe(same);
});
