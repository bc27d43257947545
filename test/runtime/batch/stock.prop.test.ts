// The scenarios of the group commit's model: batches that overlap, chunks, conflicts, lost answers, crashes, and a stock
// that is deleted and made again meanwhile. An observer of the store judges every commit by what it really met.

import { ChoreographyError, defineEntity, defineReaction, defineService } from 'aws-choreography';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../../../lib/embedded/memory/store.ts';
import { createRuntime } from '../../../lib/runtime/create-runtime.ts';
import type { Unit } from '../../../lib/runtime/journal/unit.ts';
import type { Store } from '../../../lib/runtime/ports/store.ts';
import type { ServiceRuntime } from '../../../lib/runtime/service-runtime.ts';
import { TEST_TIME } from '../../../lib/testing/message.ts';
import { stored, writeStored } from '../../../lib/testing/stored.ts';
import { type CommitFault, conflict, createRig, deliveriesOf, event, lostAfter, lostBefore, messageOf, pass, throttled } from '../rig.ts';

const placed = event('OrderPlaced');
const reserved = event('StockReserved');
const rejected = event('StockRejected');
const Stock = defineEntity<{ available: number }>('Stock');

const reserve = defineReaction({
  name: 'reserve',
  on: placed,
  emits: [reserved],
  fails: [rejected],
  reads: () => [[Stock, 'tea'] as const],
  async react({ data: { id, quantity = 1 } }, tx) {
    const available = (await tx.get(Stock, 'tea'))?.available ?? 0;
    if (available < quantity) return tx.fail(rejected, { id });
    tx.put(Stock, 'tea', { available: available - quantity });
    tx.emit(reserved, { id });
  },
});
const service = defineService({ name: 'stock', reactions: [reserve] });
const insist = defineReaction({
  ...{ name: 'insist', on: placed, emits: [reserved] },
  async react({ data: { id } }, tx) {
    const available = (await tx.get(Stock, 'tea'))?.available ?? 0;
    if (available < 1) throw new ChoreographyError('NONE_LEFT', 'There is none, and never will be.');
    tx.put(Stock, 'tea', { available: available - 1 });
    tx.emit(reserved, { id });
  },
});
const throwing = defineService({ name: 'stock', reactions: [insist] });

const quantityOf = (id: string): number => (id === 'e4' ? 2 : 1);
const orderOf = (id: string, saga: string) => messageOf(placed, id, { correlationid: saga, data: { id, quantity: quantityOf(id) } });

/** Follows the stock commit by commit and says what was wrong. */
function createObserver(store: Store, initial: number) {
  let available: number | undefined = initial;
  let resets = 0;
  const wrong: string[] = [];
  function judge(unit: Unit): void {
    const claim = unit.writes.find((write) => write.kind === 'claim');
    const entity = unit.writes.find((write) => write.kind === 'entity');
    if (claim?.kind !== 'claim') {
      if (entity?.kind !== 'entity') return;
      available = (entity.put?.state as { available: number } | undefined)?.available;
      resets += 1;
      return;
    }
    const { message, state } = claim.put;
    const id = message?.id ?? '';
    const right = (available ?? 0) >= quantityOf(id) ? 'done' : 'failed';
    if (state !== right) wrong.push(`${id} is ${state} although ${available} are there`);
    if (state === 'done') available = (available ?? 0) - quantityOf(id);
    const written = entity?.kind === 'entity' ? (entity.put?.state as { available: number } | undefined)?.available : available;
    if (written !== available) wrong.push(`${id} wrote ${written} where ${available} is right`);
  }
  const commit: Store['commit'] = async (units) => {
    const outcomes = await store.commit(units);
    if (outcomes.every(({ status }) => status === 'committed')) units.forEach(judge);
    return outcomes;
  };
  return { commit, wrong, available: () => available, resets: () => resets };
}

const faults: Readonly<Record<string, CommitFault>> = { pass, conflict, lostAfter, lostBefore, throttled };

interface Scenario {
  readonly batches: readonly (readonly string[])[];
  readonly stock: number;
  readonly chunk: number;
  readonly faults: readonly string[];
  /** Turns that each call of the store waits: it decides who comes first. */
  readonly turns: readonly number[];
  readonly crash?: number | undefined;
  readonly other?: boolean | undefined;
  readonly saga?: string | undefined;
}

async function play({ batches, stock, chunk, faults: planned, turns, crash, other, saga }: Scenario) {
  const clock = { now: () => Date.parse(TEST_TIME) };
  const inner = createMemoryStore({ clock });
  await writeStored(inner, [stored(Stock, 'tea', { available: stock })]);
  const observer = createObserver(inner, stock);
  const { options } = createRig(service, { store: inner });
  const [plan, waits] = [[...planned], [...turns]];
  let calls = 0;
  async function turn(): Promise<void> {
    calls += 1;
    if (calls === crash) throw new Error('the process dies here');
    for (let count = waits.shift() ?? 0; count > 0; count -= 1) await Promise.resolve();
  }
  const store: Store = {
    ...inner,
    async read(request) {
      await turn();
      return inner.read(request);
    },
    async commit(units) {
      await turn();
      return (faults[plan.shift() ?? 'pass'] as CommitFault)(units, observer.commit);
    },
  };
  const settings = { transactionWritesMax: chunk };
  const runtime = (): ServiceRuntime => createRuntime({ ...options, ports: { ...options.ports, store }, settings });
  async function run(ids: readonly string[]): Promise<void> {
    const deliveries = deliveriesOf(
      ids.map((id) => orderOf(id, saga ?? `saga-${id}`)),
      clock.now(),
    );
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      const results = await runtime().consume(deliveries, { deadline: clock.now() + 60_000 });
      if (results.every(({ status }) => status === 'done')) return;
    }
    throw new Error('a batch does not end');
  }
  async function remake(): Promise<void> {
    const version = inner.entity('Stock', 'tea')?.version ?? null;
    const key = { entity: 'Stock', id: 'tea' };
    await turn();
    await observer.commit([{ id: 'deletes', writes: [{ kind: 'entity', key, expect: version, put: null }] }]);
    await turn();
    await observer.commit([
      {
        id: 'makes',
        writes: [{ kind: 'entity', key, expect: null, put: { state: { available: 5 }, shapeVersion: 1, version: 'makes', indexes: {} } }],
      },
    ]);
  }
  await Promise.all([...batches.map(run), ...(other ? [remake().catch(() => {})] : [])]);
  const ids = [...new Set(batches.flat())].sort();
  expect(observer.wrong).toEqual([]);
  expect(
    inner
      .allClaims()
      .map(({ message }) => message?.id)
      .sort(),
  ).toEqual(ids);
  expect((inner.entity('Stock', 'tea')?.state as { available: number } | undefined)?.available).toBe(observer.available());
  const done = inner
    .allClaims()
    .filter(({ state }) => state === 'done')
    .reduce((sum, { message }) => sum + quantityOf(message?.id ?? ''), 0);
  if (!other) expect(observer.available()).toBe(stock - done);
  await createRuntime({ ...options, settings: { sweepAfterSeconds: 0 } }).sweep({ deadline: clock.now() + 60_000 });
  expect(inner.outboxSize()).toBe(0);
}

const overlapping = [
  ['e1', 'e2', 'e3'],
  ['e2', 'e4'],
];
const arbitrary = (batches: readonly (readonly string[])[], more: { other?: true; saga?: string } = {}): fc.Arbitrary<Scenario> =>
  fc.record({
    batches: fc.constant(batches),
    stock: fc.integer({ min: 1, max: 4 }),
    chunk: fc.constantFrom(3, 6, 100),
    faults: fc.array(fc.constantFrom(...Object.keys(faults)), { maxLength: 4 }),
    turns: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 20 }),
    crash: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    other: fc.constant(more.other),
    saga: fc.constant(more.saga),
  });

test('two batches that share an event: every outcome is right for the stock it met, and nothing is taken twice', async () => {
  await fc.assert(fc.asyncProperty(arbitrary(overlapping), play), { numRuns: 80 });
});

test('three batches, each event in two of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitrary([
        ['e1', 'e2'],
        ['e2', 'e4'],
        ['e4', 'e1'],
      ]),
      play,
    ),
    { numRuns: 50 },
  );
});

test('a stock that is deleted and made again meanwhile is never overwritten by what was computed before', async () => {
  await fc.assert(fc.asyncProperty(arbitrary(overlapping, { other: true }), play), { numRuns: 80 });
});

test('the same within one saga', async () => {
  await fc.assert(fc.asyncProperty(arbitrary(overlapping, { saga: 'one' }), play), { numRuns: 50 });
});

test('a redelivered batch finds its claims although the stock has moved on', async () => {
  const rig = createRig(service);
  await writeStored(rig.store, [stored(Stock, 'tea', { available: 3 })]);
  await rig.deliver(orderOf('e1', 's1'), orderOf('e2', 's2'));
  await rig.deliver(orderOf('e3', 's3'));
  await rig.deliver(orderOf('e1', 's1'), orderOf('e2', 's2'), orderOf('e4', 's4'));
  expect(rig.store.entity('Stock', 'tea')?.state).toEqual({ available: 0 });
  expect(rig.published.map(({ type, subject }) => `${type} ${subject}`)).toEqual([
    'StockReserved e1',
    'StockReserved e2',
    'StockReserved e3',
    'StockRejected e4',
  ]);
  expect(rig.counted('duplicates')).toBe(2);
});

test.each([
  ['a rejection that was computed', service],
  ['a failure', throwing],
])('%s over a reservation which did not get in is computed again', async (_, shelf) => {
  const rig = createRig(shelf, { settings: { transactionWritesMax: 3 } });
  await writeStored(rig.store, [stored(Stock, 'tea', { available: 1 })]);
  rig.commits.push(async (units, go) => {
    await go([
      {
        id: 'gives',
        writes: [
          {
            kind: 'entity',
            key: { entity: 'Stock', id: 'tea' },
            expect: 'given-1',
            put: { state: { available: 2 }, shapeVersion: 1, version: 'gives', indexes: {} },
          },
        ],
      },
    ]);
    return go(units);
  });
  await rig.deliver(orderOf('e1', 's1'), orderOf('e2', 's2'));
  expect(rig.published.map(({ type }) => type)).toEqual(['StockReserved', 'StockReserved']);
  expect(rig.store.entity('Stock', 'tea')?.state).toEqual({ available: 0 });
});
