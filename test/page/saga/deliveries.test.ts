import { describe, expect, test } from 'vitest';
import type { OperatorAccess } from '../../../lib/operations/access.ts';
import { redriveDeadLetters } from '../../../lib/operations/dead-letters/redrive.ts';
import { sagaOf } from '../../../lib/operations/sagas/saga.ts';
import { deliveriesOf } from '../../../lib/page/saga/deliveries.ts';
import type { Delivery } from '../../../lib/page/saga/delivery.ts';
import { createEnvelope, isoTime } from '../../../lib/runtime/message/envelopes.ts';
import { PlaceOrder } from '../../embedded/shop.ts';
import { begun, createDesk, failed, never } from '../../operations/desk.ts';
import { createRig, losing, type Rig, withoutTriggers } from '../../operations/rig.ts';
import { createTill } from './till.ts';

async function deliveriesIn(rig: Rig, id: string, access: OperatorAccess = rig.access): Promise<readonly Delivery[]> {
  return deliveriesOf(await sagaOf(access, id, rig.manifests), rig.manifests);
}

async function order(rig: Rig, orderId: string): Promise<string> {
  const { correlationId } = await rig.send(PlaceOrder, { orderId }, orderId);
  await rig.settle();
  return correlationId;
}

const line = ({ message, to, role, reaction = '-', outcome, sent, note }: Delivery) =>
  [
    `${message ? `${message.source} ${message.type}` : 'nothing'} > ${to} ${role === 'trigger' ? 'undo ' : ''}${reaction}: ${outcome}`,
    sent.join(' '),
    note,
  ]
    .filter(Boolean)
    .join(' | ');

describe('the deliveries of a saga', () => {
  test('that is completed stand in the order of their commits, each with what it sent', async () => {
    const rig = createRig();
    expect((await deliveriesIn(rig, await order(rig, 'rich-1'))).map(line)).toEqual([
      'test PlaceOrder > order placeOrder: done | OrderPlaced',
      'order OrderPlaced > inventory reserveStock: done | StockReserved',
      'inventory StockReserved > payment chargeOrder: done | OrderCharged',
      'payment OrderCharged > order completeOrder: done | OrderCompleted',
      'order OrderCompleted > notification sendMail: done',
      'order OrderOverdue > order cancelOrder: expected',
    ]);
  });

  test('that failed name the trigger of each undo, and what was done before stays done', async () => {
    const rig = createRig();
    const deliveries = await deliveriesIn(rig, await order(rig, 'poor-1'));
    const undo = deliveries.find(({ role }) => role === 'trigger') as Delivery;
    const done = deliveries.find(({ reaction, role }) => reaction === undo.reaction && role === 'action') as Delivery;
    expect([undo, done]).toMatchObject([
      { message: { source: 'payment', type: 'ChargeFailed' }, to: 'inventory', outcome: 'undone', isFailure: true },
      { outcome: 'done', sent: ['StockReserved'], isFailure: false },
    ]);
    expect(Date.parse(done.at ?? '')).toBeLessThan(Date.parse(undo.at ?? ''));
  });

  test('show an undo that came first, and the action that is refused whenever it comes', async () => {
    const desk = createDesk();
    await desk.publish(failed, { id: 'o-0' }, 'f-0', 'o-0');
    await desk.settle();
    await desk.publish(begun, { id: 'o-0' }, 'o-0');
    await desk.settle();
    expect((await deliveriesIn(desk, 'o-0')).filter(({ reaction }) => reaction === 'pay').map(line)).toEqual([
      'elsewhere OrderFailed > desk undo pay: undone | before it ran',
      'elsewhere OrderBegun > desk pay: refused | undone before it came',
    ]);
  });

  test('that were recorded before undos named their trigger show all that it may have been', async () => {
    const till = createTill();
    const publishFailed = (id: string) => till.publish(failed, { id: 'o-0' }, id, 'o-0');
    for (const id of ['o-0', 'f-0', 'f-1']) await (id === 'o-0' ? till.publish(begun, { id }, id) : publishFailed(id));
    await till.settle();
    const undos = async (access: OperatorAccess) =>
      (await deliveriesIn(till, 'o-0', access)).filter(({ role }) => role === 'trigger').map((one) => [one.message?.id, line(one)]);
    expect(await undos(till.access)).toEqual([['f-0', 'elsewhere OrderFailed > till undo take: undone']]);
    expect(await undos(withoutTriggers(till.access))).toEqual([[undefined, 'nothing > till undo take: undone | on what, no journal says']]);
  });

  test('show a failure as one, also where a trigger came upon it later', async () => {
    const rig = createRig();
    const charge = (await deliveriesIn(rig, await order(rig, 'poor-1'))).filter(({ reaction }) => reaction === 'chargeOrder');
    expect(charge.map(line)).toEqual([
      'inventory StockReserved > payment chargeOrder: failed | ChargeFailed',
      'order OrderCancelled > payment undo chargeOrder: undone | nothing to undo',
    ]);
  });

  test('show what is still to come, once', async () => {
    let off = true;
    const rig = createRig({ createRuntime: losing('payment', () => off) });
    const expected = (await deliveriesIn(rig, await order(rig, 'rich-1'))).filter(({ outcome }) => outcome === 'expected');
    off = false;
    expect(expected.map(line)).toEqual([
      'inventory StockReserved > payment chargeOrder: expected',
      'order OrderOverdue > order cancelOrder: expected',
    ]);
  });

  test('show what waits for another try, and what was given up, with the code of the error', async () => {
    const desk = createDesk();
    desk.broken = never();
    await desk.publish(begun, { id: 'o-0' }, 'o-0');
    await desk.settle();
    expect((await deliveriesIn(desk, 'o-0')).find(({ reaction }) => reaction === 'note')).toMatchObject({
      outcome: 'failed',
      note: 'NEVER',
    });
    desk.broken = new Error('for now');
    await desk.publish(begun, { id: 'o-1' }, 'o-1');
    await desk.scheduler.run({ until: desk.scheduler.now() + 30_000 });
    const parked = (await deliveriesIn(desk, 'o-1')).filter(({ reaction }) => reaction === 'note');
    expect(parked).toMatchObject([{ outcome: 'parked', note: expect.stringMatching(/^\w+, try \d$/) }]);
  });

  test('show what was given up without a claim, and not what the step has done for another message', async () => {
    const till = createTill();
    for (const id of ['o-0', 'o-1']) await till.publish(begun, { id: 'o-0' }, id, 'o-0');
    await till.settle();
    const saga = await sagaOf(till.access, 'o-0', till.manifests);
    const shown = (of: typeof saga) => deliveriesOf(of, till.manifests).map((one) => [one.message?.id, line(one)]);
    expect(shown(saga)).toEqual([
      ['o-0', 'elsewhere OrderBegun > till take: done'],
      ['o-1', 'elsewhere OrderBegun > till take: failed | STEP_TAKEN'],
    ]);
    // The dead letter itself says what it is about, also where nothing else does any more.
    const forgotten = { ...saga, messages: saga.messages.filter(({ id }) => id !== 'o-1') };
    expect(shown(forgotten)).toContainEqual(['o-1', 'elsewhere OrderBegun > till take: failed | STEP_TAKEN']);
  });

  test('show what a step did about a message, and not that its id came again with other data', async () => {
    const till = createTill();
    for (const id of ['o-0', 'other']) {
      await till.publish(begun, { id }, 'o-0');
      await till.settle();
    }
    const saga = await sagaOf(till.access, 'o-0', till.manifests);
    expect([saga.deadLetters.map(({ error }) => error.code), deliveriesOf(saga, till.manifests).map(line)]).toEqual([
      ['ID_REUSED'],
      ['elsewhere OrderBegun > till take: done'],
    ]);
  });

  test('show a message that could not be taken at each reaction that it was for', async () => {
    const desk = createDesk();
    const head = { id: 'o-0', source: 'elsewhere', time: '2025-11-01T00:00:00.000Z', correlationid: 'o-0', causationid: 'o-0', hops: 0 };
    await desk.backbone.publisher.publish([createEnvelope(begun, { id: 'o-0' }, head)]);
    await desk.settle();
    expect((await deliveriesIn(desk, 'o-0')).map(line)).toEqual([
      'elsewhere OrderBegun > desk note: failed | TOO_OLD',
      'elsewhere OrderBegun > desk pay: failed | TOO_OLD',
    ]);
  });

  test('of a saga that nobody knows are none', async () => {
    expect(await deliveriesIn(createRig(), 'nothing')).toEqual([]);
  });

  test('keep two messages apart that have one id in two sources', async () => {
    const desk = createDesk();
    const time = isoTime(desk.scheduler.now());
    for (const source of ['web', 'phone']) {
      const head = { id: '1', source, time, correlationid: 'o-0', causationid: '1', hops: 0 };
      await desk.backbone.publisher.publish([createEnvelope(begun, { id: 'o-0' }, head)]);
      await desk.settle();
    }
    expect((await deliveriesIn(desk, 'o-0')).filter(({ reaction }) => reaction === 'note').map(line)).toEqual([
      'web OrderBegun > desk note: done',
      'phone OrderBegun > desk note: done',
    ]);
  });
});

describe('the deliveries of a step whose call fails', () => {
  const soon = 30_000;

  test('are drawn once, as parked, while the call waits for its next try', async () => {
    const till = createTill();
    till.broken.take = new Error('for now');
    await till.publish(begun, { id: 'o-0' }, 'o-0');
    await till.scheduler.run({ until: till.scheduler.now() + soon });
    expect((await deliveriesIn(till, 'o-0')).map(line)).toEqual([
      expect.stringMatching(/^elsewhere OrderBegun > till take: parked \| \w+, try \d+$/),
    ]);
  });

  test('say that it is the undo that waits', async () => {
    const till = createTill();
    await till.publish(begun, { id: 'o-0' }, 'o-0');
    await till.settle();
    till.broken.giveBack = new Error('for now');
    await till.publish(failed, { id: 'o-0' }, 'f-0', 'o-0');
    await till.scheduler.run({ until: till.scheduler.now() + soon });
    expect((await deliveriesIn(till, 'o-0')).map(line)).toEqual([
      'elsewhere OrderBegun > till take: done',
      expect.stringMatching(/^elsewhere OrderFailed > till undo take: parked \| \w+, try \d+$/),
    ]);
  });

  test('say that it is the undo that was given up, and not the action', async () => {
    const till = createTill();
    await till.publish(begun, { id: 'o-0' }, 'o-0');
    await till.settle();
    till.broken.giveBack = never();
    await till.publish(failed, { id: 'o-0' }, 'f-0', 'o-0');
    await till.settle();
    expect((await deliveriesIn(till, 'o-0')).map(line)).toEqual([
      'elsewhere OrderBegun > till take: done',
      'elsewhere OrderFailed > till undo take: failed | NEVER',
    ]);
  });

  test('say that it was undone where its end was only learned for that', async () => {
    const till = createTill();
    till.broken.take = never();
    await till.publish(begun, { id: 'o-0' }, 'o-0');
    await till.settle();
    await till.publish(failed, { id: 'o-0' }, 'f-0', 'o-0');
    await till.settle();
    expect((await deliveriesIn(till, 'o-0')).map(line)).toEqual([
      'elsewhere OrderBegun > till take: failed | NEVER',
      'elsewhere OrderFailed > till undo take: open | once its end is known',
    ]);
    delete till.broken.take;
    await till.run(redriveDeadLetters(till.access, { consumer: 'till' }));
    await till.settle();
    expect((await deliveriesIn(till, 'o-0')).map(line)).toEqual([
      'elsewhere OrderBegun > till take: undone | called drawer.move',
      'elsewhere OrderFailed > till undo take: undone',
    ]);
  });
});
