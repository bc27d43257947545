import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { createDynamoControl } from '../../../lib/aws/dynamo/control.ts';
import { createDynamoControlRecords } from '../../../lib/aws/dynamo/control-records.ts';
import { fakeClient, sdkError } from '../fake-client.ts';
import { NOW } from './fake-table.ts';

const record = { collection: 'replay', id: 'r', version: 'b', value: 1 };

function recordsOver(answer: Parameters<typeof fakeClient>[0]) {
  const fake = fakeClient(answer);
  const client = fake as unknown as DynamoDBClient;
  return { calls: fake.calls, records: createDynamoControlRecords({ client, table: 'control', clock: { now: () => NOW } }) };
}

test('a change that finds its own version is in: an attempt before it got no answer', async () => {
  const finding = (version: string) =>
    recordsOver(() => {
      throw Object.assign(sdkError('ConditionalCheckFailedException', 400), { Item: { v: { S: version } } });
    }).records;
  expect(await finding('b').put(record, 'a')).toBe(true);
  expect(await finding('c').put(record, 'a')).toBe(false);
});

test('a page that ends with an expired document goes on behind it', async () => {
  const item = (id: string, expiresAt?: number) => ({
    pk: { S: 'records#replay' },
    sk: { S: id },
    j: { S: JSON.stringify({ ...record, id }) },
    ...(expiresAt === undefined ? {} : { expiresAt: { N: String(expiresAt) } }),
  });
  const { records, calls } = recordsOver(() => ({ Items: [item('a'), item('b', NOW / 1000)], LastEvaluatedKey: { sk: { S: 'b' } } }));
  const page = await records.list('replay', { limit: 2 });
  expect(page).toMatchObject({ items: [{ id: 'a' }], cursor: 'b' });
  await records.list('replay', { limit: 2, cursor: 'b', descending: true, prefix: 'a' });
  const ExclusiveStartKey = { pk: { S: 'records#replay' }, sk: { S: 'b' } };
  expect(calls[1]?.input).toMatchObject({ ExclusiveStartKey, ScanIndexForward: false });
});

test('errors of the control table are those of the store', async () => {
  const failing = (error: Error) =>
    fakeClient(() => {
      throw error;
    });
  const control = (error: Error) => createDynamoControl({ client: failing(error) as unknown as DynamoDBClient, table: 'control' });
  await expect(control(sdkError('ThrottlingException', 400)).consumer('a')).rejects.toMatchObject({ code: 'STORE_THROTTLED' });
  const broken = control(sdkError('InternalServerError', 500)).setConsumer('a', { paused: true });
  await expect(broken).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  const { records } = recordsOver(() => {
    throw sdkError('ThrottlingException', 400);
  });
  for (const call of [records.get('a', 'b'), records.put(record, null), records.list('a', { limit: 1 })]) {
    await expect(call).rejects.toMatchObject({ code: 'STORE_THROTTLED', retryable: true });
  }
});
