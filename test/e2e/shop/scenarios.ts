// What the shop has to do, wherever it runs: one file for the embedded engine and for an emulator.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { Stock } from '../../../functions/inventory/service.ts';
import { DECLINED_PREFIX, UNSHIPPABLE } from '../../../functions/sandbox.ts';
import { OrderSummary } from '../../../functions/search/service.ts';
import { outageScenarios } from './outage-scenarios.ts';
import { deadLetterOf, ended, newSku, place, placeShippable, requestOf, STOCK, stepIs, stockIs } from './steps.ts';
import { type Scenario, stateOf } from './system.ts';

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
  ...outageScenarios,
];
