import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFolder } from '../../lib/localstack/folders.ts';
import { startLocalStack, statusOf, stopLocalStack } from '../../lib/localstack/index.ts';
import { identify, isAlive } from '../../lib/localstack/process-identity.ts';
import { writeState } from '../../lib/localstack/state-file.ts';
import { createFakeTools, type FakeTools } from './fake-tools.ts';

let tools: FakeTools;
beforeEach(async () => {
  tools = await createFakeTools();
});
afterEach(async () => {
  await stopLocalStack({ env: tools.env });
  await tools.remove();
});

describe('an emulator with a name', () => {
  test('is found and stopped from anywhere', async () => {
    const { env } = tools;
    expect(await statusOf({ env })).toEqual({ localstack: '4.14.0', state: 'down' });
    const { endpoint } = await startLocalStack({ env, name: 'default' });
    expect(await statusOf({ env })).toMatchObject({
      state: 'up',
      endpoint,
      env: { AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_S3: endpoint },
    });
    expect(await stopLocalStack({ env })).toBe(true);
    expect(await statusOf({ env })).toMatchObject({ state: 'down' });
    expect(await stopLocalStack({ env })).toBe(false);
  });

  test('is not started twice', async () => {
    const { env } = tools;
    await startLocalStack({ env, name: 'default' });
    await expect(startLocalStack({ env, name: 'default' })).rejects.toMatchObject({ code: 'LOCALSTACK_RUNNING' });
  });
});

test('without a name it is the caller’s: stopped by it, and nothing of it stays', async () => {
  const { env } = tools;
  const emulator = await startLocalStack({ env });
  expect(emulator.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(existsSync(emulator.log)).toBe(true);
  await emulator.stop();
  await emulator.stop();
  expect(existsSync(emulator.log)).toBe(false);
});

test('a port that is taken is refused', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await expect(startLocalStack({ env: tools.env, port })).rejects.toMatchObject({ code: 'LOCALSTACK_PORT_TAKEN' });
  server.close();
});

test('a start that fails shows the end of the log, and leaves nothing running', async () => {
  await tools.breakIt('no-start');
  await expect(startLocalStack({ env: tools.env, name: 'default' })).rejects.toMatchObject({
    code: 'LOCALSTACK_NOT_STARTED',
    details: { why: expect.stringContaining('cannot import localstack') },
  });
  expect(await statusOf({ env: tools.env })).toMatchObject({ state: 'down' });
});

describe('a process that was not started here is never ended', () => {
  test('not even when it has the id that is remembered', async () => {
    const { env } = tools;
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const identity = await identify(stranger.pid as number);
    const place = { port: 1, endpoint: 'http://127.0.0.1:1', log: '' };
    await writeState(env, 'default', { pid: stranger.pid as number, started: 'another time', ...place });
    expect(await stopLocalStack({ env })).toBe(false);
    expect(identity && (await isAlive(identity))).toBe(true);
    stranger.kill('SIGKILL');
  });
});

test('what an emulator left whose process was killed is swept by the next start', async () => {
  const { env } = tools;
  const gone = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => gone.once('exit', resolve));
  const name = `process-${gone.pid}-1`;
  await writeState(env, name, { pid: gone.pid as number, started: 'before', port: 1, endpoint: '', log: '' });
  await (await startLocalStack({ env })).stop();
  expect(existsSync(runFolder(env, name))).toBe(false);
});
