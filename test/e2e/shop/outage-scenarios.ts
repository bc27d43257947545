// What must come right after a service was down, or a process died at the worst moment.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { Order } from '../../../functions/order/service.ts';
import type { Claim, Emission } from '../../../lib/runtime/journal/claim.ts';
import { stepKey } from '../../../lib/runtime/journal/item-key.ts';
import { type DueItem, markerId } from '../../../lib/runtime/journal/outbox.ts';
import { type Accepted, claimedBy, ended, newSku, place, placeShippable, requestOf, STOCK, stepIs, stockIs } from './steps.ts';
import { type Scenario, type ShopSystem, stateOf } from './system.ts';

/** The sample's deadline is 15 minutes. */
const DEADLINE_MILLISECONDS = 16 * 60_000;
/** A marker is swept when it is older than 30 seconds. */
const DEAD_FOR_MILLISECONDS = 60_000;

type DueEvent = DueItem & { readonly kind: 'event' };

/** Makes the deadline of an order pass now, if it has not passed while the world came to rest. */
async function passDeadline(system: ShopSystem, { orderId }: Accepted): Promise<void> {
  const store = system.store('order');
  const isOurs = (item: DueItem): item is DueEvent =>
    item.kind === 'event' && (item.event.data as { readonly orderId?: string }).orderId === orderId;
  const item = await system.until('the deadline is set, or has passed', async () => {
    const due = await store.listDue({ before: system.now() + DEADLINE_MILLISECONDS, limit: 1_000 });
    return due.find(isOurs) ?? ((await stateOf(system, 'order', Order, orderId))?.status === 'cancelled' ? 'passed' : undefined);
  });
  if (item === 'passed') return;
  const dueAt = system.now();
  const time = new Date(dueAt).toISOString();
  const put: DueEvent = { ...item, id: `${time}~${item.event.id}`, dueAt, event: { ...item.event, time } };
  expect(await store.commit([{ id: randomUUID(), writes: [{ kind: 'due', put }] }])).toEqual([{ status: 'committed' }]);
  await store.clearDue([item.id]);
}

/** A copy of what `placeOrder` committed, in a saga of its own. */
function copyOf(claim: Claim, nowMs: number): { readonly saga: string; readonly claim: Claim; readonly commit: string } {
  const [saga, commit, at] = [randomUUID(), randomUUID(), new Date(nowMs).toISOString()];
  const [first] = claim.emissions as readonly [Emission];
  const events = first.events.map((event) => ({
    ...event,
    id: randomUUID(),
    correlationid: saga,
    partitionkey: saga,
    time: at,
    data: { ...(event.data as object), orderId: saga },
  }));
  const emissions = [{ ...first, commit, at, events, scheduled: [] }];
  return { saga, commit, claim: { ...claim, key: stepKey(saga, claim.reaction), saga, version: commit, emissions } };
}

/** Outages of services and deaths of processes. */
export const outageScenarios: readonly Scenario[] = [
  {
    name: 'an order whose deadline passes while a service is down is cancelled, and what the service does later is undone',
    alone: true,
    async run(system) {
      const sku = await newSku(system);
      await system.pause('inventory');
      const placed = await place(system, requestOf(sku));
      try {
        await passDeadline(system, placed);
        await ended(system, placed, 'cancelled');
      } finally {
        await system.resume('inventory');
      }
      await stepIs(system, 'inventory', placed, 'undone');
      await stockIs(system, sku, STOCK);
    },
  },
  {
    name: 'a service that was down for a while takes up where it stopped',
    alone: true,
    async run(system) {
      const sku = await newSku(system, 1_000);
      await system.pause('payment');
      let placed: Accepted;
      try {
        placed = await place(system, requestOf(sku));
        await claimedBy(system, 'inventory', placed);
      } finally {
        await system.resume('payment');
      }
      await ended(system, placed, 'completed', 'cancelled'); // in virtual time the deadline may have come first
      await claimedBy(system, 'payment', placed);
    },
  },
  {
    name: 'what a process committed and did not publish before it died is published by the sweep',
    async run(system) {
      const sku = await newSku(system, 1_000);
      const placed = await placeShippable(system, sku, true);
      await ended(system, placed, 'completed');
      const store = system.store('order');
      const first = (await store.listClaims(placed.correlationId, 50)).find(({ reaction }) => reaction === 'placeOrder');
      const committedAt = system.now() - DEAD_FOR_MILLISECONDS;
      const { saga, claim, commit } = copyOf(first as Claim, committedAt);
      const marker = { id: markerId(new Date(committedAt).toISOString(), commit), entries: [{ commit, claim: claim.key }], committedAt };
      const writes = [
        { kind: 'claim', key: claim.key, expect: null, put: claim },
        { kind: 'outbox', put: marker },
      ] as const;
      expect(await store.commit([{ id: commit, writes }])).toEqual([{ status: 'committed' }]);
      await stepIs(system, 'inventory', { ...placed, correlationId: saga }, 'done');
      await system.until('the marker is gone', async () =>
        (await store.read({ outbox: [marker.id] })).outbox.size === 0 ? true : undefined,
      );
    },
  },
];
