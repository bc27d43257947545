import { describe, expect, test } from 'vitest';
import type { OperatorAccess } from '../../../lib/operations/access.ts';
import { sagaOf } from '../../../lib/operations/sagas/saga.ts';
import { type Delivery, deliveriesOf } from '../../../lib/page/saga/deliveries.ts';
import { PlaceOrder } from '../../embedded/shop.ts';
import { begun, createDesk, never } from '../../operations/desk.ts';
import { createRig, losing, type Rig } from '../../operations/rig.ts';

async function deliveriesIn(rig: Rig, id: string, access: OperatorAccess = rig.access): Promise<readonly Delivery[]> {
  return deliveriesOf(await sagaOf(access, id, rig.manifests), rig.manifests);
}

async function order(rig: Rig, orderId: string): Promise<string> {
  const { correlationId } = await rig.send(PlaceOrder, { orderId }, orderId);
  await rig.settle();
  return correlationId;
}

const line = ({ from, type, to, role, reaction = '-', outcome, sent, note }: Delivery) =>
  [`${from} ${type} > ${to} ${role === 'trigger' ? 'undo ' : ''}${reaction}: ${outcome}`, sent.join(' '), note].filter(Boolean).join(' | ');

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
      { from: 'payment', type: 'ChargeFailed', to: 'inventory', reaction: 'reserveStock', outcome: 'undone', isFailure: true },
      { outcome: 'done', sent: ['StockReserved'], isFailure: false },
    ]);
    expect(Date.parse(done.at ?? '')).toBeLessThan(Date.parse(undo.at ?? ''));
  });

  test('show an undo that came first, and the action that is refused later', async () => {
    const rig = createRig();
    const saga = await sagaOf(rig.access, await order(rig, 'poor-1'), rig.manifests);
    const steps = saga.steps.map((step) =>
      step.reaction === 'reserveStock' ? { ...step, state: 'cancelled' as const, emitted: [], undoEmitted: [] } : step,
    );
    const cancelled = deliveriesOf({ ...saga, steps }, rig.manifests).filter(({ reaction }) => reaction === 'reserveStock');
    expect(cancelled).toMatchObject([
      { role: 'action', type: 'OrderPlaced', outcome: 'refused', note: 'undone before it came' },
      { role: 'trigger', type: 'ChargeFailed', outcome: 'undone', note: 'before it ran', sent: [] },
    ]);
    expect(cancelled[0]?.at).toBeUndefined();
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

  test('of a saga that nobody knows are none', async () => {
    expect(await deliveriesIn(createRig(), 'nothing')).toEqual([]);
  });
});
