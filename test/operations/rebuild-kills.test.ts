// Interleavings of a rebuild: the operator dies at any call, processes of the service crash, hang and come back, events go on.
import { describe, expect, test } from 'vitest';
import type { Faults } from '../../lib/embedded/faults/faults.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { listGenerations } from '../../lib/operations/generations/list.ts';
import { switchGeneration } from '../../lib/operations/generations/switch.ts';
import { listReplays, startReplay } from '../../lib/operations/replay/manage.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { createRuntime } from '../../lib/runtime/create-runtime.ts';
import type { Generations } from '../../lib/runtime/journal/generations.ts';
import { storeIn } from '../../lib/runtime/journal/in-generation.ts';
import { entityKey, keyText } from '../../lib/runtime/journal/item-key.ts';
import type { Store } from '../../lib/runtime/ports/store.ts';
import type { StreamReader } from '../../lib/runtime/ports/stream-reader.ts';
import type { RuntimeOptions, ServiceRuntime } from '../../lib/runtime/service-runtime.ts';
import { type Board, createBoard, Ticket, whole } from './read-model.ts';
import { beforeCall, killed, killedAt } from './rig.ts';

/** What an operator does who does not know how far the last try got. */
async function rebuildOnce(access: OperatorAccess): Promise<void> {
  const { building, current } = await listGenerations(access, 'tickets');
  if (current === 2) return;
  const open = (await listReplays(access, { limit: 1 })).items.find(({ state }) => state === 'running');
  const replay = building?.replay.id ?? open?.id ?? (await startReplay(access, whole)).id;
  await runReplay(access, replay);
  await switchGeneration(access, 'tickets');
}

/** Until it is through: each try may find the service busy, or calling off a switch. */
async function rebuildAtLast(access: OperatorAccess): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rebuildOnce(access);
    } catch (error) {
      if (attempt >= 10 || !(error as { retryable?: boolean }).retryable) throw error;
    }
  }
}

const tickets = ['a', 'b', 'c', 'd'];

/** The events of each ticket as it has them. */
async function eventsOf(board: Board): Promise<Readonly<Record<string, readonly string[]>>> {
  const found = Object.entries(await board.tickets()).map(([id, state]) => [id, (state as { events: string[] } | undefined)?.events ?? []]);
  return Object.fromEntries(found);
}

/** What readers saw before the switch they see behind it, at once. */
async function checkNothingMissing(board: Board, at: unknown): Promise<void> {
  const store = board.store('tickets');
  const keys = tickets.map((id) => ({ entity: Ticket.name, id }));
  const [before, after] = await Promise.all([1, 2].map((generation) => storeIn(store, generation).read({ entities: keys })));
  for (const { entity, id } of keys) {
    const [old, fresh] = [before, after].map(
      (read) => (read?.entities.get(keyText(entityKey(entity, id)))?.state as { events: string[] } | undefined)?.events ?? [],
    );
    expect({ at, id, missing: old?.filter((event) => !fresh?.includes(event)) }).toEqual({ at, id, missing: [] });
  }
}

/** So many events for each ticket, `first` being the number of the first. */
async function noteAll(board: Board, first: number, count: number): Promise<void> {
  for (let number = first; number < first + count; number += 1) {
    for (const ticket of tickets) await board.note(ticket, `${ticket}-${number}`, number % 3);
    await board.scheduler.sleep(200);
  }
}

const expected = (count: number) =>
  Object.fromEntries(tickets.map((ticket) => [ticket, Array.from({ length: count }, (_, index) => `${ticket}-${index + 1}`)]));

describe.each([
  ['stream', 400],
  ['bus', 2],
] as const)('a rebuild on the %s', (source, seconds) => {
  test.each([false, true])(
    'that is killed at any call to a port (after it: %s) is gone on with: nothing lost, nothing twice',
    async (late) => {
      let k = 0;
      for (let goesOn = true; goesOn; ) {
        k += 1;
        const board = createBoard(source);
        await board.run(noteAll(board, 1, 2));
        await board.settle();
        const work = rebuildOnce(killedAt(board.access, k, late)).then(
          () => false,
          (error: unknown) => {
            if (error !== killed) throw error;
            return true;
          },
        );
        [goesOn] = await board.run(Promise.all([work, noteAll(board, 3, 2)]));
        await board.run(rebuildAtLast(board.access));
        await checkNothingMissing(board, k);
        await board.run(noteAll(board, 5, 1));
        await board.settle();
        expect({ k, ...(await eventsOf(board)) }).toEqual({ k, ...expected(5) });
        expect((await listGenerations(board.access, 'tickets')).current).toBe(2);
      }
      expect(k).toBeGreaterThan(40);
    },
  );

  test(`misses no event that comes at any call to a port, and is taken in ${seconds} s`, async () => {
    let k = 0;
    for (let goesOn = true; goesOn; ) {
      k += 1;
      const board = createBoard(source);
      await board.run(noteAll(board, 1, 2));
      await board.settle();
      const meddled = beforeCall(board.access, k, async () => {
        await noteAll(board, 3, 1);
        await board.scheduler.sleep(seconds * 1000);
      });
      await board.run(rebuildAtLast(meddled));
      goesOn = meddled.calls() >= k;
      await checkNothingMissing(board, k);
      if (!goesOn) await board.run(noteAll(board, 3, 1));
      await board.settle();
      expect({ k, ...(await eventsOf(board)) }).toEqual({ k, ...expected(3) });
    }
    expect(k).toBeGreaterThan(40);
  });

  test('that runs twice, at once or one after the other, comes to the same', async () => {
    const board = createBoard(source);
    await board.run(noteAll(board, 1, 2));
    await board.settle();
    const both = [rebuildAtLast(board.access), rebuildAtLast({ ...board.access, who: 'bob' })].map((work) => work.catch(() => undefined));
    await board.run(Promise.all([...both, noteAll(board, 3, 2)]));
    await board.run(rebuildAtLast(board.access));
    await board.settle();
    expect(await eventsOf(board)).toEqual(expected(4));
  });
});

const bad: Faults = {
  crashBeforeCommit: 0.05,
  crashAfterCommit: 0.05,
  crashElsewhere: 0.02,
  throttle: 0.03,
  conflict: 0.05,
  ambiguousCommit: 0.05,
  zombie: 0.02,
};

test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  'under faults nothing is lost and nothing applied twice (seed %d)',
  async (seed) => {
    const board = createBoard(seed % 2 === 0 ? 'stream' : 'bus', {}, { faults: bad, seed });
    await board.run(noteAll(board, 1, 3));
    await board.run(Promise.all([rebuildAtLast(board.access), noteAll(board, 4, 4)]));
    await board.run(noteAll(board, 8, 1));
    await board.settle(600);
    const found = Object.entries(await eventsOf(board)).map(([ticket, events]) => [ticket, [...events].sort()]);
    expect(Object.fromEntries(found)).toEqual(expected(8));
  },
);

/** A process that has run a reaction, and whose commit hangs until it is let go. */
function hangingCommits() {
  let armed = false;
  let held: (() => void) | undefined;
  const hang = (store: Store): Store => ({
    ...store,
    async commit(units) {
      if (armed) {
        armed = false;
        await new Promise<void>((resolve) => {
          held = resolve;
        });
      }
      return store.commit(units);
    },
  });
  return {
    hang,
    arm: () => {
      armed = true;
    },
    isHeld: () => held !== undefined,
    release: () => held?.(),
  };
}

/** A rebuild during which one process hangs with an event that it took before. `remember`: how it looks generations up. */
async function rebuildPastHanging(remember: (store: Store) => Store): Promise<Board> {
  const commits = hangingCommits();
  const withStore = (options: RuntimeOptions): ServiceRuntime =>
    createRuntime({ ...options, ports: { ...options.ports, store: remember(commits.hang(options.ports.store)) } });
  const board = createBoard('stream', {}, { createRuntime: withStore });
  await board.run(noteAll(board, 1, 1));
  await board.settle();
  commits.arm();
  await board.note('a', 'a-2');
  await board.run(board.scheduler.sleep(1_000));
  expect(commits.isHeld()).toBe(true);
  await board.run(rebuildAtLast(board.access));
  await board.note('b', 'b-2');
  await board.run(board.scheduler.sleep(2_000));
  commits.release();
  await board.settle();
  return board;
}

const eachOnce = { ...expected(1), a: ['a-1', 'a-2'], b: ['b-1', 'b-2'] };

test('what a process commits into the old generation after the switch is in the new one as well', async () => {
  expect(await eventsOf(await rebuildPastHanging((store) => store))).toEqual(eachOnce);
});

test('a process that looked at the generations only now and then would lose an event, and this test sees it', async () => {
  const forgetful = (store: Store): Store => {
    let known: Promise<Generations | undefined> | undefined;
    return {
      ...store,
      generations() {
        known ??= store.generations();
        return known;
      },
    };
  };
  const events = await eventsOf(await rebuildPastHanging(forgetful));
  expect(events).not.toEqual(eachOnce);
});

/** A rebuild in which an event is taken just before live messages have to wait. `lastStretch`: the stream is read once more behind that. */
async function rebuildAtClosing(lastStretch: boolean): Promise<Board> {
  const board = createBoard('stream');
  await board.run(noteAll(board, 1, 1));
  await board.settle();
  let closing = false;
  const store = (service: string): Store => {
    const real = board.access.store(service);
    return {
      ...real,
      async putGenerations(next, expect) {
        if (next.building?.closedUntil === undefined) return real.putGenerations(next, expect);
        await board.note('a', 'a-2');
        await board.scheduler.sleep(2_000);
        closing = true;
        return real.putGenerations(next, expect);
      },
    };
  };
  const stream = board.access.stream as StreamReader;
  const read: StreamReader['read'] = async (query) => {
    const page = await stream.read(query);
    return closing && !lastStretch ? { ...page, records: page.records.filter(({ body }) => !body.includes('a-2')) } : page;
  };
  await board.run(rebuildAtLast({ ...board.access, store, stream: { ...stream, read } }));
  await board.settle();
  return board;
}

test('an event that is taken just before live messages wait is in the new generation', async () => {
  expect(await eventsOf(await rebuildAtClosing(true))).toEqual({ ...expected(1), a: ['a-1', 'a-2'] });
});

test('without the last stretch of the replay that event would be lost, and this test sees it', async () => {
  expect(await eventsOf(await rebuildAtClosing(false))).toEqual(expected(1));
});
