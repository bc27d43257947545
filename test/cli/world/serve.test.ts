import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { claimEngineFile, engineFile } from '../../../lib/cli/world/engine-file.ts';
import { BODY_BYTES_MAX, serveWorld, type WorldServer } from '../../../lib/cli/world/serve-world.ts';
import { openServedWorld } from '../../../lib/cli/world/served-world.ts';
import { leftBehind } from '../operations/left-behind.ts';
import { choreo } from '../run-choreo.ts';

const open: WorldServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function served(leave: 'failed' | 'missed' = 'failed', timeScale = 1) {
  const shop = await leftBehind({ leave });
  const server = await serveWorld({
    access: shop.world.access,
    inputs: shop.stage.inputs,
    scheduler: shop.stage.engine.scheduler,
    timeScale,
  });
  open.push(server);
  const folder = await mkdtemp(join(tmpdir(), 'choreo-'));
  await claimEngineFile(folder, server.address, async () => {});
  return { shop, server, folder, run: (args: string) => choreo(args, { folder, env: { USER: 'ada' } }) };
}

/** Status of a request that is made by hand. */
function ask(
  { address: { port, token } }: WorldServer,
  path: string,
  options: { headers?: object; method?: string; body?: string } = {},
): Promise<number> {
  const { body, method = body === undefined ? 'GET' : 'POST' } = options;
  const headers = { authorization: `Bearer ${token}`, ...options.headers };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('a served demo', () => {
  test('is operated by commands of other processes, and its time passes as ours does', async () => {
    const { shop, run } = await served();
    expect((await run('dead-letter list')).out).toContain('4 dead letters, 1 problem');
    expect(await run('dead-letter redrive notification --yes')).toMatchObject({ exit: 0, out: expect.stringContaining('4 sent') });
    await expect.poll(() => shop.mails(), { timeout: 10_000 }).toBe(4);
    expect((await run('dead-letter list')).out).toBe('no dead letters\n');
  });

  test('takes commands, too', async () => {
    const { run } = await served();
    const order = { customerId: 'Ada', items: [{ sku: 'cup', quantity: 1 }], totalCents: 1_250, currency: 'EUR' };
    const { out } = await run(`send PlaceOrder --json --data ${JSON.stringify(order)}`);
    const { correlationId } = JSON.parse(out) as { correlationId: string };
    await expect.poll(async () => (await run(`saga show ${correlationId}`)).out, { timeout: 10_000 }).toMatch(/ {2}completed/);
  });

  test('has one clock on both sides, however fast it goes', async () => {
    const { server, shop } = await served('failed', 3_600);
    const { access } = await openServedWorld(server.address, 'ada');
    const before = access.clock.now();
    await access.clock.sleep(3_600_000);
    expect(access.clock.now() - before).toBeGreaterThan(3_000_000);
    await expect.poll(() => shop.stage.engine.scheduler.now() - before, { timeout: 10_000 }).toBeGreaterThan(3_000_000);
  });

  test('gives back what the other side throws, and what it cannot be asked', async () => {
    const { server, run } = await served();
    expect(await run('dead-letter show search 2026')).toMatchObject({ exit: 4, err: expect.stringContaining('DEAD_LETTER_NOT_FOUND') });
    const { access } = await openServedWorld(server.address, 'ada');
    await expect(access.store('nobody').listClaims('s', 1)).rejects.toMatchObject({ name: 'ChoreographyError', code: 'UNKNOWN_SERVICE' });
    await expect(access.stream?.read({ shard: 'none', from: { kind: 'start' }, limit: 1 })).rejects.toMatchObject({
      code: 'UNKNOWN_SHARD',
    });
  });

  test('knows the schemas of its services', async () => {
    const { run } = await served();
    const { id } = JSON.parse((await run('dead-letter list --each --json')).out).items[0];
    const edit = await run(`dead-letter edit notification ${id} --data {} --reason r --yes`);
    expect(edit).toMatchObject({ exit: 2, err: expect.stringMatching(/EDIT_INVALID .* should be an object with the property/) });
  });

  test('runs replays and finds sagas as one in the same process does', async () => {
    const { shop, run } = await served('missed');
    const local = (await shop.run('saga list --stuck')).out;
    expect((await run('saga list --stuck')).out).toBe(local);
    const recent = await shop.run('saga list --since 1h');
    expect(await run('saga list --since 1h')).toEqual(recent);
    expect(await run('replay start notification --from-start --yes')).toMatchObject({ exit: 0 });
    await expect.poll(() => shop.mails(), { timeout: 10_000 }).toBe(4);
  });

  test('carries out replays itself, as the operator function does on AWS', async () => {
    const { shop, run } = await served('missed');
    const { exit, out } = await run('replay start notification --from-start --on platform --yes');
    expect({ exit, out }).toEqual({ exit: 0, out: expect.stringContaining('on the platform, which takes it at its next tick') });
    expect(out).toMatch(/The operator function was asked to start it now\.\n/);
    await expect.poll(() => shop.mails(), { timeout: 10_000 }).toBe(4);
    await expect
      .poll(async () => (await run('replay list')).out, { timeout: 10_000 })
      .toMatch(/notification {2}platform {2}done {6}4 {2}100 %/);
  });

  test('takes calls with its token and to its own address only, from no page, and of bounded size', async () => {
    const { server } = await served();
    const call = JSON.stringify({ port: 'control', method: 'consumer', parameters: ['search'] });
    expect(await ask(server, '/world')).toBe(200);
    expect(await ask(server, '/call', { body: call })).toBe(200);
    expect(await ask(server, '/world', { headers: { authorization: 'Bearer guess' } })).toBe(403);
    expect(await ask(server, '/world', { headers: { host: 'evil.example' } })).toBe(403);
    expect(await ask(server, '/world', { headers: { origin: 'http://evil.example' } })).toBe(403);
    expect(await ask(server, '/nothing')).toBe(404);
    expect(await ask(server, '/call', { body: 'x'.repeat(BODY_BYTES_MAX + 1) })).toBe(413);
  });

  test.each([
    ['no JSON', '{'],
    ['no port', JSON.stringify({ port: 'scheduler', method: 'now', parameters: [] })],
    ['no port, but something that every object has', JSON.stringify({ port: 'constructor', method: 'name', parameters: [] })],
    ['a method that is not passed on', JSON.stringify({ port: 'store', service: 'search', method: 'clearOutbox', parameters: [[]] })],
    ['no parameters', JSON.stringify({ port: 'records', method: 'get' })],
  ])('refuses a call that is %s', async (_, body) => {
    const { server } = await served();
    expect(await ask(server, '/call', { body })).toBe(400);
  });
});

describe('the address', () => {
  test('is for its owner alone', async () => {
    const { folder } = await served();
    expect(statSync(engineFile(folder)).mode & 0o777).toBe(0o600);
  });

  test.each(['4711@attacker.example:80', '4711', 0, 70_000])(
    'with the port %j leads nowhere: the folder may be somebody else`s',
    async (port) => {
      const folder = await mkdtemp(join(tmpdir(), 'choreo-'));
      const asked: unknown[] = [];
      vi.stubGlobal('fetch', async (url: unknown) => {
        asked.push(url);
        return Response.json({ now: 0, who: 'eve', timeScale: 1 });
      });
      onTestFinished(() => void vi.unstubAllGlobals());
      await mkdir(join(folder, '.choreo'));
      await writeFile(engineFile(folder), JSON.stringify({ port, token: 't', process: 1 }));
      expect(await choreo('consumer list', { folder })).toMatchObject({ exit: 1, err: expect.stringContaining('ENGINE_NOT_RUNNING') });
      expect(asked).toEqual([]);
    },
  );

  test('that nobody is at, or that is not there, says how to start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'choreo-'));
    const nowhere = await choreo('consumer list', { folder });
    expect(nowhere).toMatchObject({ exit: 1, out: '', err: expect.stringContaining('ENGINE_NOT_RUNNING') });
    const { server, folder: served1, run } = await served();
    await server.close();
    expect(existsSync(engineFile(served1))).toBe(true);
    expect(await run('consumer list')).toMatchObject({ exit: 1, err: expect.stringContaining('choreo demo --serve') });
    await writeFile(engineFile(served1), 'no address');
    expect(await run('consumer list')).toMatchObject({ exit: 1, err: expect.stringContaining('ENGINE_NOT_RUNNING') });
  });
});

test('demo --serve stays until Ctrl-C, and takes its address away', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'choreo-'));
  let interrupt: (() => void) | undefined;
  const ended = choreo('demo --orders 1 --faults none --leave failed --serve', {
    folder,
    onInterrupt(listener) {
      interrupt = listener;
    },
  });
  await expect.poll(() => interrupt, { timeout: 20_000 }).toBeDefined();
  expect((await choreo('dead-letter list', { folder })).out).toContain('1 dead letter, 1 problem');
  interrupt?.();
  const { exit, err } = await ended;
  expect([exit, err]).toEqual([130, expect.stringContaining('until Ctrl-C')]);
  expect(existsSync(engineFile(folder))).toBe(false);
});
