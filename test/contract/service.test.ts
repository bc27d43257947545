import { defineInbound, defineReaction, defineService, defineUpcast, eventType } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import { reactionsOf } from '../../lib/contract/service.ts';
import { InventoryReleased, InventoryReserved, OrderPlaced, OrderPlacedV1, PaymentFailed, PlaceOrder } from '../types/messages.ts';
import { refusal } from './refusal.ts';

const reserve = defineReaction({ name: 'reserveInventory', on: OrderPlaced, react() {} });
const upcast = defineUpcast(OrderPlacedV1, (order) => ({ ...order, currency: 'EUR' }));
const laterReserved = eventType<'InventoryReserved', { readonly orderId: string }>({ ...InventoryReserved, version: 2 });

function define(definition: Readonly<Record<string, unknown>>) {
  return defineService({ name: 'inventory', reactions: [reserve], ...definition } as never);
}

test('what is left out gets its default, and the service is frozen', () => {
  const service = define({});
  expect(service).toEqual({ kind: 'service', name: 'inventory', source: 'stream', reactions: [reserve], upcasts: [], inbound: [] });
  expect(Object.isFrozen(service)).toBe(true);
});

test('what is given is kept', () => {
  const inbound = defineInbound(OrderPlaced, {
    from: { queue: 'legacy-orders' },
    id: () => '1',
    correlationId: () => '1',
    data: () => undefined,
  });
  const publishRate = { eventsPerSecond: 50, burst: 100 };
  const commandRate = { commandsPerSecond: 20 };
  const place = defineReaction({ name: 'placeOrder', on: PlaceOrder, emits: [OrderPlaced], react: () => ({ orderId: '1' }) });
  const reactions = [reserve, place];
  expect(
    define({ source: 'bus', reactions, upcasts: [upcast], inbound: [inbound], publishRate, commandRate, lagSecondsMax: 60 }),
  ).toMatchObject({
    source: 'bus',
    upcasts: [upcast],
    inbound: [inbound],
    publishRate,
    commandRate,
    lagSecondsMax: 60,
  });
});

test('the runtime finds the whole reactions behind it', () => {
  expect(reactionsOf(define({}))[0]).toMatchObject({ name: 'reserveInventory', retry: { attempts: 5 } });
});

describe('a service is refused', () => {
  const place = defineReaction({ name: 'placeOrder', on: PlaceOrder, react: () => ({ orderId: '1' }) });
  const placeToo = defineReaction({ name: 'placeOrderToo', on: PlaceOrder, react: () => ({ orderId: '1' }) });
  const emitsFirst = defineReaction({ name: 'emitFirst', on: OrderPlaced, emits: [InventoryReserved], react() {} });
  const onSecond = defineReaction({ name: 'onSecond', on: laterReserved, react() {} });
  const undoneBySecond = defineReaction({
    name: 'undoneBySecond',
    on: OrderPlaced,
    react() {},
    compensation: { on: laterReserved, undo() {} },
  });
  const undoEmitsSecond = defineReaction({
    name: 'undoEmitsSecond',
    on: OrderPlaced,
    react() {},
    compensation: { on: PaymentFailed, emits: [InventoryReleased, laterReserved], undo() {} },
  });
  const versions =
    'DUPLICATE: Service inventory: InventoryReserved is used in the versions 1 and 2; a service knows one current version of a message.';

  test.each<readonly [string, Readonly<Record<string, unknown>>, string]>([
    [
      'without a good name',
      { name: 'Inventory' },
      'INVALID_NAME: The service "Inventory" is not a good name: use lower case letters, digits and hyphens, for example order-history.',
    ],
    [
      'with an option that is not there',
      { upcast: [upcast] },
      'INVALID_SERVICE: Service inventory: there is no option `upcast`; the options are name, source, reactions, upcasts, inbound, ' +
        'publishRate, commandRate, lagSecondsMax.',
    ],
    ['with an unknown source', { source: 'queue' }, 'INVALID_SERVICE: Service inventory: `source` is "queue"; use "stream" or "bus".'],
    ['without reactions', { reactions: [] }, 'INVALID_SERVICE: Service inventory: `reactions` is empty; a service reacts to something.'],
    [
      'with two reactions of one name',
      { reactions: [reserve, reserve] },
      'DUPLICATE: Service inventory: reaction reserveInventory is listed twice.',
    ],
    [
      'with two answers to one command',
      { reactions: [place, placeToo] },
      'DUPLICATE: Service inventory: the command PlaceOrder is listed twice.',
    ],
    [
      'with two upcasts of one version',
      { upcasts: [upcast, upcast] },
      'DUPLICATE: Service inventory: the upcast from OrderPlaced version 1 is listed twice.',
    ],
    ['with two versions of one event', { reactions: [emitsFirst, onSecond] }, versions],
    ['with another version in a compensation', { reactions: [emitsFirst, undoneBySecond] }, versions],
    ['with another version that a compensation emits', { reactions: [emitsFirst, undoEmitsSecond] }, versions],
    [
      'with a rate that publishes nothing',
      { publishRate: { eventsPerSecond: 0 } },
      'INVALID_SERVICE: Service inventory: `publishRate.eventsPerSecond` is 0; give a number above 0.',
    ],
    [
      'with a burst that publishes nothing',
      { publishRate: { eventsPerSecond: 5, burst: 0 } },
      'INVALID_SERVICE: Service inventory: `publishRate.burst` is 0; give 1 or more, or no event ever goes out.',
    ],
    [
      'with a rate that takes no command',
      { commandRate: { commandsPerSecond: -1 } },
      'INVALID_SERVICE: Service inventory: `commandRate.commandsPerSecond` is -1; give a number above 0.',
    ],
    [
      'with a burst that takes no command',
      { commandRate: { commandsPerSecond: 5, burst: 0.5 } },
      'INVALID_SERVICE: Service inventory: `commandRate.burst` is 0.5; give 1 or more, or no command ever comes in.',
    ],
    [
      'with a rate of commands and no command',
      { commandRate: { commandsPerSecond: 5 } },
      'INVALID_SERVICE: Service inventory: `commandRate` has no effect, since no reaction takes a command; leave it out.',
    ],
    [
      'with a rate of events and no event',
      { publishRate: { eventsPerSecond: 5 } },
      'INVALID_SERVICE: Service inventory: `publishRate` has no effect, since no reaction publishes an event; leave it out.',
    ],
    [
      'with a lag that nobody can promise',
      { lagSecondsMax: 0 },
      'INVALID_SERVICE: Service inventory: `lagSecondsMax` is 0; give a number above 0.',
    ],
  ])('%s', (_when, definition, text) => {
    expect(refusal(() => define(definition))).toBe(text);
  });
});
