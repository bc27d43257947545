import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { order } from '../../../functions/order/service.ts';
import { manifestOf } from '../../../lib/topology/manifest.ts';
import { choreo } from '../run-choreo.ts';

const placed = { customerId: 'Ada', items: [], totalCents: 0, currency: 'EUR' };
const send = ['send', 'PlaceOrder', '--data', JSON.stringify(placed), '--key', 'ticket-1', '--backbone', 'shop', '--yes'];

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKID');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  onTestFinished(() => void vi.unstubAllEnvs());
});

interface Reply {
  readonly status: number;
  readonly body: object;
}

interface Account {
  readonly url: string;
  /** Requests to the URL of the service: path, key, signature and body. */
  readonly commands: readonly { readonly path?: string; readonly key: unknown; readonly authorization: unknown; readonly body: string }[];
  /** What the audit was told, in order. */
  readonly audit: readonly object[];
}

/** Stands for AWS: the parameters of a backbone without a stream, its control table, and the URL of the order service, which replies in turn. */
async function account(replies: readonly Reply[], url = true): Promise<Account> {
  const [commands, audit]: [Account['commands'][number][], object[]] = [[], []];
  let own = '';
  const parameters = (): Readonly<Record<string, string>> => ({
    '/choreo/shop/backbone': JSON.stringify({ bus: 'shop', busArn: 'arn', registry: 'shop', controlTable: 'control' }),
    '/choreo/shop/services/order': JSON.stringify({ source: 'stream', table: 'orders', replayQueue: 'r', worker: 'w' }),
    '/choreo/shop/manifests/order/001': JSON.stringify(manifestOf(order)),
    ...(url ? { '/choreo/shop/commands/order': `${own}/` } : {}),
  });
  const operations: Readonly<Record<string, (input: Readonly<Record<string, never>>) => Reply>> = {
    'AmazonSSM.GetParameter': ({ Name }) => {
      const Value = parameters()[Name ?? ''];
      return Value === undefined ? { status: 400, body: { __type: 'ParameterNotFound' } } : { status: 200, body: { Parameter: { Value } } };
    },
    'AmazonSSM.GetParametersByPath': ({ Path }) => {
      const below = Object.entries(parameters()).filter(([name]) => name.startsWith(`${Path}/`));
      return { status: 200, body: { Parameters: below.map(([Name, Value]) => ({ Name, Value })) } };
    },
    'DynamoDB_20120810.PutItem': ({ Item }) => {
      const json = Object.values(Item as unknown as Readonly<Record<string, { S: string }>>).find(({ S }) => S.startsWith('{'));
      audit.push(JSON.parse(json?.S ?? '{}').value);
      return { status: 200, body: {} };
    },
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const operation = operations[String(request.headers['x-amz-target'])];
    let reply = operation?.(JSON.parse(body));
    if (!reply) {
      const { 'idempotency-key': key, authorization } = request.headers;
      commands.push({ ...(request.url === undefined ? {} : { path: request.url }), key, authorization, body });
      reply = replies[commands.length - 1] ?? { status: 500, body: {} };
    }
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: own, commands, audit };
}

const taken: Reply = { status: 200, body: { answer: { orderId: 'o-1' }, correlationId: 's-1' } };

describe('choreo send --backbone', () => {
  test('signs the command, sends it to the URL of the service that takes it, and prints the answer', async () => {
    const { url, commands } = await account([taken]);
    const { exit, out } = await choreo([...send, '--endpoint-url', url]);
    expect({ exit, out }).toEqual({
      exit: 0,
      out: `✓ PlaceOrder was taken; answer: {"orderId":"o-1"}\n  next: choreo saga show s-1 --backbone shop --endpoint-url ${url}\n`,
    });
    const authorization = expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/lambda\/aws4_request, /);
    expect(commands).toEqual([{ path: '/PlaceOrder', key: 'ticket-1', authorization, body: JSON.stringify(placed) }]);
  });

  test('is tried again with the same key, and told of in the audit, without the data', async () => {
    const { url, commands, audit } = await account([{ status: 503, body: {} }, taken]);
    await choreo([...send, '--endpoint-url', url], { env: { USER: 'ada' } });
    expect(commands.map(({ key }) => key)).toEqual(['ticket-1', 'ticket-1']);
    const entry = { who: 'ada', action: 'command.send', service: 'order', subject: 'PlaceOrder' };
    expect(audit).toMatchObject([
      { ...entry, outcome: 'begun', details: { idempotencyKey: 'ticket-1' } },
      { ...entry, outcome: 'done', result: { ok: true, correlationId: 's-1' } },
    ]);
    expect(JSON.stringify(audit)).not.toContain('Ada');
  });

  test('ends with 1 where the service refuses', async () => {
    const refusal = { code: 'EMPTY_ORDER', message: 'An order needs an item.', retryable: false, correlationId: 's-1' };
    const { url, audit } = await account([{ status: 422, body: refusal }]);
    const { exit, out } = await choreo([...send, '--endpoint-url', url]);
    expect({ exit, out }).toEqual({
      exit: 1,
      out: expect.stringContaining('✗ PlaceOrder was refused: EMPTY_ORDER  An order needs an item.'),
    });
    expect(audit.at(-1)).toMatchObject({ outcome: 'done', result: { ok: false, code: 'EMPTY_ORDER' } });
  });

  test('without an answer stays begun in the audit: it may have been carried out', async () => {
    const { url, commands, audit } = await account(Array.from({ length: 4 }, () => ({ status: 503, body: {} })));
    const { exit, err } = await choreo([...send, '--endpoint-url', url]);
    expect([exit, err, commands.length]).toEqual([1, expect.stringContaining('COMMAND_UNAVAILABLE'), 4]);
    expect(audit).toHaveLength(2);
    expect(audit.at(-1)).toMatchObject({ outcome: 'begun', result: { error: expect.stringContaining('may have been carried out') } });
  });

  test('says who may not send, and where there is no URL', async () => {
    const denied = await account([{ status: 403, body: { Message: 'Forbidden' } }]);
    const ran = await choreo([...send, '--endpoint-url', denied.url]);
    expect([ran.exit, ran.err]).toEqual([1, expect.stringContaining('COMMAND_DENIED')]);
    expect(denied.audit.at(-1)).toMatchObject({ outcome: 'refused' });
    const { url } = await account([], false);
    expect((await choreo([...send, '--endpoint-url', url])).err).toContain('COMMAND_URL_MISSING');
  });

  test('sends nothing for a command that no service takes, without a key, and where nobody said yes', async () => {
    const { url, commands, audit } = await account([taken]);
    const to = ['--backbone', 'shop', '--endpoint-url', url];
    const unknown = await choreo(['send', 'PlaceOrdr', '--data', '{}', '--key', 'k', '--yes', ...to]);
    expect(unknown).toMatchObject({
      exit: 4,
      err: expect.stringContaining('No service of the backbone takes the command PlaceOrdr; its commands are PlaceOrder.'),
    });
    const elsewhere = await choreo([...send, '--service', 'nobody', '--endpoint-url', url]);
    expect(elsewhere).toMatchObject({ exit: 4, err: expect.stringContaining('UNKNOWN_SERVICE') });
    const keyless = await choreo(['send', 'PlaceOrder', '--data', '{}', '--yes', ...to]);
    expect(keyless).toMatchObject({ exit: 2, err: expect.stringContaining('Give --key.') });
    const asked = await choreo(['send', 'PlaceOrder', '--data', '{}', '--key', 'k', ...to], { ask: async () => 'n' });
    expect(asked).toMatchObject({
      exit: 2,
      err: expect.stringContaining('This would send PlaceOrder to the backbone shop; nothing was done.'),
    });
    expect([commands, audit]).toEqual([[], []]);
  });
});
