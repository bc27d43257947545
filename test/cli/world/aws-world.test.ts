import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { choreo } from '../run-choreo.ts';

afterEach(() => vi.unstubAllEnvs());

/** Stands for AWS: it knows no parameter. */
async function emptyAccount(): Promise<{ readonly url: string; readonly targets: readonly string[]; close(): void }> {
  const targets: string[] = [];
  const server = createServer((request, response) => {
    targets.push(String(request.headers['x-amz-target']));
    request.resume();
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: 'ParameterNotFound' }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets, close: () => void server.close() };
}

test('--backbone asks for the parameter of the backbone, at the endpoint that is given', async () => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const account = await emptyAccount();
  const { exit, out, err } = await choreo(`consumer list --backbone shop --endpoint-url ${account.url}`);
  account.close();
  expect({ exit, out, targets: account.targets }).toEqual({ exit: 4, out: '', targets: ['AmazonSSM.GetParameter'] });
  expect(err).toContain('BACKBONE_NOT_FOUND  There is no backbone shop in eu-west-1: the parameter /choreo/shop/backbone is not there.');
});
