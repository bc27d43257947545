import { describe, expect, test } from 'vitest';
import { createEngine, type EngineOptions } from '../../lib/embedded/engine.ts';
import type { EngineEvent } from '../../lib/embedded/engine-event.ts';
import type { Faults } from '../../lib/embedded/faults/faults.ts';
import type { RunSpan, Tracing } from '../../lib/runtime/ports/tracing.ts';
import type { RuntimeOptions, ServiceRuntime } from '../../lib/runtime/service-runtime.ts';
import { schemaUri } from '../../lib/schema/uri.ts';
import { createPayments, Mail, Order, OrderPlaced, PlaceOrder, Stock, StockReserved, shop } from './shop.ts';

const everything: Faults = {
  duplicate: 0.1,
  delay: 0.1,
  reorder: 0.2,
  crashBeforeCommit: 0.08,
  crashAfterCommit: 0.08,
  crashElsewhere: 0.03,
  throttle: 0.08,
  conflict: 0.08,
  ambiguousCommit: 0.08,
  publishFailure: 0.1,
  clientFailure: 0.1,
  zombie: 0.01,
};

function world(options: EngineOptions = {}) {
  const payments = createPayments();
  const engine = createEngine(shop, { clients: { payments }, ...options });
  const status = (orderId: string) => engine.store('order').entity(Order.name, orderId)?.state;
  const place = (orderId: string) => engine.send(PlaceOrder, { orderId }, { idempotencyKey: orderId });
  return { engine, payments, status, place };
}

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** A span that counts its end. */
const span = (end: () => void): RunSpan => ({ context: { traceparent: TRACE }, within: (work) => work(), end });

/** A runtime that only does what the test says. */
function fakeRuntime(parts: Partial<ServiceRuntime>): (options: RuntimeOptions) => ServiceRuntime {
  const done = async (deliveries: readonly unknown[]) => deliveries.map(() => ({ status: 'done' as const }));
  return () => ({
    consume: done,
    replay: done,
    drain: done,
    drainTask: async () => ({ status: 'done' }),
    sweep: async () => ({ published: 0, due: 0, woken: 0, orphans: 0 }),
    execute: async () => ({ ok: true, answer: undefined, correlationId: 'saga' }),
    ...parts,
  });
}

describe('a world without faults', () => {
  test('carries a command through all services, over stream, bridge and bus', async () => {
    const { engine, payments, place, status } = world();
    const outcome = await place('rich-1');
    expect(outcome).toMatchObject({ ok: true, answer: { orderId: 'rich-1' } });
    expect(await engine.settle()).toBe(true);
    expect(status('rich-1')).toEqual({ status: 'completed' });
    expect(engine.published().map(({ envelope: { type } }) => type)).toEqual([
      'OrderPlaced',
      'StockReserved',
      'OrderCharged',
      'OrderCompleted',
    ]);
    expect(new Set(engine.published().map(({ envelope }) => envelope.correlationid))).toEqual(new Set([outcome.correlationId]));
    expect(engine.store('notification').entity(Mail.name, 'rich-1')?.state).toEqual({ sent: 1 });
    expect([...payments.charged]).toEqual([['rich-1', 1]]);
  });

  test('undoes what was done when a step fails', async () => {
    const { engine, place, status } = world();
    await place('poor-1');
    await engine.settle();
    expect(status('poor-1')).toEqual({ status: 'cancelled' });
    expect(engine.store('inventory').entity(Stock.name, '1')?.state).toEqual({ reserved: 0 });
  });

  test('a repeated command finds its first answer', async () => {
    const { engine, place } = world();
    const first = await place('rich-1');
    expect(await place('rich-1')).toEqual(first);
    await engine.settle();
    expect(engine.published()).toHaveLength(4);
  });

  test('a message in a version that nobody knows waits, parked: there is no registry to ask, and no dead letter', async () => {
    const { engine } = world();
    const schema = { ...OrderPlaced.schema, uri: schemaUri('OrderPlaced', 2) };
    const { correlationId } = await engine.publish({ ...OrderPlaced, version: 2, schema }, { orderId: '1' });
    expect(await engine.settle({ advanceSeconds: 3_600 })).toBe(false);
    const store = engine.store('inventory');
    expect([store.entity(Stock.name, '1'), store.allMarkers().map(({ saga }) => saga), store.allDeadLetters()]).toEqual([
      undefined,
      [correlationId],
      [],
    ]);
  });

  test('a deadline waits until time is moved on', async () => {
    const { engine, status } = world({ given: [{ entity: Order, id: 'o', state: { status: 'open' }, service: 'order' }] });
    const { engine: idle, status: idleStatus } = world({ createRuntime: fakeRuntime({}) });
    await idle.settle();
    expect(idleStatus('o')).toBeUndefined();
    expect(status('o')).toEqual({ status: 'open' });
    await engine.pause('inventory');
    await engine.send(PlaceOrder, { orderId: 'late-1' });
    expect(await engine.settle()).toBe(true);
    expect([status('late-1'), engine.behind('inventory')]).toEqual([{ status: 'open' }, 1]);
    await engine.settle({ advanceSeconds: 1_700 });
    expect(status('late-1')).toEqual({ status: 'open' });
    await engine.settle({ advanceSeconds: 200 });
    expect(status('late-1')).toEqual({ status: 'cancelled' });
    expect(engine.published().map(({ envelope: { type } }) => type)).toEqual(['OrderPlaced', 'OrderOverdue', 'OrderCancelled']);
  });

  test('a paused consumer takes nothing, and goes on when it is resumed', async () => {
    const { engine, place, status } = world();
    await engine.pause('payment');
    await engine.pause('notification');
    await place('rich-1');
    await engine.settle();
    expect([status('rich-1'), engine.behind('payment')]).toEqual([{ status: 'open' }, 2]);
    await engine.resume('payment');
    await engine.settle();
    expect([status('rich-1'), engine.behind('notification')]).toEqual([{ status: 'completed' }, 1]);
    await engine.resume('notification');
    await engine.settle();
    expect([engine.behind('payment'), engine.behind('notification')]).toEqual([0, 0]);
  });

  test('an event from outside begins a saga, and a record that is no envelope is kept by the bridge and every consumer', async () => {
    const { engine } = world();
    const { correlationId } = await engine.publish(OrderPlaced, { orderId: 'x-1' }, { source: 'elsewhere' });
    engine.putRecord('{"specversion":"1.0"}', 'key');
    await engine.settle();
    expect(engine.store('inventory').claimsOf(correlationId)).toMatchObject([{ reaction: 'reserveStock', state: 'done' }]);
    expect(engine.malformed()).toMatchObject([{ delivery: { body: '{"specversion":"1.0"}' }, error: { code: 'INVALID_ENVELOPE' } }]);
    expect(engine.store('order').allDeadLetters()).toHaveLength(1);
  });

  test('tells listeners what happens', async () => {
    const { engine, place } = world();
    const seen: EngineEvent[] = [];
    engine.onEvent((event) => seen.push(event));
    await place('rich-1');
    await engine.settle();
    expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(['published', 'delivered', 'committed']));
  });

  test('a dead letter is run again through the replay queue, and not twice', async () => {
    const payments = createPayments();
    let broken = true;
    const flaky = {
      ...payments,
      charge: async (...args: Parameters<typeof payments.charge>) =>
        broken ? Promise.reject(Object.assign(new Error('bad data'), { retryable: false })) : payments.charge(...args),
    };
    const { engine, place, status } = world({ clients: { payments: flaky } });
    await place('rich-1');
    await engine.settle();
    const [letter] = engine.store('payment').allDeadLetters();
    expect(letter).toMatchObject({ state: 'open', message: { type: StockReserved.type }, reactions: ['chargeOrder'] });
    broken = false;
    await engine.redrive('payment', letter?.id ?? '');
    expect(engine.store('payment').allDeadLetters()).toMatchObject([{ state: 'redriven', redrives: 1 }]);
    await engine.settle();
    expect(engine.store('payment').allDeadLetters()).toMatchObject([{ state: 'closed' }]);
    expect(status('rich-1')).toEqual({ status: 'completed' });
    await expect(engine.redrive('payment', letter?.id ?? '')).rejects.toMatchObject({ code: 'REDRIVE_REFUSED' });
    await expect(engine.redrive('payment', 'none')).rejects.toMatchObject({ code: 'REDRIVE_REFUSED' });
  });
});

describe('a world with faults', () => {
  async function run(seed: number, options: EngineOptions = {}) {
    const { engine, payments, place, status } = world({ seed, faults: everything, ...options });
    const orders = Array.from({ length: 20 }, (_, index) => `${index % 5 === 3 ? 'poor' : 'rich'}-${index}`);
    const failures: unknown[] = [];
    engine.onEvent((event) => event.kind === 'failed' && failures.push(event.error));
    const outcomes = await Promise.all(orders.map(place));
    const settled = await engine.settle();
    const ends = orders.map(
      (orderId) => `${(status(orderId) as { status: string } | undefined)?.status} ${payments.charged.get(orderId) ?? 0}`,
    );
    return { trace: engine.trace(), settled, failures, outcomes, ends };
  }

  test('ends every saga completed and paid once, or cancelled and not paid', async () => {
    for (const seed of [1, 2, 3]) {
      const { settled, failures, outcomes, ends } = await run(seed);
      expect({ seed, settled, failures }).toEqual({ seed, settled: true, failures: [] });
      expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
      expect(ends.filter((end) => end !== 'completed 1' && end !== 'cancelled 0')).toEqual([]);
    }
  });

  test('goes the same way with the same seed, and another with another one', async () => {
    const [first, second, other] = [await run(11), await run(11), await run(12)];
    expect(second).toEqual(first);
    expect(other.trace).not.toBe(first.trace);
  });

  test.each([
    ['with tracing', (count: () => void): Tracing => ({ begin: () => ({ ...span(count) }), current: () => ({ traceparent: TRACE }) })],
    ['with one that throws', (count: () => void): Tracing => ({ begin: () => expect.fail(`${count()}`), current: () => expect.fail() })],
  ])('goes the same way %s as without it: ids and commits do not depend on it', async (_, tracing) => {
    for (const seed of [11, 12, 13]) {
      let begun = 0;
      const traced = await run(seed, {
        tracing: tracing(() => {
          begun += 1;
        }),
      });
      expect(traced).toEqual(await run(seed));
      expect(begun).toBeGreaterThan(60);
    }
  });
});

describe('what the transport does', () => {
  test('records that kill the function end in the drain of their service, read from the stream again', async () => {
    const drained: unknown[] = [];
    const { engine } = world({
      createRuntime: fakeRuntime({
        consume: async () => Promise.reject(new Error('out of memory')),
        drain: async (deliveries, failure) => {
          drained.push([deliveries.map(({ body }) => body), failure]);
          return deliveries.map(() => ({ status: 'done' }));
        },
      }),
    });
    const failed: unknown[] = [];
    engine.onEvent((event) => event.kind === 'failed' && failed.push(event.consumer));
    engine.putRecord('poison', 'key');
    expect(await engine.settle({ limitSeconds: 100_000 })).toBe(true);
    expect(drained).toEqual(Array.from({ length: 3 }, () => [['poison'], { condition: 'RetryAttemptsExhausted', attempts: 1_001 }]));
    expect(new Set(failed)).toEqual(new Set(['order', 'inventory', 'payment']));
  });

  test('a task of the replay queue comes again when the receiver says so, and counts its receives', async () => {
    const attempts: number[] = [];
    const { engine } = world({
      createRuntime: (options) =>
        fakeRuntime({
          consume: async (deliveries) => {
            const task = { kind: 'wake' as const, saga: 's' };
            await options.ports.replayQueue.send([{ task, group: 's', deduplicationId: options.service.name }]);
            return deliveries.map(() => ({ status: 'done' }));
          },
          replay: async ([delivery]) => {
            attempts.push(delivery?.attempt ?? 0);
            return [(delivery?.attempt ?? 0) < 3 ? { status: 'retry', afterSeconds: 5 } : { status: 'done' }];
          },
        })(options),
    });
    engine.putRecord('x', 'key');
    expect(await engine.settle()).toBe(true);
    expect([...attempts].sort()).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  test('a caller calls again with the same key when no answer comes, and gives up in the end', async () => {
    const keys: string[] = [];
    const { engine } = world({
      createRuntime: fakeRuntime({
        execute: async ({ idempotencyKey }) => {
          keys.push(idempotencyKey);
          return new Promise(() => {});
        },
      }),
    });
    await expect(engine.send(PlaceOrder, { orderId: 'o' })).rejects.toMatchObject({ code: 'COMMAND_UNAVAILABLE', retryable: true });
    expect([keys.length, new Set(keys).size]).toEqual([20, 1]);
  });

  test('work that does not end is given up at the limit', async () => {
    const { engine } = world({
      createRuntime: fakeRuntime({ consume: async (deliveries) => deliveries.map(() => ({ status: 'unfinished', reason: 'a test' })) }),
    });
    engine.putRecord('x', 'key');
    expect(await engine.settle({ limitSeconds: 600 })).toBe(false);
  });

  test('a client that does its own input and output is waited for, in real time', async () => {
    const payments = createPayments();
    const slow = {
      ...payments,
      async charge(...args: Parameters<typeof payments.charge>) {
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        return payments.charge(...args);
      },
    };
    const { engine, place, status } = world({ clients: { payments: slow } });
    await place('rich-1');
    await engine.settle();
    expect(status('rich-1')).toEqual({ status: 'completed' });
    expect(engine.scheduler.now() - Date.parse('2026-01-01T00:00:00Z')).toBeLessThan(5_000);
  });
});

test('a world that cannot start says so', async () => {
  expect(() => createEngine(shop)).toThrow(expect.objectContaining({ code: 'CLIENT_MISSING' }));
  const { engine } = world();
  expect(() => engine.store('shipping')).toThrow(expect.objectContaining({ code: 'UNKNOWN_SERVICE' }));
  await expect(engine.send({ ...PlaceOrder, type: 'ShipOrder' } as never, {})).rejects.toMatchObject({ code: 'UNKNOWN_COMMAND' });
});
