import { checkChoreography, createWorld, reportText, stored } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import { PlaceOrder } from '../schemas/generated/index.ts';
import shop, { checks } from './choreography.ts';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from './doubles.ts';
import { Stock } from './inventory/service.ts';
import { Order } from './order/service.ts';
import { OrderSummary } from './search/service.ts';

test.each([1, 2, 3])('an order whose shipment fails is undone everywhere, under faults (seed %i)', async (seed) => {
  const world = createWorld(shop, {
    seed,
    faults: { duplicate: 0.2, reorder: 0.2, crashAfterCommit: 0.1 },
    given: [stored(Stock, 'tea', { available: 5 })],
    clients: { gateway: createPaymentDouble(), carrier: createCarrierDouble(() => true), mailer: createMailerDouble() },
  });

  const { answer, correlationId } = await world.send(PlaceOrder, {
    customerId: 'c-1',
    items: [{ sku: 'tea', quantity: 2 }],
    totalCents: 900,
    currency: 'EUR',
  });
  await world.settle();

  expect(world.state('order', Order, answer.orderId)?.status).toBe('cancelled');
  expect(world.state('inventory', Stock, 'tea')).toEqual({ available: 5 });
  expect(world.events(correlationId).map((event) => event.type)).toContain('PaymentRefunded');
});

test('the read model knows the orders of a customer', async () => {
  const world = createWorld(shop, {
    given: [stored(Stock, 'tea', { available: 5 })],
    clients: { gateway: createPaymentDouble(), carrier: createCarrierDouble(), mailer: createMailerDouble() },
  });

  for (const customerId of ['c-1', 'c-2', 'c-1'])
    await world.send(PlaceOrder, { customerId, items: [{ sku: 'tea', quantity: 2 }], totalCents: 900, currency: 'EUR' });
  await world.settle();

  const found = await world.query('search', OrderSummary, 'customer', 'c-1');
  expect(found.map(({ status }) => status).sort()).toEqual(['OrderCancelled', 'OrderCompleted']);
  await expect(world.query('search', OrderSummary, 'status', 'placed')).rejects.toMatchObject({ code: 'UNKNOWN_INDEX' });
});

test('an order that nobody ships in time is undone', async () => {
  const carrier = {
    ...createCarrierDouble(),
    book: async () => {
      throw new Error('the carrier does not answer');
    },
  };
  const gateway = createPaymentDouble();
  const world = createWorld(shop, {
    given: [stored(Stock, 'tea', { available: 5 })],
    clients: { gateway, carrier, mailer: createMailerDouble() },
  });

  const { answer } = await world.send(PlaceOrder, {
    customerId: 'c-1',
    items: [{ sku: 'tea', quantity: 2 }],
    totalCents: 900,
    currency: 'EUR',
  });
  await world.settle({ advanceSeconds: 900 }).catch(() => {}); // the shipment stays parked: without another success it may be an outage

  expect(world.state('order', Order, answer.orderId)?.status).toBe('cancelled');
  expect(world.state('inventory', Stock, 'tea')).toEqual({ available: 5 });
  expect(gateway.balanceCents()).toBe(0);
});

test('an empty order is refused', async () => {
  const world = createWorld(shop, {
    clients: { gateway: createPaymentDouble(), carrier: createCarrierDouble(), mailer: createMailerDouble() },
  });

  const send = world.send(PlaceOrder, { customerId: 'c-1', items: [], totalCents: 0, currency: 'EUR' });

  await expect(send).rejects.toMatchObject({ code: 'EMPTY_ORDER' });
});

test('no saga of the shop can end half done', () => {
  expect(reportText(checkChoreography(shop, checks), { from: 'warning' })).toContain('0 errors, 0 warnings');
});
