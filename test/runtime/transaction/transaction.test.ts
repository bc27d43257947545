import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../../lib/contract/envelope.ts';
import { commandType, eventType } from '../../../lib/contract/message-type.ts';
import type { RunnableReaction } from '../../../lib/contract/reaction-checks.ts';
import { createMemoryStore } from '../../../lib/embedded/memory/store.ts';
import { Signal } from '../../../lib/runtime/transaction/signal.ts';
import { createTransaction, type Phase } from '../../../lib/runtime/transaction/transaction.ts';
import { createUnitOfWork } from '../../../lib/runtime/transaction/unit-of-work.ts';
import { createWorkspace } from '../../../lib/runtime/transaction/workspace.ts';
import { refusal } from '../../contract/refusal.ts';
import { envelope, schemaOf } from '../message/sample.ts';

const event = (type: string, version = 1) =>
  eventType<string, object>({ type, version, subject: 'orderId', schema: schemaOf(type, version, { orderId: 'string' }) });
const Charged = event('PaymentCharged');
const Failed = event('PaymentFailed');
const Reminded = event('CustomerReminded');
const Refunded = event('PaymentRefunded');
const Other = event('OrderArchived');
const Charge = commandType<string, object, unknown>({ type: 'ChargePayment', version: 1, schema: schemaOf('ChargePayment', 1) });
const data = { orderId: 'o-1' };
const NOW = Date.parse('2026-01-01T00:00:00.000Z');

function begin({
  phase = 'react',
  message = {},
  reaction = {},
  service = 'payment',
}: {
  phase?: Phase;
  message?: Partial<Envelope>;
  reaction?: object;
  service?: string;
} = {}) {
  const runnable = {
    name: 'charge',
    on: [],
    emits: [Charged],
    fails: [Failed],
    schedules: [Reminded],
    compensation: { on: [], emits: [Refunded] },
    ...reaction,
  } as unknown as RunnableReaction;
  const work = createUnitOfWork(createWorkspace(createMemoryStore({ clock: { now: () => NOW } })), 'c');
  return createTransaction({ service, reaction: runnable, phase, message: envelope(message), work, clients: {}, now: NOW });
}
const emittedId = (options: Parameters<typeof begin>[0]) => {
  const { tx, events } = begin(options);
  tx.emit(options?.phase === 'undo' ? Refunded : Charged, data);
  return events[0]?.id;
};

describe('ids are derived, so that a rerun emits the same', () => {
  test('the same run gives the same ids, each of them once', () => {
    const run = () => {
      const { tx, events, scheduled } = begin();
      tx.emit(Charged, data);
      tx.emit(Charged, data);
      tx.schedule(Reminded, data, { afterSeconds: 1 });
      return [...events, ...scheduled].map(({ id }) => id).concat(tx.newId(), tx.newId());
    };
    expect(run()).toEqual(run());
    expect(new Set(run()).size).toBe(5);
  });
  test.each([
    ['another message', { message: { id: 'event-2' } }],
    ['a message of another source', { message: { source: 'elsewhere' } }],
    ['another reaction', { reaction: { name: 'charge2' } }],
    ['another service', { service: 'billing' }],
    ['the give-up', { phase: 'give-up' as const }],
    ['the undo', { phase: 'undo' as const }],
  ])('%s gives others', (_name, options) => {
    expect(emittedId(options)).not.toBe(emittedId({}));
    expect(begin(options).tx.newId()).not.toBe(begin().tx.newId());
  });
});

describe('the idempotency key', () => {
  const key = (options: Parameters<typeof begin>[0]) => begin(options).tx.idempotencyKey;
  const entry = { compensation: undefined };
  test('of a step is that of the saga, whatever the message', () => {
    expect(key({ message: { id: 'event-2', source: 'elsewhere' } })).toBe(key({}));
    expect(key({ message: { correlationid: 'saga-2' } })).not.toBe(key({}));
    expect(key({ reaction: { name: 'ship' } })).not.toBe(key({}));
    expect(key({ service: 'billing' })).not.toBe(key({}));
  });
  test('of an entry is that of the message', () => {
    expect(key({ reaction: entry, message: { id: 'event-2' } })).not.toBe(key({ reaction: entry }));
    expect(key({ reaction: entry, message: { source: 'elsewhere' } })).not.toBe(key({ reaction: entry }));
    expect(key({ reaction: entry, message: { correlationid: 'saga-2' } })).toBe(key({ reaction: entry }));
  });
  test('of an undo is never that of the trigger: two triggers must not refund twice', () => {
    const undo = { phase: 'undo' as const };
    expect(key({ ...undo, message: { id: 'trigger-2', type: 'OrderExpired' } })).toBe(key(undo));
    expect(key(undo)).not.toBe(key({}));
    expect(key({ ...undo, message: { correlationid: 'saga-2' } })).not.toBe(key(undo));
  });
});

describe('only what is declared goes out', () => {
  test.each<[string, Phase, (tx: ReturnType<typeof begin>['tx']) => unknown, string]>([
    ['emit', 'react', (tx) => tx.emit(Other, data), "charge: OrderArchived is not in this reaction's emits; add it there."],
    ['emit of a failure', 'react', (tx) => tx.emit(Failed, data), "charge: PaymentFailed is not in this reaction's emits; add it there."],
    [
      'emit of another version',
      'react',
      (tx) => tx.emit(event('PaymentCharged', 2), data),
      "charge: PaymentCharged is not in this reaction's emits; add it there.",
    ],
    ['fail', 'react', (tx) => tx.fail(Charged, data), "charge: PaymentCharged is not in this reaction's fails; add it there."],
    [
      'schedule',
      'react',
      (tx) => tx.schedule(Charged, data, { afterSeconds: 1 }),
      "charge: PaymentCharged is not in this reaction's schedules; add it there.",
    ],
    [
      'emit in undo of what react emits',
      'undo',
      (tx) => tx.emit(Charged, data),
      "charge: PaymentCharged is not in this compensation's emits; add it there.",
    ],
    ['fail in undo', 'undo', (tx) => tx.fail(Failed, data), "charge: PaymentFailed is not in this compensation's fails; add it there."],
    [
      'schedule in undo',
      'undo',
      (tx) => tx.schedule(Reminded, data, { afterSeconds: 1 }),
      "charge: CustomerReminded is not in this compensation's schedules; add it there.",
    ],
    [
      'emit of nothing',
      'react',
      (tx) => tx.emit(undefined as never, data),
      "charge: undefined is not in this reaction's emits; add it there.",
    ],
  ])('%s', (_name, phase, use, expected) => {
    const { tx, events, scheduled, ending } = begin({ phase });
    expect(refusal(() => use(tx))).toBe(`EVENT_NOT_DECLARED: ${expected}`);
    expect([events, scheduled, ending()]).toEqual([[], [], undefined]);
  });
  test('data that misses its schema is refused before the commit', () => {
    expect(refusal(() => begin().tx.emit(Charged, {}))).toBe(
      'SCHEMA_VIOLATION: PaymentCharged version 1: data/orderId should be a string, but is a undefined.',
    );
  });
});

describe('limits', () => {
  test('50 events, scheduled ones included', () => {
    const { tx } = begin();
    for (let count = 0; count < 49; count += 1) tx.emit(Charged, data);
    tx.schedule(Reminded, data, { afterSeconds: 0 });
    expect(refusal(() => tx.emit(Charged, data))).toBe('TOO_MANY_EVENTS: charge emits more than 50 events for one message.');
    expect(refusal(() => tx.fail(Failed, data))).toBe('TOO_MANY_EVENTS: charge emits more than 50 events for one message.');
  });
  test('350,000 bytes of events', () => {
    const { tx } = begin();
    tx.emit(Charged, { ...data, text: 'x'.repeat(200_000) });
    expect(refusal(() => tx.emit(Charged, { ...data, text: 'x'.repeat(200_000) }))).toBe(
      'MESSAGE_TOO_LARGE: charge emits more than 350000 bytes for one message.',
    );
  });
  test('many events below the limit are taken, whatever could be in their texts', () => {
    const { tx, events } = begin();
    for (let count = 0; count < 40; count += 1) tx.emit(Charged, { ...data, text: 'x'.repeat(8_000) });
    expect(events).toHaveLength(40);
  });
  test.each([-1, Number.NaN, 34_560_001, Number.POSITIVE_INFINITY, '5 minutes'])('a delay of %s is refused', (afterSeconds) => {
    expect(refusal(() => begin().tx.schedule(Reminded, data, { afterSeconds: afterSeconds as number }))).toBe(
      `INVALID_DELAY: charge schedules CustomerReminded after ${afterSeconds} s: give 0 to 34560000.`,
    );
  });
});

describe('what goes out says where it comes from', () => {
  test('saga, cause, hops and trace are carried; a replay mark is not', () => {
    const { tx, events } = begin({ message: { hops: 4, traceparent: '00-t-s-01', tracestate: 'v=1', replayid: 'r', partitionkey: 'p' } });
    tx.emit(Charged, data);
    expect(events).toMatchObject([
      {
        source: 'payment',
        type: 'PaymentCharged',
        subject: 'o-1',
        time: '2026-01-01T00:00:00.000Z',
        correlationid: 'saga-1',
        causationid: 'event-1',
        partitionkey: 'saga-1',
        hops: 5,
        traceparent: '00-t-s-01',
        tracestate: 'v=1',
      },
    ]);
    expect(events[0]).not.toHaveProperty('replayid');
  });
  test('what is scheduled has the time at which it is due', () => {
    const { tx, scheduled } = begin();
    tx.schedule(Reminded, data, { afterSeconds: 90 });
    expect(scheduled.map(({ time }) => time)).toEqual(['2026-01-01T00:01:30.000Z']);
  });
});

describe('fail and refuse never return', () => {
  const swallow = (act: () => unknown) => {
    try {
      act();
    } catch {
      // as a team's code might
    }
  };
  const commands = { on: [Charge] };
  test('swallowing a fail does not undo it, and nothing is possible after it', async () => {
    const { tx, events, ending } = begin();
    swallow(() => tx.fail(Failed, data));
    expect(ending()).toMatchObject({ kind: 'fail', event: { type: 'PaymentFailed', causationid: 'event-1' } });
    for (const late of [
      () => tx.emit(Charged, data),
      () => tx.fail(Failed, data),
      () => tx.put({} as never, 'a', {}),
      () => tx.delete({} as never, 'a'),
      () => tx.schedule(Reminded, data, { afterSeconds: 1 }),
    ]) {
      expect(late).toThrow('The reaction ended here (fail); let this pass instead of catching it.');
    }
    await expect(tx.get({} as never, 'a')).rejects.toThrow('The reaction ended here (fail)');
    await expect(tx.getMany({} as never, ['a'])).rejects.toThrow('The reaction ended here (fail)');
    expect(events).toEqual([]);
  });
  test('the first ending counts', () => {
    const { tx, ending, end } = begin({ reaction: commands });
    swallow(() => tx.refuse('TOO_POOR', 'no money'));
    swallow(() => tx.fail(Failed, data));
    swallow(() => end(new Signal({ kind: 'conflict' })));
    expect(ending()).toEqual({ kind: 'refuse', refusal: { code: 'TOO_POOR', message: 'no money' } });
  });
  test('a fail whose data is wrong is an error, not a business failure', () => {
    const { tx, ending } = begin();
    expect(refusal(() => tx.fail(Failed, {}))).toMatch(/^SCHEMA_VIOLATION/);
    expect(ending()).toBeUndefined();
  });
  test.each<[string, object, Phase]>([
    ['a reaction on an event', {}, 'react'],
    ['an undo', commands, 'undo'],
    ['giving up', commands, 'give-up'],
  ])('%s has no caller to refuse', (_name, reaction, phase) => {
    const { tx, ending } = begin({ reaction, phase });
    expect(refusal(() => tx.refuse('NO', 'no'))).toBe(
      'NO_CALLER: charge: tx.refuse answers the caller of a command, and here is none; use tx.fail.',
    );
    expect(ending()).toBeUndefined();
  });
});

test('a run that is over takes nothing more: it would not be committed', async () => {
  const running = begin();
  running.close();
  const { tx } = running;
  const late = 'TRANSACTION_ENDED: charge used tx after it had returned; await everything that it starts.';
  expect([
    refusal(() => tx.emit(Charged, data)),
    refusal(() => tx.put({} as never, 'a', {})),
    refusal(() => tx.fail(Failed, data)),
  ]).toEqual([late, late, late]);
  await expect(tx.get({} as never, 'a')).rejects.toMatchObject({ code: 'TRANSACTION_ENDED' });
});
