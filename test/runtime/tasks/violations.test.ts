import { expect, test } from 'vitest';
import { defineReaction, defineService } from '../../../lib/contract/index.ts';
import { OrderPlaced, type OrderPlacedData } from '../../../schemas/generated/index.ts';
import { createRig, event, messageOf } from '../rig.ts';

const begun = event('OrderBegun');
const secret = 'c'.repeat(65);
const wrong = {
  orderId: 'o-1',
  customerId: secret,
  items: [{ sku: 'tea', quantity: 1 }],
  totalCents: 9,
  currency: 'EUR',
} as OrderPlacedData;

test('every event that does not meet its schema is counted and logged, also when the code swallows the error; sensitive values are hidden', async () => {
  const careless = defineReaction({
    name: 'place',
    on: begun,
    emits: [OrderPlaced],
    react(_event, tx) {
      for (const data of [wrong, wrong]) {
        try {
          tx.emit(OrderPlaced, data);
        } catch {
          // nobody would hear of it
        }
      }
    },
  });
  const rig = createRig(defineService({ name: 'order', reactions: [careless] }));
  await rig.deliver(messageOf(begun, '1', { correlationid: 'saga-1' }));
  expect(rig.published).toEqual([]);
  expect(rig.counted('schema-violation')).toBe(2);
  const logged = rig.log.filter(({ message }) => message.includes('does not meet its schema'));
  const fields = { service: 'order', reaction: 'place', type: 'OrderPlaced', version: 2, path: '/customerId' };
  const error = 'OrderPlaced version 2: data/customerId should be at most 64 characters, but is a string (hidden).';
  const record = { level: 'error', message: 'an event does not meet its schema and is not published', fields: { ...fields, error } };
  expect(logged).toEqual([record, record]);
  expect(JSON.stringify(rig.log)).not.toContain(secret);
});
