import { message, runService, stored } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import {
  InventoryRejected,
  OrderDeadlinePassed,
  OrderExpired,
  PaymentFailed,
  PlaceOrder,
  ShipmentCreated,
  ShipmentFailed,
} from '../../schemas/generated/index.ts';
import { Order, order } from './service.ts';

const items = [{ sku: 'tea', quantity: 2 }];
const place = message(PlaceOrder, { customerId: 'c-1', items, totalCents: 900, currency: 'EUR' });
const shipped = message(ShipmentCreated, { orderId: 'o-1', trackingCode: 'PP-1' });
const late = message(OrderDeadlinePassed, { orderId: 'o-1' });
const inStatus = (status: 'placed' | 'completed' | 'expired') => stored(Order, 'o-1', { customerId: 'c-1', totalCents: 900, status });

test('an order is placed, with a deadline', async () => {
  const result = await runService(order, { when: place });
  const { orderId } = result.answer as { readonly orderId: string };

  expect(result.state(Order, orderId)).toEqual({ customerId: 'c-1', totalCents: 900, status: 'placed' });
  expect(result.emitted).toEqual([{ type: 'OrderPlaced', data: { orderId, customerId: 'c-1', items, totalCents: 900, currency: 'EUR' } }]);
  expect(result.scheduled).toEqual([{ type: 'OrderDeadlinePassed', data: { orderId }, afterSeconds: 900 }]);
});

test('an empty order is refused', async () => {
  const empty = message(PlaceOrder, { customerId: 'c-1', items: [], totalCents: 0, currency: 'EUR' });

  expect(await runService(order, { when: empty })).toMatchObject({ outcome: 'refused', emitted: [] });
});

test.each([
  [message(InventoryRejected, { orderId: 'o-1', sku: 'tea' }), 'InventoryRejected'],
  [message(PaymentFailed, { orderId: 'o-1', reason: 'card declined' }), 'card declined'],
  [message(ShipmentFailed, { orderId: 'o-1', carrier: 'Parcel Post' }), 'ShipmentFailed'],
  [message(OrderExpired, { orderId: 'o-1' }), 'OrderExpired'],
])('$type cancels the order, and the customer learns why', async (when, reason) => {
  const result = await runService(order, { given: [place], when });

  expect(result).toMatchObject({ outcome: 'undone', emitted: [{ type: 'OrderCancelled', data: { reason } }] });
});

test('a shipment completes the order, unless it has expired meanwhile', async () => {
  const completed = await runService(order, { given: [inStatus('placed')], when: shipped });
  const expired = await runService(order, { given: [inStatus('expired')], when: shipped });

  expect([completed.emitted, completed.state(Order, 'o-1')?.status]).toEqual([
    [{ type: 'OrderCompleted', data: { orderId: 'o-1' } }],
    'completed',
  ]);
  expect([expired.emitted, expired.state(Order, 'o-1')?.status]).toEqual([[], 'expired']);
});

test('a shipment of an order that is not there is tried again', async () => {
  expect(await runService(order, { when: shipped })).toMatchObject({ outcome: 'parked', emitted: [] });
});

test('the deadline expires an order that is still open, and no other', async () => {
  const open = await runService(order, { given: [inStatus('placed')], when: late });
  const closed = await runService(order, { given: [inStatus('completed')], when: late });

  expect([open.emitted, open.state(Order, 'o-1')?.status]).toEqual([[{ type: 'OrderExpired', data: { orderId: 'o-1' } }], 'expired']);
  expect([closed.emitted, closed.state(Order, 'o-1')?.status]).toEqual([[], 'completed']);
});
