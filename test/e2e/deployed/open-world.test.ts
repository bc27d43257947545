// One test of a saga, in memory and on the deployed shop; docs/testing.md shows it.
import { randomUUID } from 'node:crypto';
import { createWorld, openWorld, type SagaWorld } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import shop from '../../../functions/choreography.ts';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from '../../../functions/doubles.ts';
import { Order } from '../../../functions/order/service.ts';
import { PlaceOrder } from '../../../schemas/generated/index.ts';

/** Others may order at the same time, so it takes what nobody else asks for. */
async function whatIsNotThereIsNotSold(world: SagaWorld): Promise<void> {
  const items = [{ sku: randomUUID(), quantity: 1 }];
  const { answer, correlationId } = await world.send(PlaceOrder, { customerId: 'c-1', items, totalCents: 900, currency: 'EUR' });

  const saga = await world.ended(correlationId);
  expect(saga.status).toBe('compensated');
  const order = await world.state('order', Order, answer.orderId);
  expect(order?.status).toBe('cancelled');
}

test('what is not there is not sold, in memory', async () => {
  const clients = { gateway: createPaymentDouble(), carrier: createCarrierDouble(), mailer: createMailerDouble() };
  await whatIsNotThereIsNotSold(createWorld(shop, { clients }));
});

test('what is not there is not sold, where the shop is deployed', async () => {
  const world = await openWorld({ backbone: 'shop' });
  await whatIsNotThereIsNotSold(world);
  world.close();
});
