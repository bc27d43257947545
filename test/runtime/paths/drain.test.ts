import { defineReaction, defineService, type Envelope } from 'aws-choreography';
import { expect, test } from 'vitest';
import type { DeadLetter } from '../../../lib/runtime/journal/dead-letter.ts';
import { claims, createRig, deliveriesOf, event, letters, messageOf, type Rig, statuses } from '../rig.ts';

const begun = event('OrderBegun');
const dropped = event('OrderDropped');
const failed = event('OrderFailed');

const quiet = defineReaction({ name: 'quiet', on: begun, react: () => {} });
const telling = defineReaction({
  name: 'telling',
  on: begun,
  fails: [dropped],
  react: () => ({ taken: true }),
  onGiveUp: ({ data: { id } }, tx) => tx.fail(dropped, { id }),
  compensation: { on: failed, undo() {} },
});
const service = defineService({ name: 'orders', reactions: [quiet, telling] });

const condition = { condition: 'RetryAttemptsExhausted', attempts: 7 };
const drain = (rig: Rig, ...messages: readonly (Envelope | string)[]) =>
  rig.runtime.drain(deliveriesOf(messages, rig.clock.now()), condition, { deadline: rig.clock.now() + 60_000 });

test('records that the transport gave up on are dead letters of the reactions that have not handled them, and the others are told', async () => {
  const rig = createRig(service);
  expect(statuses(await drain(rig, messageOf(begun, '1')))).toEqual(['done']);
  expect(letters(rig)).toEqual(['RetryAttemptsExhausted 1', 'RetryAttemptsExhausted 1']);
  expect(rig.store.allDeadLetters()).toMatchObject([
    { phase: 'transport', attempts: 7 },
    { phase: 'transport', attempts: 7 },
  ]);
  expect(claims(rig)).toEqual(['quiet 1 gave-up', 'telling 1 gave-up']);
  expect(rig.published.map(({ type }) => type)).toEqual(['OrderDropped']);
});

test('what a reaction has claimed is skipped', async () => {
  const rig = createRig(service);
  await rig.deliver(messageOf(begun, '1'));
  expect(statuses(await drain(rig, messageOf(begun, '1'), messageOf(begun, '2')))).toEqual(['done', 'done']);
  expect(letters(rig)).toEqual(['RetryAttemptsExhausted 2', 'RetryAttemptsExhausted 2']);
  expect(claims(rig)).toContain('telling 1 done');
});

test('what cannot be read is a dead letter too', async () => {
  const rig = createRig(service);
  expect(statuses(await drain(rig, '{"half', { ...messageOf(begun, '1'), hops: 99 }))).toEqual(['done', 'done']);
  expect(letters(rig)).toEqual(['HOP_LIMIT 1', 'INVALID_JSON -']);
});

test('a drained dead letter can be run again', async () => {
  const rig = createRig(defineService({ name: 'quiet-orders', reactions: [quiet] }));
  await drain(rig, messageOf(begun, '1'));
  await rig.replay({ kind: 'message', message: messageOf(begun, '1') });
  expect(claims(rig)).toEqual(['quiet 1 done']);
  expect(rig.store.allDeadLetters()).toMatchObject([{ state: 'closed' }]);
});

test('a trigger that has undone its step is skipped', async () => {
  const rig = createRig(service);
  const trigger = messageOf(failed, 'f', { correlationid: 'saga-1' });
  await rig.deliver(messageOf(begun, '1'), trigger);
  await drain(rig, trigger);
  expect(letters(rig)).toEqual([]);
});

test('a message that is a dead letter already does not become another one', async () => {
  const rig = createRig(service);
  await drain(rig, messageOf(begun, '1'));
  await rig.runtime.drain(
    deliveriesOf([messageOf(begun, '1')], 0),
    { condition: 'Other', attempts: 1 },
    { deadline: rig.clock.now() + 60_000 },
  );
  expect(rig.store.allDeadLetters()).toHaveLength(2);
  expect(letters(rig)).toEqual(['RetryAttemptsExhausted 1', 'RetryAttemptsExhausted 1']);
});

test('a redrive that crashed each time opens its document again, and gives up nothing that it was not sent to', async () => {
  const before = createRig(defineService({ name: 'orders', reactions: [quiet] }));
  await drain(before, messageOf(begun, '1'));
  const [letter] = before.store.allDeadLetters() as [DeadLetter];

  const rig = createRig(service, { store: before.store }); // with a reaction that no delivery of the message was for
  const redriven: DeadLetter = { ...letter, version: 'r', state: 'redriven', redrives: 1 };
  await rig.store.commit([{ id: 'r', writes: [{ kind: 'dead-letter', id: letter.id, expect: letter.version, put: redriven }] }]);
  const task = { kind: 'message', message: messageOf(begun, '1'), reactions: ['quiet'], deadLetter: letter.id } as const;
  const moved = { task, source: { kind: 'queue', queue: 'dead', messageId: 'm' }, attempt: 1_000 } as const;
  const crashed = { condition: 'ReceiveCountExceeded', attempts: 1_000 };
  expect(await rig.runtime.drainTask(moved, crashed, { deadline: rig.clock.now() + 60_000 })).toEqual({ status: 'done' });
  expect(rig.store.allDeadLetters()).toMatchObject([
    { id: letter.id, state: 'open', redrives: 1, attempts: 1_007, error: { code: 'ReceiveCountExceeded' } },
  ]);
  expect([claims(rig), rig.published]).toEqual([['quiet 1 gave-up'], []]);
});
