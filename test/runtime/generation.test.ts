import { defineEntity, defineReaction, defineService, type ExistingTable } from 'aws-choreography';
import { expect, test } from 'vitest';
import type { MemoryStore } from '../../lib/embedded/memory/store.ts';
import { createGenerationReader } from '../../lib/runtime/generation-reader.ts';
import { begun, FIRST_GENERATION, type Generations, switched } from '../../lib/runtime/journal/generations.ts';
import { claims, createRig, event, letters, messageOf, statuses } from './rig.ts';

const counted = event('ItemCounted');
const Count = defineEntity<{ readonly items: number }>('Count');
const count = (reprocessable: boolean, entity = Count) =>
  defineReaction({
    name: 'count',
    on: counted,
    reprocessable,
    async react({ data: { id } }, tx) {
      const { items } = (await tx.get(entity, id)) ?? { items: 0 };
      tx.put(entity, id, { items: items + 1 });
    },
  });
const itemsOf = (store: MemoryStore) => (store.entity('Count', 'x')?.state as { items: number } | undefined)?.items;

async function put(store: MemoryStore, next: Generations): Promise<void> {
  expect(await store.putGenerations(next, (await store.generations())?.version ?? null)).toBe(true);
}

const second = begun(FIRST_GENERATION, 'replay-1', 0);
const item = (id: string) => messageOf(counted, id, { data: { id: 'x' } });

test('a service that can be rebuilt goes with the switch, from one batch to the next', async () => {
  const rig = createRig(defineService({ name: 'stock', reactions: [count(true)] }));
  await rig.deliver(item('1'));
  await put(rig.store, second);
  await rig.deliver(item('2'));
  expect(itemsOf(rig.store)).toBe(2);
  await put(rig.store, switched(second) as Generations);
  await rig.deliver(item('3'));
  expect([itemsOf(rig.store), rig.store.entity('Count.2', 'x')]).toEqual([1, undefined]);
});

test('a service that cannot be rebuilt any more stays in the generation in which it was', async () => {
  const rig = createRig(defineService({ name: 'stock', reactions: [count(false)] }));
  await put(rig.store, second);
  await put(rig.store, switched(second) as Generations);
  await rig.deliver(item('1'));
  expect(statuses(await rig.deliver(item('1'), item('2')))).toEqual(['done', 'done']);
  expect(itemsOf(rig.store)).toBe(2);
  expect(rig.store.allClaims().map(({ generation }) => generation)).toEqual([2, 2]);
});

test('messages wait while it is switched, and go on in the old generation when the switch is not carried on', async () => {
  const rig = createRig(defineService({ name: 'stock', reactions: [count(true)] }));
  const closedUntil = rig.clock.now() + 60_000;
  await put(rig.store, { ...second, building: { number: 2, replay: 'replay-1', startedAt: 0, closedUntil } });
  expect(statuses(await rig.deliver(item('1')))).toEqual(['unfinished']);
  expect(itemsOf(rig.store)).toBeUndefined();
  rig.later(120);
  expect(statuses(await rig.deliver(item('1')))).toEqual(['unfinished']); // it calls the switch off
  expect((await rig.store.generations())?.building).not.toHaveProperty('closedUntil');
  expect(statuses(await rig.deliver(item('1')))).toEqual(['done']);
  expect(itemsOf(rig.store)).toBe(1);
});

test('a message for a generation that is neither filled nor current goes nowhere', async () => {
  const rig = createRig(defineService({ name: 'stock', reactions: [count(true)] }));
  const task = { kind: 'message', message: item('1'), reactions: ['count'], generation: 2 } as const;
  expect(await rig.replay(task)).toEqual({ status: 'done' });
  expect(rig.store.snapshot().entities).toEqual([]);
  await put(rig.store, begun(FIRST_GENERATION, 'replay-1', rig.clock.now()));
  expect(await rig.replay(task)).toEqual({ status: 'done' });
  expect(rig.store.snapshot().entities).toMatchObject([{ entity: 'Count.2', id: 'x' }]);
});

test('what the store will never take of a generation that is filled is no dead letter: it waits until that is corrected', async () => {
  const rig = createRig(defineService({ name: 'stock', reactions: [count(true)] }));
  await put(rig.store, begun(FIRST_GENERATION, 'replay-1', rig.clock.now()));
  const { commit } = rig.store;
  rig.store.commit = async (units) =>
    units.some(({ writes }) => writes.some(({ kind }) => kind === 'entity'))
      ? units.map(() => ({ status: 'invalid', reason: 'too large' }))
      : commit(units);
  const task = { kind: 'message', message: item('1'), reactions: ['count'], generation: 2 } as const;
  expect(await rig.replay(task)).toMatchObject({ status: 'retry' });
  expect([letters(rig), claims(rig)]).toEqual([[], []]);
  rig.store.commit = commit;
  expect(await rig.replay(task)).toEqual({ status: 'done' });
});

test('an entity in a table that was brought is not built anew, and that is said', async () => {
  const table: ExistingTable = { name: 'counts', key: (id) => ({ id }), versionAttribute: 'v' };
  const Brought = defineEntity<{ readonly items: number }>('Brought', { table });
  const rig = createRig(defineService({ name: 'stock', reactions: [count(true, Brought)] }));
  const startedAt = rig.clock.now();
  await put(rig.store, begun(FIRST_GENERATION, 'replay-1', startedAt));
  const result = await rig.replay({ kind: 'message', message: item('1'), reactions: ['count'], generation: 2 });
  expect(result.status).toBe('retry');
  expect((await rig.store.generations())?.building?.problem).toMatchObject({ code: 'TABLE_NOT_REBUILT', event: { id: '1' } });
  expect(rig.store.allDeadLetters()).toEqual([]);
});

test('a read outside a reaction is of the generation that is current when it begins, in one call unless it has changed', async () => {
  const { store } = createRig(defineService({ name: 'stock', reactions: [count(true)] }));
  const record = (version: string) => ({ state: version, shapeVersion: 1, version, indexes: {} });
  for (const [entity, version] of [
    ['Count', 'old'],
    ['Count.2', 'new'],
  ] as const)
    await store.commit([{ id: version, writes: [{ kind: 'entity', key: { entity, id: 'x' }, expect: null, put: record(version) }] }]);
  const reader = createGenerationReader();
  let calls = 0;
  const read = () =>
    reader.from(store, async (at) => {
      calls += 1;
      const { entities } = await at.read({ entities: [{ entity: 'Count', id: 'x' }] });
      return [...entities.values()].map(({ state }) => state);
    });
  expect([await read(), await read(), calls]).toEqual([['old'], ['old'], 2]);
  await put(store, second);
  await put(store, switched(second) as Generations);
  expect([await read(), calls, await read(), calls]).toEqual([['new'], 4, ['new'], 5]);
});
