import { client, defineReaction } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { RunnableReaction } from '../../lib/contract/reaction-checks.ts';
import {
  InventoryReleased,
  InventoryReserved,
  OrderExpired,
  OrderPlaced,
  OrderPlacedV1,
  PaymentFailed,
  PlaceOrder,
  ShipmentFailed,
} from '../types/messages.ts';
import { refusal } from './refusal.ts';

const react = () => undefined;
const undo = () => undefined;
const gateway = client<{ charge(): void }>();

/** Defines past the types, as JavaScript or generated code can. */
function define(definition: Readonly<Record<string, unknown>>): RunnableReaction {
  return defineReaction({ name: 'reserveInventory', on: OrderPlaced, react, ...definition } as never) as unknown as RunnableReaction;
}

function problem(definition: Readonly<Record<string, unknown>>): string {
  return refusal(() => define(definition)).replace('INVALID_REACTION: Reaction reserveInventory: ', '');
}

describe('what is left out gets its default', () => {
  test('in a reaction', () => {
    expect(define({})).toEqual({
      kind: 'reaction',
      name: 'reserveInventory',
      on: [OrderPlaced],
      emits: [],
      fails: [],
      schedules: [],
      clients: {},
      retry: { attempts: 5, backoffSeconds: 1 },
      delivery: 'at-least-once',
      reprocessable: false,
      callsOutside: false,
      react,
    });
  });

  test('in half a retry', () => {
    expect(define({ retry: { attempts: 2 } }).retry).toEqual({ attempts: 2, backoffSeconds: 1 });
    expect(define({ retry: { backoffSeconds: 0 } }).retry).toEqual({ attempts: 5, backoffSeconds: 0 });
  });

  test('in a compensation; one trigger becomes a list', () => {
    expect(define({ compensation: { on: PaymentFailed, undo } }).compensation).toEqual({ on: [PaymentFailed], emits: [], undo });
  });
});

test('what is given is kept', () => {
  const reads = () => [];
  const onGiveUp = () => undefined;
  const compensation = { on: [PaymentFailed, ShipmentFailed], emits: [InventoryReleased], undoWindowHours: 48, undo };
  const reaction = define({
    emits: [InventoryReserved],
    schedules: [OrderExpired],
    clients: { gateway },
    delivery: 'at-most-once',
    reads,
    onGiveUp,
    compensation,
  });
  expect(reaction).toMatchObject({
    emits: [InventoryReserved],
    schedules: [OrderExpired],
    clients: { gateway },
    delivery: 'at-most-once',
    reads,
    onGiveUp,
    compensation,
  });
});

test('a reaction is frozen', () => {
  expect(Object.isFrozen(define({}))).toBe(true);
});

test('only clients that change the world outside switch on the protocol for outside calls', () => {
  expect(define({ clients: { gateway } }).callsOutside).toBe(true);
  expect(define({ clients: { rates: client({ readOnly: true }) } }).callsOutside).toBe(false);
  expect(define({ clients: { rates: client({ readOnly: true }), gateway } }).callsOutside).toBe(true);
});

test('the error names the reaction in its details', () => {
  expect(() => define({ on: [] })).toThrow(
    expect.objectContaining({ code: 'INVALID_REACTION', details: { reaction: 'reserveInventory' }, retryable: false }),
  );
});

describe('a reaction is refused', () => {
  test('without a good name', () => {
    expect(refusal(() => define({ name: 'Reserve' }))).toBe(
      'INVALID_NAME: The reaction "Reserve" is not a good name: use letters and digits in camelCase, for example reserveInventory.',
    );
  });

  const both = '`delivery: "at-most-once"` is for reactions that call outside systems; declare them in `clients`.';
  const projection = '`reprocessable` is for projections: no compensation, no clients, no emits, fails or schedules.';
  test.each<readonly [string, Readonly<Record<string, unknown>>, string]>([
    [
      'with an option that is not there',
      { compensations: {} },
      'there is no option `compensations`; the options are name, on, emits, fails, schedules, clients, reads, retry, delivery, ' +
        'reprocessable, react, onGiveUp, compensation.',
    ],
    [
      'with a compensation that has such an option',
      { compensation: { on: PaymentFailed, undo: () => {}, emit: [] } },
      'there is no option `compensation.emit`; the options are on, emits, undoWindowHours, undo.',
    ],
    ['without a trigger', { on: undefined }, '`on` is empty; name the messages it reacts to.'],
    ['with an empty list of triggers', { on: [] }, '`on` is empty; name the messages it reacts to.'],
    ['on a name', { on: 'OrderPlaced' }, '`on` has "OrderPlaced", which is not a message; use the constants in schemas/generated.'],
    [
      'on something that a circular import left out',
      { on: [undefined] },
      '`on` has undefined, which is not a message; use the constants in schemas/generated.',
    ],
    [
      'on an older version',
      { on: OrderPlacedV1 },
      '`on` has an older version of OrderPlaced; use OrderPlaced and lift the older one with defineUpcast.',
    ],
    ['on one message twice', { on: [OrderPlaced, OrderPlaced] }, '`on` has OrderPlaced twice.'],
    [
      'on a command and something else',
      { on: [PlaceOrder, OrderPlaced] },
      'a reaction to a command reacts to that command alone, because its answer goes back to one caller.',
    ],
    ['without react', { react: undefined }, '`react` is missing; write what the service does when the message arrives.'],
    [
      'if it emits a command',
      { emits: [PlaceOrder] },
      '`emits` has PlaceOrder, which is not an event; use the constants in schemas/generated.',
    ],
    [
      'if it emits an older version',
      { emits: [OrderPlacedV1] },
      '`emits` has an older version of OrderPlaced; use OrderPlaced and lift the older one with defineUpcast.',
    ],
    [
      'if it fails with a name',
      { fails: ['PaymentFailed'] },
      '`fails` has "PaymentFailed", which is not an event; use the constants in schemas/generated.',
    ],
    ['if it schedules one event twice', { schedules: [OrderExpired, OrderExpired] }, '`schedules` has OrderExpired twice.'],
    [
      'if an event means success and failure',
      { emits: [PaymentFailed], fails: [PaymentFailed] },
      'PaymentFailed is in `emits` and in `fails`; an event means success or failure, not both.',
    ],
    [
      'with a client in place of its declaration',
      { clients: { gateway: { charge() {} } } },
      '`clients.gateway` is not a declaration; write gateway: client<…>() and give the client to createHandlers.',
    ],
    ['without a single attempt', { retry: { attempts: 0 } }, '`retry.attempts` is 0; give a whole number from 1 to 100.'],
    ['with too many attempts', { retry: { attempts: 101 } }, '`retry.attempts` is 101; give a whole number from 1 to 100.'],
    ['with half an attempt', { retry: { attempts: 1.5 } }, '`retry.attempts` is 1.5; give a whole number from 1 to 100.'],
    ['with a negative wait', { retry: { backoffSeconds: -1 } }, '`retry.backoffSeconds` is -1; give 0 to 1200.'],
    ['with a wait that no queue keeps so long', { retry: { backoffSeconds: 1_201 } }, '`retry.backoffSeconds` is 1201; give 0 to 1200.'],
    ['with a wait that is no number', { retry: { backoffSeconds: Number.NaN } }, '`retry.backoffSeconds` is NaN; give 0 to 1200.'],
    ['with an unknown delivery', { delivery: 'exactly-once' }, '`delivery` is "exactly-once"; use "at-least-once" or "at-most-once".'],
    ['if at-most-once has nothing to call', { delivery: 'at-most-once' }, both],
    ['if at-most-once only looks things up', { delivery: 'at-most-once', clients: { rates: client({ readOnly: true }) } }, both],
    ['if it is reprocessable and emits', { reprocessable: true, emits: [InventoryReserved] }, projection],
    ['if it is reprocessable and fails', { reprocessable: true, fails: [PaymentFailed] }, projection],
    ['if it is reprocessable and schedules', { reprocessable: true, schedules: [OrderExpired] }, projection],
    ['if it is reprocessable and calls', { reprocessable: true, clients: { gateway } }, projection],
    ['if it is reprocessable and has a compensation', { reprocessable: true, compensation: { on: PaymentFailed, undo } }, projection],
  ])('%s', (_when, definition, text) => {
    expect(problem(definition)).toBe(text);
  });
});

describe('a compensation is refused', () => {
  test.each<readonly [string, Readonly<Record<string, unknown>>, string]>([
    ['without undo', { on: PaymentFailed }, '`compensation.undo` is missing; write what gives back what `react` took.'],
    ['without a trigger', { on: [], undo }, '`compensation.on` is empty; name the failure events that undo it.'],
    [
      'on a command',
      { on: PlaceOrder, undo },
      '`compensation.on` has PlaceOrder, which is not an event; use the constants in schemas/generated.',
    ],
    ['on what it reacts to', { on: OrderPlaced, undo }, 'OrderPlaced both runs and undoes it; a trigger cannot be its own compensation.'],
    [
      'if it emits an older version',
      { on: PaymentFailed, emits: [OrderPlacedV1], undo },
      '`compensation.emits` has an older version of OrderPlaced; use OrderPlaced and lift the older one with defineUpcast.',
    ],
    [
      'with a window of no hours',
      { on: PaymentFailed, undoWindowHours: 0, undo },
      '`compensation.undoWindowHours` is 0; give hours above 0, or leave it out.',
    ],
  ])('%s', (_when, compensation, text) => {
    expect(problem({ compensation })).toBe(text);
  });
});

test('an event may be reprocessed by a projection, and a step may be undone by what it did not start with', () => {
  expect(define({ reprocessable: true }).reprocessable).toBe(true);
  expect(define({ on: [OrderPlaced, InventoryReserved], compensation: { on: PaymentFailed, undo } }).on).toEqual([
    OrderPlaced,
    InventoryReserved,
  ]);
});
