import { stored } from 'aws-choreography/testing';
import { describe, expect, test } from 'vitest';
import { Order, order } from '../../functions/order/service.ts';
import { ChoreographyError } from '../../lib/contract/errors.ts';
import { openServiceOn } from '../../lib/lambda/open-service.ts';
import { writeStored } from '../../lib/testing/stored.ts';
import { PlaceOrder } from '../../schemas/generated/index.ts';
import { context, createBench, variables } from './bench.ts';

const data = { customerId: 'c-1', items: [{ sku: 'tea', quantity: 2 }], totalCents: 900, currency: 'EUR' };

function request(changes: { path?: string; method?: string; headers?: object; body?: string; authorizer?: object; base64?: boolean } = {}) {
  const { path = '/PlaceOrder', method = 'POST', headers = {}, body = JSON.stringify(data), authorizer = {}, base64 = false } = changes;
  return {
    version: '2.0',
    rawPath: path,
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k-1', ...headers },
    requestContext: { http: { method, path }, authorizer },
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
  };
}

type Http = { readonly statusCode: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };
const send = async (bench: ReturnType<typeof createBench>, event: unknown) => {
  const { statusCode, headers, body } = (await bench.handlers.command(event, context())) as Http;
  return { statusCode, headers, body: JSON.parse(body) as Record<string, unknown> };
};

describe('a command over HTTP', () => {
  test('is carried out once for one key of one caller, whatever the encoding', async () => {
    const bench = createBench(order);
    const first = await send(bench, request());
    expect(first).toMatchObject({ statusCode: 200, body: { answer: { orderId: expect.any(String) } } });
    expect(first.headers['x-correlation-id']).toBe(first.body['correlationId']);
    expect((await send(bench, request({ base64: true }))).body).toEqual(first.body);
    expect(bench.published.map(({ type }) => type)).toEqual(['OrderPlaced']);
    const other = await send(bench, request({ authorizer: { iam: { userArn: 'arn:aws:iam::1:user/ann' } } }));
    expect(other.body['correlationId']).not.toBe(first.body['correlationId']);
  });

  test.each([
    ['a refusal', {}, JSON.stringify({ ...data, items: [] }), 422, 'EMPTY_ORDER'],
    ['data that does not meet the schema', {}, JSON.stringify({ ...data, totalCents: -1 }), 400, 'SCHEMA_VIOLATION'],
    ['a body that is no JSON', {}, '{', 400, 'INVALID_JSON'],
    ['no key', { headers: { 'idempotency-key': '' } }, undefined, 400, 'INVALID_IDEMPOTENCY_KEY'],
    ['another command', { path: '/CancelOrder' }, undefined, 404, 'UNKNOWN_COMMAND'],
    ['another method', { method: 'GET' }, undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['a body that is too large', {}, `"${'x'.repeat(300_000)}"`, 413, 'TOO_LARGE'],
    ['another type of body', { headers: { 'content-type': 'text/xml' } }, undefined, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('with %s is answered with what is wrong', async (_, changes, body, statusCode, code) => {
    const answer = await send(createBench(order), request({ ...changes, ...(body === undefined ? {} : { body }) }));
    expect(answer).toMatchObject({ statusCode, body: { code } });
  });

  test('under a key that was used for another order is told so, and the order that there was stays as it is', async () => {
    const bench = createBench(order);
    await send(bench, request());
    const { statusCode, body } = await send(bench, request({ body: JSON.stringify({ ...data, totalCents: 1 }) }));
    expect([statusCode, body]).toEqual([
      422,
      {
        code: 'ID_REUSED',
        message: expect.stringContaining('Send a new request under a new key'),
        retryable: false,
        correlationId: expect.any(String),
      },
    ]);
    expect([bench.published.length, bench.store.allDeadLetters()]).toEqual([1, []]);
  });

  test('above the rate of the service is answered with how long to wait', async () => {
    const bench = createBench({ ...order, commandRate: { commandsPerSecond: 0.25, burst: 1 } });
    await send(bench, request());
    const { statusCode, headers, body } = await send(bench, request({ headers: { 'idempotency-key': 'k-2' } }));
    expect({ statusCode, retryAfter: headers['retry-after'] }).toEqual({ statusCode: 429, retryAfter: '4' });
    expect(body).toEqual({
      code: 'TOO_MANY_COMMANDS',
      message: 'order takes no more commands at the moment; try again in 4 s with the same idempotency key.',
      retryable: true,
      correlationId: expect.any(String),
    });
  });

  test('without a key says which header is missing', async () => {
    const answer = await send(createBench(order), request({ headers: { 'idempotency-key': undefined } }));
    expect(answer.body['message']).toBe(
      'The header Idempotency-Key is missing; send the same key with every attempt of a request, e.g. a UUID.',
    );
  });

  test('is of a role, whatever its session is called, of a JWT subject, and of whom a Lambda authorizer names', async () => {
    const bench = createBench(order);
    const sagaOf = async (authorizer: object) => (await send(bench, request({ authorizer }))).body['correlationId'];
    const role = (session: string, name = 'shop') => ({ iam: { userArn: `arn:aws:sts::1:assumed-role/${name}/${session}` } });
    expect(await sagaOf(role('task-1'))).toBe(await sagaOf(role('task-2')));
    const callers = [
      role('x'),
      role('x', 'desk'),
      { iam: { userArn: `arn:aws:iam::1:user/${'u'.repeat(300)}` } },
      { jwt: { claims: { sub: 'ann' } } },
      { lambda: { sub: 'ben' } },
      { lambda: { sub: 'cleo', tenant: 't' } },
      { lambda: { sub: 42 } },
      {},
    ];
    const sagas = await Promise.all(callers.map(sagaOf));
    expect(new Set(sagas).size).toBe(callers.length);
    expect(sagas.every((saga) => typeof saga === 'string')).toBe(true);
    expect(await sagaOf({ lambda: { sub: '' } })).toBe(await sagaOf({}));
  });

  test('tells nothing of what is behind it when it fails; the log does', async () => {
    const bench = createBench(order);
    bench.store.read = () => Promise.reject(Object.assign(new Error('connect 10.0.0.1:5432'), { code: 'ECONNREFUSED' }));
    const answer = (await bench.handlers.command(request(), context())) as Http;
    expect(answer.statusCode).toBe(503);
    const message = 'The command failed; try again with the same idempotency key.';
    expect(JSON.parse(answer.body)).toEqual({ code: 'UNEXPECTED', message, retryable: true });
    expect(bench.log).toMatchObject([{ level: 'error', fields: { error: 'Error: connect 10.0.0.1:5432' } }]);
  });

  test('that the store throttles is answered with 429 and when to come back', async () => {
    const bench = createBench(order);
    bench.store.read = () => Promise.reject(new ChoreographyError('STORE_THROTTLED', 'table journal is busy', { retryable: true }));
    const answer = await send(bench, request());
    expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '1' }, body: { code: 'STORE_THROTTLED', retryable: true } });
    expect(answer.body['message']).toBe('The command cannot be carried out at the moment; try again with the same idempotency key.');
  });

  test('that cannot be carried out now may be sent again with the same key', async () => {
    const bench = createBench(order);
    const late = (await bench.handlers.command(request(), context(500))) as Http;
    expect(late).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    expect(await send(bench, request())).toMatchObject({ statusCode: 200 });
  });
});

test('a command by invocation gets its outcome', async () => {
  const bench = createBench(order);
  const outcome = await bench.handlers.command({ command: 'PlaceOrder', data, idempotencyKey: 'k' }, context());
  expect(outcome).toMatchObject({ ok: true, answer: { orderId: expect.any(String) } });
  await expect(bench.handlers.command({}, context())).rejects.toMatchObject({ code: 'UNKNOWN_LAMBDA_EVENT' });
});

test('a service that a team opens itself runs commands and reads entities, page by page', async () => {
  const bench = createBench(order);
  const order1 = { customerId: 'c-9', totalCents: 1, status: 'placed' } as const;
  await writeStored(bench.store, [
    stored(Order, 'o-1', order1),
    stored(Order, 'o-2', order1),
    stored(Order, 'o-3', { ...order1, customerId: 'c-8' }),
  ]);
  let made: unknown;
  const opened = openServiceOn({
    service: order,
    clients: {},
    variables: () => variables,
    createTelemetry: () => ({ count() {}, time() {}, log() {}, flush() {} }),
    createPorts: (_environment, telemetry) => {
      made = {
        store: bench.store,
        control: { consumer: async () => ({ paused: false }), setConsumer: async () => {} },
        publisher: { publish: async (events: readonly unknown[]) => events.map(() => ({ status: 'published' })) },
        replayQueue: { send: async () => {} },
        clock: { now: () => Date.now(), sleep: async () => {} },
        entropy: { random: () => 0.5, uniqueId: () => 'commit-x' },
        telemetry,
        hideTask: async () => {},
      };
      return made as never;
    },
  });
  const result = await opened.execute(PlaceOrder, data, { idempotencyKey: 'k' });
  expect(result).toMatchObject({ ok: true });
  expect(await opened.get(Order, 'o-1')).toEqual(order1);
  expect(await opened.get(Order, 'none')).toBeUndefined();
  const page = await opened.query(Order, 'customer', 'c-9', { limit: 1 });
  expect(page).toEqual({ items: [order1], cursor: expect.any(String) });
  expect(await opened.query(Order, 'customer', 'c-9', { limit: 1, cursor: page.cursor ?? '' })).toMatchObject({ items: [order1] });
  await expect(opened.query(Order, 'costumer', 'c-9')).rejects.toMatchObject({
    code: 'UNKNOWN_INDEX',
    message: 'The entity Order has no index costumer: there is customer.',
  });
});
