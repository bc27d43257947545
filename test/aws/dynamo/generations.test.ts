import { describe, expect, test } from 'vitest';
import type { Item } from '../../../lib/aws/dynamo/attributes.ts';
import { FIRST_GENERATION } from '../../../lib/runtime/journal/generations.ts';
import { storeIn } from '../../../lib/runtime/journal/in-generation.ts';
import { claimWrite, entityWrite, sampleClaim, sampleRecord } from '../../../lib/testing/conformance/sample-items.ts';
import { fakeStore } from './fake-table.ts';

const key = { pk: { S: 'generations' }, sk: { S: 'state' } };
const next = { ...FIRST_GENERATION, version: 'b', current: 2 };
const refused = (found?: Item) => Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException', Item: found });

describe('the document of generations', () => {
  test('is one strongly consistent read', async () => {
    const { store, calls } = fakeStore(() => ({ Item: { ...key, v: { S: 'b' }, j: { S: JSON.stringify(next) } } }));
    expect(await store.generations()).toEqual(next);
    expect(calls.map(({ input }) => input)).toEqual([{ TableName: 'journal', Key: key, ConsistentRead: true }]);
    expect(await fakeStore(() => ({})).store.generations()).toBeUndefined();
  });

  test('is written on condition of its version, and one that is in by an attempt without an answer counts as in', async () => {
    const { store, calls } = fakeStore();
    expect(await store.putGenerations(next, 'a')).toBe(true);
    expect(calls[0]?.input).toMatchObject({ ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { S: 'a' } } });
    await store.putGenerations(next, null);
    expect(calls[1]?.input).toMatchObject({ ConditionExpression: 'attribute_not_exists(pk)' });
    const meeting = (version: string) =>
      fakeStore(() => {
        throw refused({ ...key, v: { S: version } });
      }).store.putGenerations(next, 'a');
    expect([await meeting('b'), await meeting('c')]).toEqual([true, false]);
  });
});

test('claims, entities and index entries of a generation have keys of their own', async () => {
  const { store, calls } = fakeStore();
  const indexes = { owner: 'a', town: 't' };
  const writes = [claimWrite(sampleClaim('saga-1', 'v')), entityWrite('o-1', null, sampleRecord('v', {}, indexes))];
  await storeIn(store, 2).commit([{ id: 'v', writes }]);
  const items = calls.flatMap(({ input }) => input.TransactItems as { Put: { Item: Item } }[]).map(({ Put }) => Put.Item);
  expect(items.map(({ pk, sk, ipk }) => [pk?.S, sk?.S, ipk?.S])).toEqual([
    ['saga#saga-1', '2#entry#reserve#order#event-1', undefined],
    ['entity#Order.2#o-1', 'state', 'Order.2#owner#a'],
    ['entity#Order.2#o-1', 'index#town', 'Order.2#town#t'],
  ]);
});

test('a listing of a generation gives its entities under their own names', async () => {
  const entity = (pk: string, sk: string, id: string): Item => ({
    pk: { S: pk },
    sk: { S: sk },
    j: { S: JSON.stringify({ id, ...sampleRecord('v') }) },
  });
  const Items = [
    entity('entity#Order#o-1', 'state', 'o-1'),
    entity('entity#Order.2#o-2', 'state', 'o-2'),
    entity('entity#Order.2#o-2', 'index#town', ''),
  ];
  const { store, calls } = fakeStore(() => ({ Items, LastEvaluatedKey: Items[0] }));
  const page = await store.scanEntities({ generation: 2, limit: 3 });
  expect(page).toEqual({ items: [{ entity: 'Order', id: 'o-2', record: sampleRecord('v') }], cursor: expect.any(String) });
  expect(calls[0]?.input).toMatchObject({ TableName: 'journal', Limit: 3, FilterExpression: 'begins_with(#pk, :entity)' });
});

describe('deleting a generation', () => {
  const found = [
    ['entity#Order#o-1', 'state'],
    ['entity#Order.2#o-1', 'state'],
    ['entity#Order.2#o-1', 'index#town'],
    ['entity#Order.22#o-1', 'state'],
    ['entity#Order.2#o%23.3', 'state'],
  ].map(([pk = '', sk = '']) => ({ pk: { S: pk }, sk: { S: sk } }));

  test.each([
    [1, 1, ['entity#Order#o-1 state']],
    [2, 2, ['entity#Order.2#o-1 state', 'entity#Order.2#o-1 index#town', 'entity#Order.2#o%23.3 state']],
    [3, 0, []],
  ])('%d deletes what the table has of it, and counts entities', async (generation, dropped, deleted) => {
    const { store, calls } = fakeStore(({ command }) => (command === 'ScanCommand' ? { Items: found } : {}));
    expect(await store.dropGeneration({ generation, limit: 50 })).toEqual({ dropped });
    const requests = calls.slice(1).flatMap(({ input }) => input.RequestItems.journal as { DeleteRequest: { Key: Item } }[]);
    expect(requests.map(({ DeleteRequest: { Key } }) => `${Key['pk']?.S} ${Key['sk']?.S}`)).toEqual(deleted);
  });

  test('goes on where a page ended', async () => {
    const last = found[1];
    const { store, calls } = fakeStore(() => ({ Items: [], LastEvaluatedKey: last }));
    const { cursor } = await store.dropGeneration({ generation: 2, limit: 7 });
    await store.dropGeneration({ generation: 2, limit: 7, ...(cursor === undefined ? {} : { cursor }) });
    expect(calls.map(({ input }) => [input.Limit, input.ExclusiveStartKey])).toEqual([
      [7, undefined],
      [7, last],
    ]);
  });
});
