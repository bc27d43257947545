import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { openWorld } from 'aws-choreography/testing';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { openAwsWorld } from '../../../lib/cli/world/aws-world.ts';

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKID');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** Stands for an account without that backbone. It never closes a connection by itself. */
async function emptyAccount(): Promise<{ readonly url: string; readonly closed: readonly Promise<unknown>[] }> {
  const closed: Promise<unknown>[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, (_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ __type: 'ParameterNotFound' }));
  });
  server.on('connection', (socket: Socket) => void closed.push(once(socket, 'close')));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, closed };
}

test.each([
  ['a test', (endpointUrl: string) => openWorld({ backbone: 'shop', endpointUrl })],
  ['a command', (endpointUrl: string) => openAwsWorld('shop', 'ada', endpointUrl)],
])('a world that %s cannot open leaves no connection open', async (_, open) => {
  const { url, closed } = await emptyAccount();
  await expect(open(url)).rejects.toMatchObject({ code: 'BACKBONE_NOT_FOUND' });
  expect(closed.length).toBeGreaterThan(0);
  await Promise.all(closed);
});
