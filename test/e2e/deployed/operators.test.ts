import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { DECLINED_PREFIX, UNSHIPPABLE } from '../../../functions/sandbox.ts';
import { deskOf } from '../../../lib/cli/page/desk-of.ts';
import { openAwsWorld } from '../../../lib/cli/world/aws-world.ts';
import { answerPage } from '../../../lib/page/pages.tsx';
import { choreo } from '../../cli/run-choreo.ts';
import { findDeployedShop } from '../shop/deployed.ts';
import { deadLetterOf, ended, newSku, place, placeShippable, requestOf, STOCK, stepIs, stockIs } from '../shop/steps.ts';
import type { ShopSystem } from '../shop/system.ts';
import { operate, replayQueueIsEmpty } from './operate.ts';

describe('the commands for operators, on the deployed shop', () => {
  let system: ShopSystem;
  beforeAll(async () => {
    system = await findDeployedShop('shop');
  });

  test('find all consumers', async () => {
    const { consumers } = await operate<{ consumers: readonly { consumer: string; source: string }[] }>('consumer', 'list');
    const shop = ['inventory stream', 'notification bus', 'order stream', 'payment stream', 'search bus', 'shipping stream'];
    expect(consumers.map(({ consumer, source }) => `${consumer} ${source}`)).toEqual(expect.arrayContaining(shop));
  });

  test('correct a poison event and redrive it: its saga goes on, and its dead letter is closed', async () => {
    const sku = await newSku(system);
    const sample = await place(system, requestOf(await newSku(system, 1_000)));
    await stepIs(system, 'inventory', sample, UNSHIPPABLE.test(sample.orderId) ? 'undone' : 'done');
    const [step] = await system.store('inventory').listClaims(sample.correlationId, 1);
    const id = randomUUID();
    const poison = { ...step?.message, id, correlationid: id, partitionkey: id, data: { orderId: 5 } };
    await system.putRecord(JSON.stringify(poison), id);
    const letter = await deadLetterOf(system, 'inventory', ({ message }) => message?.id === id);

    // Of a customer whose card is declined, so that the saga ends by itself, without an order of its own.
    const data = { ...(step?.message?.data as object), orderId: id, customerId: `${DECLINED_PREFIX}-${id}`, items: [{ sku, quantity: 2 }] };
    await operate('dead-letter', 'edit', 'inventory', letter.id, '--data', JSON.stringify(data), '--reason', 'a test', '--yes');
    await operate('dead-letter', 'redrive', 'inventory', letter.id, '--yes');
    await stepIs(system, 'inventory', { ...sample, correlationId: id }, 'undone');
    await stockIs(system, sku, STOCK);
    await system.until('the dead letter is closed', async () =>
      (await system.store('inventory').read({ deadLetters: [letter.id] })).deadLetters.get(letter.id)?.state === 'closed'
        ? true
        : undefined,
    );
  });

  test('find a saga by its order, in the list of recent ones and on the page', async () => {
    const placed = await placeShippable(system, await newSku(system, 1_000), true);
    await ended(system, placed, 'completed');
    const { items } = await operate<{ items: readonly { correlationId: string }[] }>('saga', 'list', '--subject', placed.orderId);
    expect(items.map(({ correlationId }) => correlationId)).toEqual([placed.correlationId]);
    const world = await openAwsWorld('shop', 'ada');
    const ask = (path: string, query: Record<string, string>) =>
      answerPage(deskOf(world, { backbone: 'shop' }), path, new URLSearchParams(query));
    expect((await ask('', { q: placed.orderId })).body).toContain(`href="saga?id=${encodeURIComponent(placed.correlationId)}"`);
    expect((await ask('saga', { id: placed.correlationId })).body).toMatch(/✓ completed<[\s\S]*✓ createShipment/);
    for (const path of ['map', 'consumers', 'dead-letters']) expect((await ask(path, {})).status).toBe(200);
    world.close();
  });

  test('follow the events of one saga on the stream, with what led to each', async () => {
    const placed = await placeShippable(system, await newSku(system, 1_000), true);
    await ended(system, placed, 'completed');
    const words = ['tail', '--since', '10m', '--saga', placed.correlationId, '--limit', '5', '--backbone', 'shop'];
    const { exit, out, err } = await choreo(words, { env: process.env });
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out.trimEnd().replace(/ +/g, ' ').split('\n')).toEqual(
      [
        'order OrderPlaced v2 ID',
        'inventory InventoryReserved v1 ID ← OrderPlaced',
        'payment PaymentCharged v1 ID ← InventoryReserved',
        'shipping ShipmentCreated v1 ID ← PaymentCharged',
        'order OrderCompleted v1 ID ← ShipmentCreated',
      ].map((line) => expect.stringMatching(new RegExp(`^[-0-9]+ [:0-9]+ ${line.replace('ID', placed.correlationId)}$`))),
    );
  });

  test('replay one saga to one consumer: what is claimed does not run again, and others see nothing', async () => {
    const from = new Date(system.now() - 60_000).toISOString();
    const sku = await newSku(system, 1_000);
    const placed = await placeShippable(system, sku, true);
    await ended(system, placed, 'completed');
    const claimsOf = async () =>
      Promise.all(['inventory', 'payment', 'shipping'].map((service) => system.store(service).listClaims(placed.correlationId, 50)));
    const before = await claimsOf();
    const what = ['--from-time', from, '--saga', placed.correlationId, '--message', 'OrderPlaced'];
    const { state, counts } = await operate<{ state: string; counts: { sent: number } }>('replay', 'start', 'inventory', ...what, '--yes');
    expect({ state, sent: counts.sent }).toEqual({ state: 'done', sent: 1 });
    await replayQueueIsEmpty(system, 'inventory');
    expect(await claimsOf()).toEqual(before);
  });
});
