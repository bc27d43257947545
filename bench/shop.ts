// Whole sagas: every service of the sample shop with the real runtime, on a world in memory.
import { stored } from 'aws-choreography/testing';
import shop from '../functions/choreography.ts';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from '../functions/doubles.ts';
import { Stock } from '../functions/inventory/service.ts';
import { faultRates } from '../lib/cli/world/fault-options.ts';
import { createEngine } from '../lib/embedded/engine.ts';
import type { Faults } from '../lib/embedded/faults/faults.ts';
import { PlaceOrder } from '../schemas/generated/index.ts';
import { cpuMicroseconds, type Figure, median } from './measure.ts';

const ORDERS = 1_000;
/** Virtual milliseconds between two orders. */
const APART_MILLISECONDS = 10;
const SEEDS = [1, 2, 3];
const WARM_UP_SEED = 0;

const data = { customerId: 'c-1', items: [{ sku: 'tea', quantity: 1 }], totalCents: 450, currency: 'EUR' };

/** One seed: orders come in, and the world runs until it is at rest. */
async function runOrders(faults: Faults, seed: number): Promise<{ readonly seconds: number; readonly events: number }> {
  const before = cpuMicroseconds();
  const clients = { gateway: createPaymentDouble(), carrier: createCarrierDouble(), mailer: createMailerDouble() };
  const engine = createEngine(shop, { seed, faults, clients, given: [stored(Stock, 'tea', { available: 2 * ORDERS })] });
  const orders = Array.from({ length: ORDERS }, async (_, index) => {
    await engine.scheduler.sleep(index * APART_MILLISECONDS);
    return engine.send(PlaceOrder, data, { idempotencyKey: `order-${index}` });
  });
  if (!(await engine.settle())) throw new Error(`seed ${seed}: the world did not come to rest`);
  for (const outcome of await Promise.all(orders)) if (!outcome.ok) throw new Error(`seed ${seed}: ${outcome.code}`);
  return { seconds: (cpuMicroseconds() - before) / 1_000_000, events: engine.published().length };
}

async function rows(name: string, faults: Faults): Promise<readonly Figure[]> {
  await runOrders(faults, WARM_UP_SEED);
  const runs = [];
  for (const seed of SEEDS) runs.push(await runOrders(faults, seed));
  return [
    { name: `${name}: sagas`, value: median(runs.map(({ seconds }) => ORDERS / seconds)), unit: 'sagas per CPU second' },
    { name: `${name}: events`, value: median(runs.map(({ seconds, events }) => events / seconds)), unit: 'events per CPU second' },
  ];
}

/** The rows: without faults, and with the faults that `choreo demo` has by default. */
export async function shopBench(): Promise<readonly Figure[]> {
  const some = faultRates({ faults: 'some' });
  return [...(await rows('no faults', {})), ...(await rows('some faults', some))];
}
