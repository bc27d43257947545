import { expect, test } from 'vitest';
import { OrderSummary, search } from '../../../functions/search/service.ts';
import type { Envelope } from '../../../lib/contract/index.ts';
import { message } from '../../../lib/testing/message.ts';
import { OrderCancelled, OrderCompleted, OrderPlaced } from '../../../schemas/generated/index.ts';
import { createRig, letters, type Rig, statuses } from '../rig.ts';

const placed = message(OrderPlaced, {
  orderId: 'o-1',
  customerId: 'c-1',
  items: [{ sku: 'tea', quantity: 1 }],
  totalCents: 900,
  currency: 'EUR',
});
const completed = message(OrderCompleted, { orderId: 'o-1' });
const cancelled = message(OrderCancelled, { orderId: 'o-1', reason: 'no funds' });

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]));
}

async function settle(rig: Rig): Promise<void> {
  for (let count = 0; count < 20 && rig.store.allMarkers().length > 0; count += 1) await rig.wake(rig.store.allMarkers()[0]?.saga ?? '');
}

function summary(rig: Rig): unknown {
  return rig.store.entity(OrderSummary.name, 'o-1')?.state;
}

const name = (events: readonly Envelope[]): string => events.map(({ type }) => type.slice('Order'.length)).join(' ');
const twice = permutations([placed, placed, completed, completed]);
const orders = [...new Map(twice.map((order) => [name(order), order])).values()];

test.each(orders.map((order) => [name(order), order] as const))(
  'events from the bus in any order, each twice, end in the right summary: %s',
  async (_, order) => {
    for (const batched of [true, false]) {
      const rig = createRig(search);
      if (batched) expect(new Set(statuses(await rig.deliver(...order)))).toEqual(new Set(['done']));
      else for (const event of order) expect(statuses(await rig.deliver(event))).toEqual(['done']);
      await settle(rig);
      expect(summary(rig)).toEqual({ customerId: 'c-1', totalCents: 900, status: 'OrderCompleted' });
      expect(rig.store.allMarkers()).toEqual([]);
      expect(rig.store.allClaims()).toHaveLength(2);
      expect(letters(rig)).toEqual([]);
    }
  },
);

test('what came before the order was known is applied when it is', async () => {
  for (const order of permutations([placed, completed, cancelled])) {
    const rig = createRig(search);
    for (const event of order) await rig.deliver(event);
    await settle(rig);
    expect(['OrderCompleted', 'OrderCancelled']).toContain((summary(rig) as { status: string }).status);
    expect(rig.store.allClaims()).toHaveLength(3);
    expect(rig.store.allMarkers()).toEqual([]);
  }
});
