import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCommandClient } from 'aws-choreography/lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { order } from '../../functions/order/service.ts';
import { type CommandClientPorts, createCommandClientOn } from '../../lib/aws/commands/command-client.ts';
import type { CommandReply } from '../../lib/aws/commands/command-reply.ts';
import { PlaceOrder } from '../../schemas/generated/index.ts';
import { context, createBench } from './bench.ts';

const data = { customerId: 'c-1', items: [{ sku: 'tea', quantity: 2 }], totalCents: 900, currency: 'EUR' };
const call = { idempotencyKey: 'k-1' };
const json = (status: number, body: object, retryAfter?: string): CommandReply => ({ status, text: JSON.stringify(body), retryAfter });
const answered = json(200, { answer: { orderId: 'o-1' }, correlationId: 's-1' });
const busy = json(503, { code: 'STORE_UNAVAILABLE', message: 'not now', retryable: true, correlationId: 's-1' });
const noAnswer = () => Promise.reject(new Error('ETIMEDOUT'));

function createClientBench(...replies: (CommandReply | (() => Promise<CommandReply>))[]) {
  const sent: { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }[] = [];
  const waits: number[] = [];
  const looks: string[] = [];
  const ports: CommandClientPorts = {
    clock: { now: () => 0, sleep: async (milliseconds) => void waits.push(milliseconds) },
    entropy: { random: () => 0.5 },
    async findUrl() {
      looks.push('look');
      return 'https://abc.lambda-url.eu-west-1.on.aws/';
    },
    credentials: async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret' }),
    region: async () => 'us-east-1',
    async post(url, headers, body) {
      sent.push({ url: url.href, headers, body });
      const reply = replies.shift() ?? answered;
      return typeof reply === 'function' ? reply() : reply;
    },
  };
  const client = createCommandClientOn({ service: 'order' }, ports);
  return { client, ports, sent, waits, looks };
}

describe('a command to another service', () => {
  test('says where its caller stands in a trace, outside of what is signed', async () => {
    const { ports, sent } = createClientBench();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await createCommandClientOn({ service: 'order', tracing: { current: () => ({ traceparent }) } }, ports).execute(PlaceOrder, data, call);
    expect(sent[0]?.headers).toMatchObject({ traceparent, authorization: expect.not.stringContaining('traceparent') });
    await createCommandClientOn({ service: 'order', tracing: { current: () => undefined } }, ports).execute(PlaceOrder, data, call);
    expect(sent[1]?.headers).not.toHaveProperty('traceparent');
  });

  test.each([
    ['throws', () => expect.fail('no span')],
    ['says what is no trace', () => ({ traceparent: 'over\nthere', authorization: 'mine' })],
  ])('is sent as without tracing where that %s', async (_, current) => {
    const { ports, sent } = createClientBench();
    expect(await createCommandClientOn({ service: 'order', tracing: { current } }, ports).execute(PlaceOrder, data, call)).toMatchObject({
      ok: true,
    });
    expect(sent[0]?.headers).not.toHaveProperty('traceparent');
    expect(sent[0]?.headers).toMatchObject({ authorization: expect.stringContaining('aws4_request') });
  });

  test('is signed for the region of its URL and answered with its type', async () => {
    const { client, sent } = createClientBench();
    const result = await client.execute(PlaceOrder, data, call);
    expect(result.ok && result.answer.orderId).toBe('o-1');
    expect(sent).toMatchObject([{ url: 'https://abc.lambda-url.eu-west-1.on.aws/PlaceOrder', body: JSON.stringify(data) }]);
    expect(sent[0]?.headers).toMatchObject({
      'idempotency-key': 'k-1',
      authorization: expect.stringContaining('/eu-west-1/lambda/aws4_request'),
    });
  });

  test('is sent again with the same key while there is no answer, and looks whether the service has moved', async () => {
    const { client, sent, waits, looks } = createClientBench(noAnswer, busy, json(429, { code: 'STORE_THROTTLED' }, '1'));
    expect(await client.execute(PlaceOrder, data, call)).toMatchObject({ ok: true });
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual(['k-1', 'k-1', 'k-1', 'k-1']);
    expect([waits, looks]).toEqual([
      [100, 200, 1_400],
      ['look', 'look'],
    ]);
  });

  test('ends with what the service said last, or with an error that says it may have been carried out', async () => {
    const busyAlways = createClientBench(busy, busy, busy, noAnswer);
    expect(await busyAlways.client.execute(PlaceOrder, data, call)).toEqual({
      ok: false,
      code: 'STORE_UNAVAILABLE',
      message: 'not now',
      retryable: true,
      correlationId: 's-1',
    });
    const silent = createClientBench(noAnswer, noAnswer, noAnswer, noAnswer);
    await expect(silent.client.execute(PlaceOrder, data, call)).rejects.toMatchObject({
      code: 'COMMAND_UNAVAILABLE',
      retryable: true,
      message:
        'PlaceOrder got no answer from order in 4 attempts; it may have been carried out. Send it again with the same idempotency key.',
    });
    expect(silent.sent).toHaveLength(4);
  });

  test('is not sent again when it was refused', async () => {
    const refused = { code: 'EMPTY_ORDER', message: 'An order needs an item.', retryable: false, correlationId: 's-1' };
    const { client, sent } = createClientBench(json(422, refused));
    expect(await client.execute(PlaceOrder, data, call)).toEqual({ ok: false, ...refused });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['is not what the schema asks for', json(400, { code: 'SCHEMA_VIOLATION', message: 'no', retryable: false }), 'SCHEMA_VIOLATION'],
    ['is unknown', json(404, { code: 'UNKNOWN_COMMAND', message: 'no', retryable: false }), 'UNKNOWN_COMMAND'],
    ['is not allowed', json(403, { Message: 'Forbidden' }), 'COMMAND_DENIED'],
    ['went to something else', { status: 200, text: '<html>' }, 'COMMAND_URL_MISSING'],
  ])('that %s is an error at once', async (_, reply, code) => {
    const { client, sent } = createClientBench(reply);
    await expect(client.execute(PlaceOrder, data, call)).rejects.toMatchObject({ code, retryable: false });
    expect(sent).toHaveLength(1);
  });

  test('without a URL says what to do', async () => {
    const { ports } = createClientBench();
    const client = createCommandClientOn({ service: 'order' }, { ...ports, findUrl: async () => undefined });
    const missing = (says: string) => ({ code: 'COMMAND_URL_MISSING', message: expect.stringContaining(says) });
    await expect(client.execute(PlaceOrder, data, call)).rejects.toMatchObject(
      missing('no backbone is named (`backbone`, or CHOREO_BACKBONE)'),
    );
    const named = createCommandClientOn({ service: 'order', backbone: 'shop' }, { ...ports, findUrl: async () => undefined });
    await expect(named.execute(PlaceOrder, data, call)).rejects.toMatchObject(
      missing('the backbone shop has none. Deploy the service there'),
    );
  });
});

describe('the client as it is used', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('meets the command function over HTTP', async () => {
    for (const [name, value] of [
      ['AWS_ACCESS_KEY_ID', 'AKID'],
      ['AWS_SECRET_ACCESS_KEY', 's'],
      ['AWS_REGION', 'us-east-1'],
    ] as const)
      vi.stubEnv(name, value);
    const { handlers } = createBench(order);
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const http = { method: request.method, path: request.url };
      const event = { rawPath: request.url, headers: request.headers, requestContext: { http }, body: Buffer.concat(chunks).toString() };
      const answer = (await handlers.command(event, context())) as { statusCode: number; headers: Record<string, string>; body: string };
      response.writeHead(answer.statusCode, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const client = createCommandClient({ service: 'order', url });
      const first = await client.execute(PlaceOrder, data, call);
      expect(first).toMatchObject({ ok: true, answer: { orderId: expect.any(String) } });
      expect(await client.execute(PlaceOrder, data, call)).toEqual(first);
      expect(await client.execute(PlaceOrder, { ...data, items: [] }, { idempotencyKey: 'k-2' })).toMatchObject({ code: 'EMPTY_ORDER' });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
