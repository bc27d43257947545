import { describe, expect, test } from 'vitest';
import { createMemoryStore, type MemoryStore } from '../../../lib/embedded/memory/store.ts';
import { stepKey } from '../../../lib/runtime/journal/item-key.ts';
import {
  claimWrite,
  entityWrite,
  sampleClaim,
  sampleDeadLetter,
  sampleEnvelope,
  sampleMarker,
  sampleOutboxMarker,
  sampleParked,
  sampleRecord,
} from '../../../lib/testing/conformance/sample-items.ts';
import { storeConformance } from '../../../lib/testing/conformance/store.ts';

const NOW = 1_767_225_600_000;

function setUp(): { store: MemoryStore; clock: { time: number; now(): number } } {
  const clock = {
    time: NOW,
    now() {
      return this.time;
    },
  };
  return { store: createMemoryStore({ clock }), clock };
}

async function filled(): Promise<MemoryStore> {
  const { store } = setUp();
  for (const id of ['b', 'a']) {
    const marker = sampleOutboxMarker(id, NOW);
    const letter = sampleDeadLetter(NOW + id.charCodeAt(0), id);
    await store.commit([
      {
        id,
        writes: [
          claimWrite(sampleClaim(`saga-${id}`, id)),
          entityWrite(id, null, sampleRecord(id, { id }, { owner: 'o' })),
          { kind: 'saga', saga: id, expect: null, put: sampleMarker(id, id) },
          { kind: 'parked', saga: id, order: 2, put: sampleParked(id, 2) },
          { kind: 'parked', saga: id, order: 1, put: sampleParked(id, 1) },
          { kind: 'dead-letter', id: letter.id, expect: null, put: letter },
          { kind: 'outbox', put: marker },
          { kind: 'due', put: { kind: 'event', id, dueAt: NOW, event: sampleEnvelope(id) } },
        ],
      },
    ]);
    await store.noteSuccess(`reaction-${id}`, NOW);
  }
  return store;
}

describe('the memory store keeps what the port says', () => {
  for (const { name, run } of storeConformance) test(name, () => run(async () => setUp()));
});

describe('a claim', () => {
  test('expires at its second, and not a millisecond earlier', async () => {
    const { store, clock } = setUp();
    await store.commit([{ id: 'c-1', writes: [claimWrite(sampleClaim('saga', 'c-1', { expiresAt: NOW / 1000 + 1 }))] }]);
    clock.time = NOW + 999;
    expect(store.allClaims()).toHaveLength(1);
    clock.time = NOW + 1_000;
    expect(store.allClaims()).toEqual([]);
    expect(store.claimsOf('saga')).toEqual([]);
    expect(store.snapshot().claims).toEqual([]);
  });

  test('that expired is not brought back by keeping it', async () => {
    const { store, clock } = setUp();
    const claim = sampleClaim('saga', 'c-1', { expiresAt: NOW / 1000 + 1 });
    await store.commit([{ id: 'c-1', writes: [claimWrite(claim)] }]);
    clock.time = NOW + 5_000;
    await store.keepClaim(claim.key);
    expect(store.allClaims()).toEqual([]);
  });

  test('that is kept outlives its expiry', async () => {
    const { store, clock } = setUp();
    const claim = sampleClaim('saga', 'c-1', { expiresAt: NOW / 1000 + 1 });
    await store.commit([{ id: 'c-1', writes: [claimWrite(claim)] }]);
    await store.keepClaim(claim.key);
    clock.time = NOW + 5_000;
    expect(store.allClaims().map(({ version }) => version)).toEqual(['c-1']);
  });
});

describe('limits', () => {
  test('a transaction touches 100 items, not 101', async () => {
    const { store } = setUp();
    const writes = Array.from({ length: 101 }, (_, position) => entityWrite(`e-${position}`, null, sampleRecord('c-1')));
    const [outcome] = await store.commit([{ id: 'c-1', writes }]);
    expect(outcome).toEqual({ status: 'invalid', reason: 'The transaction touches 101 items; it may touch at most 100.' });
    expect(await store.commit([{ id: 'c-1', writes: writes.slice(1) }])).toEqual([{ status: 'committed' }]);
  });

  test('writes that fold count once', async () => {
    const { store } = setUp();
    const units = Array.from({ length: 101 }, (_, position) => ({
      id: `c-${position}`,
      writes: [entityWrite('one', position === 0 ? null : `c-${position - 1}`, sampleRecord(`c-${position}`))],
    }));
    expect((await store.commit(units)).every(({ status }) => status === 'committed')).toBe(true);
    expect(store.entity('Order', 'one')?.version).toBe('c-100');
  });

  test('a transaction holds 4 MB, though each item fits', async () => {
    const { store } = setUp();
    const writes = (count: number) =>
      Array.from({ length: count }, (_, position) => entityWrite(`e-${position}`, null, sampleRecord('c-1', 'x'.repeat(400_000))));
    const [outcome] = await store.commit([{ id: 'c-1', writes: writes(11) }]);
    expect(outcome).toMatchObject({ status: 'invalid', reason: expect.stringContaining('at most 4194304') });
    expect(await store.commit([{ id: 'c-1', writes: writes(10) }])).toEqual([{ status: 'committed' }]);
  });

  test('an item is measured in bytes of UTF-8', async () => {
    const { store } = setUp();
    const commit = (state: string) => store.commit([{ id: 'c-1', writes: [entityWrite('e', null, sampleRecord('c-1', state))] }]);
    expect((await commit('ä'.repeat(205_000)))[0]).toMatchObject({
      status: 'invalid',
      reason: expect.stringContaining('entity item has 4100'),
    });
    expect(await commit('ä'.repeat(204_000))).toEqual([{ status: 'committed' }]);
  });

  test('a value that JSON cannot hold is invalid', async () => {
    const { store } = setUp();
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    for (const state of [cyclic, { amount: 10n }]) {
      const [outcome] = await store.commit([{ id: 'c-1', writes: [entityWrite('e', null, sampleRecord('c-1', state))] }]);
      expect(outcome).toMatchObject({ status: 'invalid', reason: expect.stringContaining('not plain data') });
    }
    expect(store.snapshot()).toEqual(setUp().store.snapshot());
  });
});

describe('looking at the store', () => {
  test('every kind of item can be looked at without waiting', async () => {
    const store = await filled();
    expect(store.entity('Order', 'a')).toEqual(sampleRecord('a', { id: 'a' }, { owner: 'o' }));
    expect(store.entity('Order', 'z')).toBeUndefined();
    expect(store.claimsOf('saga-a')).toEqual([sampleClaim('saga-a', 'a')]);
    expect(store.allClaims().map(({ saga }) => saga)).toEqual(['saga-a', 'saga-b']);
    expect(store.allDeadLetters().map(({ version }) => version)).toEqual(['b', 'a']);
    expect(store.allMarkers().map(({ saga }) => saga)).toEqual(['a', 'b']);
    expect([store.outboxSize(), store.dueSize()]).toEqual([2, 2]);
    await store.clearOutbox([sampleOutboxMarker('a', NOW).id]);
    await store.clearDue(['a', 'b']);
    expect([store.outboxSize(), store.dueSize()]).toEqual([1, 0]);
  });

  test('what is handed out is frozen all the way down', async () => {
    const store = await filled();
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
    const snapshot = store.snapshot();
    for (const list of [
      snapshot.claims,
      snapshot.entities,
      snapshot.sagas,
      snapshot.parked,
      snapshot.deadLetters,
      snapshot.outbox,
      snapshot.due,
    ]) {
      expect(list.length).toBeGreaterThan(0);
      expect(list.every(frozen)).toBe(true);
    }
    expect(frozen(store.entity('Order', 'a'))).toBe(true);
  });
});

describe('a snapshot', () => {
  test('is the same for the same state, however it came about', async () => {
    const one = setUp().store;
    const other = setUp().store;
    const unit = (id: string) => ({
      id,
      writes: [claimWrite(sampleClaim('saga', id, { key: stepKey('saga', id) })), entityWrite(id, null, sampleRecord(id))],
    });
    await one.commit([unit('x'), unit('y')]);
    await other.commit([unit('y')]);
    await other.commit([{ id: 'z', writes: [entityWrite('z', null, sampleRecord('z'))] }]);
    expect(other.snapshot()).not.toEqual(one.snapshot());
    await other.commit([unit('x'), { id: 'z-2', writes: [entityWrite('z', 'z', null)] }]);
    expect(JSON.stringify(other.snapshot())).toBe(JSON.stringify(one.snapshot()));
  });

  test('restores all of it, from JSON too, and replaces what was there', async () => {
    const store = await filled();
    const snapshot = JSON.parse(JSON.stringify(store.snapshot()));
    const copy = setUp().store;
    await copy.commit([{ id: 'old', writes: [entityWrite('old', null, sampleRecord('old', {}, { owner: 'o' }))] }]);
    copy.restore(snapshot);
    expect(copy.snapshot()).toEqual(store.snapshot());
    const query = { entity: 'Order', index: 'owner', value: 'o', limit: 10 };
    expect(await copy.queryEntities(query)).toEqual(await store.queryEntities(query));
    expect(await copy.lastSuccess('reaction-a')).toBe(NOW);
    snapshot.entities[0].record.version = 'changed';
    expect(copy.snapshot()).toEqual(store.snapshot());
    expect(await copy.commit([{ id: 'c', writes: [claimWrite(sampleClaim('saga-a', 'c'), 'a')] }])).toEqual([{ status: 'committed' }]);
  });
});
