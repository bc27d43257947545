import { defineUpcast } from 'aws-choreography';
import { expect, test } from 'vitest';
import { upcastDefinition } from '../../lib/contract/upcast.ts';
import { OrderPlaced, OrderPlacedV1 } from '../types/messages.ts';
import { refusal } from './refusal.ts';

test('an upcast keeps the older version and the function, and is frozen', () => {
  const upcast = defineUpcast(OrderPlacedV1, (order) => ({ ...order, currency: 'EUR' }));
  expect(upcast).toMatchObject({ kind: 'upcast', from: OrderPlacedV1 });
  expect(upcastDefinition(upcast).up({ orderId: '1', items: [] })).toEqual({ orderId: '1', items: [], currency: 'EUR' });
  expect(Object.isFrozen(upcast)).toBe(true);
});

test('the current version is not lifted', () => {
  expect(refusal(() => defineUpcast(OrderPlaced as never, (order) => order))).toBe(
    'INVALID_UPCAST: defineUpcast got OrderPlaced, which is not an older version: lift one like OrderPlacedV1.',
  );
});

test('a name is not lifted', () => {
  expect(refusal(() => defineUpcast('OrderPlaced' as never, (order) => order))).toBe(
    'INVALID_UPCAST: defineUpcast got string, which is not an older version: lift one like OrderPlacedV1.',
  );
});

test('something that a circular import left out is not lifted', () => {
  expect(refusal(() => defineUpcast(undefined as never, (order) => order))).toBe(
    'INVALID_UPCAST: defineUpcast got undefined, which is not an older version: lift one like OrderPlacedV1.',
  );
});

test('without a function nothing is lifted', () => {
  expect(refusal(() => defineUpcast(OrderPlacedV1, undefined as never))).toBe(
    'INVALID_UPCAST: The upcast of OrderPlaced version 1 has no function.',
  );
});
