import { describe, expect, test } from 'vitest';
import { createFactLog } from '../../../lib/cli/demo/fact-log.ts';
import { createTroubleCounter } from '../../../lib/cli/demo/troubles.ts';
import type { Envelope } from '../../../lib/contract/envelope.ts';
import type { EngineEvent } from '../../../lib/embedded/engine-event.ts';
import type { Claim } from '../../../lib/runtime/journal/claim.ts';

const envelope = (parts: Partial<Envelope>) =>
  ({
    id: 'e-1',
    source: 'order',
    type: 'OrderPlaced',
    correlationid: 's',
    causationid: 'c',
    time: '2026-01-01T00:00:01.000Z',
    ...parts,
  }) as Envelope;
const published = (parts: Partial<Envelope>): EngineEvent => ({
  kind: 'published',
  envelope: envelope(parts),
  shard: '0',
  sequenceNumber: '1',
  at: 1,
});
const crashed = (process: string, at: number): EngineEvent => ({ kind: 'crashed', process, at });

function committed(service: string, claim: Partial<Claim>, at = 1): EngineEvent {
  const key = { partition: 'saga#s', sort: 'step#r' };
  const put: Claim = {
    kind: 'step',
    key,
    saga: 's',
    reaction: 'reserveInventory',
    state: 'done',
    version: 'k-1',
    message: envelope({}),
    deadLetters: [],
    emissions: [{ commit: 'k-1', phase: 'react', at: '', events: [], scheduled: [] }],
    ...claim,
  };
  return { kind: 'committed', service, at, units: [{ id: 'k-1', writes: [{ kind: 'claim', key, expect: null, put }] }] };
}

function delivered(at: number, place: string): EngineEvent {
  return {
    kind: 'delivered',
    at,
    consumer: 'inventory',
    deliveries: [{ body: '{"id":"e-1"}', arrivedAt: at, source: { kind: 'stream', stream: 'events', shard: '0', sequenceNumber: place } }],
  };
}
const logged = {
  level: 'info',
  message: '',
  fields: {
    saga: 's',
    service: 'inventory',
    reaction: 'reserveInventory',
    type: 'OrderPlaced',
    id: 'e-1',
    outcome: 'done',
    role: 'action',
    attempts: 2,
    commit: 'k-1',
  },
} as const;

describe('facts', () => {
  test('a commit is a fact before anything is logged of it, and keeps its time when it is', () => {
    const log = createFactLog();
    log.onEvent(committed('inventory', {}, 5));
    expect(log.ofSaga('s')).toMatchObject([{ at: 5, service: 'inventory', message: 'OrderPlaced', outcome: 'done', unlogged: true }]);
    log.onLog(logged, 9);
    expect(log.ofSaga('s')).toMatchObject([{ at: 5, attempts: 2 }]);
    expect(log.ofSaga('s')[0]).not.toHaveProperty('unlogged');
  });

  test('a step that is only started is none', () => {
    const log = createFactLog();
    log.onEvent(committed('inventory', { state: 'started' }));
    expect(log.facts).toEqual([]);
  });

  test('an undo is about its trigger', () => {
    const log = createFactLog();
    const emission = {
      commit: 'k-1',
      phase: 'undo',
      at: '',
      trigger: { source: 'shipping', id: 'f-1', type: 'ShipmentFailed' },
      events: [envelope({ type: 'InventoryReleased' })],
      scheduled: [],
    } as const;
    log.onEvent(
      committed('inventory', {
        state: 'undone',
        emissions: [{ ...emission, commit: 'k-0', events: [envelope({ type: 'InventoryReserved' })] }, emission],
      }),
    );
    expect(log.facts).toMatchObject([{ message: 'ShipmentFailed', messageId: 'f-1', role: 'trigger', emitted: ['InventoryReleased'] }]);
  });

  test('only records about a reaction of a saga are facts', () => {
    const log = createFactLog();
    log.onLog({ level: 'warn', message: '', fields: { service: 'inventory', saga: 's', messages: 3 } }, 1);
    expect(log.facts).toEqual([]);
  });

  test('deliveries of one place are counted up to a time, copies from another place are not added', () => {
    const log = createFactLog();
    for (const event of [delivered(1, 'a'), delivered(3, 'a'), delivered(4, 'b')]) log.onEvent(event);
    expect([0, 1, 3, 9].map((until) => log.deliveries('inventory', 'e-1', until))).toEqual([0, 1, 2, 2]);
    expect(log.deliveries('payment', 'e-1', 9)).toBe(0);
  });

  test('a crash counts for its own service, between the first delivery and the time', () => {
    const log = createFactLog();
    for (const event of [delivered(2, 'a'), crashed('inventory-1', 3), crashed('payment-1', 3)]) log.onEvent(event);
    expect(log.crashedBetween('inventory', 'e-1', 2)).toBe(false);
    expect(log.crashedBetween('inventory', 'e-1', 3)).toBe(true);
    expect(log.crashedBetween('order', 'e-1', 3)).toBe(false);
  });

  test('a record that is not JSON is no message', () => {
    const log = createFactLog();
    const [broken] = [delivered(1, 'a')].map(
      (event) =>
        ({ ...event, deliveries: [{ body: '{', arrivedAt: 1, source: { kind: 'queue', queue: 'q', messageId: 'm' } }] }) as EngineEvent,
    );
    expect(() => log.onEvent(broken as EngineEvent)).not.toThrow();
  });
});

describe('troubles', () => {
  test('an event that comes again was sent twice; an older one after a younger one is out of order', () => {
    const troubles = createTroubleCounter();
    const younger = published({ id: 'e-2', time: '2026-01-01T00:00:02.000Z' });
    for (const event of [younger, younger, published({}), published({ id: 'e-3', correlationid: 'other' })]) troubles.onEvent(event);
    expect(troubles.total()).toMatchObject({ sentTwice: 1, outOfOrder: 1 });
  });

  test('a crash at the time of a commit of its service came after it', () => {
    const troubles = createTroubleCounter();
    for (const event of [committed('order', {}, 5), crashed('order-command-2', 5), crashed('order-1', 6), crashed('payment-1', 5)])
      troubles.onEvent(event);
    expect(troubles.total()).toMatchObject({ crashesAfterCommit: 1, crashesBeforeCommit: 2 });
  });

  test('are also told since the last time', () => {
    const troubles = createTroubleCounter();
    troubles.onCount('technical-failures', 2);
    expect(troubles.sinceLast().failedTries).toBe(2);
    troubles.onCount('technical-failures', 1);
    troubles.onCount('consumed', 9);
    expect(troubles.sinceLast().failedTries).toBe(1);
    expect(troubles.total().failedTries).toBe(3);
  });
});
