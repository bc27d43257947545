// The sample's read model: deleted, built anew, and compared; and one order of it, folded from its events.
import { expect, test } from 'vitest';
import shop from '../../functions/choreography.ts';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from '../../functions/doubles.ts';
import { Stock } from '../../functions/inventory/service.ts';
import { OrderSummary } from '../../functions/search/service.ts';
import type { Envelope } from '../../lib/contract/envelope.ts';
import { giveEntities } from '../../lib/embedded/hosts/given-entities.ts';
import { switchGeneration } from '../../lib/operations/generations/switch.ts';
import { loadHistory } from '../../lib/operations/history.ts';
import { startReplay } from '../../lib/operations/replay/manage.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { PlaceOrder } from '../../schemas/generated/index.ts';
import { createRig, type Rig } from './rig.ts';

type Summary = NonNullable<(typeof OrderSummary)['~state']>;

const orders = ['Ada', 'Bola', 'Chen', 'poor'];

async function shopWithOrders(): Promise<Rig> {
  const gateway = createPaymentDouble((customerId) => customerId === 'poor');
  const clients = { gateway, carrier: createCarrierDouble(), mailer: createMailerDouble() };
  const rig = createRig({ services: [...shop.services], clients });
  giveEntities([rig.host('inventory')], [{ entity: Stock, id: 'tea', state: { available: 9 } }]);
  for (const customerId of orders) {
    const items = [{ sku: 'tea', quantity: 1 }];
    await rig.send(PlaceOrder, { customerId, items, totalCents: 450, currency: 'EUR' }, customerId);
  }
  await rig.settle();
  return rig;
}

/** What readers see. */
async function summaries(rig: Rig): Promise<Readonly<Record<string, Summary>>> {
  const ids = [...new Set(rig.backbone.published.map(({ envelope }) => (envelope.data as { orderId: string }).orderId))].sort();
  const found = ids.flatMap((id) => {
    const record = rig.store('search').entity(OrderSummary.name, id);
    return record ? [[id, record.state as Summary] as const] : [];
  });
  return Object.fromEntries(found);
}

/** What no reaction of the service would do. */
async function deleteAll(rig: Rig, ids: readonly string[]): Promise<void> {
  const store = rig.store('search');
  for (const id of ids) {
    const expect = store.entity(OrderSummary.name, id)?.version ?? null;
    await store.commit([{ id: `delete-${id}`, writes: [{ kind: 'entity', key: { entity: OrderSummary.name, id }, expect, put: null }] }]);
  }
}

test('the read model of orders, deleted and built anew, is what it was', async () => {
  const rig = await shopWithOrders();
  const before = await summaries(rig);
  expect(
    Object.values(before)
      .map(({ status }) => status)
      .sort(),
  ).toEqual(['OrderCancelled', 'OrderCompleted', 'OrderCompleted', 'OrderCompleted']);

  await deleteAll(rig, Object.keys(before));
  expect(await summaries(rig)).toEqual({});

  const replay = { consumer: 'search', from: { kind: 'start' }, mode: 'reprocess', withoutInbound: true } as const;
  const { id } = await rig.run(startReplay(rig.access, replay));
  await rig.run(runReplay(rig.access, id));
  await rig.run(switchGeneration(rig.access, 'search'));
  expect(await summaries(rig)).toEqual(before);
});

test('an order folded from its events is what the read model says of it', async () => {
  const rig = await shopWithOrders();
  const fold = (summary: Summary | undefined, { type, data }: Envelope): Summary | undefined => {
    if (type === 'OrderPlaced') {
      const { customerId, totalCents } = data as Summary;
      return { customerId, totalCents, status: 'placed' };
    }
    return summary && { ...summary, status: type };
  };
  for (const [subject, summary] of Object.entries(await summaries(rig))) {
    const types = ['OrderPlaced', 'OrderCompleted', 'OrderCancelled'];
    const history = await rig.run(loadHistory(rig.access, { subject, types }, fold, undefined));
    expect({ ...history, read: 0 }).toEqual({ state: summary, events: 2, read: 0, complete: true, gaps: [] });
  }
});
