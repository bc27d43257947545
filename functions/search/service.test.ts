import { message, runService, stored } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import { OrderCancelled, OrderCompleted, OrderPlaced, OrderPlacedV1 } from '../../schemas/generated/index.ts';
import { OrderSummary, search } from './service.ts';

const placed = message(OrderPlaced, { orderId: 'o-1', customerId: 'c-1', items: [], totalCents: 900, currency: 'EUR' });
const summary = { customerId: 'c-1', totalCents: 900, status: 'placed' };

test('an order that was placed can be found', async () => {
  const result = await runService(search, { when: placed });

  expect(result.state(OrderSummary, 'o-1')).toEqual(summary);
});

test('so can one from before orders had a currency', async () => {
  const old = message(OrderPlacedV1, { orderId: 'o-1', customerId: 'c-1', items: [], totalCents: 900 });
  const result = await runService(search, { when: old });

  expect(result.state(OrderSummary, 'o-1')).toEqual(summary);
});

test.each([message(OrderCompleted, { orderId: 'o-1' }), message(OrderCancelled, { orderId: 'o-1', reason: 'card declined' })])(
  '$type is how it ended',
  async (when) => {
    const result = await runService(search, { given: [stored(OrderSummary, 'o-1', summary)], when });

    expect(result.state(OrderSummary, 'o-1')).toEqual({ ...summary, status: when.type });
  },
);

test('what overtakes the order waits for it: the bus keeps no order', async () => {
  const result = await runService(search, { when: message(OrderCompleted, { orderId: 'o-1' }) });

  expect(result).toMatchObject({ outcome: 'parked' });
});
