import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../../../lib/embedded/memory/store.ts';
import type { Claim } from '../../../lib/runtime/journal/claim.ts';
import { entityKey, keyText, stepKey } from '../../../lib/runtime/journal/item-key.ts';
import type { Unit, Write } from '../../../lib/runtime/journal/unit.ts';
import {
  sampleClaim,
  sampleDeadLetter,
  sampleMarker,
  sampleOutboxMarker,
  sampleParked,
  sampleRecord,
} from '../../../lib/testing/conformance/sample-items.ts';

const START = 1_767_225_600_000;
const RUNS = 150;

/** One write before versions are known: which item, whether the condition will hold, and what to put. */
interface Plan {
  readonly kind: Write['kind'];
  readonly item: number;
  readonly stale: boolean;
  readonly remove: boolean;
  readonly value: number;
}

type Step =
  | { readonly commit: readonly (readonly Plan[])[] }
  | { readonly clear: number }
  | { readonly keep: number }
  | { readonly wait: number };

const plan: fc.Arbitrary<Plan> = fc.record({
  kind: fc.constantFrom('claim', 'entity', 'entity', 'entity-check', 'saga', 'parked', 'dead-letter', 'outbox', 'due'),
  item: fc.nat(2),
  stale: fc.nat(9).map((n) => n === 0),
  remove: fc.nat(3).map((n) => n === 0),
  value: fc.nat(3),
});
const units = fc.array(fc.array(plan, { maxLength: 4 }), { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: units.map((commit) => ({ commit })) },
  { weight: 1, arbitrary: fc.nat(2).map((clear) => ({ clear })) },
  { weight: 1, arbitrary: fc.nat(2).map((keep) => ({ keep })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).map((wait) => ({ wait })) },
);

/** The model: one flat map of items, looked through from end to end for every question. */
type Model = Map<string, { readonly kind: Write['kind']; readonly put: unknown }>;

function itemOf(write: Write): string {
  if (write.kind === 'claim') return `claim ${keyText(write.key)}`;
  if (write.kind === 'entity' || write.kind === 'entity-check') return `entity ${write.key.id}`;
  if (write.kind === 'saga') return `saga ${write.saga}`;
  if (write.kind === 'parked') return `parked ${write.saga} ${write.order}`;
  if (write.kind === 'dead-letter') return `letter ${write.id}`;
  return `${write.kind} ${write.put.id}`;
}

function versionIn(model: Model, item: string, now: number): string | null {
  const put = model.get(item)?.put as { version?: string; expiresAt?: number } | undefined;
  return put?.version === undefined || (put.expiresAt ?? Number.POSITIVE_INFINITY) * 1000 <= now ? null : put.version;
}

/** What the port says, taken literally: first touch is checked, everything is applied to a copy, which counts or not. */
function commitToModel(model: Model, group: readonly Unit[], now: number): { model: Model; statuses: readonly string[] } {
  const next = new Map(model);
  const touched = new Map<string, boolean>();
  const statuses = group.map(() => 'committed');
  group.forEach((unit, position) => {
    const fresh = new Set<string>();
    for (const write of unit.writes) {
      const item = itemOf(write);
      const failedBefore = touched.get(item) === true && !fresh.has(item);
      if (!touched.has(item)) {
        const fails = 'expect' in write && write.expect !== versionIn(model, item, now);
        touched.set(item, fails);
        fresh.add(item);
        if (fails) statuses[position] = write.kind === 'claim' || statuses[position] === 'claimed' ? 'claimed' : 'conflict';
      } else if (failedBefore && statuses[position] !== 'claimed') {
        const existing = write.kind === 'claim' && versionIn(model, item, now) === unit.id;
        statuses[position] = existing ? 'claimed' : 'conflict';
      }
      if (write.kind === 'entity-check') continue;
      if (write.put === null) next.delete(item);
      else next.set(item, { kind: write.kind, put: write.put });
    }
  });
  if (statuses.every((status) => status === 'committed')) return { model: next, statuses };
  return { model, statuses: statuses.map((status) => (status === 'committed' ? 'cancelled' : status)) };
}

/** Turns plans into writes that saw the group's own writes, as the runtime's overlay does. */
function unitsOf(model: Model, plans: readonly (readonly Plan[])[], serial: number, now: number): readonly Unit[] {
  const overlay = new Map<string, string | null>();
  return plans.map((writes, position) => {
    const id = `c-${serial}-${position}`;
    return { id, writes: writes.map((one) => withVersion(writeOf(one, id, now), one.stale, id)) };
  });

  function withVersion(write: Write, stale: boolean, id: string): Write {
    if (!('expect' in write)) return write;
    const item = itemOf(write);
    const seen = overlay.has(item) ? (overlay.get(item) ?? null) : versionIn(model, item, now);
    if (write.kind !== 'entity-check') overlay.set(item, write.put === null ? null : id);
    return { ...write, expect: stale ? 'never-written' : seen } as Write;
  }
}

function writeOf({ kind, item, remove, value }: Plan, id: string, now: number): Write {
  const name = `item-${item}`;
  switch (kind) {
    case 'claim': {
      const expiry = value === 0 ? {} : { expiresAt: Math.floor(now / 1000) + value };
      const put: Claim = sampleClaim('saga', id, { key: stepKey('saga', name), ...expiry });
      return { kind, key: put.key, expect: null, put };
    }
    case 'entity':
      return {
        kind,
        key: { entity: 'Order', id: name },
        expect: null,
        put: remove ? null : sampleRecord(id, { value }, { value: `${value}` }),
      };
    case 'entity-check':
      return { kind, key: { entity: 'Order', id: name }, expect: null };
    case 'saga':
      return {
        kind,
        saga: name,
        expect: null,
        put: remove ? null : sampleMarker(name, id, { parkedAt: START + value, wakeAt: START + value * 2 }),
      };
    case 'parked':
      return { kind, saga: name, order: value, put: remove ? null : sampleParked(name, value) };
    case 'dead-letter': {
      const put = sampleDeadLetter(START + item, id, { state: remove ? 'closed' : 'open' });
      return { kind, id: put.id, expect: null, put };
    }
    case 'outbox':
      return { kind, put: sampleOutboxMarker(name, START + item) };
    case 'due':
      return { kind, put: { kind: 'settle', id: name, dueAt: START + value, saga: name, reaction: 'r' } };
  }
}

function putsOf<Put>(model: Model, kind: Write['kind']): Put[] {
  return [...model.values()].filter((item) => item.kind === kind).map(({ put }) => put as Put);
}

function orderedBy<Put>(puts: Put[], ...keys: readonly ((put: Put) => number | string)[]): Put[] {
  return puts.sort((left, right) => {
    const key = keys.find((one) => one(left) !== one(right));
    return key === undefined || key(left) < key(right) ? -1 : 1;
  });
}

async function compare(store: ReturnType<typeof createMemoryStore>, model: Model, now: number): Promise<void> {
  const live = putsOf<Claim>(model, 'claim').filter(({ expiresAt }) => expiresAt === undefined || expiresAt * 1000 > now);
  expect(store.allClaims()).toEqual(orderedBy(live, ({ key }) => keyText(key)));
  expect(await store.listOutbox({ before: START + 1, limit: 2 })).toEqual(
    orderedBy(putsOf<{ id: string; committedAt: number }>(model, 'outbox'), (put) => put.id).filter(
      ({ committedAt }) => committedAt <= START + 1,
    ),
  );
  expect(await store.listDue({ before: START + 2, limit: 2 })).toEqual(
    orderedBy(
      putsOf<{ id: string; dueAt: number }>(model, 'due'),
      (put) => put.dueAt,
      (put) => put.id,
    )
      .filter(({ dueAt }) => dueAt <= START + 2)
      .slice(0, 2),
  );
  expect(await store.listParkedSagas({ wakeBefore: START + 4, limit: 2 })).toEqual(
    orderedBy(
      putsOf<ReturnType<typeof sampleMarker>>(model, 'saga'),
      (put) => put.parkedAt,
      (put) => put.saga,
    )
      .filter(({ wakeAt }) => wakeAt <= START + 4)
      .slice(0, 2),
  );
  const letters = orderedBy(putsOf<ReturnType<typeof sampleDeadLetter>>(model, 'dead-letter'), (put) => put.id).reverse();
  expect(store.allDeadLetters()).toEqual(letters);
  expect((await store.listDeadLetters({ state: 'open', limit: 5 })).items).toEqual(letters.filter(({ state }) => state === 'open'));
  for (const item of [0, 1, 2]) {
    const line = putsOf<ReturnType<typeof sampleParked>>(model, 'parked').filter(({ saga }) => saga === `item-${item}`);
    expect(await store.listParked(`item-${item}`, 9)).toEqual(orderedBy(line, (put) => put.order));
    expect(store.entity('Order', `item-${item}`)).toEqual(model.get(`entity item-${item}`)?.put);
  }
  for (const value of ['0', '1', '2', '3']) {
    const ids = [...model]
      .filter(([, { kind, put }]) => kind === 'entity' && Object.values((put as ReturnType<typeof sampleRecord>).indexes).includes(value))
      .map(([item]) => item.slice(7));
    const found = await store.queryEntities({ entity: 'Order', index: 'value', value, limit: 9 });
    expect(found.items.map(({ id }) => id)).toEqual(ids.sort());
  }
}

test('under any sequence of commits, clears and expiries, the memory store is the simple model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const clock = { time: START, now: () => clock.time };
      const store = createMemoryStore({ clock });
      let model: Model = new Map();
      for (const [serial, one] of steps.entries()) {
        if ('commit' in one) {
          const group = unitsOf(model, one.commit, serial, clock.time);
          const expected = commitToModel(model, group, clock.time);
          const outcomes = await store.commit(group);
          expect(outcomes.map(({ status }) => status)).toEqual(expected.statuses);
          model = expected.model;
        } else if ('wait' in one) {
          clock.time += one.wait * 500;
        } else if ('clear' in one) {
          await store.clearOutbox([sampleOutboxMarker(`item-${one.clear}`, START + one.clear).id]);
          await store.clearDue([`item-${one.clear}`]);
          model.delete(`outbox ${sampleOutboxMarker(`item-${one.clear}`, START + one.clear).id}`);
          model.delete(`due item-${one.clear}`);
        } else {
          const key = stepKey('saga', `item-${one.keep}`);
          await store.keepClaim(key);
          const item = `claim ${keyText(key)}`;
          const { expiresAt: _, ...kept } = (model.get(item)?.put ?? {}) as Claim;
          if (versionIn(model, item, clock.time) !== null) model.set(item, { kind: 'claim', put: kept });
        }
        await compare(store, model, clock.time);
        const copy = createMemoryStore({ clock });
        copy.restore(store.snapshot());
        expect(copy.snapshot()).toEqual(store.snapshot());
      }
    }),
    { numRuns: RUNS },
  );
});

test('an entity is read under the key that the port says', async () => {
  const store = createMemoryStore({ clock: { now: () => START } });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), fc.uuid(), async (id, version) => {
      const before = store.entity('Order', id)?.version ?? null;
      await store.commit([
        { id: version, writes: [{ kind: 'entity', key: { entity: 'Order', id }, expect: before, put: sampleRecord(version, { id }) }] },
      ]);
      const read = await store.read({ entities: [{ entity: 'Order', id }] });
      expect([...read.entities]).toEqual([[keyText(entityKey('Order', id)), sampleRecord(version, { id })]]);
    }),
    { numRuns: RUNS },
  );
});
