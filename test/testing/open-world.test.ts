// A deployed world over an engine: the same ports, and a clock whose sleep lets the engine run.
import { createWorld, type SagaWorld, stored } from 'aws-choreography/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import shop from '../../functions/choreography.ts';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from '../../functions/doubles.ts';
import { Stock } from '../../functions/inventory/service.ts';
import { Order } from '../../functions/order/service.ts';
import { OrderSummary } from '../../functions/search/service.ts';
import { createEngine, type Engine, type EngineOptions } from '../../lib/embedded/engine.ts';
import { consumersOf } from '../../lib/operations/access.ts';
import { redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { type DeployedWorld, openWorldOn } from '../../lib/testing/open-world.ts';
import { untilEnded } from '../../lib/testing/saga-end.ts';
import { PlaceOrder } from '../../schemas/generated/index.ts';

const order = { customerId: 'c-1', items: [{ sku: 'tea', quantity: 2 }], totalCents: 900, currency: 'EUR' };
const clients = (refuses = false) => ({
  gateway: createPaymentDouble(),
  carrier: createCarrierDouble(() => refuses),
  mailer: createMailerDouble(),
});

/** Sends commands at once; what follows from them happens while somebody waits. */
function deployed(options: EngineOptions): { readonly world: DeployedWorld; readonly engine: Engine; readonly sentTo: string[] } {
  const engine = createEngine(shop, { given: [stored(Stock, 'tea', { available: 5 })], clients: clients(), ...options });
  const access = engine.operate(consumersOf(shop));
  const clock = { now: () => engine.scheduler.now(), sleep: async () => void (await engine.settle({ advanceSeconds: 1 })) };
  const sentTo: string[] = [];
  const world = openWorldOn({
    access: { ...access, clock },
    sender: (service) => async (type, data, idempotencyKey) => {
      sentTo.push(service);
      expect(type).toBe('PlaceOrder');
      return engine.send(PlaceOrder, data, { idempotencyKey });
    },
    close() {},
  });
  return { world, engine, sentTo };
}

/** A clock on which a wait is over at the second look, and nothing happens meanwhile. */
function createStoppedClock() {
  let now = Date.parse('2026-01-01T00:01:00Z');
  return {
    now: () => now,
    async sleep() {
      now += 60_000;
    },
  };
}

async function orderIsUndone(world: SagaWorld): Promise<void> {
  const { answer, correlationId } = await world.send(PlaceOrder, order);
  const saga = await world.ended(correlationId);
  expect(saga.status).toBe('compensated');
  expect(saga.steps).toContainEqual(expect.objectContaining({ reaction: 'chargePayment', state: 'undone' }));
  expect((await world.state('order', Order, answer.orderId))?.status).toBe('cancelled');
  expect(await world.query('search', OrderSummary, 'customer', 'c-1')).toMatchObject([{ status: 'OrderCancelled' }]);
}

describe('one test of a saga', () => {
  test.each([1, 2])('runs in memory, under faults (seed %i)', (seed) =>
    orderIsUndone(
      createWorld(shop, {
        seed,
        faults: { duplicate: 0.2, reorder: 0.2, crashAfterCommit: 0.1 },
        given: [stored(Stock, 'tea', { available: 5 })],
        clients: clients(true),
      }),
    ),
  );

  test('runs on what is deployed', () => orderIsUndone(deployed({ clients: clients(true) }).world));
});

describe('a deployed world', () => {
  let world: DeployedWorld;
  let engine: Engine;
  let sentTo: string[];
  beforeEach(() => {
    ({ world, engine, sentTo } = deployed({}));
  });

  test('sends a command to the service that takes it, and the same key gets the first answer', async () => {
    const first = await world.send(PlaceOrder, order, { idempotencyKey: 'k-1' });
    expect(await world.send(PlaceOrder, order, { idempotencyKey: 'k-1' })).toEqual(first);
    expect((await world.send(PlaceOrder, order)).correlationId).not.toBe(first.correlationId);
    expect(sentTo).toEqual(['order', 'order', 'order']);
  });

  test('throws what a command is refused with', async () => {
    await expect(world.send(PlaceOrder, { ...order, items: [] })).rejects.toMatchObject({
      code: 'EMPTY_ORDER',
      retryable: false,
      details: { command: 'PlaceOrder' },
    });
    await world.send(PlaceOrder, order, { idempotencyKey: 'k-1' });
    const other = world.send(PlaceOrder, { ...order, totalCents: 1 }, { idempotencyKey: 'k-1' });
    await expect(other).rejects.toMatchObject({ code: 'ID_REUSED', retryable: false, details: { command: 'PlaceOrder' } });
  });

  test('has a saga at each moment, and waits until nothing more is to happen in it', async () => {
    await engine.pause('shipping');
    const { correlationId } = await world.send(PlaceOrder, order);
    expect(await world.saga(correlationId)).toMatchObject({ status: 'running' });
    await expect(world.ended(correlationId, { withinSeconds: 3 })).rejects.toMatchObject({
      code: 'SAGA_NOT_ENDED',
      message: `The saga ${correlationId} has not ended after 3 seconds: it is running, and shipping is to run createShipment on PaymentCharged.`,
      details: { correlationId, status: 'running', waitsFor: ['shipping is to run createShipment on PaymentCharged'] },
    });
    await engine.resume('shipping');
    expect(await world.ended(correlationId)).toMatchObject({ status: 'completed' });
  });

  test('ends the wait where a dead letter needs somebody, and once it is redriven, where that has ended', async () => {
    const book = () => Promise.reject(Object.assign(new Error('no such address'), { retryable: false }));
    const broken = deployed({ clients: { ...clients(), carrier: { ...createCarrierDouble(), book } } });
    const { correlationId } = await broken.world.send(PlaceOrder, order);
    const letters = async () => {
      const { status, steps } = await broken.world.ended(correlationId);
      expect(status).toBe('stuck');
      return steps.flatMap((step) => step.deadLetters).map(({ state, redrives, attempts }) => ({ state, redrives, attempts }));
    };
    expect(await letters()).toEqual([{ state: 'open', redrives: 0, attempts: 1 }]);
    await redriveDeadLetters(broken.engine.operate(consumersOf(shop)), { consumer: 'shipping' });
    await expect(untilEnded(() => broken.world.saga(correlationId), createStoppedClock())).rejects.toMatchObject({
      details: { status: 'stuck', waitsFor: ['shipping is to run createShipment again, as its dead letter was redriven'] },
    });
    expect(await letters()).toEqual([{ state: 'open', redrives: 1, attempts: 2 }]);
  });

  test('knows nothing of a saga that there is not', async () => {
    await expect(world.ended('nobody', { withinSeconds: 1 })).rejects.toMatchObject({
      code: 'SAGA_NOT_ENDED',
      message: 'No service knows the saga nobody after 1 second.',
    });
  });

  test.each([0, 901, Number.NaN])('waits for no %d seconds', async (withinSeconds) => {
    await expect(world.ended('nobody', { withinSeconds })).rejects.toMatchObject({ code: 'OPTION_OUT_OF_BOUNDS' });
  });

  test('has the state of each service, and refuses an index or a service that there is not', async () => {
    const { answer } = await world.send(PlaceOrder, order);
    await engine.settle();
    expect(await world.state('order', Order, answer.orderId)).toMatchObject({ status: 'completed' });
    expect(await world.state('order', Order, 'nobody')).toBeUndefined();
    await expect(world.state('billing', Order, answer.orderId)).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' });
    await expect(world.query('search', OrderSummary, 'status', 'placed')).rejects.toMatchObject({ code: 'UNKNOWN_INDEX' });
  });
});
