import { describe, expect, test } from 'vitest';
import { NAME_LENGTH_MAX } from '../../lib/contract/limits.ts';
import { checkCommandName, checkEntityName, checkEventName, checkReactionName, checkServiceName } from '../../lib/contract/names.ts';
import { refusal } from './refusal.ts';

const eventAdvice = 'an event says what happened, as a noun and a verb in the past in PascalCase, for example OrderPlaced';
const commandAdvice = 'a command says what to do, as a verb and a noun in PascalCase, for example PlaceOrder';

describe('an event', () => {
  test.each([
    ...['OrderPlaced', 'PaymentRefunded', 'StockItemSold', 'SKUReserved', 'OrderSent', 'InvoiceOverdue', 'OrderLine2Added'],
    ...['GuestCheckedIn', 'SessionTimedOut', 'PaymentTakenBack'],
  ])('may be named %s', (name) => {
    expect(refusal(() => checkEventName(name))).toBe('nothing was refused');
  });

  test.each([
    'PlaceOrder',
    'OrderPlace',
    'Placed',
    'orderPlaced',
    'Order_Placed',
    'order-placed',
    'CattleFeed',
    'Order Placed',
    'Ordér',
    'CheckedIn',
    'CheckGuestIn',
  ])('is not named %s', (name) => {
    expect(refusal(() => checkEventName(name))).toBe(`INVALID_NAME: The event "${name}" is not a good name: ${eventAdvice}.`);
  });
});

describe('a command', () => {
  test.each(['PlaceOrder', 'SendSMS', 'PlantSeed', 'PlaceBid', 'StartRun', 'RequestReset', 'CheckGuestIn', 'LogIn'])(
    'may be named %s',
    (name) => {
      expect(refusal(() => checkCommandName(name))).toBe('nothing was refused');
    },
  );

  test.each(['OrderPlaced', 'Place', 'placeOrder', 'PLACE-ORDER', 'OrderSent', 'GuestCheckedIn'])('is not named %s', (name) => {
    expect(refusal(() => checkCommandName(name))).toBe(`INVALID_NAME: The command "${name}" is not a good name: ${commandAdvice}.`);
  });
});

test('a name that is a fact and a thing, such as PriceSet, may be either', () => {
  expect(refusal(() => checkEventName('PriceSet'))).toBe('nothing was refused');
  expect(refusal(() => checkCommandName('PriceSet'))).toBe('nothing was refused');
});

test.each(['ReserveInventory', 'reserve-inventory', 'reserve_inventory', '1st', 'réserve'])('a reaction is not named %s', (name) => {
  expect(refusal(() => checkReactionName(name))).toBe(
    `INVALID_NAME: The reaction "${name}" is not a good name: use letters and digits in camelCase, for example reserveInventory.`,
  );
});

test.each(['Order', 'orderHistory', 'order_history', '-order', 'order-', 'order--history', '1order'])(
  'a service is not named %s',
  (name) => {
    expect(refusal(() => checkServiceName(name))).toBe(
      `INVALID_NAME: The service "${name}" is not a good name: use lower case letters, digits and hyphens, for example order-history.`,
    );
  },
);

test.each(['order', 'Order-Line', 'Order_Line'])('an entity is not named %s', (name) => {
  expect(refusal(() => checkEntityName(name))).toBe(
    `INVALID_NAME: The entity "${name}" is not a good name: use a noun in PascalCase, for example Order.`,
  );
});

test('reactions, services and entities have one plain form each', () => {
  expect(refusal(() => checkReactionName('reserveInventory2'))).toBe('nothing was refused');
  expect(refusal(() => checkServiceName('order-history2'))).toBe('nothing was refused');
  expect(refusal(() => checkEntityName('OrderLine'))).toBe('nothing was refused');
});

test.each([
  ['event', checkEventName],
  ['command', checkCommandName],
  ['reaction', checkReactionName],
  ['service', checkServiceName],
  ['entity', checkEntityName],
] as const)('the name of an %s has at least one character and no more than fit into a key', (what, check) => {
  const long = 'x'.repeat(NAME_LENGTH_MAX + 1);
  expect(refusal(() => check(long))).toBe(`INVALID_NAME: The ${what} "${long}" is not a good name: give 1 to 64 characters.`);
  expect(refusal(() => check(''))).toBe(`INVALID_NAME: The ${what} "" is not a good name: give 1 to 64 characters.`);
  expect(refusal(() => check(undefined as never))).toBe(
    `INVALID_NAME: The ${what} "undefined" is not a good name: give 1 to 64 characters.`,
  );
});

test('a name of exactly the longest length is good', () => {
  expect(refusal(() => checkReactionName('x'.repeat(NAME_LENGTH_MAX)))).toBe('nothing was refused');
});
