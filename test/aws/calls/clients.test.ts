import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, test } from 'vitest';
import { type AwsClientConfig, type AwsClientOptions, awsClientConfig, awsClients } from '../../../lib/aws/calls/clients.ts';

class FakeClient {
  static made: AwsClientConfig[] = [];
  readonly config = {};
  destroyed = false;

  constructor(config: AwsClientConfig) {
    FakeClient.made.push(config);
  }

  destroy(): void {
    this.destroyed = true;
  }
}

/** Lets a client of Kinesis call a server of this process. */
async function withServer(
  answer: RequestListener,
  options: AwsClientOptions,
  use: (client: KinesisClient) => Promise<void>,
): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new KinesisClient({ ...awsClientConfig({ endpoint, ...options }), region: 'us-east-1', credentials });
  try {
    await use(client);
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
}

const noStreams: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end('{"StreamNames":[],"HasMoreStreams":false}');
};

test('a client is made at its first use, and once', () => {
  FakeClient.made = [];
  const clients = awsClients();
  expect(FakeClient.made).toEqual([]);
  expect(clients.of(FakeClient)).toBe(clients.of(FakeClient));
  expect(FakeClient.made.length).toBe(1);
});

test('classes have clients of their own, and closed ones are not handed out again', () => {
  const clients = awsClients();
  const fake = clients.of(FakeClient);
  expect(clients.of(SQSClient)).toBeInstanceOf(SQSClient);
  clients.destroy();
  expect(fake.destroyed).toBe(true);
  expect(clients.of(FakeClient)).not.toBe(fake);
});

test('what the SDK copies at each call is no dictionary of V8, which takes six times as long', () => {
  setFlagsFromString('--allow-natives-syntax');
  const isFast = new Function('object', 'return %HasFastProperties(object)');
  expect(isFast(awsClients().of(SQSClient).config)).toBe(true);
});

test('calls are bounded in time, attempts and sockets, and connections are kept', async () => {
  const handlerOf = async (options: AwsClientOptions) => {
    let found: unknown;
    await withServer(noStreams, options, async (client) => {
      await client.send(new ListStreamsCommand({}));
      found = (client.config.requestHandler as NodeHttpHandler).httpHandlerConfigs();
    });
    return found;
  };
  expect(awsClientConfig()).toMatchObject({ maxAttempts: 3, retryMode: 'standard' });
  expect(await handlerOf({})).toMatchObject({
    connectionTimeout: 1_000,
    requestTimeout: 6_000,
    throwOnRequestTimeout: true,
    socketTimeout: 6_000,
    httpAgent: { keepAlive: true, maxSockets: 50 },
    httpsAgent: { keepAlive: true, maxSockets: 50 },
  });
  expect(awsClientConfig({ attemptsMax: 1 }).maxAttempts).toBe(1);
  const given = { requestMilliseconds: 5_000, connectionMilliseconds: 900, socketsMax: 7 };
  expect(await handlerOf(given)).toMatchObject({
    requestTimeout: 5_000,
    socketTimeout: 5_000,
    connectionTimeout: 900,
    httpAgent: { maxSockets: 7 },
  });
});

test('all clients speak HTTP/1.1, Kinesis as well', () => {
  const protocolOf = (config: object) =>
    new KinesisClient({ ...config, region: 'us-east-1' }).config.requestHandler.metadata?.handlerProtocol;
  expect(protocolOf({})).toBe('h2'); // what the SDK would choose
  expect(protocolOf(awsClientConfig())).toBe('http/1.1');
});

test('a connection that has gone silent is not used again: the next attempt makes another one', async () => {
  const sockets: Socket[] = [];
  const answer: RequestListener = (request, response) => {
    if (sockets.length > 0 && request.socket === sockets[0]) return; // it has answered once
    sockets.push(request.socket);
    noStreams(request, response);
  };
  await withServer(answer, { requestMilliseconds: 500 }, async (client) => {
    for (let call = 1; call <= 3; call += 1) await client.send(new ListStreamsCommand({}));
  });
  expect(sockets).toHaveLength(3);
  expect(sockets.at(-1)).not.toBe(sockets[0]);
});

describe('a service that does not answer in time is an error, after all attempts', () => {
  test.each<readonly [string, RequestListener]>([
    ['if it never does', () => {}],
    ['with an answer that has no body yet', (_, response) => response.flushHeaders()],
    ['with an answer of which half is there', (_, response) => void response.write('{"Streams')],
  ])('%s', async (_, answer) => {
    let requests = 0;
    const counted: RequestListener = (request, response) => {
      requests += 1;
      answer(request, response);
    };
    await withServer(counted, { requestMilliseconds: 30, attemptsMax: 2 }, (client) =>
      expect(client.send(new ListStreamsCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' }),
    );
    expect(requests).toBe(2);
  });
});

test('an endpoint is for all services', () => {
  expect(awsClientConfig({ endpoint: 'http://127.0.0.1:4566' }).endpoint).toBe('http://127.0.0.1:4566');
  expect(awsClientConfig()).not.toHaveProperty('endpoint');
});
