// What the shop has to do, wherever it runs: one file for the embedded engine and for an emulator.
import { randomUUID } from 'node:crypto';
import { stored } from 'aws-choreography/testing';
import { expect } from 'vitest';
import { Stock } from '../../../functions/inventory/service.ts';
import { Order } from '../../../functions/order/service.ts';
import { DECLINED_PREFIX, UNSHIPPABLE } from '../../../functions/sandbox.ts';
import { OrderSummary } from '../../../functions/search/service.ts';
import type { DeadLetter } from '../../../lib/runtime/journal/dead-letter.ts';
import { writeStored } from '../../../lib/testing/stored.ts';
import { type OrderRequest, type Placed, type ShopSystem, stateOf } from './system.ts';

/** One thing that the shop must do. */
export interface Scenario {
  readonly name: string;
  run(system: ShopSystem): Promise<void>;
}

/** Tries of an order whose id decides whether it can be shipped: one in eight cannot. */
const TRIES_MAX = 200;
const STOCK = 10;

type Accepted = Placed & { readonly ok: true };

async function newSku(system: ShopSystem, available = STOCK): Promise<string> {
  const sku = `sku-${randomUUID()}`;
  await writeStored(system.store('inventory'), [stored(Stock, sku, { available })]);
  return sku;
}

function requestOf(sku: string, changes: Partial<OrderRequest> = {}): OrderRequest {
  return { customerId: `customer-${randomUUID()}`, sku, quantity: 2, totalCents: 900, ...changes };
}

async function place(system: ShopSystem, request: OrderRequest, key: string = randomUUID()): Promise<Accepted> {
  const placed = await system.place(request, key);
  if (!placed.ok) throw new Error(`the order was refused: ${placed.code}`);
  return placed;
}

function ended(system: ShopSystem, { orderId }: Accepted, status: string): Promise<true> {
  return system.until(`order ${orderId} is ${status}`, async () =>
    (await stateOf(system, 'order', Order, orderId))?.status === status ? true : undefined,
  );
}

function stockIs(system: ShopSystem, sku: string, available: number): Promise<true> {
  return system.until(`${available} of ${sku} are available`, async () =>
    (await stateOf(system, 'inventory', Stock, sku))?.available === available ? true : undefined,
  );
}

function stepIs(system: ShopSystem, service: string, { correlationId }: Accepted, state: string): Promise<true> {
  return system.until(`the step of ${service} is ${state}`, async () => {
    const claims = await system.store(service).listClaims(correlationId, 50);
    return claims.some((claim) => claim.kind === 'step' && claim.state === state) ? true : undefined;
  });
}

/** Places orders until one can be shipped, or until one cannot; the others end as they do. */
async function placeShippable(system: ShopSystem, sku: string, shippable: boolean): Promise<Accepted> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const placed = await place(system, requestOf(sku));
    if (UNSHIPPABLE.test(placed.orderId) !== shippable) return placed;
    await ended(system, placed, shippable ? 'cancelled' : 'completed');
  }
  throw new Error(`no such order in ${TRIES_MAX}`);
}

function deadLetterOf(system: ShopSystem, service: string, wanted: (letter: DeadLetter) => boolean): Promise<DeadLetter> {
  return system.until(`a dead letter of ${service}`, async () => {
    const { items } = await system.store(service).listDeadLetters({ limit: 100 });
    return items.find(wanted);
  });
}

/** All of them. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'an order is placed, paid and shipped, and the projection on the bus sees it',
    async run(system) {
      const sku = await newSku(system, 1_000);
      const placed = await placeShippable(system, sku, true);
      await ended(system, placed, 'completed');
      await stepIs(system, 'shipping', placed, 'done');
      await system.until('the summary is completed', async () =>
        (await stateOf(system, 'search', OrderSummary, placed.orderId))?.status === 'OrderCompleted' ? true : undefined,
      );
    },
  },
  {
    name: 'an order of what is not there is cancelled, and nothing is taken',
    async run(system) {
      const sku = await newSku(system, 1);
      const placed = await place(system, requestOf(sku));
      await ended(system, placed, 'cancelled');
      await stockIs(system, sku, 1);
    },
  },
  {
    name: 'a declined card undoes the reservation',
    async run(system) {
      const sku = await newSku(system);
      const placed = await place(system, requestOf(sku, { customerId: `${DECLINED_PREFIX}-${randomUUID()}` }));
      await ended(system, placed, 'cancelled');
      await stepIs(system, 'inventory', placed, 'undone');
      await stockIs(system, sku, STOCK);
    },
  },
  {
    name: 'a carrier that takes no order undoes payment and reservation',
    async run(system) {
      const sku = await newSku(system, 1_000);
      const placed = await placeShippable(system, sku, false);
      await ended(system, placed, 'cancelled');
      await stepIs(system, 'payment', placed, 'undone');
      await stepIs(system, 'inventory', placed, 'undone');
    },
  },
  {
    name: 'the same command twice is one order, and an empty one is refused',
    async run(system) {
      const sku = await newSku(system, 1_000);
      const [request, key] = [requestOf(sku), randomUUID()];
      const first = await place(system, request, key);
      expect(await system.place(request, key)).toEqual(first);
      await ended(system, first, UNSHIPPABLE.test(first.orderId) ? 'cancelled' : 'completed');
      await stockIs(system, sku, UNSHIPPABLE.test(first.orderId) ? 1_000 : 998);
      expect(await system.place({ ...request, quantity: 0 }, randomUUID())).toMatchObject({ ok: false, code: 'EMPTY_ORDER' });
    },
  },
  {
    name: 'a copy of an event changes nothing',
    async run(system) {
      const sku = await newSku(system, 1_000);
      const placed = await placeShippable(system, sku, true);
      await ended(system, placed, 'completed');
      const before = (await stateOf(system, 'inventory', Stock, sku))?.available;
      const [step] = (await system.store('inventory').listClaims(placed.correlationId, 50)).filter(({ kind }) => kind === 'step');
      await system.putRecord(JSON.stringify(step?.message), placed.correlationId);
      const next = await placeShippable(system, sku, true); // behind the copy, in whatever shard: when it is through, so is the copy in its own
      await ended(system, next, 'completed');
      expect(before).toBeDefined();
      await stepIs(system, 'inventory', placed, 'done');
      await system.until('only new orders take stock', async () => {
        const available = (await stateOf(system, 'inventory', Stock, sku))?.available ?? 0;
        return (before ?? 0) - available === 2 ? true : undefined;
      });
    },
  },
  {
    name: 'a poison event is a dead letter, and the rest goes on',
    async run(system) {
      const sku = await newSku(system, 1_000);
      const [first] = (await system.store('inventory').scanClaims({ limit: 1_000 })).items.filter(
        ({ message }) => message?.type === 'OrderPlaced',
      );
      const id = randomUUID();
      const poison = { ...first?.message, id, correlationid: id, partitionkey: id, data: { orderId: 5 } };
      await system.putRecord(JSON.stringify(poison), id);
      const letter = await deadLetterOf(system, 'inventory', ({ message }) => message?.id === id);
      expect(letter).toMatchObject({ error: { code: 'SCHEMA_VIOLATION' }, state: 'open' });
      const placed = await placeShippable(system, sku, true);
      await ended(system, placed, 'completed');
    },
  },
  {
    name: 'an event of another system on the bus becomes ours',
    async run(system) {
      const orderNumber = `old-${randomUUID()}`;
      const detail = { orderNumber, customer: 'c-old', cents: 1_200 };
      await system.putEvent({ source: 'com.example.oldshop', detailType: 'order.created', detail });
      const summary = await system.until('the order of the old shop is found', () => stateOf(system, 'search', OrderSummary, orderNumber));
      expect(summary).toMatchObject({ customerId: 'c-old', totalCents: 1_200, status: 'placed' });
    },
  },
];
