import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, test, vi } from 'vitest';
import { type AwsClientConfig, awsClientConfig, awsClients } from '../../lib/aws/clients.ts';
import { type AwsAnswer, awsServer } from './aws-server.ts';

class FakeClient {
  static made: AwsClientConfig[] = [];
  destroyed = false;

  constructor(config: AwsClientConfig) {
    FakeClient.made.push(config);
  }

  destroy(): void {
    this.destroyed = true;
  }
}

test('a client is made at its first use, and once', () => {
  FakeClient.made = [];
  const reads: string[] = [];
  const ownKeys = () => {
    reads.push('environment');
    return [];
  };
  const environment = new Proxy({}, { ownKeys });
  const clients = awsClients({ environment });
  expect([FakeClient.made, reads]).toEqual([[], []]);
  expect(clients.of(FakeClient)).toBe(clients.of(FakeClient));
  expect([FakeClient.made.length, reads]).toEqual([1, ['environment']]);
});

test('classes have clients of their own, and closed ones are not handed out again', () => {
  const clients = awsClients({ environment: {} });
  const fake = clients.of(FakeClient);
  expect(clients.of(SQSClient)).toBeInstanceOf(SQSClient);
  clients.destroy();
  expect(fake.destroyed).toBe(true);
  expect(clients.of(FakeClient)).not.toBe(fake);
});

test('calls are bounded in time, attempts and sockets, and connections are kept', () => {
  const { maxAttempts, retryMode, requestHandler } = awsClientConfig({ environment: {} });
  expect({ maxAttempts, retryMode }).toEqual({ maxAttempts: 3, retryMode: 'standard' });
  expect(requestHandler).toEqual({
    connectionTimeout: 1_000,
    requestTimeout: 6_000,
    throwOnRequestTimeout: true,
    socketTimeout: 6_000,
    httpAgent: { keepAlive: true, maxSockets: 50 },
    httpsAgent: { keepAlive: true, maxSockets: 50 },
  });
  const given = awsClientConfig({ environment: {}, attemptsMax: 1, requestMilliseconds: 5, connectionMilliseconds: 6, socketsMax: 7 });
  expect(given).toMatchObject({
    maxAttempts: 1,
    requestHandler: { requestTimeout: 5, socketTimeout: 5, connectionTimeout: 6, httpAgent: { maxSockets: 7 } },
  });
});

test("Kinesis speaks HTTP/2 to AWS and HTTP/1.1 to an endpoint of one's own", () => {
  const protocol = (environment: Record<string, string>) =>
    new KinesisClient({ ...awsClientConfig({ environment }), region: 'us-east-1' }).config.requestHandler.metadata?.handlerProtocol;
  expect(protocol({})).toBe('h2');
  expect(protocol({ AWS_ENDPOINT_URL: '' })).toBe('h2');
  expect(protocol({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' })).toBe('http/1.1');
  expect(protocol({ AWS_ENDPOINT_URL_KINESIS: 'http://127.0.0.1:4566' })).toBe('http/1.1');
});

describe('a service that does not answer in time is an error, after all attempts', () => {
  const bounds = { requestMilliseconds: 30, attemptsMax: 2 };
  const halves = [
    ['that has no body yet', ''],
    ['of which half is there', '{"Streams'],
  ] as const;

  /** Two attempts of a call to a server of HTTP/1.1. */
  async function callsOver1(answer: AwsAnswer): Promise<void> {
    let requests = 0;
    const aws = awsServer((call, response) => {
      requests += 1;
      answer(call, response);
    });
    await aws.start();
    const clients = awsClients(bounds);
    await expect(clients.of(KinesisClient).send(new ListStreamsCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(requests).toBe(2);
    clients.destroy();
    aws.stop();
    vi.unstubAllEnvs();
  }

  test('if it never does', () => callsOver1(() => {}));

  test.each(halves)('over HTTP/1.1 with an answer %s', (_, half) =>
    callsOver1((_call, response) => {
      response.flushHeaders();
      response.write(half);
    }),
  );

  test.each(halves)('over HTTP/2 with an answer %s', async (_, half) => {
    let requests = 0;
    const server = createHttp2Server();
    server.on('stream', (stream) => {
      requests += 1;
      stream.on('error', () => {}); // it is closed from the other side
      stream.respond({ ':status': 200, 'content-type': 'application/x-amz-json-1.1' });
      stream.write(half);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    class Local extends KinesisClient {
      constructor(config: AwsClientConfig) {
        super({ ...config, endpoint, credentials, region: 'us-east-1' });
      }
    }
    const clients = awsClients({ ...bounds, environment: {} });
    await expect(clients.of(Local).send(new ListStreamsCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(requests).toBe(2);
    clients.destroy();
    server.close();
  });
});

test('an endpoint is for all services, and counts as an override', () => {
  const { endpoint, requestHandler } = awsClientConfig({ environment: {}, endpoint: 'http://127.0.0.1:4566' });
  expect(endpoint).toBe('http://127.0.0.1:4566');
  expect(requestHandler).toBeInstanceOf(NodeHttpHandler);
  expect(awsClientConfig({ environment: {} })).not.toHaveProperty('endpoint');
});
