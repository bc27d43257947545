// Replays that the platform carries out: its function dies at any call, comes twice at once, or has not enough time.
import { describe, expect, test } from 'vitest';
import type { OperatorAccess } from '../../../lib/operations/access.ts';
import { runJobs, type Tick } from '../../../lib/operations/platform/jobs.ts';
import { loadReplayList, PLATFORM_REPLAYS_MAX } from '../../../lib/operations/platform/replay-list.ts';
import { runReplaysJob } from '../../../lib/operations/platform/run-replays.ts';
import { pauseReplay, resumeReplay, showReplay, startReplay, stopReplay } from '../../../lib/operations/replay/manage.ts';
import { loadReplay, saveReplay } from '../../../lib/operations/replay/record.ts';
import type { ReplayReport } from '../../../lib/operations/replay/report.ts';
import { runReplay } from '../../../lib/operations/replay/run.ts';
import type { ReplaySpec } from '../../../lib/operations/replay/spec.ts';
import { noTelemetry } from '../../../lib/runtime/ports/telemetry.ts';
import { Mail, PlaceOrder } from '../../embedded/shop.ts';
import { beforeCall, createRig, killed, killedAt, losing } from '../rig.ts';

const ORDERS = 5;
const TICK_MILLISECONDS = 60_000;
const WORK_MILLISECONDS = 50_000;
const spec: ReplaySpec = { consumer: 'notification', from: { kind: 'start' } };

/** Orders whose mails were missed, an operator with a platform, and what the replay queue was sent. */
async function createPlatform(orders = ORDERS) {
  let off = true;
  const rig = createRig({ createRuntime: losing('notification', () => off) });
  for (let index = 0; index < orders; index += 1) await rig.send(PlaceOrder, { orderId: `rich-${index}` }, `order-${index}`);
  await rig.settle();
  off = false;
  const sent: string[] = [];
  const access: OperatorAccess = {
    ...rig.access,
    platform: { wake: async () => ({ woken: true }) },
    replayQueue(service) {
      const queue = rig.access.replayQueue(service);
      return {
        async send(sends) {
          sent.push(...sends.map(({ deduplicationId }) => deduplicationId));
          await queue.send(sends);
        },
      };
    },
  };
  let ticks = 0;
  return {
    rig,
    access,
    sent,
    /** What one invocation does; `through`: the access by which it does it. */
    tick(through: OperatorAccess = access): Promise<readonly string[]> {
      ticks += 1;
      const now = rig.scheduler.now();
      const tick: Tick = {
        clock: rig.scheduler,
        records: through.records,
        telemetry: noTelemetry,
        process: `process-${ticks}`,
        access: async () => through,
        deadline: now + WORK_MILLISECONDS,
        goneAt: now + TICK_MILLISECONDS,
      };
      return runJobs([runReplaysJob], tick).then((outcomes) =>
        outcomes.flatMap(({ error }) => (error === undefined ? [] : [String(error)])),
      );
    },
    /** A minute with its tick. */
    async minute(): Promise<readonly string[]> {
      const next = rig.scheduler.now() + TICK_MILLISECONDS;
      const errors = await rig.run(this.tick());
      await rig.run(rig.scheduler.sleep(next - rig.scheduler.now()));
      return errors;
    },
    start: (changes: Partial<ReplaySpec> = {}) => rig.run(startReplay(access, { ...spec, ...changes }, 'platform')),
    show: (id: string) => rig.run(showReplay(access, id)),
    mails: () =>
      Array.from(
        { length: orders },
        (_, index) => (rig.store('notification').entity(Mail.name, `rich-${index}`)?.state as { sent: number } | undefined)?.sent ?? 0,
      ),
    listed: async () => (await loadReplayList(access)).replays.map(({ id }) => id),
  };
}

type Platform = Awaited<ReturnType<typeof createPlatform>>;

const each = (count: number, value: number) => Array.from({ length: count }, () => value);
const brief = ({ state, counts, run }: ReplayReport) => ({ state, sent: counts.sent, isHeld: run !== undefined });

async function settled({ rig }: Platform): Promise<void> {
  await rig.settle();
}

describe('a replay on the platform', () => {
  test('waits for the tick, is carried out by it, and is off the list with the next one', async () => {
    const platform = await createPlatform();
    const started = await platform.start();
    expect([started.on, brief(started)]).toEqual(['platform', { state: 'running', sent: 0, isHeld: false }]);
    expect(await platform.listed()).toEqual([started.id]);
    expect(await platform.minute()).toEqual([]);
    expect(brief(await platform.show(started.id))).toEqual({ state: 'done', sent: ORDERS, isHeld: false });
    await platform.minute();
    expect(await platform.listed()).toEqual([]);
    await settled(platform);
    expect([platform.mails(), new Set(platform.sent).size, platform.sent.length]).toEqual([each(ORDERS, 1), ORDERS, ORDERS]);
  });

  test('that takes longer than a tick goes on in the next one, at its rate, and nothing is sent twice', async () => {
    const platform = await createPlatform(30);
    const { id } = await platform.start({ ratePerSecond: 0.2 });
    const steps: unknown[] = [];
    for (let minute = 0; minute < 3; minute += 1) {
      await platform.minute();
      steps.push(brief(await platform.show(id)));
    }
    expect(steps).toEqual([
      { state: 'running', sent: 11, isHeld: false },
      { state: 'running', sent: 22, isHeld: false },
      { state: 'done', sent: 30, isHeld: false },
    ]);
    await settled(platform);
    expect([platform.mails(), new Set(platform.sent).size, platform.sent.length]).toEqual([each(30, 1), 30, 30]);
  });

  test('has its turn beside others: the one that has waited longest comes first', async () => {
    const platform = await createPlatform(30);
    const first = await platform.start({ ratePerSecond: 0.2, reason: 'one' });
    await platform.rig.run(platform.rig.scheduler.sleep(1));
    const second = await platform.start({ ratePerSecond: 0.2, reason: 'two' });
    await platform.minute();
    const sentOf = async ({ id }: ReplayReport) => (await platform.show(id)).counts.sent;
    expect([await sentOf(first), await sentOf(second)]).toEqual([6, 6]);
  });

  test('has its turn also where there are more than one tick can serve: those that were left out come first', async () => {
    const platform = await createPlatform(30);
    const ids: string[] = [];
    for (let index = 0; index < 8; index += 1) {
      ids.push((await platform.start({ ratePerSecond: 0.2, reason: `${index}` })).id);
      await platform.rig.run(platform.rig.scheduler.sleep(1));
    }
    const waiting = async () => {
      const reports = await Promise.all(ids.map((id) => platform.show(id)));
      return reports.filter(({ counts }) => counts.sent === 0).length;
    };
    await platform.minute();
    expect(await waiting()).toBeGreaterThan(0);
    await platform.minute();
    expect(await waiting()).toBe(0);
  });

  test('is left alone by a tick while another process may still have it, and taken when that is gone', async () => {
    const platform = await createPlatform();
    const { id } = await platform.start({ ratePerSecond: 0.2 });
    const { rig, access } = platform;
    const dying = platform.tick(killedAt(access, 12, false));
    expect(await rig.run(dying)).toEqual(['Error: killed']);
    const { run } = await platform.show(id);
    expect(run).toMatchObject({ on: 'platform', until: expect.any(Number) });
    const before = platform.sent.length;
    const until = run?.until ?? 0;
    await rig.run(rig.scheduler.sleep(until - rig.scheduler.now() - 1));
    await rig.run(platform.tick());
    expect(platform.sent).toHaveLength(before);
    await rig.run(rig.scheduler.sleep(1));
    await rig.run(platform.tick());
    expect(brief(await platform.show(id))).toEqual({ state: 'done', sent: ORDERS, isHeld: false });
  });

  test('of two ticks at once, one has it', async () => {
    const platform = await createPlatform();
    const { id } = await platform.start({ ratePerSecond: 0.2 });
    expect(await platform.rig.run(Promise.all([platform.tick(), platform.tick(), platform.tick()]))).toEqual([[], [], []]);
    expect(brief(await platform.show(id))).toEqual({ state: 'done', sent: ORDERS, isHeld: false });
    expect([new Set(platform.sent).size, platform.sent.length]).toEqual([ORDERS, ORDERS]);
  });
});

describe('a tick that comes at any call to a port', () => {
  test('of another tick takes nothing away from it', async () => {
    let k = 0;
    for (let goesOn = true; goesOn; ) {
      k += 1;
      const platform = await createPlatform();
      const { rig, access } = platform;
      await platform.start({ ratePerSecond: 0.5 });
      let other: Promise<readonly string[]> | undefined;
      const disturbed = beforeCall(access, k, async () => {
        other = platform.tick();
        await rig.scheduler.sleep(3_000);
      });
      const errors = [await rig.run(platform.tick(disturbed)), await rig.run(other ?? Promise.resolve([]))];
      goesOn = other !== undefined;
      expect({ k, errors }).toEqual({ k, errors: [[], []] });
      expect({ k, ids: new Set(platform.sent).size, sent: platform.sent.length }).toEqual({ k, ids: ORDERS, sent: ORDERS });
    }
    expect(k).toBeGreaterThan(12);
  });

  test.each(['start', 'resume'] as const)('of whoever does a %s takes nothing off the list that is about to run', async (what) => {
    let k = 0;
    for (let goesOn = true; goesOn; ) {
      k += 1;
      const platform = await createPlatform(2);
      const { rig, access } = platform;
      const paused = what === 'resume' ? await platform.start() : undefined;
      if (paused) await rig.run(pauseReplay(access, paused.id));
      // Long enough for what is paused to be dropped by a tick that looks now.
      await rig.run(rig.scheduler.sleep(3_600_000));
      let came = false;
      const disturbed = beforeCall(access, k, async () => {
        came = true;
        await platform.tick();
      });
      const { id } = await rig.run(paused ? resumeReplay(disturbed, paused.id) : startReplay(disturbed, spec, 'platform'));
      goesOn = came;
      await platform.minute();
      expect({ k, state: (await platform.show(id)).state }).toEqual({ k, state: 'done' });
    }
    expect(k).toBeGreaterThan(4);
  });
});

describe('a replay on the platform whose function is killed', () => {
  test.each([false, true])(
    'at any call to a port (after it: %s) is gone on with by the next tick: nothing lost, nothing twice',
    async (late) => {
      let k = 0;
      for (let goesOn = true; goesOn; ) {
        k += 1;
        const platform = await createPlatform();
        const { id } = await platform.start({ ratePerSecond: 0.5 });
        const { rig, access } = platform;
        const errors = await rig.run(platform.tick(killedAt(access, k, late)));
        goesOn = errors.includes(String(killed));
        await rig.run(rig.scheduler.sleep(TICK_MILLISECONDS));
        await platform.minute();
        await platform.minute();
        await settled(platform);
        expect({ k, errors: errors.filter((error) => error !== String(killed)) }).toEqual({ k, errors: [] });
        expect({ k, ...brief(await platform.show(id)) }).toEqual({ k, state: 'done', sent: ORDERS, isHeld: false });
        expect({ k, ids: new Set(platform.sent).size, mails: platform.mails() }).toEqual({ k, ids: ORDERS, mails: each(ORDERS, 1) });
        expect({ k, listed: await platform.listed() }).toEqual({ k, listed: [] });
      }
      expect(k).toBeGreaterThan(12);
    },
  );
});

describe('whoever starts a replay on the platform and is killed', () => {
  test.each([false, true])('at any call to a port (after it: %s) leaves one that is carried out, or none', async (late) => {
    let k = 0;
    for (let goesOn = true; goesOn; ) {
      k += 1;
      const platform = await createPlatform(2);
      const { rig, access } = platform;
      const started = startReplay(killedAt(access, k, late), spec, 'platform').then(
        () => true,
        () => false,
      );
      goesOn = !(await rig.run(started));
      for (let minute = 0; minute < 13; minute += 1) await platform.minute();
      await settled(platform);
      const there = (await rig.run(access.records.list('replay', { limit: 5 }))).items.length;
      expect({ k, mails: platform.mails() }).toEqual({ k, mails: each(2, there) });
      expect({ k, listed: await platform.listed() }).toEqual({ k, listed: [] });
      if (!goesOn) expect(there).toBe(1);
    }
    expect(k).toBeGreaterThan(4);
  });
});

test.each([false, true])(
  'whoever resumes one and is killed at any call (after it: %s) leaves it paused, or it is carried out',
  async (late) => {
    let k = 0;
    for (let goesOn = true; goesOn; ) {
      k += 1;
      const platform = await createPlatform(2);
      const { rig, access } = platform;
      const { id } = await platform.start();
      await rig.run(pauseReplay(access, id));
      await rig.run(rig.scheduler.sleep(3_600_000));
      await platform.minute(); // it is off the list
      const resumed = resumeReplay(killedAt(access, k, late), id).then(
        () => true,
        () => false,
      );
      goesOn = !(await rig.run(resumed));
      const { state } = await platform.show(id);
      for (let minute = 0; minute < 2; minute += 1) await platform.minute();
      expect({ k, state: (await platform.show(id)).state }).toEqual({ k, state: state === 'running' ? 'done' : 'paused' });
    }
    expect(k).toBeGreaterThan(4);
  },
);

describe('an operator', () => {
  test('pauses what a tick is carrying out; ticks leave it alone until it is resumed, and begin behind what was sent', async () => {
    const platform = await createPlatform();
    const { rig, access } = platform;
    const { id } = await platform.start({ ratePerSecond: 0.2 });
    const pausing = rig.scheduler.sleep(7_000).then(() => pauseReplay(access, id, 'too fast'));
    await rig.run(Promise.all([platform.tick(), pausing]));
    const paused = await platform.show(id);
    expect(brief(paused)).toEqual({ state: 'paused', sent: expect.any(Number), isHeld: false });
    expect(paused.counts.sent).toBeLessThan(ORDERS);
    for (let minute = 0; minute < 12; minute += 1) await platform.minute();
    expect([await platform.listed(), (await platform.show(id)).counts.sent]).toEqual([[], paused.counts.sent]);
    await rig.run(resumeReplay(access, id));
    expect(await platform.listed()).toEqual([id]);
    await platform.minute();
    expect(brief(await platform.show(id))).toEqual({ state: 'done', sent: ORDERS, isHeld: false });
    expect([new Set(platform.sent).size, platform.sent.length]).toEqual([ORDERS, ORDERS]);
  });

  test('stops one for good', async () => {
    const platform = await createPlatform();
    const { id } = await platform.start();
    await platform.rig.run(stopReplay(platform.access, id));
    await platform.minute();
    expect([await platform.listed(), platform.sent]).toEqual([[], []]);
    await expect(platform.rig.run(resumeReplay(platform.access, id))).rejects.toMatchObject({ code: 'REPLAY_ENDED' });
  });

  test('gives one that was interrupted to the platform, and takes it back', async () => {
    const platform = await createPlatform(30);
    const { rig, access } = platform;
    const { id } = await rig.run(startReplay(access, { ...spec, ratePerSecond: 0.2 }));
    await rig.run(runReplay(access, id, { deadline: rig.scheduler.now() + 12_000 }));
    await platform.minute();
    expect([await platform.listed(), (await platform.show(id)).counts.sent]).toEqual([[], 3]);
    await rig.run(resumeReplay(access, id, 'a long one', 'platform'));
    await platform.minute();
    expect([(await platform.show(id)).on, (await platform.show(id)).counts.sent]).toEqual(['platform', 14]);
    const ticking = platform.tick();
    const taking = rig.scheduler.sleep(7_000).then(async () => {
      await resumeReplay(access, id, undefined, 'terminal');
      return runReplay(access, id);
    });
    const [errors, report] = await rig.run(Promise.all([ticking, taking]));
    expect([errors, report.on, report.state]).toEqual([[], 'terminal', 'done']);
    await settled(platform);
    expect([platform.mails(), new Set(platform.sent).size]).toEqual([each(30, 1), 30]);
  });

  test('gives one that runs in a terminal to the platform: the terminal leaves it, and the next tick goes on', async () => {
    const platform = await createPlatform(30);
    const { rig, access } = platform;
    const { id } = await rig.run(startReplay(access, { ...spec, ratePerSecond: 0.5 }));
    const giving = rig.scheduler.sleep(3_000).then(() => resumeReplay(access, id, undefined, 'platform'));
    const [report] = await rig.run(Promise.all([runReplay(access, id), giving]));
    expect([report.on, brief(report)]).toEqual(['platform', { state: 'running', sent: expect.any(Number), isHeld: false }]);
    expect(report.counts.sent).toBeLessThan(10);
    for (let minute = 0; minute < 2; minute += 1) await platform.minute();
    expect([(await platform.show(id)).on, (await platform.show(id)).state]).toEqual(['platform', 'done']);
    await settled(platform);
    expect([platform.mails(), new Set(platform.sent).size, platform.sent.length]).toEqual([each(30, 1), 30, 30]);
  });

  test('is refused where there is no platform, or too much on it', async () => {
    const platform = await createPlatform(1);
    const { rig, access } = platform;
    await expect(rig.run(startReplay(rig.access, spec, 'platform'))).rejects.toMatchObject({ code: 'PLATFORM_MISSING' });
    const { id } = await rig.run(startReplay(access, spec));
    await expect(rig.run(resumeReplay(rig.access, id, undefined, 'platform'))).rejects.toMatchObject({ code: 'PLATFORM_MISSING' });
    for (let count = 0; count < PLATFORM_REPLAYS_MAX; count += 1) {
      await rig.run(rig.scheduler.sleep(1));
      await platform.start();
    }
    await rig.run(rig.scheduler.sleep(1));
    await expect(platform.start()).rejects.toMatchObject({ code: 'INVALID_REPLAY' });
  });
});

describe('what a replay meets on the platform', () => {
  /** An access whose replay queue cannot be reached while `isDown` says so. */
  const failing = (access: OperatorAccess, error: () => Error | undefined): OperatorAccess => ({
    ...access,
    replayQueue: (service) => ({
      async send(sends) {
        const thrown = error();
        if (thrown) throw thrown;
        return access.replayQueue(service).send(sends);
      },
    }),
  });

  test('is kept with it and fails the tick; when it has passed, the next tick goes on and forgets it', async () => {
    const platform = await createPlatform();
    const { rig } = platform;
    const { id } = await platform.start();
    let down = true;
    const access = failing(platform.access, () => (down ? Object.assign(new Error('no way there'), { name: 'TimeoutError' }) : undefined));
    expect(await rig.run(platform.tick(access))).toEqual(['TimeoutError: no way there']);
    await rig.run(platform.tick(access));
    expect(await platform.show(id)).toMatchObject({
      state: 'running',
      problem: { code: 'TimeoutError', message: 'no way there', runs: 2 },
    });
    down = false;
    await rig.run(platform.tick(access));
    const report = await platform.show(id);
    expect([report.state, report.problem]).toEqual(['done', undefined]);
  });

  test('pauses it when it lasts for an hour of ticks, until somebody resumes it', async () => {
    const platform = await createPlatform();
    const { rig } = platform;
    const { id } = await platform.start();
    const access = failing(platform.access, () => new Error('down'));
    for (let tick = 0; tick < 59; tick += 1) await rig.run(platform.tick(access));
    expect((await platform.show(id)).state).toBe('running');
    await rig.run(platform.tick(access));
    expect(await platform.show(id)).toMatchObject({ state: 'paused', problem: { runs: 60 } });
    await rig.run(resumeReplay(platform.access, id));
    expect((await platform.show(id)).problem).toBeUndefined();
    await platform.minute();
    expect((await platform.show(id)).state).toBe('done');
  });

  test('pauses it at once when trying again would not help, and stops no other replay', async () => {
    const platform = await createPlatform();
    const { rig, access } = platform;
    const first = await platform.start();
    await rig.run(rig.scheduler.sleep(1));
    const second = await platform.start({ reason: 'another' });
    const { record, version } = await loadReplay(access, first.id);
    await saveReplay(access, { ...record, spec: { ...record.spec, consumer: 'gone' } }, version);
    expect(await platform.minute()).toEqual([expect.stringContaining('There is no service gone')]);
    expect((await platform.show(second.id)).state).toBe('done');
    expect(await platform.show(first.id)).toMatchObject({ state: 'paused', problem: { code: 'UNKNOWN_SERVICE', runs: 1 } });
  });
});
