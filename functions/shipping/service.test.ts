import { message, runService } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import { OrderExpired, PaymentCharged } from '../../schemas/generated/index.ts';
import { createCarrierDouble } from '../doubles.ts';
import { shipping } from './service.ts';

const charged = message(PaymentCharged, { orderId: 'o-1', chargeId: 'ch-1', amountCents: 900 });
const expired = message(OrderExpired, { orderId: 'o-1' });

test('what is paid is shipped', async () => {
  const carrier = createCarrierDouble();
  const result = await runService(shipping, { clients: { carrier }, when: charged });
  const [booking] = carrier.bookings.values();

  expect(result.emitted).toEqual([{ type: 'ShipmentCreated', data: { orderId: 'o-1', trackingCode: booking?.trackingCode } }]);
});

test('what no carrier takes fails', async () => {
  const carrier = createCarrierDouble(() => true);
  const result = await runService(shipping, { clients: { carrier }, when: charged });

  expect(result).toMatchObject({
    outcome: 'failed',
    emitted: [{ type: 'ShipmentFailed', data: { orderId: 'o-1', carrier: 'Parcel Post' } }],
  });
});

test('an order that expired is not shipped', async () => {
  const carrier = createCarrierDouble();
  const result = await runService(shipping, { clients: { carrier }, given: [charged], when: expired });

  expect(result.outcome).toBe('undone');
  expect([...carrier.cancelled]).toEqual([...carrier.bookings.values()].map(({ trackingCode }) => trackingCode));
});
