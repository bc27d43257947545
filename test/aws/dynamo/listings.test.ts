import { describe, expect, test } from 'vitest';
import type { Item } from '../../../lib/aws/dynamo/attributes.ts';
import { dueKey, outboxKey, SPREAD, spreadPartitions } from '../../../lib/aws/dynamo/item-keys.ts';
import { sampleDeadLetter, sampleOutboxMarker, sampleRecord } from '../../../lib/testing/conformance/sample-items.ts';
import { fakeStore, NOW } from './fake-table.ts';

const time = (milliseconds: number) => new Date(milliseconds).toISOString();

describe('where items are', () => {
  test('a due item is in the order of its time, under an id that begins with it or not', () => {
    expect(dueKey({ id: `${time(NOW)}~x`, dueAt: NOW })?.sort).toBe(`${time(NOW)}~x`);
    expect(dueKey({ id: 'x', dueAt: NOW })?.sort).toBe(`${time(NOW)}~x`);
    expect(dueKey({ id: `${time(NOW)}~x`, dueAt: NOW + 1 })).toBeUndefined();
  });

  test('markers are spread over all partitions that a sweep asks', () => {
    const ids = Array.from({ length: 500 }, (_, index) => sampleOutboxMarker(`commit-${index}`, NOW + index).id);
    const used = new Set(ids.map((id) => outboxKey(id).partition));
    expect([...used].sort()).toEqual([...spreadPartitions('outbox')].sort());
    expect(used.size).toBe(SPREAD);
  });
});

describe('a listing', () => {
  test('up to a time that no date can have asks up to the last one', async () => {
    const { store, calls } = fakeStore();
    await store.listDue({ before: Number.MAX_SAFE_INTEGER, limit: 10 });
    expect(calls).toHaveLength(SPREAD);
    expect(calls[0]?.input.ExpressionAttributeValues[':sk'].S).toMatch(/^9999-12-31T23:59:59.999Z~/);
  });

  test('of all partitions is one list in order, bounded by its limit', async () => {
    const marker = (at: number) => sampleOutboxMarker(`c${at}`, NOW + at);
    const { store } = fakeStore(({ input }) => {
      const shard = Number(input.ExpressionAttributeValues[':pk'].S.split('#')[1]);
      const items = [marker(shard), marker(shard + SPREAD)];
      return { Items: items.map((one) => ({ pk: { S: '' }, sk: { S: one.id }, j: { S: JSON.stringify(one) } })) };
    });
    const found = await store.listOutbox({ before: NOW + 100, limit: 11 });
    expect(found.map(({ committedAt }) => committedAt - NOW)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('of markers that name a hundred commits each reads no more of them than it gives, and a page', async () => {
    const entries = Array.from({ length: 100 }, (_, index) => sampleOutboxMarker(`c${index}`, NOW).entries[0]);
    const asked = new Map<string, number>();
    const { store } = fakeStore(({ input }) => {
      const partition = input.ExpressionAttributeValues[':pk'].S as string;
      const before = asked.get(partition) ?? 0;
      asked.set(partition, before + input.Limit);
      const items = Array.from({ length: input.Limit }, (_, index) => {
        const marker = { ...sampleOutboxMarker(partition, NOW + before + index), entries };
        return { pk: { S: partition }, sk: { S: marker.id }, j: { S: JSON.stringify(marker) } };
      });
      return { Items: items, LastEvaluatedKey: items.at(-1) };
    });
    const found = await store.listOutbox({ before: NOW + 1_000, limit: 500 });
    expect(found.map(({ committedAt }) => committedAt - NOW)).toEqual([0, 0, 0, 0, 0]);
    expect([...asked.values()]).toEqual(Array.from({ length: SPREAD }, () => 25));
  });

  test('of markers goes on until they name enough commits', async () => {
    const { store, calls } = fakeStore(({ input }) => {
      if (input.ExpressionAttributeValues[':pk'].S !== 'outbox#3') return {};
      const from = Number(input.ExclusiveStartKey?.n?.N ?? 0);
      const items = Array.from({ length: input.Limit }, (_, index) => sampleOutboxMarker(`c${from + index}`, NOW + from + index));
      return {
        Items: items.map((one) => ({ pk: { S: '' }, sk: { S: one.id }, j: { S: JSON.stringify(one) } })),
        LastEvaluatedKey: { n: { N: `${from + input.Limit}` } },
      };
    });
    expect(await store.listOutbox({ before: NOW + 1_000, limit: 60 })).toHaveLength(60);
    expect(calls.map(({ input }) => input.Limit)).toEqual([...Array(SPREAD).fill(25), 25, 10]);
  });

  test('goes on behind an id in every partition, and asks nothing where the id is later than all', async () => {
    const { store, calls } = fakeStore();
    const after = `${time(NOW)}~c`;
    await store.listOutbox({ before: NOW, limit: 10, after });
    await store.listDue({ before: NOW, limit: 10, after });
    expect(calls.map(({ input }) => input.ExclusiveStartKey)).toEqual(
      [...spreadPartitions('outbox'), ...spreadPartitions('due')].map((partition) => ({ pk: { S: partition }, sk: { S: after } })),
    );
    expect(await store.listOutbox({ before: NOW - 1, limit: 10, after })).toEqual([]);
    expect(await store.listDue({ before: NOW - 1, limit: 10, after })).toEqual([]);
    expect(calls).toHaveLength(2 * SPREAD);
  });

  test('of markers takes one that has a commit of its own instead of a list, as they were once', async () => {
    const { entries, ...marker } = sampleOutboxMarker('c', NOW);
    const json = JSON.stringify({ ...marker, ...entries[0] });
    const { store } = fakeStore(({ input }) =>
      input.ExpressionAttributeValues[':pk'].S === 'outbox#3' ? { Items: [{ pk: { S: '' }, sk: { S: marker.id }, j: { S: json } }] } : {},
    );
    expect(await store.listOutbox({ before: NOW, limit: 1 })).toEqual([{ ...marker, entries }]);
  });

  test('of claims goes on over expired ones until it has enough', async () => {
    const item = (sort: string): Item => ({ pk: { S: 'saga#s' }, sk: { S: sort }, j: { S: JSON.stringify({ key: sort }) } });
    const pages = [
      { Items: [], LastEvaluatedKey: { sk: { S: 'a' } } },
      { Items: [item('b'), item('c'), item('d')], LastEvaluatedKey: { sk: { S: 'd' } } },
    ];
    const { store, calls } = fakeStore((_, index) => pages[index]);
    expect(await store.listClaims('s', 2)).toEqual([{ key: 'b' }, { key: 'c' }]);
    expect(calls[1]?.input).toMatchObject({ ExclusiveStartKey: { sk: { S: 'a' } }, ConsistentRead: true });
  });

  test('of dead letters that come one a page says where to go on, also where it asks for no further page', async () => {
    const letters = Array.from({ length: 201 }, (_, index) => sampleDeadLetter(NOW - index, `d${index}`));
    const { store } = fakeStore((_, index) => {
      const one = letters[index] as (typeof letters)[number];
      const key = { pk: { S: 'dead-letters' }, sk: { S: one.id } };
      return { Items: [{ ...key, j: { S: JSON.stringify(one) } }], LastEvaluatedKey: key };
    });
    const { items, cursor } = await store.listDeadLetters({ limit: 500 });
    expect([items.length, cursor]).toEqual([200, letters[199]?.id]);
  });

  test('of dead letters by state asks the index, and gives what they are now', async () => {
    const [open, closed] = [sampleDeadLetter(NOW, 'a'), sampleDeadLetter(NOW + 1, 'b', { state: 'closed' })];
    const keys = [closed, open].map(({ id }) => ({ pk: { S: 'dead-letters' }, sk: { S: id } }));
    const { store, calls } = fakeStore(({ command }) =>
      command === 'QueryCommand'
        ? { Items: keys, LastEvaluatedKey: keys[1] }
        : { Responses: { journal: [open, closed].map((one) => ({ pk: keys[0]?.pk, sk: { S: one.id }, j: { S: JSON.stringify(one) } })) } },
    );
    expect(await store.listDeadLetters({ state: 'open', limit: 2 })).toEqual({ items: [open], cursor: open.id });
    expect(calls[0]?.input).toMatchObject({ IndexName: 'by-value', ScanIndexForward: false, Limit: 2 });
    await store.listDeadLetters({ state: 'open', limit: 2, cursor: open.id });
    expect(calls[2]?.input.ExclusiveStartKey).toEqual({ ...keys[1], ipk: { S: 'dead-letters|open' }, isk: { S: open.id } });
  });

  test('with a cursor that no page gave is refused', async () => {
    const { store } = fakeStore();
    for (const cursor of ['x', Buffer.from('{"pk":1}').toString('base64url'), Buffer.from('[["pk",1]]').toString('base64url')]) {
      await expect(store.scanClaims({ limit: 1, cursor })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    }
  });
});

describe('a query of entities', () => {
  const entry = (sk: string): Item => ({ pk: { S: 'entity#Order#o' }, sk: { S: sk }, ipk: { S: 'Order#owner#a' }, isk: { S: 'o' } });
  const entity = (owner: string, ipk: string | undefined): Item => ({
    pk: { S: 'entity#Order#o' },
    sk: { S: 'state' },
    j: { S: JSON.stringify({ id: 'o', ...sampleRecord('v', {}, { day: 'd', owner }) }) },
    ...(ipk === undefined ? {} : { ipk: { S: ipk } }),
  });
  const ask = async (entries: readonly Item[], stored: Item | undefined) => {
    const { store } = fakeStore(({ command }) =>
      command === 'QueryCommand' ? { Items: entries } : { Responses: { journal: stored ? [stored] : [] } },
    );
    return (await store.queryEntities({ entity: 'Order', index: 'owner', value: 'a', limit: 10 })).items.map(({ id }) => id);
  };

  test('gives an entity once, also when an entry is left over beside the entity’s own', async () => {
    expect(await ask([entry('index#owner'), entry('state')], entity('a', 'Order#owner#a'))).toEqual(['o']);
    expect(await ask([entry('index#owner')], entity('a', 'Order#day#d'))).toEqual(['o']);
  });

  test('does not give what has another value now, or is gone', async () => {
    expect(await ask([entry('index#owner')], entity('b', 'Order#day#d'))).toEqual([]);
    expect(await ask([entry('state')], undefined)).toEqual([]);
  });
});

describe('clearing', () => {
  test('deletes 25 a call, each once, and asks again for what was left', async () => {
    const { store, calls, waits } = fakeStore(({ input }, index) =>
      index === 0 ? { UnprocessedItems: { journal: input.RequestItems.journal.slice(20) } } : {},
    );
    const ids = Array.from({ length: 30 }, (_, index) => `id-${index}`);
    await store.clearOutbox([...ids, ...ids]);
    expect(calls.map(({ input }) => input.RequestItems.journal.length)).toEqual([25, 5, 5]);
    expect(waits).toHaveLength(1);
  });

  test('gives up when it goes on for too long', async () => {
    const { store, calls } = fakeStore(({ input }) => ({ UnprocessedItems: input.RequestItems }));
    await expect(store.clearOutbox(['a'])).rejects.toMatchObject({ code: 'STORE_THROTTLED', retryable: true });
    expect(calls).toHaveLength(6);
  });

  test('of due items with ids of the runtime takes one call', async () => {
    const { store, calls } = fakeStore();
    await store.clearDue([`${time(NOW)}~x`, `${time(NOW)}~y`]);
    expect(calls.map(({ command }) => command)).toEqual(['BatchWriteItemCommand']);
  });
});
