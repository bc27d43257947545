import { client } from 'aws-choreography';
import { expect, test } from 'vitest';
import { clientDefinition } from '../../lib/contract/client.ts';
import { refusal } from './refusal.ts';

test('a client changes the world and remembers a key for a day unless it says otherwise, and is frozen', () => {
  expect(client()).toEqual({ kind: 'client', readOnly: false, keyLifetimeHours: 24 });
  expect(clientDefinition(client({ readOnly: true, keyLifetimeHours: 0.5 }))).toEqual({
    kind: 'client',
    readOnly: true,
    keyLifetimeHours: 0.5,
  });
  expect(Object.isFrozen(client())).toBe(true);
});

test.each([0, -1, 8761, Number.NaN, Number.POSITIVE_INFINITY])('a key does not live %s hours', (keyLifetimeHours) => {
  expect(refusal(() => client({ keyLifetimeHours }))).toBe(
    `INVALID_KEY_LIFETIME: keyLifetimeHours is ${keyLifetimeHours}: give the hours that the outside system remembers an idempotency key, more than 0 and at most 8760.`,
  );
});

test('a key may live a whole year', () => {
  expect(client({ keyLifetimeHours: 8760 })).toMatchObject({ keyLifetimeHours: 8760 });
});
