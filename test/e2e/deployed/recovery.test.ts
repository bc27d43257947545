// What operators do after an outage, on the deployed shop.
import { EventBridgeClient, ListRulesCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { KinesisClient, ListShardsCommand, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { beforeAll, expect, test } from 'vitest';
import { UNSHIPPABLE } from '../../../functions/sandbox.ts';
import { OrderSummary } from '../../../functions/search/service.ts';
import type { Claim } from '../../../lib/runtime/journal/claim.ts';
import type { DeadLetter } from '../../../lib/runtime/journal/dead-letter.ts';
import { storeIn } from '../../../lib/runtime/journal/in-generation.ts';
import { emulatorClients } from '../emulator-clients.ts';
import { findDeployedShop } from '../shop/deployed.ts';
import { type Accepted, deadLetterOf, ended, forEach, newSku, place, requestOf, stepIs } from '../shop/steps.ts';
import { type ShopSystem, stateOf } from '../shop/system.ts';
import { countOf, switches, turn } from './machine.ts';
import { operate, replayQueueIsEmpty } from './operate.ts';

/** Orders while mails are off: a hundred would take the emulator minutes. */
const ORDERS = Number(process.env['CHOREO_E2E_MISSED_ORDERS'] ?? 10);
/** Mails that are sent before. */
const BEFORE = 3;

let system: ShopSystem;
beforeAll(async () => {
  system = await findDeployedShop('shop');
});

test('a record that kills its function each time is a whole dead letter; mended and redriven, its saga ends', async () => {
  const sku = await newSku(system, 1_000);
  turn(switches.carrierKills, true);
  let placed: Accepted;
  let letter: DeadLetter;
  try {
    placed = await place(system, requestOf(sku));
    const { correlationId } = placed;
    // AWS gives up and sends a pointer, no record; the worker reads the record and keeps it.
    letter = await deadLetterOf(system, 'shipping', ({ message }) => message?.correlationid === correlationId);
  } finally {
    turn(switches.carrierKills, false);
  }
  const { orderId } = placed;
  expect(letter).toMatchObject({ message: { type: 'PaymentCharged', data: { orderId } }, reactions: ['createShipment'], state: 'open' });
  await operate('dead-letter', 'redrive', 'shipping', letter.id, '--yes');
  const shippable = !UNSHIPPABLE.test(orderId);
  await ended(system, placed, shippable ? 'completed' : 'cancelled');
  await stepIs(system, 'shipping', placed, shippable ? 'done' : 'failed');
  await system.until('the dead letter is closed', async () =>
    (await system.store('shipping').read({ deadLetters: [letter.id] })).deadLetters.get(letter.id)?.state === 'closed' ? true : undefined,
  );
});

/** Lets notification hear nothing of the bus, as a rule that somebody edited does, or gives it its events again. */
async function switchMails(on: boolean): Promise<void> {
  const client = emulatorClients().of(EventBridgeClient);
  const { Rules = [] } = await client.send(new ListRulesCommand({ EventBusName: 'shop' }));
  const { Name, EventBusName } = Rules.find((rule) => rule.Name?.startsWith('shop-notification')) ?? {};
  const EventPattern = JSON.stringify({ 'detail-type': on ? ['OrderCancelled', 'OrderCompleted'] : ['Nothing'] });
  await client.send(new PutRuleCommand({ Name, EventBusName, EventPattern }));
}

async function placeOf(sku: string, count: number): Promise<readonly Accepted[]> {
  const orders = await forEach(Array.from({ length: count }), () => place(system, requestOf(sku)));
  for (const order of orders) await ended(system, order, 'completed', 'cancelled');
  return orders;
}

/** Waits until the bus has had the ends of these orders: another consumer there has seen them. */
async function onBus(orders: readonly Accepted[]): Promise<void> {
  for (const { orderId } of orders) {
    await system.until(`search has seen the end of ${orderId}`, async () =>
      ['OrderCompleted', 'OrderCancelled'].includes((await stateOf(system, 'search', OrderSummary, orderId))?.status ?? '')
        ? true
        : undefined,
    );
  }
}

/** Where each shard of the stream begins, as `--from-sequence` takes it. */
async function shardStarts(): Promise<readonly string[]> {
  const client = emulatorClients().of(KinesisClient);
  const { StreamNames = [] } = await client.send(new ListStreamsCommand({}));
  const StreamName = StreamNames.find((name) => name.startsWith('shop-backbone'));
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
  return Shards.map(({ ShardId, SequenceNumberRange }) => `${ShardId}:${SequenceNumberRange?.StartingSequenceNumber}`);
}

/** What the other services hold of these orders. */
async function claimsBeside(orders: readonly Accepted[]): Promise<readonly (readonly Claim[])[]> {
  const services = ['order', 'inventory', 'payment', 'shipping'];
  const looks = orders.flatMap(({ correlationId }) => services.map((service) => ({ service, correlationId })));
  return forEach(looks, ({ service, correlationId }) => system.store(service).listClaims(correlationId, 50));
}

const mailsOf = (orders: readonly Accepted[]) => orders.map(({ orderId }) => countOf(`mail ${orderId}`));

test(`${ORDERS} orders while notification hears nothing: a replay sends exactly the mails that are missing`, async () => {
  const sku = await newSku(system, 1_000);
  const before = await placeOf(sku, BEFORE);
  await system.until('the first mails are sent', async () => (mailsOf(before).every((mails) => mails === 1) ? true : undefined));
  await switchMails(false);
  let missed: readonly Accepted[];
  try {
    missed = await placeOf(sku, ORDERS);
    await onBus(missed);
  } finally {
    await switchMails(true);
  }
  expect(mailsOf(missed)).toEqual(missed.map(() => 0));
  const others = await claimsBeside(missed);
  const from = (await shardStarts()).flatMap((start) => ['--from-sequence', start]);
  const { counts } = await operate<{ counts: { sent: number } }>('replay', 'start', 'notification', ...from, '--rate', '200', '--yes');
  expect(counts.sent).toBeGreaterThanOrEqual(BEFORE + ORDERS);
  await system.until('every mail is sent', async () => (mailsOf(missed).every((mails) => mails >= 1) ? true : undefined));
  await replayQueueIsEmpty(system, 'notification');
  expect(mailsOf([...before, ...missed])).toEqual([...before, ...missed].map(() => 1));
  expect(await claimsBeside(missed)).toEqual(others);
});

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly woken?: boolean;
  readonly run?: { readonly on: string; readonly since: string };
  readonly counts: { readonly sent: number };
}

/** Orders of which a replay on the platform sends the mails, and how many a second: for longer than one tick has. */
const SLOW_ORDERS = 6;
const SLOW_RATE = '0.4';

test('a replay on the platform goes on from one tick to the next without a terminal, and sends each missing mail once', async () => {
  const sku = await newSku(system, 1_000);
  const from = new Date(system.now()).toISOString();
  await switchMails(false);
  let missed: readonly Accepted[];
  try {
    missed = await placeOf(sku, SLOW_ORDERS);
    await onBus(missed);
  } finally {
    await switchMails(true);
  }
  const others = await claimsBeside(missed);
  const what = ['--from-time', from, '--rate', SLOW_RATE, '--on', 'platform', '--yes'];
  const started = await operate<Shown>('replay', 'start', 'notification', ...what);
  expect(started).toMatchObject({ state: 'running', woken: true });
  const runs = new Set<string>();
  const ended = await system.until('the replay has ended', async () => {
    const shown = await operate<Shown>('replay', 'show', started.id);
    if (shown.run) runs.add(`${shown.run.on} ${shown.run.since}`);
    return shown.state === 'running' ? undefined : shown;
  });
  expect(ended).toMatchObject({ state: 'done', counts: { sent: SLOW_ORDERS } });
  expect(new Set([...runs].map((run) => run.split(' ')[0]))).toEqual(new Set(['platform']));
  expect(runs.size).toBeGreaterThanOrEqual(2);
  await system.until('every mail is sent', async () => (mailsOf(missed).every((mails) => mails >= 1) ? true : undefined));
  await replayQueueIsEmpty(system, 'notification');
  expect(mailsOf(missed)).toEqual(missed.map(() => 1));
  expect(await claimsBeside(missed)).toEqual(others);
});

interface Comparison {
  readonly equal: number;
  readonly different: number;
  readonly onlyRight: number;
  readonly differences: readonly { readonly id: string; readonly in: number | 'both' }[];
}

// The last one: what reads the journal of search as it was sees an old generation from here on.
test('a read model is built anew from the stream beside what is there, says the same, and goes on after the switch', async () => {
  const sku = await newSku(system, 1_000);
  await onBus(await placeOf(sku, BEFORE));
  await operate('replay', 'start', 'search', '--mode', 'reprocess', '--from-start', '--without-inbound', '--rate', '200', '--yes');
  const { equal, different, onlyRight, differences } = await operate<Comparison>('generation', 'compare', 'search');
  expect({ different, onlyRight }).toEqual({ different: 0, onlyRight: 0 });
  expect(equal).toBeGreaterThanOrEqual(BEFORE);
  expect(differences.filter(({ id }) => !id.startsWith('old-'))).toEqual([]); // orders of the old shop are not on the stream

  const { generation } = await operate<{ generation: number }>('generation', 'switch', 'search', '--yes');
  const [after] = await placeOf(sku, 1);
  await system.until('search goes on in the new generation', async () => {
    const { entities } = await storeIn(system.store('search'), generation).read({
      entities: [{ entity: OrderSummary.name, id: after?.orderId ?? '' }],
    });
    const state = [...entities.values()][0]?.state as { readonly status: string } | undefined;
    return state?.status === 'OrderCompleted' || state?.status === 'OrderCancelled' ? true : undefined;
  });
});
