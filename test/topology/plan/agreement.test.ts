// What a plan says of a saga is what the embedded engine does: counted, not guessed.
import {
  type Choreography,
  client,
  commandType,
  defineChoreography,
  defineEntity,
  defineReaction,
  defineService,
  eventType,
  type Reaction,
} from 'aws-choreography';
import { stored } from 'aws-choreography/testing';
import { describe, expect, test } from 'vitest';
import shop from '../../../functions/choreography.ts';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from '../../../functions/doubles.ts';
import { Stock } from '../../../functions/inventory/service.ts';
import { defaultSettings } from '../../../lib/contract/settings.ts';
import { createRandom } from '../../../lib/embedded/random.ts';
import { manifestOf } from '../../../lib/topology/manifest.ts';
import { planOf, type WayPlan } from '../../../lib/topology/plan/plan.ts';
import { PlaceOrder } from '../../../schemas/generated/index.ts';
import { DEADLINE_SECONDS, randomSaga, StartSaga } from '../random-saga.ts';
import { type Counted, createCountedWorld } from './counted-world.ts';

const SEEDS = 60;
const ENTITIES = 1;
/** Reactions of the shop that keep nothing of their own. */
const entitiesOf = { 'payment.chargePayment': 0, 'shipping.createShipment': 0, 'notification.notifyCustomer': 0 };
const data = { customerId: 'c-1', items: [{ sku: 'tea', quantity: 2 }], totalCents: 900, currency: 'EUR' };
/** Read in the plan, and not by the shop: what `placeOrder`, and `projectOrders` on OrderPlaced, put without looking. */
const PUT_WITHOUT_LOOKING = 2;

interface Order {
  readonly declined?: boolean;
  readonly stock?: number;
  readonly noCarrier?: boolean;
  /** Nobody ships until the deadline has passed. */
  readonly late?: boolean;
}

async function order({ declined = false, stock = 5, noCarrier = false, late = false }: Order): Promise<Counted> {
  const { engine, counted } = createCountedWorld(shop, {
    given: [stored(Stock, 'tea', { available: stock })],
    clients: {
      gateway: createPaymentDouble(() => declined),
      carrier: createCarrierDouble(() => noCarrier),
      mailer: createMailerDouble(),
    },
  });
  if (late) await engine.pause('shipping');
  await engine.send(PlaceOrder, data);
  await engine.settle({ advanceSeconds: 1_000 });
  if (late) await engine.resume('shipping');
  await engine.settle();
  return counted;
}

/** What a plan and a world are compared by; each record goes through the bridge, too, though the engine leaves it out where nobody is on the bus. */
const planned = ({ usage, hops }: WayPlan) => {
  const { commits, items, records, invocations, queueRequests } = usage;
  return { commits, items, records, invocations, queueRequests, hops };
};
const happened = ({ commits, items, records, deliveries, fromBus, hops }: Counted) => {
  return { commits, items, records, invocations: deliveries + records, queueRequests: 3 * fromBus, hops };
};

const ways: readonly (readonly [failure: string | undefined, order: Order])[] = [
  [undefined, {}],
  ['InventoryRejected', { stock: 0 }],
  ['PaymentFailed', { declined: true }],
  ['ShipmentFailed', { noCarrier: true }],
  ['OrderExpired', { late: true }],
];

function shopWays(eventKilobytes = 1): readonly WayPlan[] {
  const { sagas } = planOf(shop.services.map(manifestOf), { bounds: defaultSettings, entitiesOf, eventKilobytes });
  return sagas.find(({ saga }) => saga === 'PlaceOrder')?.ways ?? [];
}

describe('the plan of the sample', () => {
  test('has every way that is compared, and no other', () => {
    expect(shopWays().map(({ failure }) => failure)).toEqual(ways.map(([failure]) => failure));
  });

  test.each(ways)('counts what an order does: %s', async (failure, how) => {
    const counted = await order(how);
    const way = shopWays().find((one) => one.failure === failure) as WayPlan;
    expect(planned(way)).toEqual(happened(counted));
    expect(way.usage.readUnits - counted.reads).toBe(PUT_WITHOUT_LOOKING);
  });

  test.each(ways)('has write units near those of the requests that DynamoDB would get: %s', async (failure, how) => {
    const counted = await order(how);
    const way = shopWays(counted.eventBytes / counted.records / 1_024).find((one) => one.failure === failure) as WayPlan;
    expect(way.usage.writeUnits / counted.writeUnits).toBeGreaterThanOrEqual(1);
    expect(way.usage.writeUnits / counted.writeUnits).toBeLessThan(1.25);
  });
});

const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);

/** The random saga of a seed, in which one step fails, or none. */
function sagaOf(seed: number, failing?: string): Choreography {
  return randomSaga(createRandom(seed).fork('saga'), {
    decide: (step) => (step === failing ? 'fail' : 'succeed'),
    sleep: async () => {},
  });
}

async function play(choreography: Choreography, seed: number): Promise<Counted> {
  const { engine, counted } = createCountedWorld(choreography, { seed });
  await engine.send(StartSaga, { name: 'one' });
  await engine.settle({ advanceSeconds: DEADLINE_SECONDS + 60 });
  return counted;
}

function waysOf({ services }: Choreography): readonly WayPlan[] {
  const { sagas } = planOf(services.map(manifestOf), { bounds: defaultSettings, entities: ENTITIES });
  return sagas.find(({ saga }) => saga === 'StartSaga')?.ways ?? [];
}

/** One thing happens at a time: what overtakes what, nobody can plan; nor what two reactions in one service make of one entity together. */
function isChain({ services }: Choreography): boolean {
  const reactions = services.map(manifestOf).flatMap((manifest) => manifest.reactions);
  const taken = reactions.flatMap(({ on }) => on.map(({ type }) => type));
  return new Set(taken).size === taken.length && !reactions.some(({ name }) => name === 'rejectSaga');
}

/** A success undoes others here, so that nothing ever goes well. */
function hasVeto({ services }: Choreography): boolean {
  return services.map(manifestOf).some(({ reactions }) => reactions.some(({ name }) => name === 'stepV'));
}

describe('the plan of a random saga', () => {
  test.each(seeds.filter((seed) => !hasVeto(sagaOf(seed))))('counts what it does when all goes well (seed %i)', async (seed) => {
    const choreography = sagaOf(seed);
    const counted = await play(choreography, seed);
    expect(planned(waysOf(choreography)[0] as WayPlan)).toEqual(happened(counted));
  });

  test('counts what it does when a step fails: what is undone, and what will never be done', async () => {
    let compared = 0;
    for (const seed of seeds.filter((one) => isChain(sagaOf(one)))) {
      for (const way of waysOf(sagaOf(seed))) {
        if (way.reaction === undefined || way.deadline !== undefined) continue;
        const choreography = sagaOf(seed, way.reaction.split('.')[1]);
        const counted = happened(await play(choreography, seed));
        // These steps fail before they have looked at their entity, so that there is nothing to check.
        expect({ ...planned(way), items: way.usage.items - ENTITIES }, `seed ${seed}, ${way.failure}`).toEqual(counted);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(50);
  });
});

describe('the plan of a command that calls outside', () => {
  interface Printer {
    print(text: string): Promise<void>;
  }
  const schema = (type: string) => ({ uri: `urn:aws-choreography:${type}:1`, sensitive: [], validate: () => [] });
  const PrintLabel = commandType<'PrintLabel', { id: string }, void>({ type: 'PrintLabel', version: 1, schema: schema('PrintLabel') });
  const LabelPrinted = eventType<'LabelPrinted', { id: string }>({
    type: 'LabelPrinted',
    version: 1,
    subject: 'id',
    schema: schema('LabelPrinted'),
  });
  const LabelRejected = eventType<'LabelRejected', { id: string }>({
    type: 'LabelRejected',
    version: 1,
    subject: 'id',
    schema: schema('LabelRejected'),
  });
  const Label = defineEntity<{ id: string }>('Label');
  const printLabel = defineReaction({
    name: 'printLabel',
    on: PrintLabel,
    emits: [LabelPrinted],
    clients: { printer: client<Printer>() },
    async react({ data }, tx) {
      tx.put(Label, data.id, data);
      await tx.clients.printer.print(data.id);
      tx.emit(LabelPrinted, data);
    },
    compensation: { on: LabelRejected, undo: () => {} },
  });
  // Three reactions on one message: the one with a client stands between the others, and commits alone.
  const [before, after] = ['before', 'after'].map((name) =>
    defineReaction({ name, on: LabelPrinted, react: ({ data }, tx) => tx.put(Label, `${name} ${data.id}`, data) }),
  );
  const print = defineReaction({
    name: 'printCopy',
    on: LabelPrinted,
    clients: { printer: client<Printer>() },
    async react({ data }, tx) {
      await tx.clients.printer.print(data.id);
      tx.put(Label, `copy ${data.id}`, data);
    },
  });

  test('counts the look that is taken at it a minute later, and the commits around a client', async () => {
    const services = [
      defineService({ name: 'labels', reactions: [printLabel] }),
      defineService({ name: 'copies', reactions: [before as Reaction, print, after as Reaction] }),
    ];
    const choreography = defineChoreography({ name: 'labels', services });
    const { engine, counted } = createCountedWorld(choreography, { clients: { printer: { print: async () => {} } } });
    await engine.send(PrintLabel, { id: 'a' });
    await engine.settle({ advanceSeconds: 120 });
    const way = planOf(services.map(manifestOf), { bounds: defaultSettings }).sagas[0]?.ways[0] as WayPlan;
    expect(planned(way)).toEqual(happened(counted));
    expect(way.usage.fifoRequests).toBe(3);
  });
});
