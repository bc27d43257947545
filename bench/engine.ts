// The embedded engine on one core: the sample shop, without faults and with some.
import { stored } from 'aws-choreography/testing';
import shop from '../functions/choreography.ts';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from '../functions/doubles.ts';
import { Stock } from '../functions/inventory/service.ts';
import { createEngine } from '../lib/embedded/engine.ts';
import type { Faults } from '../lib/embedded/faults.ts';
import { PlaceOrder } from '../schemas/generated/index.ts';
import { cpuMicroseconds, type Figure, median } from './measure.ts';

const ORDERS = 400;
const ROUNDS = 3;
/** Milliseconds of virtual time between two orders. */
const SPACING_MILLISECONDS = 10;
const some: Faults = {
  duplicate: 0.05,
  reorder: 0.05,
  crashBeforeCommit: 0.01,
  crashAfterCommit: 0.01,
  conflict: 0.01,
  throttle: 0.01,
  clientFailure: 0.05,
};

async function runShop(seed: number, faults: Faults): Promise<{ readonly seconds: number; readonly events: number }> {
  const clients = { gateway: createPaymentDouble(), carrier: createCarrierDouble(), mailer: createMailerDouble() };
  const engine = createEngine(shop, { seed, faults, clients, given: [stored(Stock, 'tea', { available: 1_000_000 })] });
  const before = cpuMicroseconds();
  const orders = Array.from({ length: ORDERS }, async (_, index) => {
    await engine.scheduler.sleep(index * SPACING_MILLISECONDS);
    await engine.send(PlaceOrder, { customerId: `c-${index}`, items: [{ sku: 'tea', quantity: 1 }], totalCents: 450, currency: 'EUR' });
  });
  await engine.scheduler.finish(Promise.all(orders));
  await engine.settle();
  return { seconds: (cpuMicroseconds() - before) / 1_000_000, events: engine.published().length };
}

async function rows(name: string, faults: Faults): Promise<readonly Figure[]> {
  const runs = [];
  for (let seed = 0; seed <= ROUNDS; seed += 1) runs.push(await runShop(seed + 1, faults));
  const measured = runs.slice(1); // the first one warms up
  return [
    { name: `shop, ${ORDERS} orders, ${name}`, value: median(measured.map(({ seconds }) => ORDERS / seconds)), unit: 'sagas/s of CPU' },
    {
      name: `shop, ${ORDERS} orders, ${name}`,
      value: median(measured.map(({ seconds, events }) => events / seconds)),
      unit: 'events/s of CPU',
    },
  ];
}

/** The rows. */
export async function engineBench(): Promise<readonly Figure[]> {
  return [...(await rows('no faults', {})), ...(await rows('some faults', some))];
}
