import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { Stock } from '../../../functions/inventory/service.ts';
import { Order } from '../../../functions/order/service.ts';
import { DECLINED_PREFIX } from '../../../functions/sandbox.ts';
import { findDeployedShop } from '../shop/deployed.ts';
import { type Accepted, ended, forEach, newSku, place, requestOf } from '../shop/steps.ts';
import { type ShopSystem, stateOf } from '../shop/system.ts';
import { faultOf } from './faulty-gateway.ts';
import { throttled } from './throttle.ts';

/** Orders of the storm; CHOREO_E2E_ORDERS=500 for a long one. */
const ORDERS = Number(process.env['CHOREO_E2E_ORDERS'] ?? 60);
/** Calls that are throttled meanwhile. */
const THROTTLED_SHARE = 0.05;
const STOCK = 100_000;
const QUANTITY = 2;
/** Of each 20 orders: two die with their function, one meets a provider that is down, two are declined, two are put twice. */
const kinds: Readonly<Record<number, string>> = {
  3: faultOf.crashBefore,
  8: faultOf.crashAfter,
  11: faultOf.down,
  14: DECLINED_PREFIX,
  17: DECLINED_PREFIX,
};

async function oneOf(system: ShopSystem, customer: string): Promise<Accepted> {
  const sku = await newSku(system, 1_000);
  return place(system, requestOf(sku, { customerId: `${customer}-${randomUUID()}` }));
}

function placeMany(system: ShopSystem, sku: string): Promise<readonly Accepted[]> {
  const customers = Array.from({ length: ORDERS }, (_, index) => `${kinds[index % 20] ?? 'customer'}-${randomUUID()}`);
  return forEach(customers, (customerId) => place(system, requestOf(sku, { customerId, quantity: QUANTITY })));
}

/** Puts the first event of some orders onto the stream again. */
async function repeat(system: ShopSystem, orders: readonly Accepted[]): Promise<void> {
  for (const { correlationId } of orders) {
    const claims = await system.store('inventory').listClaims(correlationId, 50);
    const message = claims.find(({ reaction }) => reaction === 'reserveInventory')?.message;
    if (message) await system.putRecord(JSON.stringify(message), correlationId);
  }
}

describe('the deployed shop', () => {
  let system: ShopSystem;
  beforeAll(async () => {
    system = await findDeployedShop('shop');
  });

  test.each([
    ['dies before it calls', faultOf.crashBefore],
    ['dies after it called', faultOf.crashAfter],
    ['gets no answer', faultOf.down],
    ['runs until its time is up', faultOf.hang],
  ])('an order ends though the function %s, and its card is charged once', async (_, fault) => {
    const placed = await oneOf(system, fault);
    await ended(system, placed, 'completed', 'cancelled');
    const claims = await system.store('payment').listClaims(placed.correlationId, 50);
    expect(claims.map(({ reaction }) => reaction)).toEqual(['chargePayment']);
  });

  test(`${ORDERS} orders with faults all end, and no stock is lost or made`, async () => {
    const sku = await newSku(system, STOCK);
    const orders = await throttled(THROTTLED_SHARE, async () => {
      const placed = await placeMany(system, sku);
      await repeat(
        system,
        placed.filter((_, index) => index % 10 === 5),
      );
      for (const order of placed) await ended(system, order, 'completed', 'cancelled');
      return placed;
    });
    const states = await forEach(orders, ({ orderId }) => stateOf(system, 'order', Order, orderId));
    const completed = states.filter((state) => state?.status === 'completed').length;
    await system.until('stock and completed orders agree', async () =>
      (await stateOf(system, 'inventory', Stock, sku))?.available === STOCK - completed * QUANTITY ? true : undefined,
    );
    for (const service of ['order', 'inventory', 'payment', 'shipping', 'notification', 'search']) {
      await system.until(`nothing is left in the outbox of ${service}`, async () =>
        (await system.store(service).listOutbox({ before: system.now(), limit: 10 })).length === 0 ? true : undefined,
      );
    }
  });
});
