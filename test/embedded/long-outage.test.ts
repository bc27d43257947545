import { client, defineChoreography, defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { createEngine } from '../../lib/embedded/engine.ts';
import { OrderOverdue, PlaceOrder } from './shop.ts';

interface Bank {
  charge(id: string): Promise<void>;
}

/** Hours in which a task that is tried each minute or sooner is received more often than the queue lets it be. */
const OUTAGE_HOURS = 12;

test('a command that began an outside call is finished after an outage in which the queue gave up on it', async () => {
  let up = false;
  const place = defineReaction({
    name: 'place',
    on: PlaceOrder,
    clients: { bank: client<Bank>() },
    async react({ data }, tx) {
      await tx.clients.bank.charge(data.orderId);
      return { orderId: data.orderId };
    },
    compensation: { on: OrderOverdue, undo() {} },
  });
  const bank: Bank = {
    async charge() {
      if (!up) throw new Error('the bank is closed');
    },
  };
  const engine = createEngine(defineChoreography({ name: 'shop', services: [defineService({ name: 'order', reactions: [place] })] }), {
    clients: { bank },
  });
  const states = () =>
    engine
      .store('order')
      .allClaims()
      .map(({ state }) => state);
  await engine.send(PlaceOrder, { orderId: 'o-1' });
  expect(states()).toEqual(['started']);
  await engine.settle({ advanceSeconds: OUTAGE_HOURS * 3_600 });
  expect(states()).toEqual(['started']);
  up = true;
  await engine.settle({ advanceSeconds: 3_600 });
  expect(states()).toEqual(['done']);
});
