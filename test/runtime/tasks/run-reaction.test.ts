import { describe, expect, test } from 'vitest';
import { client } from '../../../lib/contract/client.ts';
import { defineEntity } from '../../../lib/contract/entity.ts';
import { commandType } from '../../../lib/contract/message-type.ts';
import { defineReaction } from '../../../lib/contract/reaction.ts';
import { schemaOf } from '../message/sample.ts';
import { createBench, message, OrderCancelled, OrderPlaced, outcomeOf, PaymentCharged, PaymentFailed } from './bench.ts';

interface Mailer {
  send(to: string): Promise<string>;
}
const Note = defineEntity<{ text: string }>('Note');
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('every run gets its own copy of the message', () => {
  const greedy = (name: string) =>
    defineReaction({
      name,
      on: OrderPlaced,
      emits: [PaymentCharged],
      react(event, tx) {
        const { orderId } = event.data;
        Object.assign(event.data, { orderId: 'changed' });
        Object.assign(event, { id: 'changed' });
        tx.emit(PaymentCharged, { orderId });
        return orderId;
      },
    });
  test('what one reaction changes in it reaches neither the next one, nor the journal, nor the ids', async () => {
    const { task, run, claim } = createBench([greedy('first'), greedy('second')]);
    const placed = message(OrderPlaced);
    for (const name of ['first', 'second']) {
      const running = task(name, 'action', placed);
      await run(running);
      expect(claim(running)).toMatchObject({
        data: 'o-1',
        message: message(OrderPlaced),
        emissions: [{ events: [{ causationid: 'OrderPlaced' }] }],
      });
    }
  });
  test('an undo gets its own copy of the step data', async () => {
    const seen: unknown[] = [];
    const step = defineReaction({
      name: 'step',
      on: OrderPlaced,
      react: () => ({ list: ['a'] }),
      compensation: {
        on: OrderCancelled,
        undo(_event, _tx, { list }) {
          list.push('b');
          seen.push(list);
        },
      },
    });
    const { task, run, claim } = createBench([step as never]);
    const action = task('step', 'action', message(OrderPlaced));
    await run(action);
    expect(outcomeOf(await run(task('step', 'trigger', message(OrderCancelled))))).toBe('undone');
    expect([seen, claim(action)?.data]).toEqual([[['a', 'b']], { list: ['a'] }]);
  });
});

describe('a business failure', () => {
  const failing = defineReaction({
    name: 'failing',
    on: OrderPlaced,
    emits: [PaymentCharged],
    fails: [PaymentFailed],
    async react(event, tx) {
      await tx.get(Note, 'n');
      tx.put(Note, 'n', { text: 'written' });
      tx.emit(PaymentCharged, event.data);
      try {
        tx.fail(PaymentFailed, event.data);
      } catch {
        // swallowed
      }
    },
  });
  test('drops writes and events, also when its throw is swallowed', async () => {
    const { task, run, claim, store } = createBench([failing]);
    const action = task('failing', 'action', message(OrderPlaced));
    expect(outcomeOf(await run(action))).toBe('failed');
    expect(claim(action)).toMatchObject({ state: 'failed', emissions: [{ phase: 'react', events: [{ type: 'PaymentFailed' }] }] });
    expect(store.entity('Note', 'n')).toBeUndefined();
  });
  test('is run again when what it read has changed', async () => {
    const { task, round, commit } = createBench([failing]);
    const result = await round(task('failing', 'action', message(OrderPlaced)));
    await commit({
      id: 'x',
      writes: [
        {
          kind: 'entity',
          key: { entity: 'Note', id: 'n' },
          expect: null,
          put: { state: { text: '' }, shapeVersion: 1, version: 'x', indexes: {} },
        },
      ],
    });
    expect(result.kind === 'unit' && (await commit(result.unit))).toBe(false);
  });
});

test('a refusal is remembered with its words, and a repeated command gets it again', async () => {
  const Pay = commandType<'PayOrder', object, string>({ type: 'PayOrder', version: 1, schema: schemaOf('PayOrder', 1) });
  const pay = defineReaction({ name: 'pay', on: Pay, react: (_event, tx) => tx.refuse('TOO_POOR', 'no money') });
  const { task, run } = createBench([pay as never]);
  const again = () => run(task('pay', 'action', message(Pay)));
  const refusal = { code: 'TOO_POOR', message: 'no money' };
  expect(await again()).toMatchObject({ outcome: { status: 'refused', refusal } });
  expect(await again()).toMatchObject({ kind: 'finished', outcome: { status: 'duplicate', refusal, found: 'failed' } });
});

describe('calls and the end of a run', () => {
  function mailing(react: (send: Mailer['send'], attempt: number, fail: () => void) => unknown, sends = 'ok') {
    const log: string[] = [];
    let attempt = 0;
    const mailer: Mailer = {
      async send(to) {
        log.push(to);
        if (sends === 'fails once' && log.length === 1) throw new Error('no answer');
        return `sent ${to}`;
      },
    };
    const mail = defineReaction({
      name: 'mail',
      on: OrderPlaced,
      fails: [PaymentFailed],
      clients: { mailer: client<Mailer>() },
      react(event, tx): unknown {
        attempt += 1;
        return react(tx.clients.mailer.send, attempt, () => tx.fail(PaymentFailed, event.data));
      },
      compensation: { on: OrderCancelled, undo() {} },
    });
    const bench = createBench([mail as never], { clients: { mailer } });
    return { ...bench, log, action: () => bench.task('mail', 'action', message(OrderPlaced)) };
  }
  test('a fail that is swallowed does not hide that the recorded call was not repeated', async () => {
    const { run, action, claim, log } = mailing(async (send, attempt, fail) => {
      if (attempt === 1) return send('a');
      try {
        fail();
      } catch {
        // swallowed
      }
      return undefined;
    }, 'fails once');
    await run(action());
    expect(outcomeOf(await run(action()))).toBe('dead-lettered OUTCOME_UNKNOWN');
    expect([log, claim(action())?.state]).toEqual([['a'], 'gave-up']);
  });
  test('nothing is called after a fail that was swallowed', async () => {
    const { run, action, log } = mailing(async (send, _attempt, fail) => {
      try {
        fail();
      } catch {
        await send('too late');
      }
    });
    expect(outcomeOf(await run(action()))).toBe('failed');
    expect(log).toEqual([]);
  });
  test('a call that nobody waits for is in the journal all the same', async () => {
    const { run, action, claim, log } = mailing((send) => {
      send('a');
    });
    expect(outcomeOf(await run(action()))).toBe('done');
    expect([log, claim(action())?.firstCall?.method]).toEqual([['a'], 'send']);
  });
  test('a call after the end is not made', async () => {
    let late: Promise<unknown> = Promise.resolve();
    const { run, action, log } = mailing((send) => {
      late = turn().then(() => send('late'));
      late.catch(() => undefined);
    });
    expect(outcomeOf(await run(action()))).toBe('done');
    await expect(late).rejects.toMatchObject({ code: 'TRANSACTION_ENDED' });
    expect(log).toEqual([]);
  });
});

describe('what a reaction throws and returns', () => {
  const throwing = (value: unknown) =>
    createBench([
      defineReaction({
        name: 'throwing',
        on: OrderPlaced,
        react() {
          throw value;
        },
      }),
    ]);
  test('nothing is an error, too', async () => {
    const { task, run } = throwing(undefined);
    expect(outcomeOf(await run(task('throwing', 'action', message(OrderPlaced))))).toBe('failed: throwing threw nothing');
  });
  test('what is no JSON is refused: it could not be kept', async () => {
    const { task, run } = createBench([
      defineReaction({ name: 'returning', on: OrderPlaced, react: () => new Date(0) as unknown }),
    ] as never);
    expect(outcomeOf(await run(task('returning', 'action', message(OrderPlaced))))).toBe('failed: NOT_JSON');
  });
  test('what an undo returns is nobody’s business', async () => {
    const step = defineReaction({
      name: 'step',
      on: OrderPlaced,
      react: () => 1,
      compensation: { on: OrderCancelled, undo: () => new Date(0) as never },
    });
    const { task, run } = createBench([step as never]);
    await run(task('step', 'action', message(OrderPlaced)));
    expect(outcomeOf(await run(task('step', 'trigger', message(OrderCancelled))))).toBe('undone');
  });
});
