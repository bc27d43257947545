import { client, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { listReplays, pauseReplay, resumeReplay, showReplay, startReplay, stopReplay } from '../../lib/operations/replay/manage.ts';
import { planReplay } from '../../lib/operations/replay/plan.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { createPayments, Mail, type Payments, PlaceOrder } from '../embedded/shop.ts';
import { begun } from './desk.ts';
import { createRig, killed, killedAt, losing, type Rig } from './rig.ts';

async function placeOrders(rig: Rig, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await rig.send(PlaceOrder, { orderId: `rich-${index}` }, `order-${index}`);
  await rig.settle();
}

const mails = (rig: Rig, count: number) =>
  Array.from(
    { length: count },
    (_, index) => (rig.store('notification').entity(Mail.name, `rich-${index}`)?.state as { sent: number } | undefined)?.sent ?? 0,
  );

/** Everything from the beginning, to one consumer, to its end. */
async function replayAll(rig: Rig, consumer: string): Promise<void> {
  const { id } = await rig.run(startReplay(rig.access, { consumer, from: { kind: 'start' }, ratePerSecond: 500 }));
  const report = await rig.run(runReplay(rig.access, id));
  expect(report.state).toBe('done');
  await rig.settle();
}

describe('a replay', () => {
  test('of everything into a system at rest changes nothing and calls nobody', async () => {
    let calls = 0;
    const payments = createPayments();
    const counting: Payments = {
      charge(...parameters) {
        calls += 1;
        return payments.charge(...parameters);
      },
      refund(...parameters) {
        calls += 1;
        return payments.refund(...parameters);
      },
    };
    const rig = createRig({ clients: { payments: counting } });
    await placeOrders(rig, 6);
    await rig.send(PlaceOrder, { orderId: 'poor-1' }, 'poor-1');
    await rig.settle();
    const before = rig.journals();
    const published = rig.backbone.published.length;
    const callsBefore = calls;
    for (const service of rig.services) await replayAll(rig, service);
    expect(rig.journals()).toBe(before);
    expect(rig.backbone.published).toHaveLength(published);
    expect([callsBefore > 6, calls]).toEqual([true, callsBefore]);
  });

  test('sends exactly the mails that a consumer missed while it was off', async () => {
    let off = true;
    const rig = createRig({ createRuntime: losing('notification', () => off) });
    await placeOrders(rig, 100);
    expect(mails(rig, 100)).toEqual(Array.from({ length: 100 }, () => 0));
    off = false;
    await rig.send(PlaceOrder, { orderId: 'rich-100' }, 'order-100');
    await rig.settle();
    const spec = { consumer: 'notification', from: { kind: 'start' as const } };
    expect(await rig.run(planReplay(rig.access, spec))).toMatchObject({
      messages: 101,
      byType: { OrderCompleted: { messages: 101, claimed: 1, wouldRun: 100 } },
      wouldRun: { sendMail: 100 },
    });
    await replayAll(rig, 'notification');
    expect(mails(rig, 101)).toEqual(Array.from({ length: 101 }, () => 1));
    await replayAll(rig, 'notification');
    expect(mails(rig, 101)).toEqual(Array.from({ length: 101 }, () => 1));
  });
});

/** A service that takes a second for each message, past messages that it missed, and how long a live one waits for it. */
async function slowDesk(past: number) {
  let off = true;
  const handled = new Map<string, number>();
  const world: { rig?: Rig } = {};
  const slow = {
    async write(id: string) {
      await world.rig?.scheduler.sleep(1_000);
      handled.set(id, world.rig?.scheduler.now() ?? 0);
    },
  };
  const note = defineReaction({
    name: 'note',
    on: begun,
    clients: { slow: client<typeof slow>() },
    react: async ({ data: { id } }, tx) => void (await tx.clients.slow.write(id)),
  });
  const services = [defineService({ name: 'desk', reactions: [note] })];
  const rig = createRig({ services, clients: { slow }, createRuntime: losing('desk', () => off) });
  world.rig = rig;
  for (let index = 0; index < past; index += 1) await rig.publish(begun, { id: `past-${index}` }, `past-${index}`);
  await rig.settle(60);
  off = false;
  return { rig, handled };
}

test('a storm of replayed messages does not make live ones wait', async () => {
  const waits: (readonly number[])[] = [];
  for (const past of [0, 100]) {
    const { rig, handled } = await slowDesk(past);
    const { id } = await rig.run(startReplay(rig.access, { consumer: 'desk', from: { kind: 'start' }, ratePerSecond: 500 }));
    await rig.run(runReplay(rig.access, id));
    const sentAt: number[] = [];
    for (let live = 0; live < 5; live += 1) {
      sentAt.push(rig.scheduler.now());
      await rig.publish(begun, { id: `live-${live}` }, `live-${live}`);
      await rig.scheduler.run({ until: rig.scheduler.now() + 5_000 });
    }
    const busy = [...handled.keys()].filter((name) => name.startsWith('past')).length;
    expect([past, busy < past || past === 0]).toEqual([past, true]); // the storm was not over
    waits.push(sentAt.map((at, live) => Math.round(((handled.get(`live-${live}`) ?? Number.NaN) - at) / 1000)));
    await rig.settle();
    expect(handled.size).toBe(past + 5);
  }
  expect(waits).toEqual([
    [1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1],
  ]);
});

/** Five orders whose mails were missed. */
async function missedMails(): Promise<Rig> {
  let off = true;
  const rig = createRig({ createRuntime: losing('notification', () => off) });
  await placeOrders(rig, 5);
  off = false;
  return rig;
}

/** What an operator does who does not know how far the last try got. */
async function replayMails(rig: Rig, access: OperatorAccess): Promise<void> {
  const { items } = await listReplays(access, { limit: 1 });
  const { id } = items[0] ?? (await startReplay(access, { consumer: 'notification', from: { kind: 'start' }, ratePerSecond: 0.5 }));
  const report = await runReplay(access, id);
  if (report.state !== 'done') throw new Error(`the replay is ${report.state}`);
  await rig.access.clock.sleep(0);
}

async function isKilled(rig: Rig, work: Promise<unknown>): Promise<boolean> {
  return rig.run(
    work.then(
      () => false,
      (error: unknown) => {
        if (error !== killed) throw error;
        return true;
      },
    ),
  );
}

describe('a replay that is killed', () => {
  test.each([false, true])('at any call to a port (after it: %s) is gone on with: nothing lost, nothing twice', async (late) => {
    let k = 0;
    for (let goesOn = true; goesOn; ) {
      k += 1;
      const rig = await missedMails();
      goesOn = await isKilled(rig, replayMails(rig, killedAt(rig.access, k, late)));
      await isKilled(rig, replayMails(rig, rig.access));
      await rig.settle();
      expect({ k, mails: mails(rig, 5) }).toEqual({ k, mails: [1, 1, 1, 1, 1] });
      const [report] = (await listReplays(rig.access, { limit: 5 })).items;
      expect({ k, state: report?.state }).toEqual({ k, state: 'done' });
    }
    expect(k).toBeGreaterThan(15);
  });
});

describe('a run of a replay', () => {
  const spec = { consumer: 'notification', from: { kind: 'start' as const }, ratePerSecond: 1 };

  test('stops at its deadline, and the next one goes on behind what was sent', async () => {
    const rig = await missedMails();
    const { id } = await rig.run(startReplay(rig.access, spec));
    const first = await rig.run(runReplay(rig.access, id, { deadline: rig.scheduler.now() + 2_500 }));
    expect([first.state, first.counts.sent]).toEqual(['running', 3]);
    const second = await rig.run(runReplay(rig.access, id));
    expect([second.state, second.counts.sent, second.progress]).toEqual(['done', 5, 1]);
  });

  test('ends when the replay is paused, goes on when it is resumed, and never when it was stopped', async () => {
    const rig = await missedMails();
    const { id } = await rig.run(startReplay(rig.access, { ...spec, ratePerSecond: 0.2 }));
    const running = runReplay(rig.access, id);
    const pausing = rig.scheduler.sleep(7_000).then(() => pauseReplay(rig.access, id, 'too fast'));
    expect((await rig.run(Promise.all([running, pausing])))[0].state).toBe('paused');
    const paused = (await showReplay(rig.access, id)).counts.sent;
    expect(paused).toBeLessThan(5);
    expect((await rig.run(runReplay(rig.access, id))).counts.sent).toBe(paused);
    await resumeReplay(rig.access, id);
    expect((await rig.run(runReplay(rig.access, id))).counts.sent).toBe(5);
    await expect(stopReplay(rig.access, id)).rejects.toMatchObject({ code: 'REPLAY_ENDED' });
  });

  test('that another run takes over ends at its next checkpoint', async () => {
    const rig = await missedMails();
    const { id } = await rig.run(startReplay(rig.access, { ...spec, ratePerSecond: 0.2 }));
    const first = runReplay(rig.access, id).catch((error: unknown) => error);
    const second = rig.scheduler.sleep(1_000).then(() => runReplay(rig.access, id));
    const [lost, won] = await rig.run(Promise.all([first, second]));
    expect(lost).toMatchObject({ code: 'REPLAY_TAKEN' });
    expect(won).toMatchObject({ state: 'done' });
    await rig.settle();
    expect(mails(rig, 5)).toEqual([1, 1, 1, 1, 1]);
  });

  test.each([2, 7, 50, 333])('holds a rate of %d a second within 5 %', async (ratePerSecond) => {
    const rig = createRig();
    const total = Math.max(40, ratePerSecond);
    for (let index = 0; index < total; index += 1) {
      const saga = `saga-${index}`;
      const event = {
        specversion: '1.0',
        id: saga,
        source: 'x',
        type: 'OrderCompleted',
        subject: saga,
        time: new Date(rig.scheduler.now()).toISOString(),
      };
      const rest = { dataschema: 'urn:x', correlationid: saga, causationid: saga, partitionkey: saga, hops: 0, data: {} };
      rig.backbone.stream.put({ data: JSON.stringify({ ...event, ...rest }), partitionKey: saga });
    }
    const times: number[] = [];
    const access: OperatorAccess = {
      ...rig.access,
      replayQueue: () => ({ send: async (sends) => void times.push(...sends.map(() => rig.scheduler.now())) }),
    };
    const { id } = await rig.run(startReplay(access, { ...spec, ratePerSecond }));
    const report = await rig.run(runReplay(access, id));
    expect(times).toHaveLength(total);
    const last = times.at(-1) as number;
    const perSecond = times.filter((time) => time < last).length / ((last - (times[0] as number)) / 1000);
    expect(Math.abs(perSecond / ratePerSecond - 1)).toBeLessThan(0.05);
    expect(report.sentPerSecond).toBeGreaterThan(0);
  });
});
