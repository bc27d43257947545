import { client, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { loadHistory } from '../../lib/operations/history.ts';
import { sagaOf } from '../../lib/operations/sagas/saga.ts';
import { stuckSagas } from '../../lib/operations/sagas/stuck.ts';
import { whyText } from '../../lib/page/sagas/why.ts';
import { notEnded } from '../../lib/testing/saga-end.ts';
import { PlaceOrder } from '../embedded/shop.ts';
import { event } from '../runtime/rig.ts';
import { begun, createDesk, failed, never, paid } from './desk.ts';
import { createRig, losing } from './rig.ts';
import { allStuck, order } from './stuck.ts';

const cancelled = event('OrderCancelled');

describe('a saga', () => {
  test('that is completed shows its messages as a tree, its steps, and nothing that is still expected but its deadline', async () => {
    const rig = createRig();
    const saga = await sagaOf(rig.access, await order(rig, 'rich-1'), rig.manifests);
    expect(saga.status).toBe('completed');
    expect(saga.messages.map(({ type, sentBy }) => [type, sentBy?.reaction])).toEqual([
      ['PlaceOrder', undefined],
      ['OrderPlaced', 'placeOrder'],
      ['StockReserved', 'reserveStock'],
      ['OrderCharged', 'chargeOrder'],
      ['OrderCompleted', 'completeOrder'],
      ['OrderOverdue', 'placeOrder'],
    ]);
    const [command, placed] = saga.messages;
    expect(command?.children).toContain(placed?.id);
    expect(saga.steps.map(({ service, reaction, state }) => `${service} ${reaction} ${state}`)).toEqual([
      'order placeOrder done',
      'inventory reserveStock done',
      'payment chargeOrder done',
      'order completeOrder done',
      'notification sendMail done',
    ]);
    expect(saga.expected.map(({ type, reaction }) => `${type} ${reaction}`)).toEqual(['OrderOverdue cancelOrder']);
  });

  test('that failed shows what was undone', async () => {
    const rig = createRig();
    const saga = await sagaOf(rig.access, await order(rig, 'poor-1'), rig.manifests);
    expect(saga.status).toBe('compensated');
    expect(saga.steps.find(({ reaction }) => reaction === 'reserveStock')).toMatchObject({ state: 'undone', kind: 'step' });
  });

  test('that waits for a service shows which reaction is missing, and where it leads', async () => {
    let off = true;
    const rig = createRig({ createRuntime: losing('payment', () => off) });
    const id = await order(rig, 'rich-1');
    const saga = await sagaOf(rig.access, id, rig.manifests);
    expect([saga.status, saga.expected[0]]).toMatchObject([
      'running',
      { service: 'payment', reaction: 'chargeOrder', role: 'action', type: 'StockReserved', leadsTo: ['OrderCharged', 'ChargeFailed'] },
    ]);
    off = false;
  });

  test('whose events are later than the clock of whoever looks is not at rest for that: only deadlines lie ahead', async () => {
    const rig = createRig({ createRuntime: losing('payment', () => true) });
    const id = await order(rig, 'rich-1');
    const { clock } = rig.access;
    const behind = { ...rig.access, clock: { ...clock, now: () => clock.now() - 7_200_000 } };
    const saga = await sagaOf(behind, id, rig.manifests);
    expect(saga.expected.map(({ type, scheduled }) => `${type} ${scheduled}`)).toEqual(['StockReserved false', 'OrderOverdue true']);
    expect([saga.status, notEnded(saga, 'yet').details['waitsFor']]).toEqual([
      'running',
      ['payment is to run chargeOrder on StockReserved'],
    ]);
    expect(whyText(saga, behind.clock.now())).toBe('payment has not taken StockReserved for 0 s');
  });

  test('with an undo that never came shows the trigger', async () => {
    let off = false;
    const rig = createRig({ createRuntime: losing('inventory', () => off) });
    const sent = rig.send(PlaceOrder, { orderId: 'poor-1' }, 'poor-1');
    await rig.scheduler.run({ done: () => rig.backbone.published.some(({ envelope }) => envelope.type === 'StockReserved') });
    off = true;
    const { correlationId } = await sent;
    await rig.settle(1_000);
    const saga = await sagaOf(rig.access, correlationId, rig.manifests);
    const due = saga.expected.filter(({ type }) => type !== 'OrderOverdue');
    expect(due.map(({ service, role, type }) => `${service} ${role} ${type}`)).toEqual([
      'inventory trigger ChargeFailed',
      'inventory trigger OrderCancelled',
    ]);
    expect((await allStuck(rig, 5)).map(({ kind, service }) => `${kind} ${service}`)).toEqual(['missing inventory', 'missing inventory']);
  });

  test('with a dead letter is stuck, and one that is tried again is parked; nobody knows one that never was', async () => {
    const desk = createDesk();
    desk.broken = never();
    await desk.publish(begun, { id: 'o-0' }, 'o-0');
    await desk.settle();
    const stuck = await sagaOf(desk.access, 'o-0', desk.manifests);
    expect([stuck.status, stuck.steps.find(({ reaction }) => reaction === 'note')]).toMatchObject([
      'stuck',
      { state: 'gave-up', deadLetters: [{ state: 'open', error: { code: 'NEVER' } }] },
    ]);
    desk.broken = new Error('for now');
    await desk.publish(begun, { id: 'o-1' }, 'o-1');
    await desk.scheduler.run({ until: desk.scheduler.now() + 30_000 });
    const parked = await sagaOf(desk.access, 'o-1', desk.manifests);
    expect([parked.status, parked.parked[0]]).toMatchObject([
      'parked',
      { type: 'OrderBegun', failures: { note: { error: { message: 'for now' } } } },
    ]);
    expect((await sagaOf(desk.access, 'none', desk.manifests)).status).toBe('unknown');
  });
});

describe('stuck sagas', () => {
  test('are found whatever the page: the service, the event that is missing there, and since when', async () => {
    const rig = createRig({ createRuntime: losing('payment', () => true) });
    const first = await order(rig, 'rich-1');
    await order(rig, 'rich-2');
    expect(await allStuck(rig, 100)).toEqual([]);
    await rig.scheduler.run({ until: rig.scheduler.now() + 1_000_000 });
    for (const limit of [1, 2, 100]) {
      const found = await allStuck(rig, limit);
      expect(found.map(({ kind, service, reaction, event }) => `${kind} ${service} ${reaction} ${event?.type}`)).toEqual([
        'missing payment chargeOrder StockReserved',
        'missing payment chargeOrder StockReserved',
      ]);
      expect(found.map(({ correlationId }) => correlationId)).toContain(first);
    }
  });

  test('whose events are older than the look back are left out', async () => {
    const rig = createRig({ createRuntime: losing('payment', () => true) });
    await order(rig, 'rich-1');
    await rig.scheduler.run({ until: rig.scheduler.now() + 86_400_000 });
    const missing = async (lookBackSeconds: number) =>
      (await rig.run(stuckSagas(rig.access, rig.manifests, { lookBackSeconds }))).items.filter(({ kind }) => kind === 'missing').length;
    expect([await missing(90_000), await missing(3_600)]).toEqual([1, 0]);
  });

  test('wait in the sender while its event is not published, whatever the receiver keeps account of', async () => {
    const rig = createRig({ createRuntime: losing('payment', () => true) });
    const saga = await order(rig, 'rich-1');
    await rig.scheduler.run({ until: rig.scheduler.now() + 3_600_000 });
    const [claim] = rig.store('inventory').claimsOf(saga);
    const outbox = new Map([['m', { entries: claim?.emissions.map(({ commit }) => ({ commit })) ?? [] }]]) as never;
    const found = async (waiting: boolean) => {
      const access: OperatorAccess = {
        ...rig.access,
        store(service) {
          const store = rig.access.store(service);
          if (service === 'inventory')
            return {
              ...store,
              read: async (request) => ({ ...(await store.read(request)), ...(waiting && request.outbox ? { outbox } : {}) }),
            };
          const built = { version: 'v', current: 1, highest: 1, kept: [], since: rig.scheduler.now() };
          return service === 'payment' ? { ...store, generations: async () => built } : store;
        },
      };
      const { items } = await rig.run(stuckSagas(access, rig.manifests, { limit: 1_000, cursor: 'inventory ' }));
      return items.map(({ kind, service, event }) => `${kind} ${service} ${event?.type}`);
    };
    expect([await found(true), await found(false)]).toEqual([['unpublished inventory StockReserved'], []]);
  });

  test('are those whose deadline came and was not taken, and none before it is due', async () => {
    let off = false;
    const rig = createRig({ createRuntime: losing('order', () => off) });
    await rig.send(PlaceOrder, { orderId: 'rich-1' }, 'rich-1');
    await rig.scheduler.run({ until: rig.scheduler.now() + 60_000 });
    off = true;
    const found = async () =>
      (await rig.run(stuckSagas(rig.access, rig.manifests))).items.map(({ kind, service, event }) => `${kind} ${service} ${event?.type}`);
    await rig.scheduler.run({ until: rig.scheduler.now() + 1_700_000 }); // due in 1,800 s
    expect(await found()).toEqual([]);
    await rig.settle(3_600);
    expect(await found()).toEqual(['missing order OrderOverdue']);
  });

  test('of a system at rest are none', async () => {
    const rig = createRig();
    await order(rig, 'rich-1');
    await order(rig, 'poor-1');
    await rig.settle(3_600);
    expect(await allStuck(rig, 3)).toEqual([]);
  });

  test('are those with an open step or a parked message, too, with the failure', async () => {
    const desk = createDesk();
    desk.bankBroken = never();
    await desk.publish(begun, { id: 'o-0' }, 'o-0');
    await desk.settle();
    desk.bankBroken = undefined;
    desk.broken = new Error('for now');
    await desk.publish(begun, { id: 'o-1' }, 'o-1');
    await desk.scheduler.run({ until: desk.scheduler.now() + 600_000 });
    const found = await allStuck(desk, 10, 300);
    expect(found).toMatchObject([
      { kind: 'parked', correlationId: 'o-1', service: 'desk', reaction: 'note', failure: { error: { message: 'for now' } } },
      { kind: 'open', correlationId: 'o-0', reaction: 'pay', state: 'gave-up', deadLetters: [expect.any(String)] },
    ]);
  });
});

test('a message that waits for another try is not missing as well', async () => {
  const start = defineReaction({ name: 'start', on: begun, emits: [paid], react: ({ data }, tx) => tx.emit(paid, data) });
  const print = defineReaction({
    name: 'print',
    on: paid,
    react() {
      throw new Error('paper jam');
    },
  });
  const services = [defineService({ name: 'till', reactions: [start] }), defineService({ name: 'printer', reactions: [print] })];
  const rig = createRig({ services, clients: {} });
  await rig.publish(begun, { id: 'o-1' }, 'o-1');
  await rig.scheduler.run({ until: rig.scheduler.now() + 1_000_000 });
  expect((await allStuck(rig, 10)).map(({ kind, service, event }) => `${kind} ${service} ${event?.type}`)).toEqual([
    'parked printer OrderPaid',
  ]);
});

/** A label is booked at least once; the carrier is down, and the others are told. */
const book = defineReaction({
  name: 'book',
  on: begun,
  emits: [paid],
  fails: [failed],
  clients: { carrier: client<{ book(key: string): Promise<string>; cancel(label: string): Promise<void> }>() },
  async react({ data: { id } }, tx) {
    const label = await tx.clients.carrier.book(tx.idempotencyKey);
    tx.emit(paid, { id });
    return { label };
  },
  onGiveUp: ({ data: { id } }, tx) => tx.fail(failed, { id }),
  compensation: { on: cancelled, undo: (_event, tx, { label }) => tx.clients.carrier.cancel(label) },
});

describe('a step that gave up after its call, and was redriven', () => {
  test.each([[[]], [[cancelled]]])('is stuck no more when it is undone (%#)', async (triggers) => {
    const labels = { down: true, cancelled: [] as string[] };
    const carrier = {
      async book() {
        if (labels.down) throw never();
        return 'label-1';
      },
      cancel: async (label: string) => void labels.cancelled.push(label),
    };
    const rig = createRig({ services: [defineService({ name: 'shipping', reactions: [book] })], clients: { carrier } });
    await rig.publish(begun, { id: 'o-0' }, 'o-0');
    await rig.settle();
    for (const trigger of triggers) await rig.publish(trigger, { id: 'o-0' }, 't', 'o-0');
    await rig.settle(1_000);
    expect((await allStuck(rig, 10)).map(({ kind, state }) => `${kind} ${state}`)).toEqual(['open gave-up']);
    labels.down = false;
    await rig.run(redriveDeadLetters(rig.access, { consumer: 'shipping' }));
    await rig.settle(1_000);
    const { status, steps } = await sagaOf(rig.access, 'o-0', rig.manifests);
    expect([status, labels.cancelled, steps.map(({ state, undoRequestedBy }) => [state, undoRequestedBy])]).toEqual([
      'compensated',
      ['label-1'],
      [['undone', undefined]],
    ]);
    expect(await allStuck(rig, 10)).toEqual([]);
  });
});

describe('a history', () => {
  test('keeps the order of a shard, whatever the clocks of the publishers say; over several shards it goes by time', async () => {
    const rig = createRig();
    await order(rig, 'rich-1');
    const [{ envelope } = { envelope: undefined }] = rig.backbone.published;
    const put = (id: string, time: string, partitionKey: string) =>
      rig.backbone.stream.put({ data: JSON.stringify({ ...envelope, id, time, subject: 's' }), partitionKey });
    put('first', '2026-01-01T00:00:05.000Z', 'a');
    put('second', '2026-01-01T00:00:01.000Z', 'a');
    const ids = async () => {
      const fold = (found: readonly string[], { id }: { readonly id: string }) => [...found, id];
      return (await rig.run(loadHistory(rig.access, { subject: 's' }, fold, []))).state;
    };
    expect(await ids()).toEqual(['first', 'second']);
    for (const key of ['b', 'c', 'd', 'e']) put(`of-${key}`, '2026-01-01T00:00:03.000Z', key);
    const all = await ids();
    expect([all.indexOf('second'), all.indexOf('first')]).toEqual([0, all.length - 1]);
  });

  test('folds the events of one subject, each once, in their order', async () => {
    const rig = createRig();
    await order(rig, 'rich-1');
    await order(rig, 'rich-2');
    const [record] = rig.backbone.published;
    for (const partitionKey of ['a', 'b', 'c', 'd']) rig.backbone.stream.put({ data: JSON.stringify(record?.envelope), partitionKey });
    const fold = (types: readonly string[], { type }: { readonly type: string }) => [...types, type];
    const history = await rig.run(loadHistory(rig.access, { subject: 'rich-1' }, fold, []));
    expect(history).toMatchObject({ events: 4, complete: true, state: ['OrderPlaced', 'StockReserved', 'OrderCharged', 'OrderCompleted'] });
    const some = await rig.run(loadHistory(rig.access, { subject: 'rich-1', types: ['OrderPlaced'], recordsMax: 1 }, fold, []));
    expect([some.complete, some.state.length <= 1]).toEqual([false, true]);
  });
});
