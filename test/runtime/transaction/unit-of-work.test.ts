import { describe, expect, test } from 'vitest';
import { defineEntity } from '../../../lib/contract/entity.ts';
import { createMemoryStore } from '../../../lib/embedded/memory/store.ts';
import { createUnitOfWork } from '../../../lib/runtime/transaction/unit-of-work.ts';
import { createWorkspace } from '../../../lib/runtime/transaction/workspace.ts';

interface Stock {
  count: number;
  tags?: string[];
}
const Stock = defineEntity<Stock>('Stock', { indexes: { shelf: ({ tags }) => tags?.[0] } });

/** A store with one stock item, `a`, and a unit of work that sees `loaded` ids already. */
async function setUp(loaded: readonly string[] = []) {
  const store = createMemoryStore({ clock: { now: () => 0 } });
  const key = { entity: 'Stock', id: 'a' };
  await store.commit([
    {
      id: 'v1',
      writes: [
        { kind: 'entity', key, expect: null, put: { state: { count: 5, tags: ['x'] }, shapeVersion: 1, version: 'v1', indexes: {} } },
      ],
    },
  ]);
  const reads: string[][] = [];
  const watched = {
    ...store,
    read(request: Parameters<typeof store.read>[0]) {
      reads.push((request.entities ?? []).map(({ id }) => id));
      return store.read(request);
    },
  };
  const workspace = createWorkspace(watched);
  await workspace.entities(loaded.map((id) => ({ entity: 'Stock', id })));
  return { store, workspace, reads, work: createUnitOfWork(workspace, 'v2') };
}
/** Writes in short: what, which, on which condition. */
const short = (writes: ReturnType<ReturnType<typeof createUnitOfWork>['writes']>) =>
  writes.map((write) =>
    write.kind === 'entity' || write.kind === 'entity-check'
      ? `${write.kind === 'entity' ? (write.put ? 'put' : 'delete') : 'check'} ${write.key.id} if ${write.expect}`
      : write.kind,
  );

describe('what was read is a condition of the commit', () => {
  test('what is there by its version, what is absent by its absence', async () => {
    const { work } = await setUp();
    expect([await work.get(Stock, 'a'), await work.get(Stock, 'b')]).toEqual([{ count: 5, tags: ['x'] }, undefined]);
    expect(short(work.writes())).toEqual(['check a if v1', 'check b if null']);
  });
  test('reading it again changes nothing', async () => {
    const { work, reads } = await setUp();
    await work.get(Stock, 'a');
    await work.get(Stock, 'a');
    expect([short(work.writes()), reads]).toEqual([['check a if v1'], [['a']]]);
  });
  test('getMany reads in one call, leaves out what is absent, and tracks all of it', async () => {
    const { work, reads } = await setUp();
    expect([...(await work.getMany(Stock, ['a', 'b', 'a', 'c']))]).toEqual([['a', { count: 5, tags: ['x'] }]]);
    expect(reads).toEqual([['a', 'b', 'c']]);
    expect(short(work.writes())).toEqual(['check a if v1', 'check b if null', 'check c if null']);
  });
  test('getMany has a limit', async () => {
    const { work } = await setUp();
    await expect(
      work.getMany(
        Stock,
        Array.from({ length: 101 }, (_, index) => `${index}`),
      ),
    ).rejects.toMatchObject({
      code: 'TOO_MANY_IDS',
      retryable: false,
      message: 'tx.getMany got 101 ids of Stock; give at most 100, in several calls if need be.',
    });
  });
});

describe('what is written', () => {
  test('after a read replaces exactly what was read', async () => {
    const { work } = await setUp();
    await work.get(Stock, 'a');
    work.put(Stock, 'a', { count: 4, tags: ['y'] });
    expect(work.writes()).toEqual([
      {
        kind: 'entity',
        key: { entity: 'Stock', id: 'a' },
        expect: 'v1',
        put: { state: { count: 4, tags: ['y'] }, shapeVersion: 1, version: 'v2', indexes: { shelf: 'y' } },
      },
    ]);
  });
  test('without a read means create', async () => {
    const { work } = await setUp();
    work.put(Stock, 'b', { count: 1 });
    expect(short(work.writes())).toEqual(['put b if null']);
  });
  test('without a read over what is known to be there is refused', async () => {
    const { work } = await setUp(['a']);
    expect(() => work.put(Stock, 'a', { count: 1 })).toThrow(
      expect.objectContaining({
        code: 'ENTITY_EXISTS',
        message: 'Stock a is there already; read it with tx.get before tx.put, so that the change builds on what is stored.',
      }),
    );
    expect(() => work.delete(Stock, 'a')).toThrow(
      expect.objectContaining({
        code: 'ENTITY_EXISTS',
        message: 'Stock a is there already; read it with tx.get before tx.delete, so that the change builds on what is stored.',
      }),
    );
    expect(work.writes()).toEqual([]);
  });
  test('is what the reaction reads from then on', async () => {
    const { work } = await setUp();
    await work.get(Stock, 'a');
    work.put(Stock, 'a', { count: 4 });
    expect(await work.get(Stock, 'a')).toEqual({ count: 4 });
    expect(await work.getMany(Stock, ['a'])).toEqual(new Map([['a', { count: 4 }]]));
    work.put(Stock, 'new', { count: 1 });
    expect(await work.get(Stock, 'new')).toEqual({ count: 1 });
  });
  test('deleted is gone, and can be made again; the condition stays what was read', async () => {
    const { work } = await setUp();
    await work.get(Stock, 'a');
    work.delete(Stock, 'a');
    expect(await work.get(Stock, 'a')).toBeUndefined();
    expect(short(work.writes())).toEqual(['delete a if v1']);
    work.put(Stock, 'a', { count: 9 });
    expect(await work.get(Stock, 'a')).toEqual({ count: 9 });
    expect(short(work.writes())).toEqual(['put a if v1']);
  });
});

describe('a business failure writes nothing, and depends on all that was read', () => {
  test('also on what it read and then wrote, and on absence that it read before it created', async () => {
    const { work } = await setUp();
    await work.get(Stock, 'a');
    work.put(Stock, 'a', { count: 0 });
    await work.get(Stock, 'b');
    work.put(Stock, 'b', { count: 0 });
    await work.get(Stock, 'c');
    work.put(Stock, 'blind', { count: 0 });
    expect(short(work.checks())).toEqual(['check a if v1', 'check b if null', 'check c if null']);
  });
});

describe('nobody shares state with the store', () => {
  test('changing what get returned changes neither the next get nor the store', async () => {
    const { work, store } = await setUp();
    const first = (await work.get(Stock, 'a')) as Stock;
    first.count = 0;
    first.tags?.push('y');
    expect(await work.get(Stock, 'a')).toEqual({ count: 5, tags: ['x'] });
    expect(store.entity('Stock', 'a')?.state).toEqual({ count: 5, tags: ['x'] });
    expect(short(work.writes())).toEqual(['check a if v1']);
  });
  test('changing what was put changes nothing that is written', async () => {
    const { work } = await setUp();
    const state: Stock = { count: 1, tags: ['x'] };
    work.put(Stock, 'b', state);
    state.tags?.push('y');
    ((await work.get(Stock, 'b')) as Stock).count = 7;
    expect(work.writes()).toMatchObject([{ put: { state: { count: 1, tags: ['x'] } } }]);
  });
});

test('of two reads side by side the first answer counts for both: no update is lost between them', async () => {
  const { store } = await setUp();
  const answers: (() => void)[] = [];
  const slow = {
    ...store,
    async read(request: Parameters<typeof store.read>[0]) {
      const found = await store.read(request);
      await new Promise<void>((resolve) => answers.push(resolve));
      return found;
    },
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const work = createUnitOfWork(createWorkspace(slow), 'v3');
  const older = work.get(Stock, 'a');
  await turn();
  const put = { state: { count: 6 }, shapeVersion: 1, version: 'v2', indexes: {} };
  await store.commit([{ id: 'v2', writes: [{ kind: 'entity', key: { entity: 'Stock', id: 'a' }, expect: 'v1', put }] }]);
  const newer = work.get(Stock, 'a');
  await turn();
  answers[1]?.();
  expect(await newer).toEqual({ count: 6 });
  answers[0]?.();
  expect(await older).toEqual({ count: 6 });
  expect(short(work.writes())).toEqual(['check a if v2']);
});
