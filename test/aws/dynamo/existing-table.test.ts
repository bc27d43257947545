import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Item } from '../../../lib/aws/dynamo/attributes.ts';
import { attributeOf, jsonOf } from '../../../lib/aws/dynamo/existing-attributes.ts';
import {
  type ChangeExpression,
  existingFlaw,
  existingKey,
  existingRecord,
  existingUpdate,
  fieldsOf,
} from '../../../lib/aws/dynamo/existing-table.ts';
import type { ExistingTable } from '../../../lib/contract/entity.ts';
import type { Unit } from '../../../lib/runtime/journal/unit.ts';
import { sampleRecord } from '../../../lib/testing/conformance/sample-items.ts';
import { fakeStore } from './fake-table.ts';

const table: ExistingTable = { name: 'orders', key: (id) => ({ orderId: id }), versionAttribute: 'rev' };
const key = existingKey(table, '7');

/** What an update makes of an item, as DynamoDB does it. */
function applied(
  item: Item,
  { UpdateExpression, ExpressionAttributeNames: names, ExpressionAttributeValues: values }: ChangeExpression,
): Item {
  const [set = '', remove = ''] = UpdateExpression.replace('SET ', '').split(' REMOVE ');
  const after: Item = { ...item };
  for (const one of set.split(', ')) {
    const [name = '', value = ''] = one.split(' = ');
    after[names[name] ?? ''] = values[value] as Item[string];
  }
  for (const name of remove.split(', ').filter((part) => part !== '')) delete after[names[name] ?? ''];
  return after;
}

function put(item: Item, state: unknown, version: string): Item {
  return applied({ ...item, ...key }, existingUpdate(table, key, sampleRecord(version, state), fieldsOf(table, item).names));
}
const stateOf = (item: Item) => existingRecord(table, '7', item).state;

test('a version that is something else`s is said, and nothing is given up for it: whoever corrects the name loses no message', () => {
  expect(() => existingRecord(table, '7', { ...key, rev: { N: '3' } })).toThrow(
    expect.objectContaining({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
      message: expect.stringMatching(/rev of the table orders is no text/),
    }),
  );
});

describe('a state as attributes', () => {
  test('any JSON comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value));
        expect(jsonOf(attributeOf(json))).toEqual(json);
      }),
    );
  });

  test('each property is an attribute that other programs read', () => {
    const item = put({}, { status: 'open', total: 12.5, lines: [{ sku: 'a' }], note: null }, 'a');
    expect(item).toMatchObject({
      orderId: { S: '7' },
      status: { S: 'open' },
      total: { N: '12.5' },
      lines: { L: [{ M: { sku: { S: 'a' } } }] },
      note: { NULL: true },
      rev: { S: 'a' },
      revShape: { N: '1' },
    });
  });

  test('a state is replaced as a whole, whatever was before', () => {
    const states = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'orderId'), fc.constantFrom('7')), { minLength: 1 });
    fc.assert(
      fc.property(states, (all) => {
        let item: Item = {};
        for (const [index, state] of all.entries()) {
          item = put(item, state, `v${index}`);
          expect(stateOf(item)).toEqual(state);
        }
      }),
    );
  });
});

describe('attributes that others wrote', () => {
  const foreign: Item = {
    ...key,
    createdBy: { S: 'web' },
    tags: { SS: ['a', 'b'] },
    photo: { B: new Uint8Array([1]) },
    exact: { N: '12345678901234567890' },
  };

  test('are shown, but for what JSON would change', () => {
    expect(stateOf(foreign)).toEqual({ orderId: '7', createdBy: 'web' });
    expect(existingRecord(table, '7', foreign).version).toBe('');
  });

  test('stay when a reaction writes a state that does not have them', () => {
    const after = put(foreign, { status: 'open' }, 'a');
    expect(after).toMatchObject({ ...foreign, status: { S: 'open' } });
    expect(put(after, { total: 1 }, 'b')).toMatchObject(foreign);
    expect(put(after, { total: 1 }, 'b')['status']).toBeUndefined();
  });

  test('are the reaction’s own from when it wrote them on', () => {
    const spread = put(foreign, { ...(stateOf(foreign) as object), status: 'open' }, 'a');
    expect(stateOf(spread)).toEqual({ orderId: '7', createdBy: 'web', status: 'open' });
    expect(put(spread, { status: 'open' }, 'b')['createdBy']).toBeUndefined();
  });

  test('numbers are shown when a double holds them', () => {
    const shown = (N: string) => jsonOf({ N });
    const exact = ['1000000000000000000000', '0.1', '-12.50', '0', '1E+2', '9007199254740991'];
    expect(exact.map(shown)).toEqual([1e21, 0.1, -12.5, 0, 100, 9_007_199_254_740_991]);
    expect(['9007199254740993', '0.12345678901234567890', '1E400'].map(shown)).toEqual([undefined, undefined, undefined]);
    expect(jsonOf({ L: [{ N: '1' }, { SS: ['a'] }] })).toBeUndefined();
    expect(jsonOf({ M: { a: { SS: ['a'] } } })).toBeUndefined();
  });
});

describe('what has no place there', () => {
  test('a state that is no object, has too many properties, or uses a name that is taken', () => {
    const flaw = (state: unknown) => existingFlaw(table, '7', state);
    expect(flaw({ orderId: '7', a: 1 })).toBeUndefined();
    expect(flaw('text')).toMatch(/no object/);
    expect(flaw([])).toMatch(/no object/);
    expect(flaw(null)).toMatch(/no object/);
    expect(flaw({ rev: 1 })).toMatch(/rev/);
    expect(flaw({ revFields: [] })).toMatch(/revFields/);
    expect(flaw({ orderId: '8' })).toMatch(/orderId/);
    expect(flaw(Object.fromEntries(Array.from({ length: 251 }, (_, index) => [`p${index}`, 1])))).toMatch(/251 properties/);
  });
});

describe('a commit into the team’s table', () => {
  const write = (id: string, expected: string | null, state: unknown = { status: 'paid' }): Unit => ({
    id,
    writes: [{ kind: 'entity', key: { entity: 'Order', id: '7', table }, expect: expected, put: sampleRecord(id, state) }],
  });
  const item = (version: string, ...names: readonly string[]): Item => ({ ...key, rev: { S: version }, revFields: { SS: [...names] } });
  const storing = (found: Item) =>
    fakeStore(({ command }) => (command === 'BatchGetItemCommand' ? { Responses: { 'team-orders': [found] } } : {}));

  test('removes what its own read showed to be ours, without reading again', async () => {
    const { store, calls } = storing(item('a', 'status', 'coupon'));
    await store.read({ entities: [{ entity: 'Order', id: '7', table }] });
    await store.commit([write('b', 'a')]);
    expect(calls.map(({ command }) => command)).toEqual(['BatchGetItemCommand', 'UpdateItemCommand']);
    expect(calls[1]?.input).toMatchObject({
      TableName: 'team-orders',
      Key: { orderId: { S: '7' } },
      UpdateExpression: expect.stringMatching(/ REMOVE #r0$/),
      ConditionExpression: '#v = :v',
      ExpressionAttributeNames: { '#r0': 'coupon', '#v': 'rev' },
      ExpressionAttributeValues: { ':v': { S: 'a' } },
    });
  });

  test('reads first what nobody has read here, and removes nothing that belongs to another version', async () => {
    const { store, calls } = storing(item('z', 'coupon'));
    await store.commit([write('b', 'a')]);
    expect(calls.map(({ command }) => command)).toEqual(['BatchGetItemCommand', 'UpdateItemCommand']);
    expect(calls[1]?.input.UpdateExpression).not.toContain('REMOVE');
  });

  test('creates without reading, on condition that nothing is there', async () => {
    const { store, calls } = fakeStore();
    await store.commit([write('a', null)]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.input).toMatchObject({
      ConditionExpression: 'attribute_not_exists(#k)',
      ExpressionAttributeNames: { '#k': 'orderId' },
    });
  });

  test('takes over what others wrote, unless a commit of ours came first', async () => {
    const { store, calls } = fakeStore();
    await store.commit([write('a', '')]);
    expect(calls.at(-1)?.input.ConditionExpression).toBe('attribute_exists(#k) AND attribute_not_exists(#v)');
  });

  test('names the unit with a state that has no place, or with an item that another one has', async () => {
    const { store, calls } = fakeStore();
    const other: Unit = { id: 'b', writes: [{ kind: 'entity-check', key: { entity: 'Parcel', id: '7', table }, expect: null }] };
    expect(await store.commit([write('a', null, 'text')])).toMatchObject([{ status: 'invalid' }]);
    expect(await store.commit([write('a', null), other])).toMatchObject([
      { status: 'cancelled' },
      { status: 'invalid', reason: expect.stringContaining('same item') },
    ]);
    expect(calls).toEqual([]);
  });
});

test('a table that was not given is named, for a read and for a commit; what needs it waits', async () => {
  const { store, calls } = fakeStore();
  const key = { entity: 'Customer', id: '7', table: { ...table, name: 'customers' } };
  const unmapped = {
    code: 'TABLE_UNMAPPED',
    message:
      'Customer is kept in the table `customers`, and the function was given none by that name: `tables: { customers: … }` of ChoreographyService does.',
    retryable: true,
  };
  await expect(store.read({ entities: [key] })).rejects.toMatchObject(unmapped);
  const unit: Unit = { id: 'a', writes: [{ kind: 'entity', key, expect: null, put: sampleRecord('a', {}) }] };
  const other: Unit = { id: 'b', writes: [{ kind: 'entity', key: { entity: 'Word', id: '1' }, expect: null, put: sampleRecord('b', {}) }] };
  const look: Unit = { id: 'c', writes: [{ kind: 'entity-check', key, expect: null }] };
  expect(await store.commit([unit, other, look])).toMatchObject([
    { status: 'put-off', error: unmapped },
    { status: 'cancelled' },
    { status: 'put-off', error: unmapped },
  ]);
  expect(calls).toEqual([]);
});
