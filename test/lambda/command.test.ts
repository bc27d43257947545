import { stored } from 'aws-choreography/testing';
import { describe, expect, test } from 'vitest';
import { Order, order } from '../../functions/order/service.ts';
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
});
