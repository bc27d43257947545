import { describe, expect, test } from 'vitest';
import type { Unit, Write } from '../../../lib/runtime/journal/unit.ts';
import {
  claimWrite,
  entityWrite,
  sampleClaim,
  sampleDeadLetter,
  sampleEnvelope,
  sampleMarker,
  sampleOutboxMarker,
  sampleRecord,
} from '../../../lib/testing/conformance/sample-items.ts';
import { sdkError } from '../fake-client.ts';
import { cancelledError, fakeStore, NOW } from './fake-table.ts';

const unit = (id: string, ...writes: readonly Write[]): Unit => ({ id, writes });
/** A unit of two items. */
const pair = (id: string): Unit => unit(id, claimWrite(sampleClaim(id, id)), entityWrite(id, null, sampleRecord(id)));
const statuses = (outcomes: readonly { readonly status: string }[]) => outcomes.map(({ status }) => status);

function failing(error: Error) {
  return fakeStore(() => {
    throw error;
  });
}

describe('what is sent', () => {
  test('one item is one plain conditional write, more are one transaction', async () => {
    const { store, calls } = fakeStore();
    await store.commit([unit('a', claimWrite(sampleClaim('saga', 'a')))]);
    await store.commit([unit('b', { kind: 'saga', saga: 'saga', expect: 'a', put: null })]);
    await store.commit([pair('c'), pair('d')]);
    await store.commit([unit('e', { kind: 'entity-check', key: { entity: 'Order', id: 'o' }, expect: 'x' })]);
    expect(calls.map(({ command }) => command)).toEqual([
      'PutItemCommand',
      'DeleteItemCommand',
      'TransactWriteItemsCommand',
      'TransactWriteItemsCommand',
    ]);
    expect(calls[2]?.input.TransactItems).toHaveLength(4);
    expect(calls[3]?.input.TransactItems[0].ConditionCheck.ConditionExpression).toBe('v = :v');
  });

  test('writes of one item by two units are one request: the first condition, the last value', async () => {
    const { store, calls } = fakeStore();
    const outcomes = await store.commit([
      unit('b', entityWrite('o', 'a', sampleRecord('b'))),
      unit('c', entityWrite('o', 'b', sampleRecord('c', { count: 2 }))),
    ]);
    expect(statuses(outcomes)).toEqual(['committed', 'committed']);
    const { Item, ExpressionAttributeValues } = calls[0]?.input ?? {};
    expect(ExpressionAttributeValues).toEqual({ ':v': { S: 'a' } });
    expect(Item.v).toEqual({ S: 'c' });
    expect(JSON.parse(Item.j.S)).toEqual({ id: 'o', state: { count: 2 }, shapeVersion: 1, indexes: {} });
  });

  test('an entity without an index is in no index, with one it is one item, and each further one is an item beside it', async () => {
    const { store, calls } = fakeStore();
    await store.commit([unit('a', entityWrite('o', null, sampleRecord('a')))]);
    await store.commit([unit('a', entityWrite('o', null, sampleRecord('a', {}, { customer: 'c' })))]);
    await store.commit([unit('a', entityWrite('o', null, sampleRecord('a', {}, { customer: 'c', day: 'd' })))]);
    expect(calls[0]?.input.Item.ipk).toBeUndefined();
    expect(calls[1]?.input.Item).toMatchObject({ ipk: { S: 'Order#customer#c' }, isk: { S: 'o' } });
    expect(calls[2]?.input.TransactItems.map(({ Put }: { Put: { Item: unknown } }) => Put.Item)).toMatchObject([
      { sk: { S: 'state' }, ipk: { S: 'Order#customer#c' } },
      { sk: { S: 'index#day' }, ipk: { S: 'Order#day#d' }, isk: { S: 'o' } },
    ]);
  });

  test('a claim is refused by a live one only, and its expiry is an attribute that DynamoDB deletes by', async () => {
    const { store, calls } = fakeStore();
    await store.commit([unit('a', claimWrite(sampleClaim('saga', 'a', { expiresAt: 1_767_225_700 })))]);
    expect(calls[0]?.input).toMatchObject({
      TableName: 'journal',
      ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
      ExpressionAttributeValues: { ':now': { N: String(NOW / 1000) } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      Item: { expiresAt: { N: '1767225700' }, v: { S: 'a' } },
    });
    await store.commit([unit('b', claimWrite(sampleClaim('saga', 'b'), 'a'))]);
    expect(calls[1]?.input.ConditionExpression).toBe('v = :v AND (attribute_not_exists(expiresAt) OR expiresAt > :now)');
  });

  test('all kinds of writes fit into one transaction, no item twice', async () => {
    const { store, calls } = fakeStore();
    const letter = sampleDeadLetter(NOW, 'a');
    await store.commit([
      unit(
        'a',
        claimWrite(sampleClaim('saga', 'a')),
        entityWrite('o', null, sampleRecord('a')),
        { kind: 'saga', saga: 'saga', expect: null, put: sampleMarker('saga', 'a') },
        { kind: 'parked', saga: 'saga', order: 1, put: null },
        { kind: 'dead-letter', id: letter.id, expect: null, put: letter },
        { kind: 'outbox', put: sampleOutboxMarker('a', NOW) },
        { kind: 'due', put: { kind: 'event', id: 'odd', dueAt: NOW, event: sampleEnvelope('later') } },
      ),
    ]);
    const keys = calls[0]?.input.TransactItems.map(({ Put, Delete }: Record<string, { Item: object; Key: object }>) => {
      const { pk, sk } = (Put?.Item ?? Delete?.Key ?? {}) as Record<'pk' | 'sk', { S: string }>;
      return `${pk.S}|${sk.S}`;
    });
    expect(new Set(keys).size).toBe(7);
    expect(keys).toContain(`parked#saga|${'1'.padStart(12, '0')}`);
    expect(keys).toContain(`dead-letters|${letter.id}`);
  });
});

describe('a cancelled transaction', () => {
  const units = [pair('a'), pair('b'), pair('c')];

  test('tells each unit its own fault, and gives the claim that is in the way', async () => {
    const taken = { pk: { S: 'p' }, sk: { S: 's' }, v: { S: 'z' }, j: { S: JSON.stringify(sampleClaim('b', 'z')) } };
    const { store } = failing(
      cancelledError('None', 'None', { Code: 'ConditionalCheckFailed', Item: taken }, 'None', 'None', 'ConditionalCheckFailed'),
    );
    expect(await store.commit(units)).toEqual([
      { status: 'cancelled' },
      { status: 'claimed', existing: sampleClaim('b', 'z') },
      { status: 'conflict' },
    ]);
  });

  test('does not give a claim that has expired', async () => {
    const expired = { v: { S: 'z' }, j: { S: JSON.stringify(sampleClaim('a', 'z')) }, expiresAt: { N: String(NOW / 1000) } };
    const { store } = failing(cancelledError({ Code: 'ConditionalCheckFailed', Item: expired }, 'None', 'None', 'None', 'None', 'None'));
    expect((await store.commit(units))[0]).toEqual({ status: 'claimed' });
  });

  test('that met another one is a conflict for the units that met it; a condition that failed outranks it', async () => {
    const { store } = failing(cancelledError('TransactionConflict', 'None', 'None', 'None', 'None', 'ConditionalCheckFailed'));
    expect(statuses(await store.commit(units))).toEqual(['conflict', 'cancelled', 'conflict']);
    const both = failing(cancelledError('ConditionalCheckFailed', 'TransactionConflict', 'None', 'None', 'None', 'None'));
    expect(statuses(await both.store.commit(units))).toEqual(['claimed', 'cancelled', 'cancelled']);
  });

  test('names the unit whose item is never taken', async () => {
    for (const Code of ['ValidationError', 'ItemCollectionSizeLimitExceeded']) {
      const { store } = failing(cancelledError('None', 'None', 'None', { Code, Message: 'too large' }, 'ConditionalCheckFailed', 'None'));
      expect(await store.commit(units)).toEqual([
        { status: 'cancelled' },
        { status: 'invalid', reason: 'too large' },
        { status: 'cancelled' },
      ]);
    }
  });

  test('that was throttled is thrown as such: nothing was written', async () => {
    for (const code of ['ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded']) {
      const { store } = failing(cancelledError('None', code));
      await expect(store.commit([pair('a')])).rejects.toMatchObject({ code: 'STORE_THROTTLED', retryable: true });
    }
  });

  test('for no reason that anybody knows is no throttling', async () => {
    const { store } = failing(cancelledError('None', 'SomethingNew'));
    await expect(store.commit([pair('a')])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  });
});

describe('a single write', () => {
  const one = [unit('b', claimWrite(sampleClaim('saga', 'b')))];

  test('that finds a claim gives it', async () => {
    const Item = { v: { S: 'a' }, j: { S: JSON.stringify(sampleClaim('saga', 'a')) } };
    const { store } = failing(Object.assign(sdkError('ConditionalCheckFailedException', 400), { Item }));
    expect(await store.commit(one)).toEqual([{ status: 'claimed', existing: sampleClaim('saga', 'a') }]);
  });

  test('that finds no item where it expects one is claimed, or a conflict', async () => {
    const { store } = failing(sdkError('ConditionalCheckFailedException', 400));
    expect(await store.commit(one)).toEqual([{ status: 'claimed' }]);
    expect(await store.commit([unit('b', entityWrite('o', 'a', null))])).toEqual([{ status: 'conflict' }]);
  });

  test('that meets a transaction is a conflict', async () => {
    for (const name of ['TransactionConflictException', 'ReplicatedWriteConflictException']) {
      expect(await failing(sdkError(name, 400)).store.commit(one)).toEqual([{ status: 'conflict' }]);
    }
  });

  test('that is wrong is invalid, with the word of DynamoDB', async () => {
    const { store } = failing(sdkError('ValidationException', 400, 'Item size has exceeded'));
    expect(await store.commit(one)).toEqual([
      { status: 'invalid', reason: 'The table refuses the write: ValidationException: Item size has exceeded' },
    ]);
  });
});

describe('errors of a call', () => {
  const codes: readonly [string, Error][] = [
    ['STORE_THROTTLED', sdkError('ThrottlingException', 400)],
    ['STORE_THROTTLED', sdkError('ProvisionedThroughputExceededException', 400)],
    ['STORE_THROTTLED', sdkError('RequestLimitExceeded', 400)],
    ['STORE_UNAVAILABLE', sdkError('ResourceNotFoundException', 400)],
    ['STORE_UNAVAILABLE', sdkError('AccessDeniedException', 400)],
    ['STORE_UNAVAILABLE', sdkError('CredentialsProviderError')],
    ['STORE_UNAVAILABLE', Object.assign(sdkError('Error'), { code: 'ECONNREFUSED' })],
    ['COMMIT_AMBIGUOUS', sdkError('InternalServerError', 500)],
    ['COMMIT_AMBIGUOUS', sdkError('ServiceUnavailable', 503)],
    ['COMMIT_AMBIGUOUS', sdkError('TimeoutError')],
    ['COMMIT_AMBIGUOUS', Object.assign(sdkError('Error'), { code: 'ECONNRESET' })],
    ['COMMIT_AMBIGUOUS', sdkError('TransactionInProgressException', 400)],
  ];

  test.each(codes)('%s: %s', async (code, error) => {
    const { store } = failing(error);
    await expect(store.commit([pair('a')])).rejects.toMatchObject({ code, retryable: true, cause: error });
    const one = [unit('a', claimWrite(sampleClaim('saga', 'a')))];
    await expect(store.commit(one)).rejects.toMatchObject({ code, retryable: true });
  });

  test('a read is never ambiguous', async () => {
    const { store } = failing(sdkError('InternalServerError', 500));
    await expect(store.read({ sagas: ['a'] })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    await expect(store.listOutbox({ before: NOW, limit: 1 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.clearOutbox(['a'])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

describe('the repeat of a commit', () => {
  const units = [pair('a'), pair('b')];
  const tokens = (calls: ReturnType<typeof fakeStore>['calls']) => calls.map(({ input }) => input.ClientRequestToken as string);

  test('whose outcome is unknown is the same transaction: token and time', async () => {
    let time = NOW;
    const { store, calls, clock } = fakeStore((_, index) => {
      if (index === 0) throw sdkError('TimeoutError');
      return {};
    });
    Object.assign(clock, { now: () => time });
    await expect(store.commit(units)).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
    time += 5_000;
    expect(statuses(await store.commit(units))).toEqual(['committed', 'committed']);
    expect(calls[1]?.input).toEqual(calls[0]?.input);
    expect(tokens(calls)[0]?.length).toBeLessThanOrEqual(36);
  });

  test('whose outcome is known asks what is stored now', async () => {
    const { store, calls } = fakeStore();
    await store.commit(units);
    await store.commit(units);
    await store.commit([pair('a'), pair('b')]);
    expect(new Set(tokens(calls)).size).toBe(3);
  });

  test('of a part of the units is another transaction', async () => {
    const { store, calls } = fakeStore((_, index) => {
      if (index === 0) throw sdkError('TimeoutError');
      return {};
    });
    await expect(store.commit(units)).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
    await store.commit(units.slice(0, 1));
    expect(tokens(calls)[1]).not.toBe(tokens(calls)[0]);
  });

  test('that DynamoDB takes for another transaction is sent once more under a token of its own', async () => {
    const { store, calls } = fakeStore((_, index) => {
      if (index === 0) throw sdkError('IdempotentParameterMismatchException', 400);
      return {};
    });
    expect(statuses(await store.commit(units))).toEqual(['committed', 'committed']);
    expect(new Set(tokens(calls)).size).toBe(2);
    const always = failing(sdkError('IdempotentParameterMismatchException', 400));
    await expect(always.store.commit(units)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(always.calls).toHaveLength(2);
  });

  test('of one item that is no claim is in when the item has its version; the first try with that version is a conflict', async () => {
    const one = [unit('b', entityWrite('o', 'a', sampleRecord('b')))];
    const found = Object.assign(sdkError('ConditionalCheckFailedException', 400), { Item: { v: { S: 'b' } } });
    const { store } = fakeStore((_, index) => {
      throw index === 0 ? sdkError('TimeoutError') : found;
    });
    await expect(store.commit(one)).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
    expect(await store.commit(one)).toEqual([{ status: 'committed' }]);
    expect(await store.commit(one)).toEqual([{ status: 'conflict' }]);
  });
});

describe('what is never taken', () => {
  test('an item that is too large names its unit, and nothing is sent', async () => {
    const { store, calls } = fakeStore();
    const large = unit('b', entityWrite('b', null, sampleRecord('b', 'ä'.repeat(205_000))));
    const outcomes = await store.commit([pair('a'), large]);
    expect(outcomes).toMatchObject([
      { status: 'cancelled' },
      { status: 'invalid', reason: expect.stringMatching(/entity item has 410\d{3} bytes/) },
    ]);
    expect(calls).toEqual([]);
  });

  test('a transaction of more than 100 items or 4 MB is invalid as a whole', async () => {
    const { store, calls } = fakeStore();
    const many = Array.from({ length: 51 }, (_, index) => pair(`u${index}`));
    expect((await store.commit(many))[0]).toMatchObject({ status: 'invalid', reason: expect.stringContaining('102 items') });
    const record = sampleRecord('a', 'x'.repeat(400_000));
    const large = Array.from({ length: 11 }, (_, index) => unit(`u${index}`, entityWrite(`${index}`, null, record)));
    expect((await store.commit(large))[0]).toMatchObject({ status: 'invalid', reason: expect.stringContaining('bytes') });
    expect(calls).toEqual([]);
  });

  test('a due item that begins with another time would never be cleared', async () => {
    const { store } = fakeStore();
    const put = { kind: 'settle', id: '2026-01-01T00:00:00.001Z~x', dueAt: NOW, saga: 'saga', reaction: 'r' } as const;
    expect(await store.commit([unit('a', { kind: 'due', put })])).toMatchObject([{ status: 'invalid' }]);
    expect(await store.commit([unit('a', { kind: 'due', put: { ...put, dueAt: NOW + 1 } })])).toEqual([{ status: 'committed' }]);
  });

  test('of a transaction that is refused as a whole, the unit that is refused alone is named; nothing of it is carried out', async () => {
    const { store, calls } = fakeStore(({ input }) => {
      const items = JSON.stringify(input.TransactItems);
      if (items.includes('Order#b')) throw sdkError('ValidationException', 400, 'wrong');
      throw cancelledError('None', 'None', 'ConditionalCheckFailed');
    });
    expect(await store.commit([pair('a'), pair('b'), pair('c')])).toMatchObject([
      { status: 'cancelled' },
      { status: 'invalid', reason: expect.stringContaining('wrong') },
      { status: 'cancelled' },
    ]);
    const probes = calls.slice(1);
    expect(probes).toHaveLength(3);
    for (const { input } of probes) expect(input.TransactItems.at(-1).ConditionCheck.Key.pk.S).toBe('never');
  });

  test('units that are wrong only together are all refused', async () => {
    const { store } = fakeStore((_, index) => {
      throw index === 0 ? sdkError('ValidationException', 400, 'wrong') : cancelledError('ConditionalCheckFailed');
    });
    expect(statuses(await store.commit([pair('a'), pair('b')]))).toEqual(['invalid', 'invalid']);
  });
});
