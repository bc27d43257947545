import { commandType, eventType, pastVersion } from 'aws-choreography';
import { expect, test } from 'vitest';
import { refusal } from './refusal.ts';

const schema = { uri: 'https://example.com/schemas/OrderPlaced/1', sensitive: [], validate: () => [] };

test('a message knows its kind, its version and its schema, and is frozen', () => {
  const event = eventType({ type: 'OrderPlaced', version: 2, subject: 'orderId', schema });
  const past = pastVersion({ type: 'OrderPlaced', version: 1, schema });
  const command = commandType({ type: 'PlaceOrder', version: 1, schema });
  expect(event).toEqual({ kind: 'event', type: 'OrderPlaced', version: 2, subject: 'orderId', schema });
  expect(past).toEqual({ kind: 'past', type: 'OrderPlaced', version: 1, schema });
  expect(command).toEqual({ kind: 'command', type: 'PlaceOrder', version: 1, schema });
  expect([event, past, command].every(Object.isFrozen)).toBe(true);
});

test('the names of events and of commands tell them apart', () => {
  expect(refusal(() => eventType({ type: 'PlaceOrder', version: 1, subject: 'orderId', schema }))).toMatch(
    /^INVALID_NAME: The event "PlaceOrder" is not a good name/,
  );
  expect(refusal(() => pastVersion({ type: 'PlaceOrder', version: 1, schema }))).toMatch(
    /^INVALID_NAME: The event "PlaceOrder" is not a good name/,
  );
  expect(refusal(() => commandType({ type: 'OrderPlaced', version: 1, schema }))).toMatch(
    /^INVALID_NAME: The command "OrderPlaced" is not a good name/,
  );
});

test.each([0, -1, 1.5, Number.NaN])('%s is no version', (version) => {
  const text = (type: string) => `INVALID_VERSION: ${type} has the version ${version}: give a whole number from 1.`;
  expect(refusal(() => eventType({ type: 'OrderPlaced', version, subject: 'orderId', schema }))).toBe(text('OrderPlaced'));
  expect(refusal(() => pastVersion({ type: 'OrderPlaced', version, schema }))).toBe(text('OrderPlaced'));
  expect(refusal(() => commandType({ type: 'PlaceOrder', version, schema }))).toBe(text('PlaceOrder'));
});
