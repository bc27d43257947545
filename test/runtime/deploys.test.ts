// What a deployment finds that the one before it has begun, and that its own reactions would have begun in another way.
import { client, commandType, defineReaction, defineService, type EventType, eventType, type Reaction } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import { claims, createRig, event, letters, messageOf, type Rig, type RigOptions } from './rig.ts';

const begun = event('OrderBegun');
const failed = event('OrderFailed');

interface Bank {
  charge(request: { readonly key: string }): Promise<void>;
}

const compensation = { on: failed, undo() {} };

function serviceOf(...reactions: readonly Reaction[]) {
  return defineService({ name: 'orders', reactions });
}

/** The next deployment, an hour later. */
function deploy({ store }: Rig, reaction: Reaction, options: RigOptions = {}): Rig {
  const rig = createRig(serviceOf(reaction), { ...options, store });
  rig.later(3_600);
  return rig;
}

test('a call that was begun by a reaction whose client is gone is OUTCOME_UNKNOWN, and never done', async () => {
  const down: Bank = { charge: () => Promise.reject(new Error('no answer')) };
  const calling = defineReaction({
    name: 'pay',
    on: begun,
    clients: { bank: client<Bank>() },
    react: (_, tx) => tx.clients.bank.charge({ key: tx.idempotencyKey }),
    compensation,
  });
  const rig = createRig(serviceOf(calling as Reaction), { clients: { bank: down } });
  await rig.deliver(messageOf(begun, '1'));
  expect(claims(rig)).toEqual(['pay 1 started']);

  const next = deploy(rig, defineReaction({ name: 'pay', on: begun, react() {}, compensation }));
  await next.wake('saga-1');
  expect([claims(next), letters(next)]).toEqual([['pay 1 gave-up'], ['OUTCOME_UNKNOWN 1']]);
});

test('a parked message that was for a reaction which is gone leaves the line', async () => {
  const broken = defineReaction({ name: 'broken', on: begun, react: () => Promise.reject(new Error('no answer')) });
  const other = defineReaction({ name: 'other', on: begun, react() {} });
  const rig = createRig(serviceOf(broken, other));
  await rig.replay({ kind: 'message', message: messageOf(begun, '1'), reactions: ['broken'] });
  expect(rig.store.allMarkers()).toHaveLength(1);

  const next = deploy(rig, other);
  expect(await next.wake('saga-1')).toEqual({ status: 'done' });
  expect([next.store.allMarkers(), claims(next)]).toEqual([[], []]);
});

test('a call that was begun by a command without a compensation is not made again by one with it: that would have another key', async () => {
  const schema = { uri: 'urn:aws-choreography:PayOrder:1', sensitive: [], validate: () => [] };
  const PayOrder = commandType<'PayOrder', { id: string }, void>({ type: 'PayOrder', version: 1, schema });
  const calls: string[] = [];
  const pay = (undone?: typeof compensation) =>
    defineReaction({
      name: 'pay',
      on: PayOrder,
      delivery: 'at-most-once',
      clients: { bank: client<Bank>() },
      react: (_, tx) => tx.clients.bank.charge({ key: tx.idempotencyKey }),
      ...(undone ? { compensation: undone } : {}),
    }) as Reaction;
  const bankOf = (answer: () => void): { readonly bank: Bank } => ({
    bank: {
      async charge({ key }) {
        calls.push(key);
        answer();
      },
    },
  });
  const rig: Rig = createRig(serviceOf(pay()), { clients: bankOf(() => rig.die()) });
  const call = { command: PayOrder, data: { id: '1' }, idempotencyKey: 'once', caller: 'web' };
  await rig.runtime.execute(call, { deadline: rig.clock.now() + 60_000 }).catch(() => {}); // the process is gone
  expect(rig.store.allClaims()).toMatchObject([{ kind: 'entry', state: 'started' }]);

  const next = deploy(rig, pay(compensation), { clients: bankOf(() => {}) });
  await next.sweep();
  const [asked] = next.queue;
  expect(await next.replay(asked?.task as never)).toEqual({ status: 'done' });
  expect([calls.length, letters(next), next.store.allClaims().length]).toEqual([
    1,
    [`REACTION_GONE ${rig.store.allClaims()[0]?.message?.id}`],
    1,
  ]);
});

describe('a deployment that does not know the version', () => {
  const renamed = <Name extends string>(type: Name) =>
    eventType<Name, { key: string }>({
      type,
      version: 2,
      subject: 'key',
      schema: {
        uri: `urn:aws-choreography:${type}:2`,
        sensitive: [],
        validate: (data) => ('key' in (data as object) ? [] : [{ path: '/key', expected: 'a text', received: 'nothing' }]),
      },
    });
  const [begunV2, failedV2] = [renamed('OrderBegun'), renamed('OrderFailed')];
  const settle = { kind: 'settle', saga: 'saga-1', reaction: 'pay' } as const;

  /** A process that dies at its call, and an undo that is asked for in the next one. `read`: what the code was given since. */
  async function undoing(action: EventType, trigger: EventType, data: object = { key: '1' }) {
    const read: unknown[] = [];
    let lost = () => {};
    const bank: Bank = { charge: async () => lost() };
    const pay = (on: EventType, undoneOn: EventType) =>
      defineReaction({
        name: 'pay',
        on,
        clients: { bank: client<Bank>() },
        react({ data }, tx) {
          read.push(data);
          return tx.clients.bank.charge({ key: tx.idempotencyKey });
        },
        compensation: { on: undoneOn, undo: ({ data }) => void read.push(data) },
      }) as Reaction;
    const rig = createRig(serviceOf(pay(action, trigger)), { clients: { bank } });
    const at = (on: EventType, undoneOn: EventType): Rig => deploy(rig, pay(on, undoneOn), { clients: { bank } });
    lost = rig.die;
    await rig.deliver(messageOf(action, '1', { data })).catch(() => {});
    lost = () => {};
    await at(action, trigger).deliver(messageOf(trigger, '2', { correlationid: 'saga-1', data }));
    read.length = 0;
    return { rig, at, read };
  }

  test('of what asked for an undo leaves it to one that does', async () => {
    const { rig, at, read } = await undoing(begunV2, failedV2);
    expect(await at(begunV2, failed).replay(settle)).toMatchObject({ status: 'retry' });
    expect([read, claims(rig), letters(rig)]).toEqual([[], ['pay 1 started'], []]);
    expect(await at(begunV2, failedV2).replay(settle)).toEqual({ status: 'done' });
    expect([read, claims(rig)]).toEqual([[{ key: '1' }, { key: '1' }], ['pay 1 undone']]);
  });

  test('of the message whose call is to be looked after leaves it to one that does: its reaction is not gone', async () => {
    const { rig, at } = await undoing(begunV2, failedV2);
    expect(await at(begun, failedV2).replay(settle)).toMatchObject({ status: 'retry' });
    expect([claims(rig), letters(rig)]).toEqual([['pay 1 started'], []]);
    expect(rig.store.allClaims()[0]?.settleFailure).toMatchObject({ attempts: 0, error: { code: 'UNKNOWN_VERSION' } });
    expect(await at(begunV2, failedV2).replay(settle)).toEqual({ status: 'done' });
    expect(claims(rig)).toEqual(['pay 1 undone']);
  });

  test('of an old message, as its upcast is gone, says so in a dead letter', async () => {
    const { rig, at } = await undoing(begun, failed, { id: '1' });
    expect(await at(begunV2, failed).replay(settle)).toEqual({ status: 'done' });
    expect(letters(rig)).toEqual(['NO_UPCAST 1']);
  });
});

test('a service that changes from the stream to the bus recognises what it has handled, and a line that it has left is still gone through', async () => {
  const ran: string[] = [];
  const down = new Set(['2']);
  const note = defineReaction({
    name: 'note',
    on: begun,
    react({ data: { id } }) {
      if (down.has(id)) throw new Error('no answer');
      ran.push(id);
    },
  });
  const rig = createRig(defineService({ name: 'orders', reactions: [note] }));
  await rig.deliver(messageOf(begun, '1'), messageOf(begun, '2', { correlationid: 'saga-2' }));
  expect([ran, rig.store.allMarkers().map(({ saga }) => saga)]).toEqual([['1'], ['saga-2']]);

  const onBus = createRig(defineService({ name: 'orders', source: 'bus', reactions: [note] }), { store: rig.store });
  const copies = [messageOf(begun, '1'), messageOf(begun, '3', { correlationid: 'saga-2' })].map((message) => ({
    body: JSON.stringify(message),
    source: { kind: 'queue' as const, queue: 'bus', messageId: message.id },
    arrivedAt: onBus.clock.now(),
  }));
  const results = await onBus.runtime.consume(copies, { deadline: onBus.clock.now() + 60_000 });
  expect([results.map(({ status }) => status), ran]).toEqual([
    ['done', 'done'],
    ['1', '3'],
  ]);
  down.clear();
  await onBus.wake('saga-2');
  expect([ran, onBus.store.allMarkers()]).toEqual([['1', '3', '2'], []]);
});
