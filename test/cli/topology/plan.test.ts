import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { emptyDirectory } from '../../schema/schema-directory.ts';
import { expectOutput } from '../expected.ts';
import { choreo } from '../run-choreo.ts';

/** Loads in this process, where the package is its own source. */
const here = { importModule: (file: string) => import(/* @vite-ignore */ pathToFileURL(file).href) };

describe('choreo plan', () => {
  test('tells what every way of every saga takes and costs, and what one more event would', async () => {
    const { exit, out, err } = await choreo('plan', here);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    await expectOutput('plan', out);
  });

  test('goes by what is known better, and shows the messages of a failure', async () => {
    const known = '--event-kb 0.5 --batch 100 --entities payment.chargePayment=0 --entities notification.notifyCustomer=0';
    const { exit, out, err } = await choreo(`plan --failure ShipmentFailed ${known} --sagas-per-month 2000000 --deadline 15m`, here);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    await expectOutput('plan-failure', out);
  });

  test('takes a number of entities for all reactions', async () => {
    const { out } = await choreo('plan --entities 2 --entities shipping.createShipment=0 --json', here);
    const { assumptions } = JSON.parse(out) as { assumptions: { entities: Record<string, number> } };
    expect(assumptions.entities).toMatchObject({ 'order.placeOrder': 2, 'search.projectOrders': 2, 'shipping.createShipment': 0 });
  });

  test('as JSON says that it is an estimate, and names the prices and latencies with their sources', async () => {
    const { exit, out } = await choreo('plan --json', here);
    const plan = JSON.parse(out) as Record<string, unknown> & { sagas: { saga: string; ways: { failure?: string }[] }[] };
    expect(exit).toBe(0);
    expect(Object.keys(plan)).toEqual([
      'version',
      'command',
      'choreography',
      'estimate',
      'region',
      'assumptions',
      'sagas',
      'oneMoreEvent',
      'fixed',
      'prices',
      'latencies',
    ]);
    expect(plan).toMatchObject({ command: 'plan', choreography: 'shop', estimate: true, region: 'us-east-1' });
    expect(plan.sagas.map(({ saga, ways }) => [saga, ...ways.map(({ failure = 'well' }) => failure)])).toEqual([
      ['OrderPlaced', 'well'],
      ['PlaceOrder', 'well', 'InventoryRejected', 'PaymentFailed', 'ShipmentFailed', 'OrderExpired'],
    ]);
    expect(plan['prices']).toMatchObject({ writeUnit: { usd: 0.625, unit: 'write units', date: '2026-11' } });
    expect(plan['latencies']).toMatchObject({ stream: { p50: 49.4, p99: 109 } });
  });

  test('says so where nothing begins a saga', async () => {
    const file = join(await emptyDirectory(), 'choreography.ts');
    const text = `
      import { defineChoreography, defineReaction, defineService } from '${resolve('lib/contract/index.ts')}';
      import { OrderPlaced } from '${resolve('schemas/generated/index.ts')}';
      const note = defineReaction({ name: 'note', on: OrderPlaced, react() {} });
      export default defineChoreography({ name: 'quiet', services: [defineService({ name: 'notes', reactions: [note] })] });
    `;
    await writeFile(file, text);
    const { exit, out } = await choreo(['plan', '--choreography', file], here);
    expect(exit).toBe(0);
    await expectOutput('plan-nothing', out);
  });

  test('says what its mark for a circle means', async () => {
    const file = join(await emptyDirectory(), 'choreography.ts');
    const text = `
      import { defineChoreography, defineReaction, defineService } from '${resolve('lib/contract/index.ts')}';
      import { OrderPlaced, PlaceOrder } from '${resolve('schemas/generated/index.ts')}';
      const place = defineReaction({ name: 'place', on: PlaceOrder, emits: [OrderPlaced], react: () => ({ orderId: 'o' }) });
      const copy = defineReaction({ name: 'copy', on: OrderPlaced, emits: [OrderPlaced], react() {} });
      export default defineChoreography({ name: 'loop', services: [defineService({ name: 'loop', reactions: [place, copy] })] });
    `;
    await writeFile(file, text);
    const { out } = await choreo(['plan', '--choreography', file], here);
    expect(out).toMatch(/^all goes well … /m);
    expect(out).toContain('…: it goes in a circle, or is longer than what is counted; the figures include one round.\n');
  });

  test.each([
    ['plan-unknown-failure', 'plan --failure ShipmentFaild', 4],
    ['plan-unknown-reaction', 'plan --entities payment.charge=2', 2],
    ['plan-bad-entities', 'plan --entities many', 2],
    ['plan-bad-batch', 'plan --batch 0', 2],
    ['plan-bad-event', 'plan --event-kb -1', 2],
    ['plan-large-event', 'plan --event-kb 300', 2],
  ])('refuses what cannot be: %s', async (name, line, code) => {
    const { exit, out, err } = await choreo(line, here);
    expect({ exit, out }).toEqual({ exit: code, out: '' });
    await expectOutput(name, err);
  });
});
