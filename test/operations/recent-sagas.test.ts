import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../lib/contract/envelope.ts';
import { createStream } from '../../lib/embedded/channels/stream.ts';
import { createMemoryStreamReader } from '../../lib/embedded/memory/stream-reader.ts';
import { type RecentQuery, recentSagas } from '../../lib/operations/index.ts';
import { sagaOf } from '../../lib/operations/sagas/saga.ts';
import { OrderPlaced, PlaceOrder } from '../embedded/shop.ts';
import { ARRIVED_AT, bodyOf } from './fake-stream.ts';
import { createRig } from './rig.ts';

/** A stream that the test fills by hand, and a clock that only the test and those who wait move on. */
function createTape() {
  let now = ARRIVED_AT;
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds;
    },
  };
  const stream = createStream({ name: 'tape', clock });
  const reader = createMemoryStreamReader({ stream, clock });
  let read = 0;
  const counted: typeof reader = {
    ...reader,
    async read(query) {
      const page = await reader.read(query);
      read += page.records.length;
      const isLate = (body: string) => body.startsWith('late');
      return {
        ...page,
        records: page.records.map((record) => (isLate(record.body) ? { ...record, arrivedAt: record.arrivedAt - 2 } : record)),
      };
    },
  };
  const put = (saga: string, id: string, fields: Partial<Envelope> = {}, time = now) => {
    const event = { ...(JSON.parse(bodyOf(id, 'OrderPlaced', saga)) as Envelope), time: new Date(time).toISOString(), ...fields };
    stream.put({ data: JSON.stringify(event), partitionKey: saga });
    return event;
  };
  return {
    put,
    putText: (data: string) => void stream.put({ data, partitionKey: data }),
    pass: (seconds: number) => clock.sleep(seconds * 1000),
    now: () => now,
    recordsRead: () => read,
    recent: (query?: RecentQuery) => recentSagas({ clock, stream: counted }, query),
  };
}

const ids = ({ items }: { readonly items: readonly { readonly correlationId: string }[] }) =>
  items.map(({ correlationId }) => correlationId);

describe('recent sagas', () => {
  test('are found in all shards with their first and last event, the one with the newest event first', async () => {
    const rig = createRig();
    const sagas: string[] = [];
    for (const orderId of ['rich-1', 'rich-2', 'rich-3', 'poor-4', 'rich-5', 'rich-6']) {
      sagas.unshift((await rig.send(PlaceOrder, { orderId }, orderId)).correlationId);
      await rig.settle();
      await rig.scheduler.run({ until: rig.scheduler.now() + 60_000 });
    }
    const shards = new Set(sagas.map((saga) => rig.backbone.stream.put({ data: '{}', partitionKey: saga }).shard));
    expect(shards.size).toBe(2);
    const { items, found, more } = await rig.run(recentSagas(rig.access));
    expect({ ids: ids({ items }), found, more }).toEqual({ ids: sagas, found: 6, more: false });
    const whole = await rig.run(sagaOf(rig.access, sagas[0] as string, rig.manifests));
    const [placed, , , completed] = whole.messages.slice(1);
    expect(items[0]).toEqual({
      correlationId: sagas[0],
      first: { type: 'OrderPlaced', source: 'order', subject: 'rich-6', time: placed?.time },
      last: { type: 'OrderCompleted', source: 'order', time: completed?.time },
      messages: 4,
      fromStart: true,
    });
    expect(items[2]?.last.type).toBe('OrderCancelled');
  });

  test('of which only a later event arrived in that time are not said to be there from their start, nor if it is a deadline', async () => {
    const rig = createRig();
    const { correlationId } = await rig.send(PlaceOrder, { orderId: 'rich-1' }, 'rich-1');
    await rig.settle(1_800);
    await rig.publish(OrderPlaced, { orderId: 'o-2' }, 'added', 'other');
    await rig.publish(OrderPlaced, { orderId: 'o-3' }, 'begun');
    await rig.settle();
    const { items } = await rig.run(recentSagas(rig.access));
    expect(items.find((item) => item.correlationId === correlationId)).toMatchObject({
      first: { type: 'OrderOverdue' },
      messages: 1,
      fromStart: false,
    });
    const fromStart = (saga: string) => items.find((item) => item.correlationId === saga)?.fromStart;
    expect([fromStart('other'), fromStart('begun')]).toEqual([false, true]);
    const all = await rig.run(recentSagas(rig.access, { sinceSeconds: 3_600 }));
    expect(all.items.find((item) => item.correlationId === correlationId)).toMatchObject({
      first: { type: 'OrderPlaced' },
      last: { type: 'OrderOverdue' },
      messages: 5,
      fromStart: true,
    });
  });

  test('are those of the last 15 minutes, to the millisecond, where nothing else is asked for', async () => {
    const tape = createTape();
    tape.put('early', 'early');
    await tape.pass(0.001);
    tape.put('first', 'first');
    await tape.pass(900);
    tape.put('now', 'now');
    const until = tape.now();
    expect(await tape.recent()).toMatchObject({
      items: [{ correlationId: 'now' }, { correlationId: 'first' }],
      from: new Date(until - 900_000).toISOString(),
      until: new Date(until).toISOString(),
      read: 2,
    });
    expect(ids(await tape.recent({ sinceSeconds: 1_000 }))).toEqual(['now', 'first', 'early']);
    expect((await tape.recent({ sinceSeconds: Number.MAX_SAFE_INTEGER })).from).toBe('1970-01-01T00:00:00.000Z');
  });

  test('of an earlier time leave out what came later, and none is of the future', async () => {
    const tape = createTape();
    tape.put('before', 'before');
    await tape.pass(1_000);
    tape.put('asked', 'asked');
    const until = tape.now();
    await tape.pass(1);
    tape.put('after', 'after');
    expect(await tape.recent({ until })).toMatchObject({
      items: [{ correlationId: 'asked' }],
      from: new Date(until - 900_000).toISOString(),
      until: new Date(until).toISOString(),
    });
    const now = tape.now();
    expect((await tape.recent({ until: now + 60_000 })).until).toBe(new Date(now).toISOString());
  });

  test('count a copy once, and it makes nothing newer than it is', async () => {
    const tape = createTape();
    const copied = tape.put('copied', 'copied');
    await tape.pass(60);
    tape.put('later', 'later');
    await tape.pass(60);
    tape.put('copied', 'copied', { time: copied.time });
    tape.put('copied', 'copied', { source: 'another', time: copied.time });
    const { items, read } = await tape.recent();
    expect(ids({ items })).toEqual(['later', 'copied']);
    expect(items[1]).toMatchObject({ messages: 2, last: { time: copied.time } });
    expect(read).toBe(4);
    const { items: copies } = await tape.recent({ sinceSeconds: 30 });
    expect(copies).toMatchObject([{ correlationId: 'copied', last: { time: copied.time } }]);
  });

  test('are no newer than their events arrived, whatever time an event gives', async () => {
    const tape = createTape();
    tape.put('ahead', 'ahead', {}, tape.now() + 86_400_000);
    const arrived = tape.now();
    await tape.pass(1);
    tape.put('now', 'now', { time: new Date(tape.now()).toISOString().replace('Z', '+00:00') });
    const { items } = await tape.recent();
    expect(items.map(({ correlationId, last }) => [correlationId, last.time])).toEqual([
      ['now', new Date(arrived + 1_000).toISOString()],
      ['ahead', new Date(arrived).toISOString()],
    ]);
  });

  test('of one time: the event that the other led to is the last one', async () => {
    const tape = createTape();
    tape.put('saga', 'a', { type: 'First', hops: 1, causationid: 'saga' });
    tape.put('saga', 'b', { type: 'Second', hops: 2, causationid: 'a' });
    expect((await tape.recent()).items).toMatchObject([{ first: { type: 'First' }, last: { type: 'Second' }, fromStart: true }]);
  });

  test('can be selected by the type of an event and by a part of a subject; what is given is counted as a whole', async () => {
    const tape = createTape();
    tape.put('one', 'order-1');
    tape.put('one', 'shipment-1', { type: 'OrderShipped' });
    tape.put('two', 'order-2');
    expect((await tape.recent({ type: 'OrderShipped' })).items).toMatchObject([{ correlationId: 'one', messages: 2 }]);
    expect(ids(await tape.recent({ subject: 'shipment' }))).toEqual(['one']);
    expect(ids(await tape.recent({ type: 'OrderShipped', subject: 'order-2' }))).toEqual([]);
    expect(await tape.recent({ limit: 1 })).toMatchObject({ items: [{ correlationId: 'one' }], found: 2 });
  });

  test('count what holds no message', async () => {
    const tape = createTape();
    tape.put('one', 'one');
    tape.putText('no JSON');
    tape.putText('{"specversion":"1.0"}');
    for (const id of ['two\nthree', '\u001b[2J', '\ud800']) tape.put(id, 'two'); // no ids, as CloudEvents has it
    expect(await tape.recent()).toMatchObject({ found: 1, read: 6, unreadable: 5, more: false });
  });

  test('need a stream', async () => {
    const { access } = createRig();
    const { stream: _, ...without } = access;
    await expect(recentSagas(without)).rejects.toMatchObject({ code: 'STREAM_MISSING' });
  });
});

describe('recent sagas, with more records than are read', () => {
  /** One saga a second, `n-<seconds before the end>`. */
  async function everySecond(seconds: number) {
    const tape = createTape();
    for (let before = seconds; before > 0; before -= 1) {
      await tape.pass(1);
      tape.put(`n-${before}`, `n-${before}`);
    }
    return tape;
  }

  test.each([20, 60, 100, 250])(
    'of %d at most, the newest are given without a gap, and it is said how far back that is',
    async (recordsMax) => {
      const tape = await everySecond(1_200);
      const { items, found, from, until, more } = await tape.recent({ sinceSeconds: 1_200, recordsMax, limit: 1_000 });
      expect(more).toBe(true);
      expect(found).toBeLessThanOrEqual(recordsMax);
      expect(found).toBeGreaterThan(recordsMax / 5);
      expect(ids({ items })).toEqual(items.map((_, index) => `n-${index + 1}`));
      const seconds = (Date.parse(until) - Date.parse(from)) / 1000;
      expect(Math.abs(seconds - found)).toBeLessThanOrEqual(1);
    },
  );

  test('none is left out, and none is there twice, where a part after the other is read', async () => {
    const tape = await everySecond(1_200);
    tape.putText('no JSON');
    const { found, read, unreadable, more } = await tape.recent({ sinceSeconds: 5_000, recordsMax: 1_201 });
    expect({ found, read, unreadable, more }).toEqual({ found: 1_200, read: 1_201, unreadable: 1, more: false });
  });

  test('nor one whose time of arrival is before that of the record before it, between two parts', async () => {
    const tape = createTape();
    const one = tape.put('one', 'one');
    tape.putText('late');
    await tape.pass(900);
    tape.put('two', 'two', { time: one.time });
    expect(await tape.recent({ sinceSeconds: 2_000 })).toMatchObject({ found: 2, read: 3, unreadable: 1 });
  });

  test('a quiet time before a busy one is read in few steps, and a busy one does not hide what is newer', async () => {
    const tape = createTape();
    tape.put('old', 'old');
    await tape.pass(700);
    for (let index = 0; index < 100; index += 1) tape.put(`busy-${index}`, `busy-${index}`);
    await tape.pass(100);
    tape.put('new', 'new');
    const recent = await tape.recent({ recordsMax: 50 });
    expect(recent).toMatchObject({ items: [{ correlationId: 'new' }], found: 1, more: true });
    expect(tape.recordsRead()).toBeLessThan(1_000);
  });

  test('so many at once that nothing smaller can be read, a part of them is given', async () => {
    const tape = createTape();
    for (let index = 0; index < 100; index += 1) tape.put(`busy-${index}`, `busy-${index}`);
    const { found, more } = await tape.recent({ recordsMax: 10 });
    expect(more).toBe(true);
    expect(found).toBeGreaterThan(0);
  });
});
