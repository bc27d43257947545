// What a plan says of a saga is what the embedded engine does: counted, not guessed.
import { stored } from 'aws-choreography/testing';
import { describe, expect, test } from 'vitest';
import shop from '../../../functions/choreography.ts';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from '../../../functions/doubles.ts';
import { Stock } from '../../../functions/inventory/service.ts';
import { createRandom } from '../../../lib/embedded/random.ts';
import { defaultSettings } from '../../../lib/runtime/settings.ts';
import { manifestOf } from '../../../lib/topology/manifest.ts';
import { planOf, type WayPlan } from '../../../lib/topology/plan/plan.ts';
import { PlaceOrder } from '../../../schemas/generated/index.ts';
import { DEADLINE_SECONDS, randomSaga, StartSaga } from '../random-saga.ts';
import { type Counted, createCountedWorld } from './counted-world.ts';

const SEEDS = 60;
const ENTITIES = 1;
/** Reactions of the shop that keep nothing of their own. */
const entitiesOf = { 'payment.chargePayment': 0, 'shipping.createShipment': 0, 'notification.notifyCustomer': 0 };
const data = { customerId: 'c-1', items: [{ sku: 'tea', quantity: 2 }], totalCents: 900, currency: 'EUR' };
/** Read in the plan, and not by the shop: what `placeOrder`, and `projectOrders` on OrderPlaced, put without looking. */
const PUT_WITHOUT_LOOKING = 2;

interface Order {
  readonly declined?: boolean;
  readonly stock?: number;
  readonly noCarrier?: boolean;
  /** Nobody ships until the deadline has passed. */
  readonly late?: boolean;
}

async function order({ declined = false, stock = 5, noCarrier = false, late = false }: Order): Promise<Counted> {
  const { engine, counted } = createCountedWorld(shop, {
    given: [stored(Stock, 'tea', { available: stock })],
    clients: {
      gateway: createPaymentDouble(() => declined),
      carrier: createCarrierDouble(() => noCarrier),
      mailer: createMailerDouble(),
    },
  });
  if (late) await engine.pause('shipping');
  await engine.send(PlaceOrder, data);
  await engine.settle({ advanceSeconds: 1_000 });
  if (late) await engine.resume('shipping');
  await engine.settle();
  return counted;
}

/** What a plan and a world are compared by; each record goes through the bridge, too. */
const planned = ({ usage, hops }: WayPlan) => {
  const { commits, items, records, invocations, queueRequests } = usage;
  return { commits, items, records, invocations, queueRequests, hops };
};
const happened = ({ commits, items, records, deliveries, fromBus, hops }: Counted, bridged = true) => {
  return { commits, items, records, invocations: deliveries + (bridged ? records : 0), queueRequests: 3 * fromBus, hops };
};

const ways: readonly (readonly [failure: string | undefined, order: Order])[] = [
  [undefined, {}],
  ['InventoryRejected', { stock: 0 }],
  ['PaymentFailed', { declined: true }],
  ['ShipmentFailed', { noCarrier: true }],
  ['OrderExpired', { late: true }],
];

function shopWays(eventKilobytes = 1): readonly WayPlan[] {
  const { sagas } = planOf(shop.services.map(manifestOf), { bounds: defaultSettings, entitiesOf, eventKilobytes });
  return sagas.find(({ saga }) => saga === 'PlaceOrder')?.ways ?? [];
}

describe('the plan of the sample', () => {
  test('has every way that is compared, and no other', () => {
    expect(shopWays().map(({ failure }) => failure)).toEqual(ways.map(([failure]) => failure));
  });

  test.each(ways)('counts what an order does: %s', async (failure, how) => {
    const counted = await order(how);
    const way = shopWays().find((one) => one.failure === failure) as WayPlan;
    expect(planned(way)).toEqual(happened(counted));
    expect(way.usage.readUnits - counted.reads).toBe(PUT_WITHOUT_LOOKING);
  });

  test.each(ways)('has write units near those of the requests that DynamoDB would get: %s', async (failure, how) => {
    const counted = await order(how);
    const way = shopWays(counted.eventBytes / counted.records / 1_024).find((one) => one.failure === failure) as WayPlan;
    expect(way.usage.writeUnits / counted.writeUnits).toBeGreaterThanOrEqual(1);
    expect(way.usage.writeUnits / counted.writeUnits).toBeLessThan(1.25);
  });
});

describe('the plan of a random saga', () => {
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);

  test.each(seeds)('counts what it does when all goes well (seed %i)', async (seed) => {
    const choreography = randomSaga(createRandom(seed).fork('saga'), { decide: () => 'succeed', sleep: async () => {} });
    const { engine, counted } = createCountedWorld(choreography, { seed });
    await engine.send(StartSaga, { name: 'one' });
    await engine.settle({ advanceSeconds: DEADLINE_SECONDS + 60 });
    const { sagas } = planOf(choreography.services.map(manifestOf), { bounds: defaultSettings, entities: ENTITIES });
    const bridged = choreography.services.some(({ source }) => source === 'bus');
    expect(planned(sagas[0]?.ways[0] as WayPlan)).toEqual(happened(counted, bridged));
  });
});
