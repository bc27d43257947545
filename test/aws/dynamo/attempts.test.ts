import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { journalClient } from '../../../lib/aws/dynamo/client.ts';
import { createDynamoStore } from '../../../lib/aws/dynamo/store.ts';
import type { Unit } from '../../../lib/runtime/journal/unit.ts';
import { claimWrite, entityWrite, sampleClaim, sampleRecord } from '../../../lib/testing/conformance/sample-items.ts';
import { NOW } from './fake-table.ts';

interface Answer {
  readonly statusCode: number;
  readonly type?: string;
  readonly more?: object;
}

const throttled: Answer = { statusCode: 400, type: 'ProvisionedThroughputExceededException' };
const broken: Answer = { statusCode: 500, type: 'InternalServerError' };
const fine: Answer = { statusCode: 200 };

/** The real client of the SDK, with its own retries, over a wire that gives these answers. */
function storeOver(...answers: readonly Answer[]) {
  return storeTrying(answers.length, answers);
}

function clientTrying(maxAttempts: number, answers: readonly Answer[]) {
  const bodies: Record<string, unknown>[] = [];
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    endpoint: 'http://dynamodb.test',
    maxAttempts,
    requestHandler: {
      async handle(request: { readonly body?: unknown }) {
        const answer = answers[bodies.length] ?? fine;
        bodies.push(JSON.parse(new TextDecoder().decode(request.body as Uint8Array)));
        const body = JSON.stringify(answer.type ? { __type: `com.amazonaws.dynamodb.v20120810#${answer.type}`, ...answer.more } : {});
        return { response: { statusCode: answer.statusCode, headers: {}, body: new Blob([body]).stream() } };
      },
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
    },
  });
  return { client, bodies };
}

const storeWith = (client: DynamoDBClient) =>
  createDynamoStore({ client, table: 'journal', clock: { now: () => NOW, sleep: async () => undefined } });

function storeTrying(maxAttempts: number, answers: readonly Answer[]) {
  const { client, bodies } = clientTrying(maxAttempts, answers);
  return { store: storeWith(journalClient(client)), bodies };
}

const one: Unit = { id: 'b', writes: [entityWrite('o', 'a', sampleRecord('b'))] };
const two: Unit = { id: 'b', writes: [claimWrite(sampleClaim('saga', 'b')), ...one.writes] };

describe('attempts that the SDK makes of one write', () => {
  test('all of them throttled: certainly nothing was written', async () => {
    const { store } = storeOver(throttled, throttled);
    await expect(store.commit([one])).rejects.toMatchObject({ code: 'STORE_THROTTLED' });
  });

  test('one of them without an answer: unknown, whatever the last one says', async () => {
    const { store } = storeOver(broken, throttled);
    await expect(store.commit([one])).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
    const transaction = storeOver(broken, throttled);
    await expect(transaction.store.commit([two])).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
  });

  test('of the second write of its kind, too, though the client keeps its middleware', async () => {
    const { store } = storeTrying(2, [fine, fine, broken, throttled, broken, throttled]);
    expect(await store.commit([one])).toEqual([{ status: 'committed' }]);
    expect(await store.commit([two])).toEqual([{ status: 'committed' }]);
    await expect(store.commit([one])).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
    await expect(store.commit([two])).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
  });

  test('are looked at of a client as the SDK makes it, and of one that wrote something before it had a store', async () => {
    const plain = clientTrying(2, [broken, throttled]);
    await expect(storeWith(plain.client).commit([one])).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
    const used = clientTrying(2, [fine, broken, throttled]);
    await journalClient(used.client).send(new PutItemCommand({ TableName: 'other', Item: { pk: { S: 'a' } } }));
    await expect(storeWith(used.client).commit([one])).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
  });

  test('a repeat that is throttled leaves unknown what came before it, and its token is used again', async () => {
    const { store, bodies } = storeTrying(1, [broken, throttled, fine]);
    const units = [two];
    await expect(store.commit(units)).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
    await expect(store.commit(units)).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
    expect(await store.commit(units)).toEqual([{ status: 'committed' }]);
    expect(new Set(bodies.map((body) => body['ClientRequestToken'])).size).toBe(1);
  });

  test('other units with the same ids are another transaction', async () => {
    const { store, bodies } = storeTrying(1, [broken, fine]);
    const beside = (value: string): Unit => ({ id: 'c', writes: [entityWrite('p', value, sampleRecord('c'))] });
    await expect(store.commit([two, beside('x')])).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
    expect(await store.commit([two, beside('y')])).toEqual([{ status: 'committed' }, { status: 'committed' }]);
    expect(bodies[0]?.['ClientRequestToken']).not.toBe(bodies[1]?.['ClientRequestToken']);
  });

  test('have one token', async () => {
    const { store, bodies } = storeOver(broken, fine);
    expect(await store.commit([two])).toEqual([{ status: 'committed' }]);
    expect(bodies).toHaveLength(2);
    expect(bodies[0]?.['ClientRequestToken']).toBe(bodies[1]?.['ClientRequestToken']);
  });

  test('the first one carried out without an answer: the second one finds its own write, and the commit is in', async () => {
    const found = (version: string): Answer => ({
      statusCode: 400,
      type: 'ConditionalCheckFailedException',
      more: { Item: { v: { S: version } } },
    });
    expect(await storeOver(broken, found('b')).store.commit([one])).toEqual([{ status: 'committed' }]);
    expect(await storeOver(broken, found('c')).store.commit([one])).toEqual([{ status: 'conflict' }]);
    expect(await storeOver(found('b')).store.commit([one])).toEqual([{ status: 'conflict' }]);
  });
});
