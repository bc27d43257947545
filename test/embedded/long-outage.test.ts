import { client, defineChoreography, defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { RECEIVES_MAX } from '../../lib/contract/limits.ts';
import { createEngine } from '../../lib/embedded/engine.ts';
import { OrderOverdue, PlaceOrder } from './shop.ts';

interface Bank {
  charge(id: string): Promise<void>;
}

/** Hours in which a task that is tried each minute or sooner is received more often than the queue lets it be. */
const OUTAGE_HOURS = 12;

/** Hours in which a task whose function never answers is received more often than the queue lets it be. */
const SILENT_HOURS = 7 * 24;

type Answer = 'ok' | 'closed' | 'never';

/** An order service whose bank says what the test wants, with a command that began its call and got no answer. */
async function begunOrder() {
  const bank = { answer: 'closed' as Answer };
  const place = defineReaction({
    name: 'place',
    on: PlaceOrder,
    clients: { bank: client<Bank>({ keyLifetimeHours: 2 * SILENT_HOURS }) },
    async react({ data }, tx) {
      if (bank.answer === 'never') await new Promise(() => {}); // before the call, which would not be repeated for ever
      await tx.clients.bank.charge(data.orderId);
      return { orderId: data.orderId };
    },
    compensation: { on: OrderOverdue, undo() {} },
  });
  const double: Bank = {
    async charge() {
      if (bank.answer === 'closed') throw new Error('the bank is closed');
    },
  };
  const engine = createEngine(defineChoreography({ name: 'shop', services: [defineService({ name: 'order', reactions: [place] })] }), {
    clients: { bank: double },
  });
  const states = () =>
    engine
      .store('order')
      .allClaims()
      .map(({ state }) => state);
  await engine.send(PlaceOrder, { orderId: 'o-1' });
  expect(states()).toEqual(['started']);
  return { engine, bank, states };
}

test('a command that began an outside call is finished after an outage in which the queue gave up on it', async () => {
  const { engine, bank, states } = await begunOrder();
  await engine.settle({ advanceSeconds: OUTAGE_HOURS * 3_600 });
  expect(states()).toEqual(['started']);
  bank.answer = 'ok';
  await engine.settle({ advanceSeconds: 3_600 });
  expect(states()).toEqual(['done']);
});

test('one whose function never answers becomes a dead letter when the queue gives up on it, and a redrive finishes it', async () => {
  const { engine, bank, states } = await begunOrder();
  bank.answer = 'never';
  await engine.settle({ advanceSeconds: SILENT_HOURS * 3_600 });
  const [letter, ...others] = engine.store('order').allDeadLetters();
  expect(letter).toMatchObject({ phase: 'transport', state: 'open', reactions: ['place'], attempts: RECEIVES_MAX });
  expect(letter?.error).toEqual({
    code: 'ReceiveCountExceeded',
    message: `The transport gave up after ${RECEIVES_MAX} attempts (ReceiveCountExceeded): the function ended without an answer.`,
  });
  expect([others, states()]).toEqual([[], ['gave-up']]);
  bank.answer = 'ok';
  await engine.redrive('order', letter?.id ?? '');
  await engine.settle();
  expect([
    states(),
    engine
      .store('order')
      .allDeadLetters()
      .map(({ state }) => state),
  ]).toEqual([['done'], ['closed']]);
});
