import { expect, test } from 'vitest';
import { suggestion } from '../../lib/cli/suggest.ts';

const names = ['inventory', 'payment', 'shipping', 'notification'];

test.each([
  ['a letter too few', 'shiping', 'shipping'],
  ['a letter too many', 'paymennt', 'payment'],
  ['a wrong letter', 'inventori', 'inventory'],
  ['two letters swapped', 'paymnet', 'payment'],
  ['another case', 'SHIPPING', 'shipping'],
])('%s', (_, typed, meant) => {
  expect(suggestion(typed, names)).toBe(meant);
});

test('what is like none of them gets no suggestion', () => {
  expect(suggestion('billing', names)).toBeUndefined();
  expect(suggestion('', names)).toBeUndefined();
  expect(suggestion('pay', names)).toBeUndefined();
});

test('two letters swapped are one mistake, not two', () => {
  expect(suggestion('acbd', ['xbcd', 'abcd'])).toBe('abcd');
});
