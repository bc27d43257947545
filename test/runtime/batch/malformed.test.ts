import { expect, test } from 'vitest';
import { inventory, Stock } from '../../../functions/inventory/service.ts';
import { HOPS_MAX, MESSAGE_BYTES_MAX, MESSAGE_DEPTH_MAX } from '../../../lib/contract/limits.ts';
import { message } from '../../../lib/testing/message.ts';
import { stored, writeStored } from '../../../lib/testing/stored.ts';
import { OrderPlaced } from '../../../schemas/generated/index.ts';
import { createRig, letters, lostBefore, statuses, throttled } from '../rig.ts';

const order = (id: string, changes: object = {}) =>
  message(
    OrderPlaced,
    { orderId: id, customerId: 'c-1', items: [{ sku: 'tea', quantity: 1 }], totalCents: 900, currency: 'EUR' },
    { id, correlationid: `saga-${id}`, ...changes },
  );
const withData = (id: string, data: unknown) => JSON.stringify({ ...order(id), data });
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

const good = [order('good-1'), order('good-2'), order('good-3')] as const;
const bad: readonly (readonly [code: string, body: string])[] = [
  ['INVALID_JSON', '{"specversion": "1.0", '],
  ['INVALID_JSON', ''],
  ['INVALID_ENVELOPE', '"only a text"'],
  ['INVALID_ENVELOPE', JSON.stringify({ ...order('typed'), type: 7 })],
  ['INVALID_ENVELOPE', JSON.stringify({ ...order('hopping'), hops: '1' })],
  ['SCHEMA_VIOLATION', withData('violating', { orderId: 5 })],
  ['MESSAGE_TOO_LARGE', withData('large', { orderId: 'x'.repeat(MESSAGE_BYTES_MAX) })],
  ['TOO_DEEP', `{"type":"OrderPlaced","data":${deep(MESSAGE_DEPTH_MAX + 1)}}`],
  ['TOO_DEEP', `{"type":"OrderPlaced","data":${deep(20_000)}}`],
  ['FORBIDDEN_KEY', JSON.stringify(order('polluting')).replace('"orderId"', '"__proto__":{"admin":true},"orderId"')],
  ['HOP_LIMIT', JSON.stringify(order('endless', { hops: HOPS_MAX + 1 }))],
  ['TOO_OLD', JSON.stringify(order('old', { time: '2025-12-01T00:00:00.000Z' }))],
  ['ID_REUSED', JSON.stringify(order('good-1', { data: { ...good[0].data, totalCents: 1 } }))],
];
const codes = bad.map(([code]) => code).sort();

async function rigWithTea() {
  const rig = createRig(inventory);
  await writeStored(rig.store, [stored(Stock, 'tea', { available: 10 })]);
  return rig;
}

test('each message that can never be run is a dead letter with its code, and the rest of the batch goes through', async () => {
  const rig = await rigWithTea();
  const [first, second, third] = good;
  const results = await rig.deliver(
    first,
    ...bad.slice(0, 5).map(([, body]) => body),
    second,
    ...bad.slice(5).map(([, body]) => body),
    third,
  );

  expect(new Set(statuses(results))).toEqual(new Set(['done']));
  expect(
    rig.store
      .allDeadLetters()
      .map(({ error }) => error.code)
      .sort(),
  ).toEqual(codes);
  expect(rig.published.map(({ type, subject }) => `${type} ${subject}`)).toEqual([
    'InventoryReserved good-1',
    'InventoryReserved good-2',
    'InventoryReserved good-3',
  ]);
  expect(rig.store.entity('Stock', 'tea')?.state).toEqual({ available: 7 });
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});

test('a dead letter keeps the message, or the text that could not be read, and where it came from', async () => {
  const rig = await rigWithTea();
  await rig.deliver('{"half', JSON.stringify(order('endless', { hops: 99 })));
  expect(rig.store.allDeadLetters()).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({
        raw: '{"half',
        phase: 'decode',
        state: 'open',
        source: { kind: 'stream', stream: 'events', shard: '0', sequenceNumber: '1' },
      }),
      expect.objectContaining({ message: expect.objectContaining({ id: 'endless' }), phase: 'decode', state: 'open' }),
    ]),
  );
});

test('a redelivered batch leaves the dead letters of unreadable messages as they are, closed ones too', async () => {
  const rig = await rigWithTea();
  const bodies = [good[0], ...bad.map(([, body]) => body)];
  await rig.deliver(...bodies);
  for (const document of rig.store.allDeadLetters().filter(({ phase }) => phase === 'decode')) {
    const put = { ...document, version: 'operator', state: 'closed' as const };
    await rig.store.commit([{ id: 'operator', writes: [{ kind: 'dead-letter', id: document.id, expect: document.version, put }] }]);
  }
  const read = () => rig.store.allDeadLetters().filter(({ phase }) => phase === 'decode');
  const [before, count] = [read(), rig.counted('dead-letters')];
  await rig.deliver(...bodies);
  expect(read()).toEqual(before);
  expect(rig.store.allDeadLetters()).toHaveLength(bad.length);
  expect(rig.counted('dead-letters') - count).toBeLessThanOrEqual(1); // the reused id is the reaction's own affair
});

test('an unreadable message of a parked saga still leaves the line when its dead letter was there before', async () => {
  const rig = createRig(inventory);
  const endless = order('endless', { hops: HOPS_MAX + 1 });
  await rig.deliver(endless);
  const marker = {
    saga: 'saga-endless',
    version: 'm',
    members: [{ order: 1, source: 'test', id: 'endless', payloadHash: 'hash' }],
    nextOrder: 2,
    wakeAt: 0,
    tries: 0,
    parkedAt: 0,
  };
  const source = { kind: 'queue', queue: 'q', messageId: 'm' } as const;
  await rig.store.commit([
    {
      id: 'm',
      writes: [
        { kind: 'saga', saga: marker.saga, expect: null, put: marker },
        { kind: 'parked', saga: marker.saga, order: 1, put: { saga: marker.saga, order: 1, message: endless, source, failures: {} } },
      ],
    },
  ]);
  expect(await rig.wake('saga-endless')).toEqual({ status: 'done' });
  expect([rig.store.allMarkers(), letters(rig)]).toEqual([[], ['HOP_LIMIT endless']]);
});

test('a dead letter that cannot be written leaves its record unfinished, and only that one', async () => {
  const rig = await rigWithTea();
  rig.commits.push(throttled, throttled, lostBefore, throttled, throttled);
  const results = await rig.deliver('{"half', good[0]);
  expect(statuses(results)).toEqual(['unfinished', 'done']);
  expect(letters(rig)).toEqual([]);
});

test('a message that the service does not subscribe to is ignored and counted', async () => {
  const rig = await rigWithTea();
  expect(statuses(await rig.deliver(JSON.stringify({ ...order('other'), type: 'SomethingElse' })))).toEqual(['done']);
  expect(rig.counted('ignored')).toBe(1);
  expect(letters(rig)).toEqual([]);
});

test('each of two messages under one id gets its own result', async () => {
  const rig = await rigWithTea();
  // The second one is in another saga, so it does not wait for the first one, whose commits the store never takes.
  const reused = order('good-1', { correlationid: 'saga-other', data: { ...good[0].data, totalCents: 1 } });
  const isFirst = (units: Parameters<typeof rig.store.commit>[0]) =>
    units.some(({ writes }) => writes.some((write) => write.kind === 'claim' && write.put.saga === 'saga-good-1'));
  for (let count = 0; count < 60; count += 1)
    rig.commits.push(async (units, go) =>
      isFirst(units) ? units.map((unit) => ({ status: isFirst([unit]) ? 'conflict' : 'cancelled' })) : go(units),
    );
  // Without stock there is no item that both touch.
  const results = await rig.deliver(
    { ...good[0], data: { ...good[0].data, items: [] } },
    { ...reused, data: { ...reused.data, items: [], totalCents: 2 } },
  );
  expect(statuses(results)).toEqual(['unfinished', 'done']);
});
