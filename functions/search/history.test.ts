import { createWorld, stored } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import { PlaceOrder } from '../../schemas/generated/index.ts';
import shop from '../choreography.ts';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from '../doubles.ts';
import { Stock } from '../inventory/service.ts';
import { orderHistory } from './history.ts';
import { OrderSummary } from './service.ts';

test('the events of an order add up to what the read model says, now and at an earlier time', async () => {
  const world = createWorld(shop, {
    given: [stored(Stock, 'tea', { available: 5 })],
    clients: { gateway: createPaymentDouble(), carrier: createCarrierDouble(() => true), mailer: createMailerDouble() },
  });
  const order = { customerId: 'c-1', items: [{ sku: 'tea', quantity: 2 }], totalCents: 900, currency: 'EUR' };
  const { answer, correlationId } = await world.send(PlaceOrder, order);
  await world.settle();

  const history = await orderHistory(world.stream, answer.orderId);
  expect(history).toMatchObject({ events: 2, complete: true, gaps: [] });
  expect(history.state).toEqual(world.state('search', OrderSummary, answer.orderId));

  const cancelled = world.events(correlationId).find(({ type }) => type === 'OrderCancelled');
  const before = await orderHistory(world.stream, answer.orderId, Date.parse(cancelled?.time ?? '') - 1);
  expect(before.state).toEqual({ customerId: 'c-1', totalCents: 900, status: 'placed' });
});
