import type { Stack } from 'aws-cdk-lib';
import { defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test, vi } from 'vitest';
import shop from '../../../functions/choreography.ts';
import { notification } from '../../../functions/notification/service.ts';
import { order } from '../../../functions/order/service.ts';
import { search } from '../../../functions/search/service.ts';
import { SPREAD } from '../../../lib/aws/dynamo/item-keys.ts';
import { defaultSettings } from '../../../lib/contract/settings.ts';
import { manifestOf, type ReactionManifest, type ServiceManifest } from '../../../lib/topology/manifest.ts';
import {
  BACKBONE_ALARMS,
  BUSY_METRICS,
  queuesOf,
  RESTING_METRICS,
  SERVICE_ALARMS,
  SWEEP_QUERIES,
} from '../../../lib/topology/plan/fixed.ts';
import { latencies } from '../../../lib/topology/plan/latency.ts';
import { type Plan, planOf, type WayPlan } from '../../../lib/topology/plan/plan.ts';
import { prices } from '../../../lib/topology/plan/prices.ts';
import { backboneStack, resourcesOf, serviceStack } from '../../cdk/synth.ts';
import { createRig, event as eventOf, messageOf } from '../../runtime/rig.ts';
import { manifest } from '../manifests.ts';

const bounds = defaultSettings;
const manifests = shop.services.map(manifestOf);

function wayOf({ sagas }: Plan, saga: string, failure?: string): WayPlan {
  const found = sagas.find((one) => one.saga === saga)?.ways.find((way) => way.failure === failure);
  if (!found) throw new Error(`there is no such way of ${saga}`);
  return found;
}

/** The shop with one service or reaction changed. */
function changed(name: string, change: (manifest: ServiceManifest) => ServiceManifest): readonly ServiceManifest[] {
  return manifests.map((manifest) => (manifest.service === name ? change(manifest) : manifest));
}

const event = (type: string) => ({ kind: 'event' as const, type, version: 1 });

describe('the price of one more event', () => {
  const noteStock: ReactionManifest = {
    name: 'noteStock',
    on: [event('StockChanged')],
    emits: [],
    fails: [],
    schedules: [],
    onGiveUp: false,
    clients: [],
    delivery: 'at-least-once',
    reprocessable: false,
    retryAttempts: 5,
  };
  const emitting = changed('inventory', (manifest) => ({
    ...manifest,
    reactions: manifest.reactions.map((reaction) => ({ ...reaction, emits: [...reaction.emits, event('StockChanged')] })),
  }));

  test.each([
    ['stream', 'shipping'],
    ['bus', 'search'],
  ])('is what a plan with the event and a reaction on it has more: from the %s', (from, taker) => {
    const more = emitting.map((manifest) =>
      manifest.service === taker ? { ...manifest, reactions: [...manifest.reactions, noteStock] } : manifest,
    );
    const [before, after] = [planOf(manifests, { bounds }), planOf(more, { bounds })].map((plan) => wayOf(plan, 'PlaceOrder'));
    const added = planOf(manifests, { bounds }).oneMoreEvent.find((one) => one.from === from);
    const difference = (after?.costPerMillion.total ?? 0) - (before?.costPerMillion.total ?? 0);
    expect(difference).toBeCloseTo(added?.costPerMillion.total ?? 0, 6);
    expect((after?.usage.writeUnits ?? 0) - (before?.usage.writeUnits ?? 0)).toBe(added?.usage.writeUnits);
  });

  test('adds up by message to what the whole way costs', () => {
    for (const { ways } of planOf(manifests, { bounds }).sagas) {
      for (const { messages, costPerMillion } of ways) {
        const sum = messages.reduce((total, message) => total + message.costPerMillion.total, 0);
        expect(sum).toBeCloseTo(costPerMillion.total, 6);
      }
    }
  });
});

describe('the latency', () => {
  const limitOf = (all: readonly ServiceManifest[]) => wayOf(planOf(all, { bounds }), 'PlaceOrder').latency.limitSeconds;
  const usual = limitOf(manifests);

  test('at most grows with the lag that a service may have', () => {
    expect(limitOf(changed('payment', (manifest) => ({ ...manifest, lagSecondsMax: 310 })))).toBe(usual + 10);
  });

  test('at most grows with the attempts of a reaction, and the waits between them', () => {
    const attempts = (retryAttempts: number) =>
      changed('shipping', (manifest) => ({
        ...manifest,
        reactions: manifest.reactions.map((reaction) => ({ ...reaction, retryAttempts, retryBackoffSeconds: 4 })),
      }));
    // Attempts 6 and 7 take a minute each; before them are 16 and 32 s.
    expect(limitOf(attempts(7)) - limitOf(attempts(5))).toBe(2 * 60 + 16 + 32);
  });

  test('at most takes a wait that is longer than the setting as it is', () => {
    const waiting = (retryAttempts: number, retryBackoffSeconds: number) =>
      changed('shipping', (manifest) => ({
        ...manifest,
        reactions: manifest.reactions.map((reaction) => ({ ...reaction, retryAttempts, retryBackoffSeconds })),
      }));
    expect(limitOf(waiting(7, 600)) - limitOf(waiting(5, 600))).toBe(2 * (60 + 600));
  });

  test('at most knows how long a reaction waits between attempts, where that is not the usual second', () => {
    const [charge, ship] = ['payment', 'shipping'].map((name) => manifests.find(({ service }) => service === name)?.reactions[0]);
    expect(charge).toMatchObject({ retryAttempts: 8, retryBackoffSeconds: 2 });
    expect(ship).not.toHaveProperty('retryBackoffSeconds');
  });

  test('is longer on the bus, where an event comes over the bridge', () => {
    const onBus = changed('payment', (manifest) => ({ ...manifest, source: 'bus' }));
    const [stream, bus] = [manifests, onBus].map((all) => wayOf(planOf(all, { bounds }), 'PlaceOrder').latency.typicalMilliseconds);
    const { publish, bus: fromBus, queue } = latencies;
    expect(bus).toBeCloseTo((stream ?? 0) + publish.p50 + fromBus.p50 + queue.p50, -1);
  });

  test('with a deadline is at most what that sets off, after its time', () => {
    const { sagas } = planOf(manifests, { bounds, deadlineSeconds: 900 });
    const [legacy, placed] = sagas;
    const late = placed?.ways.find(({ deadline }) => deadline === 'OrderDeadlinePassed');
    expect(placed?.endsWithinSeconds).toBe(900 + (late?.latency.limitSeconds ?? 0));
    expect(legacy).not.toHaveProperty('endsWithinSeconds');
  });

  test('of a deadline is counted from the deadline on', () => {
    const plan = planOf(manifests, { bounds });
    const { typicalMilliseconds } = wayOf(plan, 'PlaceOrder', 'OrderExpired').latency;
    expect(typicalMilliseconds).toBeLessThan(wayOf(plan, 'PlaceOrder').latency.typicalMilliseconds);
  });
});

describe('a plan', () => {
  test('knows a deadline that ends the saga with a failure, as one that emits its event', () => {
    const failing = changed('order', (manifest) => ({
      ...manifest,
      reactions: manifest.reactions.map((one) => (one.name === 'expireOrder' ? { ...one, emits: [], fails: one.emits } : one)),
    }));
    const [emitted, failed] = [manifests, failing].map((all) => planOf(all, { bounds }).sagas.find(({ saga }) => saga === 'PlaceOrder'));
    const namesOf = (plan = emitted) => plan?.ways.map(({ failure, reaction, deadline }) => [failure, reaction, deadline]);
    expect(namesOf(failed)).toEqual(namesOf(emitted));
    const late = (plan = emitted) => plan?.ways.at(-1)?.messages.map(({ type, takenBy }) => [type, ...takenBy]);
    expect(late(failed)).toEqual(late(emitted));
    expect(late(failed)).toContainEqual(expect.arrayContaining(['OrderExpired', 'payment.chargePayment']));
  });

  test('of a circle is cut where it comes round, and says so', () => {
    const round = [
      manifest('a', { start: { command: 'Start', emits: ['Begun'] }, again: { on: ['Done'], emits: ['Begun'] } }),
      manifest('b', { act: { on: ['Begun'], emits: ['Done'] } }),
    ];
    const way = wayOf(planOf(round, { bounds }), 'Start');
    expect(way.cut).toBe(true);
    expect(way.messages.map(({ type }) => type)).toEqual(['Start', 'Begun', 'Done']);
    expect(wayOf(planOf(manifests, { bounds }), 'PlaceOrder').cut).toBe(false);
  });

  test('shares invocations, transactions and outbox markers in a batch, and no other write units', () => {
    const [one, hundred] = [1, 100].map((batch) => wayOf(planOf(manifests, { bounds, batch }), 'PlaceOrder').usage);
    expect(hundred?.invocations).toBeLessThan((one?.invocations ?? 0) / 5);
    expect(hundred?.writeUnits).toBeLessThan(one?.writeUnits ?? 0);
    const quiet = [manifest('a', { take: { on: ['Taken'] } })];
    const [alone, together] = [1, 100].map((batch) => planOf(quiet, { bounds, batch, external: { emits: ['Taken'] } }).sagas[0]?.ways[0]);
    expect(together?.usage.writeUnits).toBe(alone?.usage.writeUnits);
    expect(hundred?.records).toBe(one?.records);
  });

  test('of a month has what is paid without an event, too', () => {
    const { month, fixed, sagas } = planOf(manifests, { bounds, sagasPerMonth: 2_000_000 });
    const fixedUsd = fixed.reduce((sum, { usdAMonth }) => sum + usdAMonth, 0);
    const [well] = sagas.find(({ saga }) => saga === 'PlaceOrder')?.ways ?? [];
    expect(month?.fixedUsd).toBe(fixedUsd);
    expect(month?.byWay.find(({ saga, failure }) => saga === 'PlaceOrder' && failure === undefined)?.usd).toBeCloseTo(
      fixedUsd + 2 * (well?.costPerMillion.total ?? 0),
      6,
    );
  });

  test('counts what other systems put onto the stream, and what answers from outside', () => {
    const own = [manifest('shop', { ask: { command: 'Ask', emits: ['Asked'] }, take: { on: ['Answered'] } }, { inbound: ['Answered'] })];
    const external = { emits: [{ type: 'Answered', after: ['Asked'] }] };
    const way = wayOf(planOf(own, { bounds, external }), 'Ask');
    expect(way.messages.map(({ type, takenBy }) => [type, ...takenBy])).toEqual([
      ['Ask', 'shop.ask'],
      ['Asked'],
      ['Answered', 'shop.take'],
    ]);
    expect(way.usage).toMatchObject({ records: 1, queueRequests: 2 });
  });

  test.each([
    [{ eventKilobytes: 0 }, 'The size of an event in KB is 0: give 0.01 to 256.'],
    [{ batch: 10_001 }, 'The size of a batch is 10001: give 1 to 10000.'],
    [{ entities: 91 }, 'The number of entities of order.placeOrder is 91: give 0 to 90.'],
    [{ entitiesOf: { nobody: 1 } }, 'There is no reaction nobody; name one as <service>.<reaction>, e.g. order.placeOrder.'],
  ])('refuses what cannot be: %o', (options, message) => {
    expect(() => planOf(manifests, { bounds, ...options })).toThrow(expect.objectContaining({ code: 'INVALID_PLAN', message }));
  });
});

describe('what is paid without an event', () => {
  const { stack } = serviceStack(order, { startAt: 'latest' });

  test('has the alarms and queues that the constructs lay down', () => {
    expect(resourcesOf(stack, 'AWS::CloudWatch::Alarm')).toHaveLength(SERVICE_ALARMS);
    const polled = (from: Stack) => resourcesOf(from, 'AWS::Lambda::EventSourceMapping').filter(({ id }) => id.includes('Queue')).length;
    expect(queuesOf(manifestOf(order))).toBe(polled(stack));
    expect(queuesOf(manifestOf(notification))).toBe(polled(serviceStack(notification).stack));
    expect(queuesOf(manifestOf(search))).toBe(polled(serviceStack(search).stack));
    expect([order, notification, search].map((one) => queuesOf(manifestOf(one)))).toEqual([3, 4, 5]);
    expect(resourcesOf(backboneStack().stack, 'AWS::CloudWatch::Alarm')).toHaveLength(BACKBONE_ALARMS);
  });

  test('has the metrics that a service writes at rest, and where events come', async () => {
    const [begun, said] = [eventOf('OrderBegun'), eventOf('WordSaid')];
    const speak = defineReaction({ name: 'speak', on: begun, emits: [said], react: ({ data }, tx) => tx.emit(said, data) });
    const rig = createRig(defineService({ name: 'speaker', reactions: [speak] }));
    const written = new Set<string>();
    vi.spyOn(rig.options.ports.telemetry, 'count').mockImplementation((name) => void written.add(name));
    vi.spyOn(rig.options.ports.telemetry, 'time').mockImplementation((name) => void written.add(name));
    await rig.sweep();
    expect(written.size).toBe(RESTING_METRICS);
    await rig.deliver(messageOf(begun, 'a'));
    expect(written.size).toBe(BUSY_METRICS);
  });

  test('has the queries that a sweep of the journal makes', () => {
    expect(SWEEP_QUERIES).toBe(2 * SPREAD + 1);
  });
});

test('every price and every latency has a source and a date', () => {
  for (const { source, date } of [...Object.values(prices), ...Object.values(latencies)]) {
    expect(source).not.toBe('');
    expect(date).toMatch(/^20\d\d-\d\d$/);
  }
});
