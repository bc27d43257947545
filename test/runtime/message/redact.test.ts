import { expect, test } from 'vitest';
import { redact } from '../../../lib/runtime/message/redact.ts';

const data = {
  customer: { name: 'Ada', city: 'Paris' },
  items: [
    { note: 'a', sku: 'tea' },
    { note: 'b', sku: 'cup' },
  ],
  'a/b': 1,
};

test.each([
  ['/customer/name', { ...data, customer: { name: '[redacted]', city: 'Paris' } }],
  [
    '/items/*/note',
    {
      ...data,
      items: [
        { note: '[redacted]', sku: 'tea' },
        { note: '[redacted]', sku: 'cup' },
      ],
    },
  ],
  ['/items/1', { ...data, items: [{ note: 'a', sku: 'tea' }, '[redacted]'] }],
  ['/a~1b', { ...data, 'a/b': '[redacted]' }],
  ['/absent/name', data],
  ['', '[redacted]'],
])('what %j points to is taken out', (pointer, expected) => {
  expect(redact(data, [pointer])).toEqual(expected);
});

test('the data itself stays as it is', () => {
  const before = JSON.stringify(data);
  redact(data, ['/customer', '/items/*/sku']);
  expect(JSON.stringify(data)).toBe(before);
});
