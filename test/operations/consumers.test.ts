import { describe, expect, test } from 'vitest';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { listAudit } from '../../lib/operations/audit.ts';
import { pauseConsumer, resumeConsumer } from '../../lib/operations/consumers.ts';
import { readLag } from '../../lib/operations/lag.ts';
import { PlaceOrder } from '../embedded/shop.ts';
import { begun, createDesk, never } from './desk.ts';
import { createRig, type Rig } from './rig.ts';

const lagOf = async (access: OperatorAccess, consumer: string) => (await readLag(access, consumer))[0];

async function pausedShop(consumer: string, orders: number): Promise<Rig> {
  const rig = createRig();
  await rig.send(PlaceOrder, { orderId: 'rich-first' }, 'first');
  await rig.settle();
  await pauseConsumer(rig.access, consumer, 'a new deploy');
  for (let index = 0; index < orders; index += 1) await rig.send(PlaceOrder, { orderId: `rich-${index}` }, `order-${index}`);
  await rig.settle(10);
  return rig;
}

describe('lag', () => {
  test('of a consumer on the stream counts what it subscribes to and has not got, with the age of the oldest', async () => {
    const rig = await pausedShop('inventory', 4);
    const lag = await lagOf(rig.access, 'inventory');
    expect(lag).toMatchObject({
      consumer: 'inventory',
      source: 'stream',
      messages: 4,
      deadLetters: { count: 0 },
      parkedSagas: { count: 0 },
    });
    expect(lag?.milliseconds).toBeGreaterThan(10_000);
    expect(lag?.pause).toMatchObject({ reason: 'a new deploy', tooLong: false });
    expect(await lagOf(rig.access, 'payment')).toMatchObject({ messages: 0, milliseconds: 0 });
  });

  test('of a consumer on the bus is the depth of its queue', async () => {
    const rig = await pausedShop('notification', 3);
    expect(await lagOf(rig.access, 'notification')).toMatchObject({ source: 'bus', messages: 3, shards: [] });
  });

  test.each([
    [5, true],
    [3_600, false],
  ])('against a promise of %d s is late: %s', async (lagSecondsMax, late) => {
    const rig = await pausedShop('inventory', 1);
    const consumers = async () =>
      (await rig.access.consumers()).map((consumer) =>
        consumer.manifest ? { ...consumer, manifest: { ...consumer.manifest, lagSecondsMax } } : consumer,
      );
    expect(await lagOf({ ...rig.access, consumers }, 'inventory')).toMatchObject({ lagSecondsMax, late });
    expect(await lagOf({ ...rig.access, consumers }, 'payment')).toMatchObject({ late: false });
    expect(await lagOf(rig.access, 'inventory')).toMatchObject({ late: false });
  });

  test('says what is not known instead of zero', async () => {
    const rig = await pausedShop('inventory', 1);
    const { progress: _, queueFigures: __, ...blind } = rig.access;
    const lags = await readLag(blind);
    expect(lags.map(({ messages, known }) => [messages, known])).toEqual(lags.map(() => [undefined, 'none']));
  });

  test('names dead letters and parked sagas', async () => {
    const desk = createDesk();
    desk.broken = never();
    await desk.publish(begun, { id: 'o-0' }, 'o-0');
    await desk.settle();
    desk.broken = new Error('for now');
    await desk.publish(begun, { id: 'o-1' }, 'o-1');
    await desk.scheduler.run({ until: desk.scheduler.now() + 30_000 });
    const lag = await lagOf(desk.access, 'desk');
    expect(lag).toMatchObject({ deadLetters: { count: 1, more: false }, parkedSagas: { count: 1 } });
    expect(lag?.parkedMilliseconds).toBeGreaterThan(20_000);
  });

  test('flags a pause that lasts longer than half of what the stream keeps', async () => {
    const rig = await pausedShop('inventory', 0);
    await rig.scheduler.run({ until: rig.scheduler.now() + 4 * 86_400_000 });
    expect((await lagOf(rig.access, 'inventory'))?.pause?.tooLong).toBe(true);
  });
});

describe('a consumer that is resumed', () => {
  test('goes on where it stood, and both are in the audit', async () => {
    const rig = await pausedShop('inventory', 2);
    expect(await resumeConsumer(rig.access, 'inventory')).toMatchObject({ gaps: [], gapsUnknown: false });
    await rig.settle();
    expect(await lagOf(rig.access, 'inventory')).toMatchObject({ messages: 0 });
    const { items } = await listAudit(rig.access, { limit: 5 });
    expect(items.map(({ action, reason }) => [action, reason])).toEqual([
      ['consumer.resume', undefined],
      ['consumer.pause', 'a new deploy'],
    ]);
  });

  test('is told which records it may never have seen', async () => {
    const rig = await pausedShop('inventory', 2);
    await rig.scheduler.run({ until: rig.scheduler.now() + 8 * 86_400_000 });
    const { gaps, pausedMilliseconds } = await resumeConsumer(rig.access, 'inventory');
    expect(gaps.length).toBeGreaterThan(0);
    expect(pausedMilliseconds).toBeGreaterThan(8 * 86_400_000);
    const { progress: _, ...blind } = rig.access;
    expect(await resumeConsumer(blind, 'inventory')).toMatchObject({ gapsUnknown: true, pausedMilliseconds: 0 });
    await expect(pauseConsumer(rig.access, 'nobody', 'r')).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' });
  });
});
