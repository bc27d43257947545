import { defineReaction, defineService } from 'aws-choreography';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkSettings, type Settings } from '../../../lib/contract/settings.ts';
import { commitGroup, componentsOf, type SagaUnit } from '../../../lib/runtime/batch/group-commit.ts';
import type { RuntimeContext } from '../../../lib/runtime/context.ts';
import { foldUnits, writeKey } from '../../../lib/runtime/journal/fold.ts';
import type { Unit } from '../../../lib/runtime/journal/unit.ts';
import { claimWrite, entityWrite, sampleClaim, sampleOutboxMarker, sampleRecord } from '../../../lib/testing/conformance/sample-items.ts';
import { conflict, createRig, event, lostAfter, lostBefore, type Rig, throttled } from '../rig.ts';

const service = defineService({ name: 'shelf', reactions: [defineReaction({ name: 'look', on: event('OrderBegun'), react() {} })] });

function contextOf(rig: Rig, settings: Partial<Settings> = {}): RuntimeContext {
  return { service: 'shelf', ports: rig.options.ports, settings: checkSettings(settings) } as RuntimeContext;
}

/** Claims its own saga and writes entities; a write expects what the unit before it in the same test wrote. */
function unit(id: string, entities: readonly string[], versions: Map<string, string>, size = 1): SagaUnit {
  const writes = entities.map((name) => {
    const write = entityWrite(name, versions.get(name) ?? null, sampleRecord(id, { text: 'ä'.repeat(size) }));
    versions.set(name, id);
    return write;
  });
  return { saga: `saga-${id}`, unit: { id, writes: [claimWrite(sampleClaim(`saga-${id}`, id)), ...writes] } };
}

function unitsOf(lists: readonly (readonly string[])[], size = 1): readonly SagaUnit[] {
  const versions = new Map<string, string>();
  return lists.map((entities, index) => unit(`u${index}`, entities, versions, size));
}

/** A unit with events to publish. */
function withMarker({ saga, unit: { id, writes } }: SagaUnit): SagaUnit {
  return { saga, unit: { id, writes: [...writes, { kind: 'outbox', put: sampleOutboxMarker(id, 0) }] } };
}

const UNITS_MAX = 14;
const shapes = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), { maxLength: 3 }), {
  minLength: 1,
  maxLength: UNITS_MAX,
});
const keysOf = (units: readonly Unit[]): readonly string[] => units.flatMap(({ writes }) => writes.map(writeKey));

test('units that share an item or a saga are in one component, and others are not', () => {
  fc.assert(
    fc.property(shapes, (lists) => {
      const units = unitsOf(lists);
      const components = componentsOf(units);
      expect(components.flat().sort((a, b) => a - b)).toEqual(units.map((_, index) => index));
      for (const component of components) expect([...component].sort((a, b) => a - b)).toEqual(component);
      const keys = components.map((component) => new Set(keysOf(component.map((index) => (units[index] as SagaUnit).unit))));
      keys.forEach((own, index) => {
        for (const other of keys.slice(index + 1)) expect([...own].filter((key) => other.has(key))).toEqual([]);
      });
    }),
    { numRuns: 200 },
  );
});

test('no transaction is over the limits, a component is together or goes in order, and all of it is committed', async () => {
  await fc.assert(
    fc.asyncProperty(
      shapes,
      fc.integer({ min: 4, max: 9 }),
      fc.integer({ min: 1, max: 300 }),
      fc.array(fc.boolean(), { minLength: UNITS_MAX, maxLength: UNITS_MAX }),
      async (lists, transactionWritesMax, size, emits) => {
        const rig = createRig(service);
        const units = unitsOf(lists, size).map((one, index) => (emits[index] ? withMarker(one) : one));
        const transactionBytesMax = 2_500;
        const results = await commitGroup(contextOf(rig, { transactionWritesMax, transactionBytesMax }), units);
        expect(results.map(({ status }) => status)).toEqual(units.map(() => 'committed'));
        for (const transaction of rig.sent) {
          if (transaction.length === 1) continue; // a unit alone is never cut
          const writes = foldUnits(transaction).map(({ write }) => write);
          expect(writes.length).toBeLessThanOrEqual(transactionWritesMax);
          expect(Buffer.byteLength(JSON.stringify(writes))).toBeLessThanOrEqual(transactionBytesMax + transaction.length + 2);
        }
        const order = rig.sent.flat().map(({ id }) => Number(id.slice(1)));
        for (const component of componentsOf(units)) expect(order.filter((index) => component.includes(index))).toEqual(component);
      },
    ),
    { numRuns: 100 },
  );
});

test('small units of different sagas go in one transaction', async () => {
  const rig = createRig(service);
  await commitGroup(contextOf(rig), unitsOf([['a'], ['b'], ['c'], ['a']]));
  expect(rig.sent.map((units) => units.length)).toEqual([4]);
});

test('what builds on a chunk that was refused is not sent', async () => {
  const rig = createRig(service);
  rig.commits.push(conflict);
  const results = await commitGroup(contextOf(rig, { transactionWritesMax: 4 }), unitsOf([['a'], ['a'], ['a'], ['b']]));
  expect(results.map(({ status }) => status)).toEqual(['again', 'again', 'again', 'committed']);
  expect(rig.sent.map((units) => units.map(({ id }) => id))).toEqual([['u0', 'u1'], ['u3']]);
});

test('a refusal re-runs its component whole, and bystanders are sent again as they were', async () => {
  const rig = createRig(service);
  await rig.store.commit([{ id: 'other', writes: [entityWrite('b', null, sampleRecord('other'))] }]);
  const units = unitsOf([['a'], ['b'], ['c'], ['b', 'd'], ['e']]);
  const results = await commitGroup(contextOf(rig), units);
  expect(results.map(({ status }) => status)).toEqual(['committed', 'again', 'committed', 'again', 'committed']);
  expect(rig.sent.map((sent) => sent.map(({ id }) => id))).toEqual([
    ['u0', 'u1', 'u3', 'u2', 'u4'],
    ['u0', 'u2', 'u4'],
  ]);
  expect(rig.sent[1]?.[0]).toBe(units[0]?.unit);
});

test('a unit that was fine itself is not sent again without the one that built on it and was refused', async () => {
  const rig = createRig(service);
  await rig.store.commit([{ id: 'other', writes: [entityWrite('b', null, sampleRecord('other'))] }]);
  const results = await commitGroup(contextOf(rig), unitsOf([['a'], ['a', 'b'], ['c']]));
  expect(results.map(({ status }) => status)).toEqual(['again', 'again', 'committed']);
  expect(rig.sent.map((sent) => sent.map(({ id }) => id))).toEqual([['u0', 'u1', 'u2'], ['u2']]);
});

test('a claim that is taken refuses its unit, and nobody else', async () => {
  const rig = createRig(service);
  await rig.store.commit([{ id: 'other', writes: [claimWrite(sampleClaim('saga-u0', 'other'))] }]);
  const results = await commitGroup(contextOf(rig), unitsOf([['a'], ['b']]));
  expect(results.map(({ status }) => status)).toEqual(['again', 'committed']);
});

test('an item that the store never takes is that unit`s alone', async () => {
  const rig = createRig(service);
  const [small, large] = [unitsOf([['a']])[0] as SagaUnit, unitsOf([[], ['b']], 300_000)[1] as SagaUnit];
  const results = await commitGroup(contextOf(rig), [small, large]);
  expect(results.map(({ status }) => status)).toEqual(['committed', 'invalid']);
});

test.each([
  ['was applied', lostAfter],
  ['was not applied', lostBefore],
])('a commit whose answer is lost and that %s is repeated until it is known', async (_, lost) => {
  const rig = createRig(service);
  rig.commits.push(lost);
  const results = await commitGroup(contextOf(rig), unitsOf([['a'], ['b'], ['a']]));
  expect(results.map(({ status }) => status)).toEqual(['committed', 'committed', 'committed']);
  expect(rig.sent).toHaveLength(2);
  expect(rig.sent[1]).toEqual(rig.sent[0]);
});

test('a lost commit is recognised although a later one has changed the entity', async () => {
  const rig = createRig(service);
  const units = unitsOf([['a']]);
  rig.commits.push(async (sent, go) => {
    await go(sent);
    await go([{ id: 'later', writes: [entityWrite('a', 'u0', sampleRecord('later'))] }]);
    return lostBefore(sent, go);
  });
  const results = await commitGroup(contextOf(rig), units);
  expect(results).toEqual([{ status: 'committed', unit: units[0]?.unit }]);
});

test('a store that stays throttled is named, and nothing is said to be in', async () => {
  const rig = createRig(service);
  rig.commits.push(...Array.from({ length: 10 }, () => throttled));
  const results = await commitGroup(contextOf(rig), unitsOf([['a']]));
  expect(results).toMatchObject([{ status: 'again', error: { code: 'STORE_THROTTLED' } }]);
  expect([rig.sent.length, rig.counted('throttled')]).toEqual([5, 5]);
});

test('each index of an entity behind its first one counts as a write of the transaction', async () => {
  const rig = createRig(service);
  const indexed = { ...sampleRecord('u'), indexes: { buyer: 'a', place: 'b', day: 'c' } };
  const units = ['u0', 'u1', 'u2'].map((id): SagaUnit => {
    const writes = [claimWrite(sampleClaim(`saga-${id}`, id)), entityWrite(id, null, { ...indexed, version: id })];
    return { saga: `saga-${id}`, unit: { id, writes } };
  });
  await commitGroup(contextOf(rig, { transactionWritesMax: 8 }), units);
  expect(rig.sent.map((transaction) => transaction.length)).toEqual([2, 1]);
});
