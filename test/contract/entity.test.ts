import { defineEntity } from 'aws-choreography';
import { expect, test } from 'vitest';
import { entityDefinition } from '../../lib/contract/entity.ts';
import { refusal } from './refusal.ts';

interface Stock {
  readonly available: number;
}

test('an entity is at version 1 unless it says so, and is frozen', () => {
  const stock = defineEntity<Stock>('Stock');
  expect(stock).toEqual({ kind: 'entity', name: 'Stock', version: 1 });
  expect(Object.isFrozen(stock)).toBe(true);
});

test('what is given is kept for the runtime', () => {
  const upgrade = { 1: (stored: { readonly count: number }) => ({ available: stored.count }) };
  const indexes = { empty: ({ available }: Stock) => (available === 0 ? 'yes' : undefined) };
  const table = { name: 'stock', key: (id: string) => ({ id }), versionAttribute: 'version' };
  expect(entityDefinition(defineEntity<Stock>('Stock', { version: 2, upgrade, indexes, table }))).toEqual({
    kind: 'entity',
    name: 'Stock',
    version: 2,
    upgrade,
    indexes,
    table,
  });
});

test('a bad name is refused', () => {
  expect(refusal(() => defineEntity('stock'))).toBe(
    'INVALID_NAME: The entity "stock" is not a good name: use a noun in PascalCase, for example Order.',
  );
});

test.each([0, -1, 1.5])('%s is no version', (version) => {
  expect(refusal(() => defineEntity('Stock', { version }))).toBe(
    `INVALID_VERSION: Stock has the version ${version}: give a whole number from 1.`,
  );
});

test('every older version has its way up, none left out', () => {
  expect(refusal(() => defineEntity('Stock', { version: 2 }))).toBe(
    'UPGRADE_MISSING: Stock is at version 2, but nothing upgrades the stored version 1: add upgrade: { 1: (stored) => … }.',
  );
  expect(refusal(() => defineEntity('Stock', { version: 3, upgrade: { 1: (stored) => stored } }))).toBe(
    'UPGRADE_MISSING: Stock is at version 3, but nothing upgrades the stored version 2: add upgrade: { 2: (stored) => … }.',
  );
});
