import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../../lib/contract/envelope.ts';
import { createFaultGate } from '../../../lib/embedded/faults/fault-gate.ts';
import { checkFaults, type Faults } from '../../../lib/embedded/faults/faults.ts';
import { createFaultyClients } from '../../../lib/embedded/faults/faulty-clients.ts';
import { createFaultyPorts } from '../../../lib/embedded/faults/faulty-ports.ts';
import { createProcessPool, type Process } from '../../../lib/embedded/hosts/process.ts';
import { createMemoryControl } from '../../../lib/embedded/memory/control.ts';
import { createMemoryStore } from '../../../lib/embedded/memory/store.ts';
import { createRandom } from '../../../lib/embedded/random.ts';
import { createScheduler } from '../../../lib/embedded/time/scheduler.ts';
import type { Unit } from '../../../lib/runtime/journal/unit.ts';
import { noTelemetry } from '../../../lib/runtime/ports/telemetry.ts';
import type { RuntimePorts } from '../../../lib/runtime/service-runtime.ts';
import { envelopeOf } from '../envelopes.ts';

function unitOf(id: string): Unit {
  return {
    id,
    writes: [
      {
        kind: 'entity',
        key: { entity: 'Order', id },
        expect: null,
        put: { state: {}, shapeVersion: 1, version: id, indexes: {} },
      },
    ],
  };
}

interface Clients {
  readonly payments: { charge(orderId: string): Promise<string> };
  readonly prices: { of(sku: string): number };
}

function world(faults: Faults, seed = 1) {
  const scheduler = createScheduler({ startAt: 0 });
  const store = createMemoryStore({ clock: scheduler });
  const published: string[] = [];
  const sent: string[] = [];
  const charged: string[] = [];
  const ports = {
    store,
    publisher: {
      publish: async (events: readonly Envelope[]) => {
        for (const { id } of events) published.push(id);
        return events.map(() => ({ status: 'published' as const }));
      },
    },
    replayQueue: {
      send: async (sends: readonly { readonly group: string }[]) => {
        for (const { group } of sends) sent.push(group);
      },
    },
    control: createMemoryControl(),
    telemetry: noTelemetry,
  };
  const clients: Clients = Object.freeze({
    payments: Object.freeze({
      charge: async (orderId: string) => {
        charged.push(orderId);
        return `paid ${orderId}`;
      },
    }),
    prices: { of: () => 7 },
  });
  const pool = createProcessPool<{ ports: RuntimePorts; clients: Clients; process: Process }>({
    name: 'payment',
    scheduler,
    random: createRandom(seed),
    timeoutSeconds: 60,
    create(process) {
      const gate = createFaultGate({ process, rates: checkFaults(faults), scheduler, latencyMilliseconds: 5 });
      const faulty = createFaultyClients({ ...clients }, new Set(['prices']), gate) as unknown as Clients;
      return { ports: createFaultyPorts(ports, gate), clients: faulty, process };
    },
  });
  const run = <Result>(work: (ports: RuntimePorts, clients: Clients) => Promise<Result>) =>
    scheduler.finish(pool.invoke(({ ports: faulty, clients: wrapped }) => work(faulty, wrapped)));
  const rest = () => scheduler.run({ done: () => !scheduler.busy });
  return { scheduler, store, published, sent, charged, run, rest };
}

const codeOf = (error: unknown) => (error as { code?: string }).code ?? (error as Error).message;

/** Outcomes of the same call in worlds with different seeds. */
async function overSeeds<Result>(seeds: number, once: (seed: number) => Promise<Result>): Promise<ReadonlySet<Result>> {
  const results = await Promise.all(Array.from({ length: seeds }, (_, seed) => once(seed)));
  return new Set(results);
}

describe('without faults', () => {
  test('every call gets through, takes time, and interleaves with others', async () => {
    const { run, store, published, charged, scheduler } = world({});
    await run(async (ports, clients) => {
      expect(await ports.store.commit([unitOf('a')])).toEqual([{ status: 'committed' }]);
      expect(await ports.publisher.publish([envelopeOf('OrderPlaced')])).toEqual([{ status: 'published' }]);
      await ports.control.setConsumer('payment', { paused: true });
      expect(await ports.control.consumer('payment')).toEqual({ paused: true });
      expect(await clients.payments.charge('o')).toBe('paid o');
      expect(clients.prices.of('sku')).toBe(7);
    });
    expect([store.entity('Order', 'a') !== undefined, published, charged]).toEqual([true, ['event-1'], ['o']]);
    expect(scheduler.now()).toBeGreaterThan(0);
  });

  test('ids differ between processes and calls', async () => {
    const { run } = world({});
    const ids = await Promise.all(
      [1, 2].map(() =>
        run(async ({ entropy, clock }) => {
          await clock.sleep(1);
          return [entropy.uniqueId(), entropy.uniqueId()];
        }),
      ),
    );
    expect(new Set(ids.flat()).size).toBe(4);
  });
});

describe('a crash', () => {
  test('before the commit leaves nothing, after it everything; the process never learns', async () => {
    for (const [faults, written] of [
      [{ crashBeforeCommit: 1 }, false],
      [{ crashAfterCommit: 1 }, true],
    ] as const) {
      const { run, store, scheduler } = world(faults);
      let learned = false;
      const crashing = run(async ({ store: faulty }) => {
        await faulty.commit([unitOf('a')]);
        learned = true;
      });
      await expect(crashing).rejects.toMatchObject({ code: 'FUNCTION_CRASHED' });
      await scheduler.run({ until: scheduler.now() + 100_000 });
      expect([store.entity('Order', 'a') !== undefined, learned]).toEqual([written, false]);
    }
  });

  test('elsewhere comes before or after the effect of any other call', async () => {
    const effects = await overSeeds(10, async (seed) => {
      const { run, published } = world({ crashElsewhere: 1 }, seed);
      await expect(run(({ publisher }) => publisher.publish([envelopeOf('OrderPlaced')]))).rejects.toMatchObject({
        code: 'FUNCTION_CRASHED',
      });
      return published.length;
    });
    expect([...effects].sort()).toEqual([0, 1]);
  });

  test('takes what else the process had under way with it', async () => {
    const effects = await overSeeds(40, async (seed) => {
      const { run, rest, published, charged } = world({ crashBeforeCommit: 1 }, seed);
      let woke = false;
      const crashing = run(async ({ store, clock, publisher }, { payments }) => {
        const waking = clock.sleep(50).then(() => {
          woke = true;
        });
        const calls = [publisher.publish([envelopeOf('OrderPlaced')]), payments.charge('o')];
        await Promise.all([store.commit([unitOf('a')]), waking, ...calls]);
      });
      await expect(crashing).rejects.toMatchObject({ code: 'FUNCTION_CRASHED' });
      const before = published.length + charged.length;
      await rest();
      expect([woke, published.length + charged.length]).toEqual([false, before]);
      return before;
    });
    expect([...effects].sort()).toEqual([0, 1, 2]);
  });
});

describe('the store', () => {
  test('is throttled in every call, with nothing written', async () => {
    const { run, store } = world({ throttle: 1 });
    const codes = await run(async ({ store: faulty }) => [
      await faulty.commit([unitOf('a')]).catch(codeOf),
      await faulty.read({}).catch(codeOf),
      await faulty.listDue({ before: 0, limit: 1 }).catch(codeOf),
    ]);
    expect(codes).toEqual(['STORE_THROTTLED', 'STORE_THROTTLED', 'STORE_THROTTLED']);
    expect(store.entity('Order', 'a')).toBeUndefined();
  });

  test('answers a conflict for one unit and cancels the others', async () => {
    const { run, store } = world({ conflict: 1 });
    const outcomes = await run(({ store: faulty }) => faulty.commit([unitOf('a'), unitOf('b'), unitOf('c')]));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['cancelled', 'cancelled', 'conflict']);
    expect(store.entity('Order', 'a')).toBeUndefined();
  });

  test('does not say whether an ambiguous commit is in, and sometimes it is', async () => {
    const written = await overSeeds(12, async (seed) => {
      const { run, store } = world({ ambiguousCommit: 1 }, seed);
      await expect(run(({ store: faulty }) => faulty.commit([unitOf('a')]))).rejects.toMatchObject({
        code: 'COMMIT_AMBIGUOUS',
        retryable: true,
      });
      return store.entity('Order', 'a') !== undefined;
    });
    expect(written.size).toBe(2);
  });
});

describe('publishing', () => {
  const events = Array.from({ length: 30 }, (_, index) => envelopeOf('OrderPlaced', { id: `e${index}` }));
  const ids = events.map(({ id }) => id);

  test('duplicates come later', async () => {
    const { run, rest, published } = world({ duplicate: 1 });
    await run(({ publisher }) => publisher.publish(events));
    expect(published).toEqual(ids);
    await rest();
    expect([...published].sort()).toEqual([...ids, ...ids].sort());
  });

  test('a reordered event is reported at once and comes later, after younger ones', async () => {
    const { run, rest, published } = world({ reorder: 0.5 });
    const outcomes = await run(({ publisher }) => publisher.publish(events));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['published']));
    expect(published.length).toBeLessThan(events.length);
    await rest();
    expect([...published].sort()).toEqual([...ids].sort());
    expect(published).not.toEqual(ids);
  });

  test('a delayed call takes seconds and keeps the order', async () => {
    const { run, published, scheduler } = world({ delay: 1 });
    await run(({ publisher }) => publisher.publish(events));
    expect(published).toEqual(ids);
    expect(scheduler.now()).toBeGreaterThan(100);
  });

  test('fails as a whole, with or without effect, or for some events, which are then not there', async () => {
    const seen = await overSeeds(20, async (seed) => {
      const { run, published } = world({ publishFailure: 1 }, seed);
      const outcomes = await run(({ publisher }) => publisher.publish(events)).catch(codeOf);
      if (typeof outcomes === 'string') return `${outcomes} ${published.length}`;
      const taken = events.filter((_, index) => outcomes[index]?.status === 'published').map(({ id }) => id);
      expect(published).toEqual(taken);
      return 'some';
    });
    expect([...seen].sort()).toEqual(['PUBLISH_UNAVAILABLE 0', 'PUBLISH_UNAVAILABLE 30', 'some']);
  });
});

describe('queue, clients and processes', () => {
  test('the replay queue fails, with or without effect', async () => {
    const seen = await overSeeds(12, async (seed) => {
      const { run, sent } = world({ throttle: 1 }, seed);
      const send = { task: { kind: 'wake' as const, saga: 's' }, group: 's', deduplicationId: 'd' };
      await expect(run(({ replayQueue }) => replayQueue.send([send]))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
      return sent.length;
    });
    expect([...seen].sort()).toEqual([0, 1]);
  });

  test('a client fails before or after its call took effect; a read-only one stays synchronous', async () => {
    const seen = await overSeeds(12, async (seed) => {
      const { run, charged } = world({ clientFailure: 1 }, seed);
      await expect(run((_, { payments }) => payments.charge('o'))).rejects.toThrow('payments did not answer');
      await run(async (_, { prices }) => expect(() => prices.of('sku')).toThrow('prices did not answer'));
      return charged.length;
    });
    expect([...seen].sort()).toEqual([0, 1]);
  });

  test('a zombie writes after the platform has given up on it', async () => {
    const { run, rest, scheduler, store } = world({ zombie: 1 });
    const hanging = run(({ store: faulty }) => faulty.commit([unitOf('a')]));
    await expect(hanging).rejects.toMatchObject({ code: 'FUNCTION_TIMED_OUT' });
    expect([scheduler.now(), store.entity('Order', 'a')]).toEqual([60_000, undefined]);
    await rest();
    expect(store.entity('Order', 'a')).toBeDefined();
    expect(scheduler.now()).toBeGreaterThan(60_000);
  });
});

test('a fault that does not exist, or has no probability, is refused', () => {
  expect(() => checkFaults({ meteor: 1 } as never)).toThrow(expect.objectContaining({ code: 'INVALID_FAULTS' }));
  expect(() => checkFaults({ throttle: 2 })).toThrow(expect.objectContaining({ code: 'INVALID_FAULTS' }));
  expect(() => checkFaults({ throttle: Number.NaN })).toThrow(expect.objectContaining({ code: 'INVALID_FAULTS' }));
});
