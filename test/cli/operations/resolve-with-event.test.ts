import { expect, test } from 'vitest';
import type { World } from '../../../lib/cli/world/world.ts';
import { begun, createDesk, never } from '../../operations/desk.ts';
import { choreo } from '../run-choreo.ts';

/** A charge that nobody knows of, and the events of its saga behind it. */
async function unknownCharge() {
  const desk = createDesk();
  desk.bankBroken = never();
  const world: World = {
    access: desk.access,
    inputs: { send: () => Promise.reject(new Error('not asked for')) },
    finish: desk.run,
    changed: () => desk.settle(120),
    close() {},
    still: false,
  };
  await desk.publish(begun, { id: 'o-0' }, 'o-0');
  await desk.settle(180); // until no call can be under way any more
  const resolve = ['dead-letter', 'resolve', 'desk', desk.only().id, '--as', 'done', '--reason', 'the bank has it'];
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return 'y';
  };
  return { desk, asked, run: (...more: readonly string[]) => choreo([...resolve, ...more], { world, ask }) };
}

const paid = '{"type":"OrderPaid","subject":"o-0","data":{"id":"o-0"}}';

test('resolve sends the events that others wait for, and says so before and after', async () => {
  const { desk, asked, run } = await unknownCharge();
  const { exit, out } = await run('--event', paid);
  const { id } = desk.only();
  expect({ exit, asked }).toEqual({ exit: 0, asked: [`This will resolve ${id} of desk as done, and send OrderPaid. Go on? [y/N] `] });
  expect(out).toBe(
    `✓ resolved as done: ${id} of desk; it is closed\n  its service publishes OrderPaid within two minutes\n  next: choreo saga show o-0\n`,
  );
  const sent = desk.backbone.published.map(({ envelope }) => envelope).filter(({ type }) => type === 'OrderPaid');
  expect(sent).toMatchObject([{ source: 'desk', subject: 'o-0', correlationid: 'o-0', data: { id: 'o-0' } }]);
});

test('resolve without events says that none is sent', async () => {
  const { asked, run } = await unknownCharge();
  await run();
  expect(asked).toEqual([expect.stringContaining('as done, and send no event.')]);
});

test.each(['{"data":{}}', '{"type":"OrderPaid"}', '{"type":"OrderPaid","data":{},"subject":7}', 'null'])(
  '--event %s is no event',
  async (text) => {
    const { desk, run } = await unknownCharge();
    expect(await run('--event', text)).toMatchObject({ exit: 2, err: expect.stringContaining('--event is not an event.') });
    expect(desk.only().state).toBe('open');
  },
);
