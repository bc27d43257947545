// What the emulator says to the requests of the adapter where the conformance suite does not look.
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, test } from 'vitest';
import { createDynamoStore } from '../../lib/aws/dynamo/store.ts';
import { systemClock as clock } from '../../lib/aws/system-clock.ts';
import type { ExistingTable } from '../../lib/contract/entity.ts';
import { entityKey, keyText } from '../../lib/runtime/journal/item-key.ts';
import type { EntityRecord, Unit } from '../../lib/runtime/journal/unit.ts';
import { claimWrite, entityWrite, sampleClaim, sampleRecord } from '../../lib/testing/conformance/sample-items.ts';
import { createTables } from './dynamo-tables.ts';

const tables = createTables();
const { client } = tables;
afterAll(tables.removeAll);

const brought: ExistingTable = { name: 'orders', key: (id) => ({ orderNumber: Number(id) }), versionAttribute: 'rev' };
const key = { entity: 'Order', id: '7', table: brought };

async function setUp() {
  const [table, orders] = [await tables.journal(), await tables.orders()];
  const open = () => createDynamoStore({ client, table, tables: { orders }, clock });
  const store = open();
  return {
    store,
    open,
    orders,
    async item() {
      const Key = { orderNumber: { N: '7' } };
      const { Item: found } = await client.send(new GetItemCommand({ TableName: orders, Key, ConsistentRead: true }));
      return found;
    },
    read: async () => (await store.read({ entities: [key] })).entities.get(keyText(entityKey('Order', '7'))),
  };
}

const change = (id: string, expected: string | null, put: EntityRecord | null): Unit => ({
  id,
  writes: [claimWrite(sampleClaim(`saga-${id}`, id)), { kind: 'entity', key, expect: expected, put }],
});
const state = (version: string, value: unknown) => sampleRecord(version, value);

describe('an entity in a table that the team brought', () => {
  test('is created, read, changed, checked and deleted, in one transaction with the claim', async () => {
    const { store, read, item, open } = await setUp();
    const first = state('a', { status: 'open', lines: [{ sku: 'x', price: 0.1 }], note: null });
    expect(await store.commit([change('a', null, first)])).toEqual([{ status: 'committed' }]);
    expect(await read()).toEqual(first);
    expect(await store.commit([change('b', null, state('b', {}))])).toEqual([{ status: 'conflict' }]);
    // Another process, that has not read the entity.
    expect(await open().commit([change('c', 'a', state('c', { status: 'paid' }))])).toEqual([{ status: 'committed' }]);
    expect(await item()).toEqual({
      orderNumber: { N: '7' },
      status: { S: 'paid' },
      rev: { S: 'c' },
      revShape: { N: '1' },
      revFields: { SS: ['status'] },
    });
    const check = (version: string): Unit => ({
      id: `check-${version}`,
      writes: [{ kind: 'entity-check', key, expect: version }],
    });
    expect(await store.commit([check('c')])).toEqual([{ status: 'committed' }]);
    expect(await store.commit([check('a')])).toEqual([{ status: 'conflict' }]);
    expect(await store.commit([change('d', 'a', null)])).toEqual([{ status: 'conflict' }]);
    expect(await store.commit([change('d', 'c', null)])).toEqual([{ status: 'committed' }]);
    expect(await item()).toBeUndefined();
  });

  test('that others made is taken over, and what they wrote stays', async () => {
    const { store, read, item, orders } = await setUp();
    const others = {
      orderNumber: { N: '7' },
      createdBy: { S: 'web' },
      tags: { SS: ['a', 'b'] },
      photo: { B: new Uint8Array([1, 2]) },
    };
    await client.send(new PutItemCommand({ TableName: orders, Item: { ...others, status: { S: 'new' } } }));
    const before = await read();
    const version = before?.version ?? null;
    expect(before?.state).toEqual({ orderNumber: 7, createdBy: 'web', status: 'new' });
    expect(await store.commit([change('a', null, state('a', {}))])).toEqual([{ status: 'conflict' }]);
    expect(await store.commit([change('a', version, state('a', { status: 'open', total: 5 }))])).toEqual([{ status: 'committed' }]);
    expect(await store.commit([change('b', version, state('b', {}))])).toEqual([{ status: 'conflict' }]);
    expect(await store.commit([change('b', 'a', state('b', { total: 6 }))])).toEqual([{ status: 'committed' }]);
    expect(await item()).toMatchObject({ ...others, total: { N: '6' } });
    expect((await item())?.['status']).toBeUndefined();
  });

  test('a state that DynamoDB refuses names its unit, and nothing of it is written', async () => {
    const { store, read } = await setUp();
    const fine: Unit = { id: 'f', writes: [claimWrite(sampleClaim('saga-f', 'f')), entityWrite('x', null, sampleRecord('f'))] };
    for (const wrong of [{ huge: 1e200 }, JSON.parse(`{"deep":${'['.repeat(40)}${']'.repeat(40)}}`)]) {
      const outcomes = await store.commit([fine, change('w', null, state('w', wrong))]);
      expect(outcomes).toMatchObject([{ status: 'cancelled' }, { status: 'invalid', reason: expect.stringContaining('Exception') }]);
      expect((await store.commit([change('w', null, state('w', wrong))]))[0]?.status).toBe('invalid');
    }
    expect(await read()).toBeUndefined();
    expect(await store.commit([fine])).toEqual([{ status: 'committed' }]);
  });
});

describe('an entity with several indexes', () => {
  const order = (id: string, expected: string | null, indexes: Readonly<Record<string, string>> | null): Unit => ({
    id,
    writes: [entityWrite('o', expected, indexes && sampleRecord(id, {}, indexes))],
  });

  test('is found by what it is now, once, whichever of its values came and went', async () => {
    const { store } = await setUp();
    const found = async (index: string, value: string) => {
      const { items } = await store.queryEntities({ entity: 'Order', index, value, limit: 10 });
      return items.map(({ id }) => id);
    };
    await store.commit([order('a', null, { customer: 'c', day: 'd' })]);
    expect([await found('customer', 'c'), await found('day', 'd')]).toEqual([['o'], ['o']]);
    await store.commit([order('b', 'a', { day: 'e' })]);
    expect([await found('customer', 'c'), await found('day', 'd'), await found('day', 'e')]).toEqual([[], [], ['o']]);
    await store.commit([order('c', 'b', { day: 'd' })]);
    expect(await found('day', 'd')).toEqual(['o']);
    await store.commit([order('d', 'c', null)]);
    expect([await found('customer', 'c'), await found('day', 'd')]).toEqual([[], []]);
  });
});
