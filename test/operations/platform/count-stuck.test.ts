// The platform counts sagas that wait: by service, over several ticks, by several processes, with journals it may not read.
import { describe, expect, test } from 'vitest';
import { ChoreographyError } from '../../../lib/contract/errors.ts';
import type { OperatorAccess } from '../../../lib/operations/access.ts';
import { pauseConsumer } from '../../../lib/operations/consumers.ts';
import { countStuckJob } from '../../../lib/operations/platform/count-stuck.ts';
import { runJobs } from '../../../lib/operations/platform/jobs.ts';
import { loadStuck, withFindings } from '../../../lib/operations/platform/stuck-count.ts';
import { startReplay } from '../../../lib/operations/replay/manage.ts';
import { runReplay } from '../../../lib/operations/replay/run.ts';
import type { LogRecord } from '../../../lib/runtime/ports/telemetry.ts';
import { PlaceOrder } from '../../embedded/shop.ts';
import { createRig, killedAt, losing } from '../rig.ts';

const MINUTE = 60_000;

/** A shop, and the platform beside it. */
function openPlatform(lost: 'notification' | 'payment' | 'nobody' = 'notification') {
  let off = true;
  const rig = createRig({ createRuntime: losing(lost, () => off) });
  const told: string[] = [];
  const log: LogRecord[] = [];
  let opened = 0;
  let scans = 0;
  const counting = (access: OperatorAccess): OperatorAccess => ({
    ...access,
    store(service) {
      const store = access.store(service);
      return {
        ...store,
        scanClaims(query) {
          scans += query.limit > 1 ? 1 : 0;
          return store.scanClaims(query);
        },
      };
    },
  });
  return {
    rig,
    log,
    opened: () => opened,
    scans: () => scans,
    /** One tick, by this access; what it told. */
    async tick(access: OperatorAccess = rig.access, milliseconds = 50_000): Promise<readonly string[]> {
      told.length = 0;
      const now = rig.scheduler.now();
      const outcomes = await rig.run(
        runJobs([countStuckJob], {
          clock: rig.scheduler,
          records: access.records,
          telemetry: {
            count: (name, { service = '' }, value) => void told.push(`${service} ${name} ${value}`),
            time: (name, { service = '' }, age) => void told.push(`${service} ${name} ${Math.round(age / MINUTE)} min`),
            log: (record) => void log.push(record),
          },
          process: 'p',
          access: async () => {
            opened += 1;
            return counting(access);
          },
          deadline: now + milliseconds,
          goneAt: now + MINUTE,
        }),
      );
      return [...told, ...outcomes.flatMap(({ error }) => (error === undefined ? [] : [String(error)]))];
    },
    document: async () => (await loadStuck({ clock: rig.scheduler, records: rig.access.records })).document,
    pass: (minutes: number) => rig.scheduler.run({ until: rig.scheduler.now() + minutes * MINUTE }),
    /** So many orders, of which the mails, the charges or nothing is missed; then an hour passes. */
    async order(orders: number): Promise<void> {
      for (let index = 0; index < orders; index += 1) await rig.send(PlaceOrder, { orderId: `rich-${index}` }, `order-${index}`);
      await rig.settle(3_600);
      off = false;
    },
  };
}

type Platform = ReturnType<typeof openPlatform>;

/** Ticks until a walk is through; how many it took. */
async function throughWalk({ tick, document }: Platform, access?: OperatorAccess): Promise<number> {
  const before = (await document()).last?.endedAt;
  for (let ticks = 1; ; ticks += 1) {
    await tick(access);
    const { last } = await document();
    if (last && last.endedAt !== before) return ticks;
    if (ticks > 100) throw new Error('the walk does not end');
  }
}

/** The same, with orders that came when the platform knew the shop already. */
async function createPlatform(orders: number, lost?: Parameters<typeof openPlatform>[0]): Promise<Platform> {
  const platform = openPlatform(lost);
  await throughWalk(platform);
  await platform.order(orders);
  return platform;
}

/** An access that one journal does not let in. */
function refusing({ rig }: Platform, closed: string): OperatorAccess {
  const refuse = async () => {
    throw new ChoreographyError('STORE_UNAVAILABLE', 'AccessDenied', { retryable: true });
  };
  return {
    ...rig.access,
    store(service) {
      const store = rig.access.store(service);
      return service === closed ? { ...store, read: refuse, scanClaims: refuse } : store;
    },
  };
}

describe('sagas that wait', () => {
  test('are counted by the service that they wait in, with the age of the oldest', async () => {
    const platform = await createPlatform(4);
    expect(await throughWalk(platform)).toBe(2); // four journals, two pages a tick
    expect(await platform.tick()).toEqual(['notification stuck-sagas 4', 'notification stuck-age 61 min']);
    expect((await platform.document()).last).toMatchObject({ found: { notification: { sagas: 4 } }, leftOut: [] });
  });

  test('are none where nothing waits, and then nothing is told', async () => {
    const platform = await createPlatform(2, 'nobody');
    await throughWalk(platform);
    expect(await platform.tick()).toEqual([]);
    expect((await platform.document()).last?.looked).toBeGreaterThan(8);
  });

  test('are told with each tick, and gone from the next walk when they are repaired', async () => {
    const platform = await createPlatform(2);
    await throughWalk(platform);
    const { rig } = platform;
    const { id } = await rig.run(startReplay(rig.access, { consumer: 'notification', from: { kind: 'start' } }));
    await rig.run(runReplay(rig.access, id));
    await rig.settle();
    expect(await platform.tick()).toContain('notification stuck-sagas 2');
    await platform.pass(5);
    await throughWalk(platform);
    expect(await platform.tick()).toEqual([]);
  });

  test('for a reaction that was not there when their events came are none: a new reader owes nothing of the past', async () => {
    const platform = openPlatform();
    const { rig } = platform;
    const before: OperatorAccess = {
      ...rig.access,
      consumers: async () => (await rig.access.consumers()).filter(({ name }) => name !== 'notification'),
    };
    await throughWalk(platform, before);
    await platform.order(2);
    await throughWalk(platform);
    expect(await platform.tick()).toEqual([]);
    await platform.pass(60);
    await throughWalk(platform);
    expect(await platform.tick()).toEqual([]);
  });

  test('in a paused service wait because somebody wants it: they are not counted', async () => {
    const platform = await createPlatform(2);
    await platform.rig.run(pauseConsumer(platform.rig.access, 'notification', 'a test'));
    await throughWalk(platform);
    expect(await platform.tick()).toEqual([]);
  });
});

describe('a walk', () => {
  test('begins each hour, and each five minutes while something waits; between, a tick reads one document', async () => {
    const calm = await createPlatform(1, 'nobody');
    await throughWalk(calm);
    const [opened, scans] = [calm.opened(), calm.scans()];
    await calm.pass(50);
    await calm.tick();
    expect([calm.opened(), calm.scans()]).toEqual([opened, scans]);
    await calm.pass(10);
    await calm.tick();
    expect(calm.scans()).toBeGreaterThan(scans);
    const busy = await createPlatform(1);
    await throughWalk(busy);
    await busy.pass(5);
    const before = busy.scans();
    await busy.tick();
    expect(busy.scans()).toBeGreaterThan(before);
  });

  test('takes two pages of a tick, and none when there is no time', async () => {
    const platform = await createPlatform(400);
    const before = platform.scans();
    await platform.tick();
    expect(platform.scans() - before).toBe(2);
    const { walk } = await platform.document();
    await platform.tick(undefined, 0);
    expect((await platform.document()).walk).toMatchObject({ looked: walk?.looked });
    expect(await throughWalk(platform)).toBeGreaterThan(2);
    await platform.pass(5);
    expect(await platform.tick()).toContain('notification stuck-sagas 400'); // of the last walk, while another is under way
    expect((await platform.document()).walk).toBeDefined();
  });

  test('whose process dies at any call goes on where it was saved, and counts nothing twice', async () => {
    for (let call = 1; ; call += 1) {
      const platform = await createPlatform(3, 'payment');
      const { rig } = platform;
      for (const late of [true, false]) await platform.tick(killedAt(rig.access, call, late));
      if (!(await platform.document()).last?.found['payment']) await throughWalk(platform);
      expect(await platform.tick()).toContain('payment stuck-sagas 3');
      const fresh = await createPlatform(3, 'payment');
      const access = killedAt(fresh.rig.access, 10_000, false);
      await fresh.tick(access);
      if (call > access.calls()) return;
    }
  });

  test('of two ticks at once is carried on by one of them', async () => {
    const platform = await createPlatform(3);
    const { rig } = platform;
    let others = 0;
    const raced: OperatorAccess = {
      ...rig.access,
      async consumers() {
        others += 1;
        if (others === 1) await throughWalk(platform); // others are through before this one has read anything
        return rig.access.consumers();
      },
    };
    await platform.tick(raced);
    expect(await platform.document()).toEqual({ last: expect.objectContaining({ found: { notification: expect.anything() } }) });
    expect(await platform.tick()).toContain('notification stuck-sagas 3');
  });

  test('leaves out a journal that it may not read, says so, and keeps what was known of it', async () => {
    const platform = await createPlatform(2);
    await throughWalk(platform);
    await platform.pass(5);
    await throughWalk(platform, refusing(platform, 'notification'));
    expect((await platform.document()).last).toMatchObject({ leftOut: ['notification'], found: { notification: { sagas: 2 } } });
    expect(platform.log).toMatchObject([{ level: 'warn', fields: { service: 'notification', error: 'AccessDenied' } }]);
    expect(await platform.tick()).toContain('notification stuck-sagas 2');
  });

  test('goes on without a journal that lets it in no longer, when it has begun with it', async () => {
    for (const closed of ['inventory', 'payment']) {
      const platform = await createPlatform(400);
      await platform.tick();
      expect((await platform.document()).walk?.leftOut).toEqual([]);
      const access = refusing(platform, closed);
      expect((await platform.tick(access)).filter((line) => line.includes('Error'))).toEqual([]);
      await throughWalk(platform, access);
      expect((await platform.document()).last).toMatchObject({ leftOut: [closed], found: { notification: { sagas: 400 } } });
      expect(platform.log).toMatchObject([{ level: 'warn', fields: { service: closed } }]);
    }
  });

  test('that fails for another reason stays where it is, and its tick fails', async () => {
    const platform = await createPlatform(400, 'payment');
    await platform.tick();
    const { walk } = await platform.document();
    const { access } = platform.rig;
    const control = { ...access.control, consumer: () => Promise.reject(new Error('no way there')) };
    let failures: readonly string[] = [];
    for (let ticks = 0; failures.length === 0 && ticks < 10; ticks += 1) failures = await platform.tick({ ...access, control });
    expect(failures).toContain('Error: no way there');
    expect((await platform.document()).walk).toMatchObject({ startedAt: walk?.startedAt, leftOut: [] });
  });

  test('tells what it has found before it is through, as it may take hours', async () => {
    const platform = await createPlatform(400);
    const told: string[] = [];
    while ((await platform.document()).last?.found['notification'] === undefined) told.push(...(await platform.tick()));
    const counts = told.filter((line) => line.startsWith('notification stuck-sagas')).map((line) => Number(line.split(' ')[2]));
    expect([counts[0], counts.at(-1)]).toEqual([expect.any(Number), 400]);
    expect(counts[0]).toBeLessThan(400);
    expect([...counts].sort((left, right) => left - right)).toEqual(counts);
  });

  test('begins anew where the service that it was in is gone', async () => {
    const platform = await createPlatform(2);
    const { rig } = platform;
    await platform.tick();
    const cursor = (await platform.document()).walk?.cursor?.split(' ')[0];
    expect(cursor).toBeDefined();
    const without: OperatorAccess = {
      ...rig.access,
      consumers: async () => (await rig.access.consumers()).filter(({ name }) => name !== cursor),
    };
    expect(await throughWalk(platform, without)).toBeLessThan(10);
    expect((await platform.document()).last?.found).not.toHaveProperty(cursor ?? '');
  });
});

test('a walk names 25 sagas at most, over all services, and counts them all', () => {
  const finding = { kind: 'missing', since: '2026-01-01T00:00:00.000Z', deadLetters: [], paused: false } as const;
  const of = (service: string) => Array.from({ length: 20 }, (_, index) => ({ ...finding, service, correlationId: `${service}-${index}` }));
  const counts = withFindings(withFindings({}, of('order')), [...of('order'), ...of('payment')]);
  expect(Object.values(counts).map(({ sagas, ids }) => [sagas, ids?.length])).toEqual([
    [20, 20],
    [20, 5],
  ]);
});
