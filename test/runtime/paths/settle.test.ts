import { ChoreographyError, client, commandType, defineEntity, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { DeadLetter } from '../../../lib/runtime/journal/dead-letter.ts';
import type { ReplayTask } from '../../../lib/runtime/ports/replay-queue.ts';
import { conflict, createRig, event, lostAfter, lostBefore, messageOf, pass, statuses, throttled } from '../rig.ts';

interface Desk {
  book(request: { readonly id: string; readonly key: string }): Promise<string>;
  cancel(request: { readonly id: string; readonly key: string }): Promise<void>;
}
const schema = { uri: 'urn:aws-choreography:BookTrip:1', sensitive: [], validate: () => [] };
const BookTrip = commandType<'BookTrip', { id: string }, { booking: string }>({ type: 'BookTrip', version: 1, schema });
const Seat = defineEntity<{ taken: boolean }>('Seat');
const TripBooked = event('TripBooked');
const TripCancelled = event('TripCancelled');

function setUp(answers: readonly ('ok' | 'down')[]) {
  const calls: string[] = [];
  const cancelled: string[] = [];
  const desk: Desk = {
    async book({ key }) {
      calls.push(key);
      if (answers[calls.length - 1] === 'down') throw new Error('the desk is down');
      return 'b-1';
    },
    async cancel({ key }) {
      cancelled.push(key);
    },
  };
  const book = defineReaction({
    name: 'bookTrip',
    on: BookTrip,
    emits: [TripBooked],
    clients: { desk: client<Desk>() },
    async react({ data: { id } }, tx) {
      await tx.get(Seat, id);
      const booking = await tx.clients.desk.book({ id, key: tx.idempotencyKey });
      tx.emit(TripBooked, { id });
      return { booking };
    },
    compensation: { on: TripCancelled, undo: ({ data: { id } }, tx) => tx.clients.desk.cancel({ id, key: tx.idempotencyKey }) },
  });
  const rig = createRig(defineService({ name: 'trips', reactions: [book] }), { clients: { desk } });
  const send = () =>
    rig.runtime.execute(
      { command: BookTrip, data: { id: 't-1' }, idempotencyKey: 'once', caller: 'web' },
      { deadline: rig.clock.now() + 60_000 },
    );
  return { rig, calls, cancelled, send };
}

test('a command whose caller never comes back is finished: its call is repeated with the same key', async () => {
  const { rig, calls, send } = setUp(['down', 'down', 'down', 'ok']);
  expect(await send()).toMatchObject({ ok: false, retryable: true });
  expect(rig.store.allClaims()).toMatchObject([{ state: 'started' }]);

  rig.later(61);
  await rig.sweep();
  const [sent] = rig.queue;
  expect(sent?.task).toMatchObject({ kind: 'settle', reaction: 'bookTrip' });
  expect(await rig.replay(sent?.task as never)).toEqual({ status: 'done' });

  expect(rig.store.allClaims()).toMatchObject([{ state: 'done', data: { booking: 'b-1' } }]);
  expect(new Set(calls).size).toBe(1);
  expect(rig.published.map(({ type }) => type)).toEqual(['TripBooked']);
  expect(await send()).toMatchObject({ ok: true, answer: { booking: 'b-1' } });
});

test('attempts to finish are counted in the claim, so that a throttled store costs none', async () => {
  const { rig, send } = setUp(['down', 'down', 'down', 'down', 'down']);
  await send();
  rig.later(61);
  await rig.sweep();
  const task = rig.queue[0]?.task as never;
  expect(await rig.replay(task, 7)).toMatchObject({ status: 'retry' });
  expect(rig.store.allClaims()[0]?.settleFailure?.attempts).toBe(1);
});

test('a step whose reaction is gone is a dead letter, once', async () => {
  const { rig, send } = setUp(['down', 'down', 'down']);
  await send();
  rig.later(61);
  await rig.sweep();
  const task = rig.queue[0]?.task as never;
  const other = defineReaction({ name: 'otherName', on: TripBooked, react() {} });
  const renamed = createRig(defineService({ name: 'trips', reactions: [other] }), { store: rig.store });
  expect(await renamed.replay(task)).toEqual({ status: 'done' });
  expect(await renamed.replay(task)).toEqual({ status: 'done' });
  expect(rig.store.allDeadLetters()).toMatchObject([{ reactions: ['bookTrip'], error: { code: 'REACTION_GONE' }, state: 'open' }]);
  expect(rig.store.allClaims()[0]?.deadLetters).toHaveLength(1);
});

describe('a task that the queue gave up on', () => {
  const failure = { condition: 'ReceiveCountExceeded', attempts: 1000 };
  async function started() {
    const trip = setUp(['down', 'down', 'down', 'down']);
    const { rig, send } = trip;
    await send();
    rig.later(61);
    await rig.sweep();
    const task = rig.queue[0]?.task as ReplayTask;
    rig.queue.length = 0;
    const drain = (messageId: string) =>
      rig.runtime.drainTask({ task, source: { kind: 'queue', queue: 'dead', messageId }, attempt: 1000 }, failure, {
        deadline: rig.clock.now() + 60_000,
      });
    return { ...trip, task, drain };
  }

  test('is asked for again within an hour of a try that noted its failure, under an id of its own', async () => {
    const { rig, task, drain } = await started();
    await rig.replay(task);
    rig.later(3_599);
    expect([await drain('a'), await drain('b')]).toEqual([{ status: 'done' }, { status: 'done' }]);
    expect(rig.queue.map((sent) => sent.task)).toEqual([task, task]);
    expect(new Set(rig.queue.map(({ deduplicationId }) => deduplicationId)).size).toBe(2);
    expect(rig.store.allClaims()).toMatchObject([{ state: 'started' }]);
  });

  test('is a dead letter where no try noted anything for so long: the function ends without an answer', async () => {
    const { rig, task, drain, calls } = await started();
    await rig.replay(task);
    rig.later(3_601);
    const before = calls.length;
    expect(await drain('a')).toEqual({ status: 'done' });
    expect(rig.queue).toEqual([]);
    expect(calls).toHaveLength(before);
    expect(rig.store.allClaims()).toMatchObject([{ state: 'gave-up' }]);
    expect(rig.store.allDeadLetters()).toMatchObject([
      { phase: 'transport', error: { code: 'ReceiveCountExceeded' }, attempts: 1000, reactions: ['bookTrip'], state: 'open' },
    ]);
    expect(await drain('b')).toEqual({ status: 'done' });
    expect(rig.store.allDeadLetters()).toHaveLength(1);
  });

  test('is asked for again, however long its tries fail for a reason that counts as no attempt', async () => {
    const { rig, task, drain, calls } = await started();
    const before = calls.length;
    const read = rig.store.read;
    const unmapped = new ChoreographyError('TABLE_UNMAPPED', 'Seat is kept in a table that was not given.', { retryable: true });
    const waiting = createRig(rig.options.service as never, {
      clients: rig.options.clients ?? {},
      store: {
        ...rig.store,
        read: async (request) => (request.entities?.length ? Promise.reject(unmapped) : read(request)),
      },
    });
    for (let tries = 0; tries < 40; tries += 1) {
      waiting.later(tries === 0 ? 61 : 1_200);
      expect(await waiting.replay(task, 1)).toMatchObject({ status: 'retry' });
    }
    rig.later(61 + 39 * 1_200);
    expect(await drain('a')).toEqual({ status: 'done' });
    expect(rig.queue.map((sent) => sent.task)).toEqual([task]);
    expect([rig.store.allClaims()[0]?.state, rig.store.allDeadLetters(), calls.length - before]).toEqual(['started', [], 0]);
    rig.queue.length = 0;
    expect(await rig.replay(task)).toMatchObject({ status: 'retry' });
    expect(rig.store.allClaims()[0]?.settleFailure?.attempts).toBe(1);
  });

  test.each([conflict, throttled, lostBefore, lostAfter])(
    'has one dead letter, whatever becomes of one of its commits (%o)',
    async (fault) => {
      for (let at = 0; at < 4; at += 1) {
        const { rig, drain, task, calls } = await started();
        const before = calls.length;
        rig.commits.push(...Array.from({ length: at }, () => pass), fault);
        for (let tries = 0; tries < 5; tries += 1) if ((await drain('a')).status === 'done') break;
        expect([at, rig.store.allClaims()[0]?.state, rig.queue, calls.length - before]).toEqual([at, 'gave-up', [], 0]);
        expect(rig.store.allDeadLetters()).toMatchObject([{ state: 'open', redrives: 0, attempts: 1000 }]);
        expect(await rig.replay(task)).toEqual({ status: 'done' });
        expect(await drain('late')).toEqual({ status: 'done' });
        expect(rig.store.allDeadLetters()).toHaveLength(1);
        const [{ id, message }] = rig.store.allDeadLetters() as [DeadLetter];
        rig.later(61);
        const redrive = { kind: 'message', message, deadLetter: id, reactions: ['bookTrip'] } as never;
        for (let tries = 1; tries < 4; tries += 1) if ((await rig.replay(redrive, tries)).status === 'done') break;
        expect([rig.store.allDeadLetters()[0]?.state, rig.store.allClaims()[0]?.state, new Set(calls).size]).toEqual(['closed', 'done', 1]);
      }
    },
  );

  test('whose step was to be undone is settled and undone by its redrive, and nobody is told before', async () => {
    const { rig, drain, calls, cancelled } = await started();
    const [claim] = rig.store.allClaims();
    const trigger = messageOf(TripCancelled, 'x', { correlationid: claim?.saga as string });
    expect(statuses(await rig.deliver(trigger))).toEqual(['done']);
    await drain('a');
    expect(rig.store.allClaims()).toMatchObject([{ state: 'gave-up', undoRequested: { id: 'x' } }]);
    const [{ id, message }] = rig.store.allDeadLetters() as [DeadLetter];
    expect([message?.type, rig.published, cancelled]).toEqual(['BookTrip', [], []]);
    const before = calls.length;
    for (let tries = 1; tries < 4; tries += 1)
      if ((await rig.replay({ kind: 'message', message, deadLetter: id, reactions: ['bookTrip'] } as never, tries)).status === 'done')
        break;
    expect(rig.store.allClaims()).toMatchObject([{ state: 'undone' }]);
    expect([rig.store.allDeadLetters().map(({ state }) => state), rig.published, cancelled.length]).toEqual([['closed'], [], 1]);
    expect(calls.length - before).toBeGreaterThan(0);
    expect(new Set([...calls]).size).toBe(1);
  });

  test('is kept while the store takes no dead letter, and while nothing answers', async () => {
    const { rig, drain } = await started();
    rig.commits.push(...Array.from({ length: 50 }, () => throttled));
    expect(await drain('a')).toEqual({ status: 'unfinished', reason: 'its dead letter could not be written' });
    rig.die();
    expect(await drain('a')).toEqual({ status: 'unfinished', reason: 'this process is dead' });
    expect(rig.store.allClaims()).toMatchObject([{ state: 'started' }]);
  });
});
