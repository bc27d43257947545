import { describe, expect, test } from 'vitest';
import type { Item } from '../../../lib/aws/dynamo/attributes.ts';
import type { ExistingTable } from '../../../lib/contract/entity.ts';
import { storeIn } from '../../../lib/runtime/journal/in-generation.ts';
import { entityKey, keyText } from '../../../lib/runtime/journal/item-key.ts';
import { claimWrite, entityWrite, sampleClaim, sampleMarker, sampleRecord } from '../../../lib/testing/conformance/sample-items.ts';
import type { FakeCall } from '../fake-client.ts';
import { fakeStore, NOW } from './fake-table.ts';

const keysOf = ({ input }: FakeCall, table = 'journal'): Item[] => input.RequestItems[table].Keys;

/** Answers with what is asked for, but leaves some of it. */
function answering(left: (keys: readonly Item[], call: number) => readonly Item[]) {
  return fakeStore((call, index) => {
    const keys = keysOf(call);
    const unread = left(keys, index);
    const read = keys.filter((key) => !unread.includes(key));
    const items = read.map((key) => ({ ...key, j: { S: JSON.stringify(sampleMarker(key['sk']?.S ?? '', 'v')) } }));
    return {
      Responses: { journal: items },
      UnprocessedKeys: unread.length > 0 ? { journal: { Keys: unread } } : {},
    };
  });
}

const sagas = (count: number) => Array.from({ length: count }, (_, index) => `saga-${index}`);

describe('a read', () => {
  test('asks for 100 keys a call, each once, strongly consistent', async () => {
    const { store, calls } = answering(() => []);
    const found = await store.read({ sagas: [...sagas(230), ...sagas(50)] });
    expect(calls.map((call) => keysOf(call).length)).toEqual([100, 100, 30]);
    expect(calls.every(({ input }) => input.RequestItems.journal.ConsistentRead)).toBe(true);
    expect([...found.sagas.keys()].sort()).toEqual(sagas(230).sort());
  });

  test('of nothing asks nothing', async () => {
    const { store, calls } = answering(() => []);
    expect((await store.read({})).claims.size).toBe(0);
    expect(calls).toEqual([]);
  });

  test('asks again for what was left, still strongly consistent, after a wait', async () => {
    const { store, calls, waits } = answering((keys, call) => (call < 2 ? keys.slice(5) : []));
    const found = await store.read({ sagas: sagas(20) });
    expect(found.sagas.size).toBe(20);
    expect(calls.map((call) => keysOf(call).length)).toEqual([20, 15, 10]);
    expect(calls.every(({ input }) => input.RequestItems.journal.ConsistentRead)).toBe(true);
    expect(waits).toHaveLength(2);
  });

  test('gives up when nothing at all is read some times in a row', async () => {
    const { store, calls, waits } = answering((keys) => keys);
    await expect(store.read({ sagas: sagas(3) })).rejects.toMatchObject({ code: 'STORE_THROTTLED', retryable: true });
    expect(calls).toHaveLength(5);
    expect(waits.every((wait) => wait >= 0 && wait <= 800)).toBe(true);
  });

  test('goes on for as long as each call reads something: a response has 16 MB', async () => {
    const { store, calls } = answering((keys) => keys.slice(1));
    expect((await store.read({ sagas: sagas(20) })).sagas.size).toBe(20);
    expect(calls).toHaveLength(20);
  });

  test('leaves out a claim whose second has come', async () => {
    const claim = sampleClaim('saga', 'a');
    const item = { pk: { S: claim.key.partition }, sk: { S: claim.key.sort }, j: { S: JSON.stringify(claim) } };
    const read = async (expiresAt: number) => {
      const { store } = fakeStore(() => ({ Responses: { journal: [{ ...item, expiresAt: { N: String(expiresAt) } }] } }));
      return (await store.read({ claims: [claim.key] })).claims.get(keyText(claim.key));
    };
    expect(await read(NOW / 1000)).toBeUndefined();
    expect(await read(NOW / 1000 + 1)).toEqual({ ...claim, expiresAt: NOW / 1000 + 1 });
  });
});

describe('markers of parked sagas, of a batch that needs a call more for them', () => {
  const claims = (count: number) => sagas(count).map((saga) => sampleClaim(saga, 'a').key);
  function parking(...parked: readonly string[]) {
    return fakeStore(({ command, input }) => {
      const items = parked.map((saga) => ({
        pk: { S: 'parked-sagas' },
        sk: { S: saga },
        j: { S: JSON.stringify(sampleMarker(saga, 'v')) },
      }));
      if (command === 'QueryCommand') return { Items: items.slice(0, input.Limit) };
      const asked = new Set(input.RequestItems.journal.Keys.map(({ sk }: Item) => sk?.S));
      return { Responses: { journal: items.filter(({ sk }) => asked.has(sk.S)) } };
    });
  }

  test('are not read where one look finds none at all', async () => {
    const { store, calls } = parking();
    expect((await store.read({ claims: claims(100), sagas: sagas(100) })).sagas.size).toBe(0);
    expect(calls.map(({ command }) => command).sort()).toEqual(['BatchGetItemCommand', 'QueryCommand']);
    const look = calls.find(({ command }) => command === 'QueryCommand')?.input;
    expect(look).toMatchObject({ ConsistentRead: true, Limit: 1, ExpressionAttributeValues: { ':pk': { S: 'parked-sagas' } } });
  });

  test('are read where the look finds one, whichever it is', async () => {
    const { store, calls } = parking('another', 'saga-7');
    const { sagas: found } = await store.read({ claims: claims(100), sagas: sagas(100) });
    expect([...found.keys()]).toEqual(['saga-7']);
    expect(calls).toHaveLength(3);
  });

  test('are read with the others where they fit into the same call, and without a look where there are no others', async () => {
    const { store, calls } = parking('saga-7');
    expect((await store.read({ claims: claims(50), sagas: sagas(50) })).sagas.size).toBe(1);
    expect((await store.read({ sagas: sagas(8) })).sagas.size).toBe(1);
    expect(calls.map(({ command }) => command)).toEqual(['BatchGetItemCommand', 'BatchGetItemCommand']);
  });
});

describe('what an item says beside its JSON is not in it again, and is read from there', () => {
  const claim = sampleClaim('saga', 'a', { expiresAt: NOW / 1000 + 1 });
  const record = sampleRecord('a', { count: 1 });
  const entity = { entity: 'Order', id: 'o' };

  test.each([1, 2])('in generation %i', async (generation) => {
    const items: Item[] = [];
    const { store } = fakeStore(({ input }) => {
      for (const { Put } of (input.TransactItems ?? []) as { readonly Put: { readonly Item: Item } }[]) items.push(Put.Item);
      return { Responses: { journal: items } };
    });
    const own = storeIn(store, generation);
    await own.commit([{ id: 'a', writes: [claimWrite(claim), entityWrite('o', null, record)] }]);
    const texts = items.map(({ j }) => j?.S ?? '').join();
    expect(texts.split('"version"').length).toBe(1);
    expect(texts.split(claim.key.sort).length).toBe(generation);
    const { claims, entities } = await own.read({ claims: [claim.key], entities: [entity] });
    expect(claims.get(keyText(claim.key))).toEqual({ ...claim, ...(generation === 1 ? {} : { generation }) });
    expect(entities.get(keyText(entityKey('Order', 'o')))).toEqual(record);
  });
});

describe('entities in a table of the team', () => {
  const table: ExistingTable = { name: 'orders', key: (id) => ({ shop: 's|1', orderId: Number(id) }), versionAttribute: 'rev' };

  test('are read together with the journal, by the name that the table has there', async () => {
    const { store, calls } = fakeStore(() => ({
      // DynamoDB gives numbers and attributes in its own form and order.
      Responses: {
        'team-orders': [{ total: { N: '5' }, orderId: { N: '1000000000000000000000' }, shop: { S: 's|1' }, rev: { S: 'a' } }],
      },
    }));
    const found = await store.read({
      entities: [
        { entity: 'Order', id: '1e21', table },
        { entity: 'Order', id: '7', table },
        { entity: 'Stock', id: 'x' },
      ],
    });
    expect(keysOf(calls[0] as FakeCall, 'team-orders')).toEqual([
      { shop: { S: 's|1' }, orderId: { N: '1e+21' } },
      { shop: { S: 's|1' }, orderId: { N: '7' } },
    ]);
    expect(keysOf(calls[0] as FakeCall)).toHaveLength(1);
    expect([...found.entities]).toEqual([
      [keyText(entityKey('Order', '1e21')), { state: { total: 5 }, shapeVersion: 1, version: 'a', indexes: {} }],
    ]);
  });

  test('whose version attribute is something else’s are refused with a word', async () => {
    const { store } = fakeStore(() => ({
      Responses: { 'team-orders': [{ orderId: { N: '7' }, shop: { S: 's|1' }, rev: { N: '3' } }] },
    }));
    await expect(store.read({ entities: [{ entity: 'Order', id: '7', table }] })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('versionAttribute'),
    });
  });
});
