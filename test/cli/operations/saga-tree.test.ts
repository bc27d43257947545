import { expect, test } from 'vitest';
import { mermaidText, timelineText, treeText } from '../../../lib/cli/operations/saga-text.ts';
import type { Paint } from '../../../lib/cli/terminal.ts';
import type { OperatorAccess } from '../../../lib/operations/access.ts';
import { type Saga, sagaOf } from '../../../lib/operations/sagas/saga.ts';
import { PlaceOrder } from '../../embedded/shop.ts';
import { createCarrier } from '../../operations/carrier.ts';
import { begun, createDesk, failed } from '../../operations/desk.ts';
import { createRig, type Rig, withoutTriggers } from '../../operations/rig.ts';
import { leftBehind } from './left-behind.ts';

const plain: Paint = (_tone, text) => text;

/** An order that cannot be paid: nothing goes out with the undo of its stock. */
async function poorOrder(): Promise<{ readonly rig: Rig; saga(access?: OperatorAccess): Promise<Saga> }> {
  const rig = createRig();
  const { correlationId } = await rig.send(PlaceOrder, { orderId: 'poor-1' }, 'poor-1');
  await rig.settle();
  return { rig, saga: (access = rig.access) => sagaOf(access, correlationId, rig.manifests) };
}

test('an undo that sends nothing stands below its trigger, and so does one that found nothing to undo', async () => {
  const { rig, saga } = await poorOrder();
  const tree = treeText(await saga(), plain);
  expect(tree).toMatch(/ChargeFailed {2}from payment.*\n[ │]*├─ order cancelOrder {2}done(\n.*){4}inventory undoes reserveStock\n/);
  expect(tree).toMatch(/OrderCancelled {2}from order.*\n(.*\n)?.*payment cancels chargeOrder\n/);
  expect(timelineText(await saga(), plain)).toMatch(/inventory +reserveStock +undone on ChargeFailed\n/);
  expect(mermaidText(await saga())).toContain('Note over p_inventory: undoes reserveStock on ChargeFailed\n');
  const before = await saga(withoutTriggers(rig.access));
  expect(treeText(before, plain)).toContain('inventory reserveStock  undone');
  expect(treeText(before, plain)).not.toContain('undoes');
  expect(mermaidText(before)).toContain('undoes reserveStock on a failure\n');
});

test('an undo on a message that no journal has says which one it was', async () => {
  const desk = createDesk();
  await desk.publish(failed, { id: 'o-0' }, 'f-0', 'o-0');
  await desk.settle();
  const saga = await sagaOf(desk.access, 'o-0', desk.manifests);
  expect(treeText(saga, plain)).toContain('\ndesk pay  cancelled  on OrderFailed from elsewhere\n');
  expect(saga.steps[0]?.trigger).toEqual({ source: 'elsewhere', id: 'f-0', type: 'OrderFailed' });
});

test('what the error of a dead letter says stays in its line, and what steers a terminal is shown', async () => {
  const shop = await leftBehind({ leave: 'failed' });
  const { engine } = shop.stage;
  const { items } = await engine.store('notification').listDeadLetters({ limit: 1 });
  const [letter] = items;
  if (!letter) throw new Error('there is no dead letter');
  const error = { ...letter.error, message: 'down\n✓ all is well\u001b[8m\u202e' };
  const put = { ...letter, version: 'forged', error };
  await engine
    .store('notification')
    .commit([{ id: 'forged', writes: [{ kind: 'dead-letter', id: letter.id, expect: letter.version, put }] }]);
  const saga = letter.message?.correlationid ?? '';
  for (const command of [
    `saga show ${saga}`,
    `dead-letter show notification ${letter.id}`,
    'dead-letter list --each',
    'dead-letter list',
  ]) {
    const { out } = await shop.run(command);
    expect([command, out]).toEqual([command, expect.stringMatching(/✓ all is well\ufffd\[8m\ufffd/)]);
    expect([command, out]).toEqual([command, expect.not.stringMatching(/^✓ all/m)]);
    expect(['\u001b[8m', '\u202e'].filter((text) => out.includes(text))).toEqual([]);
  }
  const json = (await shop.run(`dead-letter show notification ${letter.id} --json`)).out;
  expect(json).toContain('all is well\\u001b[8m\\u202e');
});

test('a dead letter that no reaction names stands below its message', async () => {
  const desk = createDesk();
  for (const id of ['o-0', 'o-1']) await desk.publish(begun, { id: 'o-0' }, id, 'o-0');
  await desk.settle();
  const saga = await sagaOf(desk.access, 'o-0', desk.manifests);
  const tree = treeText(saga, plain);
  expect(tree).toContain('o-0  completed  3 messages, 3 reactions, 1 dead letter that no reaction names\n');
  expect(tree).toMatch(/\n├─ desk note {2}done\n└─ desk pay {2}✗ dead letter \S+ \(open, 1 attempt\): STEP_TAKEN pay already took/);
  expect(timelineText(saga, plain)).toMatch(/desk +pay +dead letter STEP_TAKEN, open\n/);
});

test('what a paused service still has to do says that it is paused', async () => {
  const carrier = createCarrier({ afterSeconds: 600 });
  const tree = async () => treeText(await carrier.saga(), plain);
  await carrier.order();
  await carrier.pause(true);
  await carrier.pass(700);
  expect(await tree()).toContain('└─ … labels still has to run giveUpLabel, since 2026-01-01 00:10:00; labels is paused\n');
  await carrier.pause(false);
  expect(await tree()).not.toContain('paused');
});

test('an answer of another system stands below what it is to answer, until it comes', async () => {
  const carrier = createCarrier();
  await carrier.order();
  expect(treeText(await carrier.saga(), plain)).toMatch(
    /s-1 {2}running {2}.*\n(.*\n)+.*LabelIssued {2}from labels.*\n.*└─ … another system still has to answer labels with ParcelScanned or ParcelLost, since 2026-01-01 00:00:00\n/,
  );
  await carrier.answer('scans', { number: 'n-1', saga: 's-1' });
  expect(treeText(await carrier.saga(), plain)).not.toContain('…');
});
