import { defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import { answerPage } from '../../../lib/page/pages.tsx';
import { createCarrier, reordered } from '../../operations/carrier.ts';
import { begun, failed, never } from '../../operations/desk.ts';
import { createRig, losing, type Rig } from '../../operations/rig.ts';
import { order } from '../../operations/stuck.ts';
import { createTill } from './till.ts';

async function textOf(till: Pick<Rig, 'access' | 'run'>, id: string): Promise<string> {
  const desk = { access: till.access, finish: till.run, name: 'rig', options: '', lookBackSeconds: 900 };
  const { body } = await answerPage(desk, 'saga', new URLSearchParams({ id }));
  return body
    .replace(/<title>.*?<\/title>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('what stands in the way of a saga', () => {
  test('is the undo where that was given up, with the command that shows more', async () => {
    const till = createTill();
    await till.publish(begun, { id: 'o-0' }, 'o-0');
    await till.settle();
    till.broken.giveBack = never();
    await till.publish(failed, { id: 'o-0' }, 'f-0', 'o-0');
    await till.settle();
    const text = await textOf(till, 'o-0');
    expect(text).toMatch(/✗ stuck .*What stands in its way NEVER in till undo take: dead letter, open, after 1 attempt never/);
    expect(text).toMatch(/choreo dead-letter show till \d{4}-\S+~\S+ /);
  });

  test('is an undo that waits for its next try', async () => {
    const till = createTill();
    await till.publish(begun, { id: 'o-0' }, 'o-0');
    await till.settle();
    till.broken.giveBack = new Error('for now');
    await till.publish(failed, { id: 'o-0' }, 'f-0', 'o-0');
    await till.scheduler.run({ until: till.scheduler.now() + 30_000 });
    expect(await textOf(till, 'o-0')).toMatch(
      /‖ parked .*What stands in its way \w+ in till undo take on OrderFailed: tried \d+ times?, next try at/,
    );
  });

  test('is not a call that is under way', async () => {
    const till = createTill();
    let go = () => {};
    till.broken.held = new Promise((resolve) => {
      go = resolve;
    });
    await till.publish(begun, { id: 'o-0' }, 'o-0');
    await till.scheduler.run({ until: till.scheduler.now() + 1_000 });
    const text = await textOf(till, 'o-0');
    go();
    expect(text).toContain('nothing stands in its way');
    expect(text).toContain('called drawer.move');
    expect(text).not.toContain('What stands in its way');
  });

  test('is a call that nobody has heard of for 15 minutes', async () => {
    const till = createTill();
    let go = () => {};
    till.broken.held = new Promise((resolve) => {
      go = resolve;
    });
    await till.publish(begun, { id: 'o-0' }, 'o-0');
    await till.scheduler.run({ until: till.scheduler.now() + 1_000_000 });
    const text = await textOf(till, 'o-0');
    go();
    expect(text).toMatch(
      /✗ stuck .*What stands in its way till take is started, and nobody knows how it ended It called drawer\.move\. choreo consumer list till /,
    );
  });

  test('is a message that nobody took for 15 minutes', async () => {
    const rig = createRig({ createRuntime: losing('payment', () => true) });
    const id = await order(rig, 'rich-1');
    expect(await textOf(rig, id)).toContain('nothing stands in its way');
    await rig.scheduler.run({ until: rig.scheduler.now() + 1_000_000 });
    expect(await textOf(rig, id)).toMatch(
      /✗ stuck .*What stands in its way payment has not taken StockReserved \(chargeOrder\), which went out at 2026-\S+ \S+ UTC choreo consumer list payment /,
    );
  });

  test('is not a message that has only just gone out, in a saga that is stuck on something else', async () => {
    const shelf = defineService({ name: 'shelf', reactions: [defineReaction({ name: 'fetch', on: begun, react() {} })] });
    const till = createTill({ services: [shelf], createRuntime: losing('shelf', () => true) });
    till.broken.take = never();
    await till.publish(begun, { id: 'o-0' }, 'o-0');
    await till.settle();
    expect(await textOf(till, 'o-0')).toMatch(/✗ stuck .*What stands in its way NEVER in till take(?!.*shelf has not taken)/);
    await till.scheduler.run({ until: till.scheduler.now() + 1_000_000 });
    expect(await textOf(till, 'o-0')).toContain('shelf has not taken OrderBegun (fetch), which went out at');
  });

  test('is nothing while another system still has to answer, which the page says', async () => {
    const carrier = createCarrier();
    await carrier.order();
    const text = await textOf(carrier, 's-1');
    expect(text).toMatch(
      /… running .*Another system still has to answer: ParcelScanned or ParcelLost in labels, to LabelIssued of 2026-\S+ \S+ UTC\./,
    );
    expect(text).not.toContain('What stands in its way');
  });

  test('is nothing while a service has a message to take, also one with the id of a deadline that lies ahead', async () => {
    const shelf = defineService({ name: 'shelf', reactions: [defineReaction({ name: 'fetchAnother', on: reordered, react() {} })] });
    const carrier = createCarrier({ afterSeconds: 900 }, [shelf]);
    await carrier.order();
    const deadline = (await carrier.saga()).messages.find(({ scheduled }) => scheduled);
    await carrier.pause(true, 'shelf');
    await carrier.reorder(deadline?.id);
    const { status, expected } = await carrier.saga();
    expect([status, expected.map(({ messageId, scheduled }) => [messageId === deadline?.id, scheduled])]).toEqual([
      'running',
      expect.arrayContaining([
        [true, true],
        [true, false],
      ]),
    ]);
    expect(await textOf(carrier, 's-1')).toMatch(/… running .*Something is still to come, and nothing stands in its way\./);
  });

  test('is a dead letter that no claim names, whatever the claims say', async () => {
    const till = createTill();
    await till.publish(begun, { id: 'o-0' }, 'o-0');
    await till.publish(begun, { id: 'o-0' }, 'o-1', 'o-0');
    await till.settle();
    const text = await textOf(till, 'o-0');
    expect(text).toMatch(/✓ completed .*A consumer gave up on a message of it, which keeps nothing else from happening/);
    expect(text).toContain('STEP_TAKEN in till take on OrderBegun (react): dead letter, open, after 1 attempt');
    expect(await textOf(till, 'o-1')).toContain('No journal has a claim or a message of it');
  });

  test('is text, whatever is in it', async () => {
    const till = createTill();
    const markup = '"><img src=x onerror=alert(1)>';
    till.broken.take = never(markup);
    await till.publish(begun, { id: markup }, markup);
    await till.settle();
    const desk = { access: till.access, finish: till.run, name: 'rig', options: '', lookBackSeconds: 900 };
    const { body } = await answerPage(desk, 'saga', new URLSearchParams({ id: markup }));
    expect(body.match(/onerror=alert/g)?.length).toBeGreaterThan(3);
    expect(body).not.toContain('<img');
    expect(body).not.toContain('">&lt;img');
  });

  test('is told with commands that do what they say, whatever the ids are', async () => {
    const till = createTill();
    await till.publish(begun, { id: 'o-0' }, 'o-0', "o'; reboot");
    await till.settle();
    expect(await textOf(till, "o'; reboot")).toContain("choreo saga show 'o'\\''; reboot'");
  });
});
