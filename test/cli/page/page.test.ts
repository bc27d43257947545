import { request } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expectOutput } from '../expected.ts';
import { leftBehind } from '../operations/left-behind.ts';

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request as a browser makes it, or as one that was lured here. */
function ask(
  url: string,
  { method = 'GET', host, path }: { readonly method?: string; readonly host?: string; readonly path?: string } = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, agent: false, ...(path === undefined ? {} : { path }), ...(host === undefined ? {} : { headers: { host } }) },
      (response) => {
        let body = '';
        response.on('data', (part) => {
          body += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    sent.on('error', reject).end();
  });
}

/** `choreo page` on a shop that ran, until the test has ended. */
async function opened(args = '', failing?: Error) {
  const shop = await leftBehind({ orders: 2, fail: 'shipping' });
  const { access } = shop.world;
  const broken = failing && { ...shop.world, access: { ...access, consumers: () => Promise.reject(failing) } };
  let interrupt = () => {};
  let out = '';
  let printed = () => {};
  const ready = new Promise<void>((resolve) => {
    printed = resolve;
  });
  const ended = shop.run(`page ${args}`.trim(), {
    ...(broken ? { world: broken } : {}),
    onInterrupt: (listener) => {
      interrupt = listener;
    },
    terminalOut: (text) => {
      out += text;
      printed();
    },
  });
  onTestFinished(async () => {
    interrupt();
    await ended;
  });
  await Promise.race([ready, ended]);
  const url = /http:\S+\//.exec(out)?.[0] ?? '';
  return { shop, url, out, ended, interrupt: () => interrupt() };
}

describe('choreo page', () => {
  test('prints an address, and serves the pages there until Ctrl-C', async () => {
    const { url, out, ended, interrupt, shop } = await opened();
    await expectOutput('page', out.replace(url, 'http://127.0.0.1:4711/token/'));
    const list = await ask(url);
    expect([list.status, list.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const saga = await ask(`${url}saga?id=${shop.stage.sagas[0]?.saga}`);
    expect(saga.body).toContain('undo chargePayment');
    for (const [path, type] of [
      ['style.css', 'text/css'],
      ['refresh.js', 'text/javascript'],
    ])
      expect((await ask(`${url}${path}`)).headers['content-type']).toBe(`${type}; charset=utf-8`);
    interrupt();
    expect((await ended).exit).toBe(130);
    await expect(ask(url)).rejects.toThrow('ECONNREFUSED');
  });

  test('answers nobody who does not know the address, comes by another name, or wants to change something', async () => {
    const { url } = await opened();
    const { origin, port } = new URL(url);
    for (const path of ['/', '/map', '/saga?id=x', `${new URL(url).pathname.slice(0, -2)}x/`, `${new URL(url).pathname}map/x`])
      expect((await ask(`${origin}${path}`)).status).toBe(404);
    expect((await ask(url, { host: `attacker.example:${port}` })).status).toBe(404);
    expect((await ask(url, { method: 'POST' })).status).toBe(405);
  });

  test('tells the terminal nothing about who asks for what is no address', async () => {
    const { url, ended, interrupt } = await opened();
    expect((await ask(url, { path: '//[' })).status).toBe(404);
    interrupt();
    expect((await ended).err).toBe('');
  });

  test('shows the other sagas where an event has half a character in its ids', async () => {
    const { url, shop } = await opened();
    const { engine } = shop.stage;
    const id = shop.stage.sagas[0]?.saga ?? '';
    const [{ envelope } = {}] = engine.published();
    engine.putRecord(JSON.stringify({ ...envelope, id: 'e', correlationid: 'a\ud800' }), 'key');
    const list = await ask(url);
    expect([list.status, list.body]).toEqual([200, expect.stringContaining(id)]);
  });

  test('lets a browser load nothing from elsewhere, and nobody show it in a frame', async () => {
    const { headers } = await ask((await opened()).url);
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(headers['content-security-policy']).toMatch(/default-src 'none';.*frame-ancestors 'none'/);
  });

  test('tells an error that nobody expected to the terminal, and the browser its name only', async () => {
    const { url, ended, interrupt } = await opened('', new RangeError('a secret of the machine'));
    const { status, body } = await ask(`${url}map`);
    expect([status, body]).toEqual([500, 'RangeError: see the terminal in which the page is served.']);
    interrupt();
    expect((await ended).err).toMatch(/^a page could not be made: RangeError: a secret of the machine\n {4}at /);
  });

  test('on a port that is taken says so', async () => {
    const { url } = await opened();
    const { ended } = await opened(`--port ${new URL(url).port}`);
    const { exit, err } = await ended;
    expect([exit, err]).toEqual([1, expect.stringMatching(/^error PORT_TAKEN {2}Port \d+ of 127\.0\.0\.1 is taken\.\n/)]);
  });
});
