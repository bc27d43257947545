import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createCallTime } from '../../../lib/aws/calls/call-time.ts';
import { awsClients } from '../../../lib/aws/calls/clients.ts';
import { type CallBounds, keepWithin } from '../../../lib/aws/calls/within-time.ts';
import { journalClient } from '../../../lib/aws/dynamo/client.ts';
import { createDynamoStore } from '../../../lib/aws/dynamo/store.ts';
import type { Unit } from '../../../lib/runtime/journal/unit.ts';
import { claimWrite, entityWrite, sampleClaim, sampleRecord } from '../../../lib/testing/conformance/sample-items.ts';
import { awsServer } from './aws-server.ts';

const NOW = 1_767_225_600_000;

/** A clock that moves by its waits, and keeps them. */
function manualClock() {
  const waits: number[] = [];
  let now = NOW;
  return {
    waits,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    now: () => now,
    async sleep(milliseconds: number) {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
}

describe('the time for calls', () => {
  test('has no end outside of an invocation, and ends half a second before the platform stops one', () => {
    const clock = manualClock();
    const time = createCallTime(clock);
    expect(time.left()).toBe(Number.POSITIVE_INFINITY);
    time.endsAt(NOW + 10_000);
    expect(time.left()).toBe(9_500);
    clock.pass(9_600);
    expect(time.left()).toBe(0);
    time.endsAt(NOW + 60_000);
    expect(time.left()).toBe(49_900);
  });

  test('waits no longer than what is left', async () => {
    const clock = manualClock();
    const time = createCallTime(clock);
    await time.clock.sleep(800);
    time.endsAt(NOW + 1_800);
    for (const milliseconds of [200, 5_000, 5_000]) await time.clock.sleep(milliseconds);
    expect(clock.waits).toEqual([800, 200, 300, 0]);
  });
});

describe('a client that is kept within a time', () => {
  afterEach(() => void vi.useRealTimers());

  /** A client as the SDK configures it: its handler keeps the bounds of attempts, its retry strategy never answers. */
  function bounded(left: number) {
    const attempts: unknown[] = [];
    const body = new Readable({ read() {} });
    const clock = manualClock();
    const strategy = { capacity: 500, refreshRetryTokenForRetry: () => new Promise<unknown>(() => {}) };
    const config = {
      requestHandler: {
        async handle(_request: unknown, options?: object) {
          attempts.push(options);
          return { response: { body } };
        },
      },
      retryStrategy: async () => strategy,
    };
    keepWithin({ config }, { left: () => left, clock }, 6_000);
    return { config, attempts, body, clock, strategy };
  }

  test.each([
    [Number.POSITIVE_INFINITY, undefined],
    [6_000, undefined],
    [5_999, 5_999],
    [50, 50],
  ])('with %s ms left has attempts of at most those', async (left, requestTimeout) => {
    const { config, attempts } = bounded(left);
    await config.requestHandler.handle({}, { isEventStream: false });
    expect(attempts).toEqual([{ isEventStream: false, ...(requestTimeout === undefined ? {} : { requestTimeout }) }]);
  });

  test.each([60, 5_999, 7_000, 60_000])('with %s ms left ends an answer that stops half-way after those', async (left) => {
    vi.useFakeTimers();
    const { config, body } = bounded(left);
    await config.requestHandler.handle({});
    await vi.advanceTimersByTimeAsync(left - 1);
    expect(body.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(body.errored).toMatchObject({ name: 'TimeoutError' });
  });

  test.each([60_000, Number.POSITIVE_INFINITY])('with %s ms left waits for nothing after an answer that is whole', async (left) => {
    vi.useFakeTimers();
    const { config, body } = bounded(left);
    await config.requestHandler.handle({});
    body.push(null);
    for await (const _part of body);
    expect([vi.getTimerCount(), body.errored]).toEqual([0, null]);
  });

  test('begins none that could only be cut off', async () => {
    const { config, attempts } = bounded(49);
    await expect(config.requestHandler.handle({})).rejects.toMatchObject({ name: 'NoTimeLeftError' });
    expect(attempts).toEqual([]);
  });

  test('waits for the next attempt no longer than what is left', async () => {
    const { config, clock, strategy } = bounded(700);
    expect(await config.retryStrategy()).toBe(strategy);
    await expect((await config.retryStrategy()).refreshRetryTokenForRetry()).rejects.toMatchObject({ name: 'NoTimeLeftError' });
    expect(clock.waits).toEqual([700]);
  });
});

describe('calls to a table', () => {
  /** How the table answers each call; `hang`: never, `stop`: half. */
  let answer: () => 'hang' | 'stop' | { readonly status: number; readonly body: object } = () => 'hang';
  const calls: string[] = [];
  const aws = awsServer(({ operation }, response) => {
    calls.push(operation);
    const given = answer();
    if (given === 'stop') response.writeHead(200).write('{');
    else if (given !== 'hang') response.writeHead(given.status).end(JSON.stringify(given.body));
  });
  beforeAll(aws.start);
  afterAll(() => {
    vi.unstubAllEnvs();
    aws.stop();
  });

  const units: readonly Unit[] = [{ id: 'b', writes: [claimWrite(sampleClaim('saga', 'b')), entityWrite('o', null, sampleRecord('b'))] }];

  /** A store whose time is over when an attempt has used `left` of it; the attempt itself is cut off by the real timer of the SDK. */
  function storeWith(left: number) {
    const given = [left];
    return storeWithin({ left: () => given.shift() ?? 0, clock: manualClock() });
  }

  function storeWithin(time: CallBounds) {
    calls.length = 0;
    const client = journalClient(awsClients({ time }).of(DynamoDBClient));
    return { store: createDynamoStore({ client, table: 'journal', clock: time.clock }) };
  }

  test('without an answer in time: nobody knows of a write, and no attempt follows that outlives the function', async () => {
    answer = () => 'hang';
    const { store } = storeWith(60);
    await expect(store.commit(units)).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS', retryable: true });
    expect(calls).toEqual(['TransactWriteItems']);
    // Nothing is sent of the repeat, which tells nothing of the write before it.
    await expect(store.commit(units)).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS' });
    expect(calls).toEqual(['TransactWriteItems']);
  });

  test('whose answer stops half-way end in time, too, and nobody knows of a write', async () => {
    answer = () => 'stop';
    const given = [1_000, 60]; // when the attempt begins, and when the headers of its answer are there
    const { store } = storeWithin({ left: () => given.shift() ?? 0, clock: manualClock() });
    await expect(store.commit(units)).rejects.toMatchObject({ code: 'COMMIT_AMBIGUOUS', retryable: true });
    expect(calls).toEqual(['TransactWriteItems']);
  });

  test('that are not begun have certainly written nothing', async () => {
    const { store } = storeWith(0);
    await expect(store.commit(units)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    await expect(store.read({ sagas: ['saga'] })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(calls).toEqual([]);
  });

  test('that are throttled are not waited for', async () => {
    answer = () => ({ status: 400, body: { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' } });
    const { store } = storeWith(5_000);
    await expect(store.commit(units)).rejects.toMatchObject({ code: 'STORE_THROTTLED', retryable: true });
    expect(calls).toEqual(['TransactWriteItems']);
  });

  test.each([5_000, Number.POSITIVE_INFINITY])('are made again as ever while there is time: %i ms', async (left) => {
    answer = () => (calls.length === 1 ? { status: 500, body: { __type: 'InternalServerError' } } : { status: 200, body: {} });
    const clock = { now: () => NOW, sleep: () => new Promise<void>(() => {}) }; // the time never passes
    const { store } = storeWithin({ left: () => left, clock });
    expect(await store.commit(units)).toEqual([{ status: 'committed' }]);
    expect(calls).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  });

  test('are made as ever while there is time', async () => {
    answer = () => ({ status: 200, body: {} });
    const { store } = storeWith(5_000);
    expect(await store.commit(units)).toEqual([{ status: 'committed' }]);
  });
});
