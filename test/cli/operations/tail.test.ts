import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { claimEngineFile } from '../../../lib/cli/world/engine-file.ts';
import { serveWorld } from '../../../lib/cli/world/serve-world.ts';
import type { StreamReader } from '../../../lib/runtime/ports/stream-reader.ts';
import { bodyOf } from '../../operations/fake-stream.ts';
import { expectOutput } from '../expected.ts';
import { choreo } from '../run-choreo.ts';
import { leftBehind } from './left-behind.ts';

/** What a stream should not hold, and what somebody might put there to steer a terminal. */
const odd = [
  'no JSON',
  '{"specversion":"0.3"}',
  bodyOf('o-6').replace('"data":', `"deep":${'['.repeat(50_000)}${']'.repeat(50_000)},"data":`),
  bodyOf('o-7', '\u001b[2J\u001b[31mEvil\n2026-01-01 00:00:00  order  Forged\u202e'),
  bodyOf('o-8', 'A'.repeat(60), 'a saga\u202e of another system'),
];

async function recordsOn(stream: StreamReader | undefined): Promise<number> {
  let count = 0;
  for (const { id } of (await stream?.shards()) ?? [])
    count += (await stream?.read({ shard: id, from: { kind: 'start' }, limit: 1_000 }))?.records.length ?? 0;
  return count;
}

/** An order that is undone, and what else lies on the stream, served as `choreo demo --serve` does. */
async function served({ orders = 1, records = [] }: { readonly orders?: number; readonly records?: readonly string[] } = {}) {
  const shop = await leftBehind({ orders, fail: 'shipping' });
  for (const body of records) shop.stage.engine.putRecord(body, 'k');
  const { access, inputs, engine } = shop.stage;
  const server = await serveWorld({ access, inputs, scheduler: engine.scheduler });
  onTestFinished(() => server.close());
  const folder = await mkdtemp(join(tmpdir(), 'choreo-'));
  await claimEngineFile(folder, server.address, async () => {});
  return { shop, run: (args: string) => choreo(args, { folder, env: { USER: 'ada' } }), onStream: await recordsOn(access.stream) };
}

describe('tail of a served world', () => {
  test('is a line for each event, with what led to it; what is no event is shown as what it is', async () => {
    const { run, onStream } = await served({ records: odd });
    const { exit, out, err } = await run(`tail --since 1h --limit ${onStream}`);
    expect({ exit, err, lines: out.split('\n').length }).toEqual({ exit: 0, err: '', lines: onStream + 1 });
    await expectOutput('tail', out);
  });

  test('is a line of JSON each, in which no character steers a terminal', async () => {
    const { run, onStream } = await served({ records: odd });
    const { out } = await run(`tail --since 1h --json --limit ${onStream}`);
    await expectOutput('tail-json', out);
    expect((await run(`tail --since 1h -o jsonl --limit ${onStream}`)).out).toBe(out);
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '').event.correlationid).toBe('a saga\u202e of another system');
  });
});

describe('tail', () => {
  test.each([
    ['--message OrderPlaced --message OrderCancelled', ['OrderPlaced', 'OrderCancelled']],
    ['--service payment', ['PaymentCharged', 'PaymentRefunded']],
    ['--service payment --message PaymentRefunded', ['PaymentRefunded']],
  ])('%s shows these events only', async (filter, expected) => {
    const { run } = await served();
    const { out } = await run(`tail --since 1h ${filter} --limit ${expected.length} --json`);
    const events = out.trimEnd().split('\n');
    expect(events.map((line) => JSON.parse(line).event.type)).toEqual(expected);
  });

  test('--saga shows one saga only, and what led to its events', async () => {
    const { run, shop } = await served({ orders: 3 });
    for (const { saga } of shop.stage.sagas) {
      const { out } = await run(`tail --since 1h --saga ${saga} --limit 3`);
      expect(out.split('\n').map((line) => line.slice(21).replace(/ +/g, ' '))).toEqual([
        `order OrderPlaced v2 ${saga}`,
        `inventory InventoryReserved v1 ${saga} ← OrderPlaced`,
        `payment PaymentCharged v1 ${saga} ← InventoryReserved`,
        '',
      ]);
    }
  });

  test('shows an event that comes again as such, and one whose cause it has not seen', async () => {
    const { run, shop } = await served();
    const { engine } = shop.stage;
    const [placed, reserved] = engine.published().map(({ envelope }) => envelope);
    for (const event of [reserved, placed, placed]) engine.putRecord(JSON.stringify(event), 'again');
    const lines = (await run('tail --since 1s --limit 3')).out.split('\n').map((line) => line.replace(/ +/g, ' '));
    expect(lines[0]).toMatch(/ inventory InventoryReserved v1 \S+ ← …$/);
    expect(lines[1]).toMatch(/ order OrderPlaced v2 \S+$/);
    expect(lines[2]).toMatch(/ order OrderPlaced v2 \S+ again$/);
  });

  test('shows what arrives from now on, and ends with Ctrl-C', async () => {
    const shop = await leftBehind({ orders: 1 });
    const { scheduler } = shop.stage.engine;
    scheduler.at(scheduler.now() + 5_000, () => void shop.stage.place({ number: 2 }));
    const { exit, out, pieces } = await shop.run('tail', {
      onInterrupt(listener) {
        scheduler.at(scheduler.now() + 60_000, listener);
      },
    });
    expect(exit).toBe(130);
    expect(pieces.map((line) => line.split(/ {2,}/)[2])).toEqual([
      'OrderPlaced v2',
      'InventoryReserved v1',
      'PaymentCharged v1',
      'ShipmentCreated v1',
      'OrderCompleted v1',
    ]);
    expect(out.endsWith('\n')).toBe(true);
  });

  test('says to whoever sits there that it waits, and to everybody what may be a mistyped name', async () => {
    const { shop } = await served();
    const { exit, err } = await shop.run('tail --since 1h --limit 1 --service order --service paymnt --message OrderPlaced --message X', {
      isScreen: true,
    });
    expect(exit).toBe(0);
    expect(err).toBe(
      '\u001b[33m!\u001b[39m no service here is called paymnt; did you mean payment?\n' +
        '\u001b[33m!\u001b[39m no service here takes or publishes X\n' +
        '\u001b[2mWaiting for events; Ctrl-C ends it.\n\u001b[22m',
    );
  });

  test('--data shows the data, and the audit has who looked at it, and why', async () => {
    const { run } = await served();
    expect((await run('tail --since 1h --limit 1')).out).not.toContain('customerId');
    const asked = await run('tail --since 1h --limit 1 --data --message OrderPlaced --reason looking');
    expect(asked.out).toContain('  {"orderId":"uFF0WTkwMz4oKZHs9JDmsO","customerId":');
    const { event } = JSON.parse((await run('tail --since 1h --limit 1 --data --json')).out);
    expect(event.data).toMatchObject({ orderId: 'uFF0WTkwMz4oKZHs9JDmsO' });
    const { items } = JSON.parse((await run('audit list --json')).out);
    expect(items).toMatchObject([
      { who: 'ada', action: 'event.reveal', service: 'stream', subject: 'all events', outcome: 'done' },
      { who: 'ada', action: 'event.reveal', service: 'stream', subject: 'OrderPlaced', reason: 'looking', outcome: 'done' },
    ]);
  });
});

describe('tail is refused', () => {
  test('without a stream, and says where to look', async () => {
    const shop = await leftBehind({ orders: 1 });
    const { stream: _, ...access } = shop.world.access;
    const { exit, err } = await shop.run('tail', { world: { ...shop.world, access } });
    expect([exit, err]).toEqual([1, expect.stringMatching(/STREAM_MISSING .* cannot be followed\.\n.*on the bus alone/)]);
  });

  test.each([
    ['tail --data --backbone shop', '--data needs a --reason with --backbone.'],
    ['tail --reason x', '--reason needs --data.'],
    ['tail --since yesterday', 'It is a number with a unit: 90s, 15m, 2h, 7d.'],
    ['tail --run shop.json', "Unknown option '--run'."],
    ['tail --limit 0', 'It is a whole number from 1 to 1000000.'],
  ])('%s', async (args, said) => {
    const { exit, out, err } = await choreo(args);
    expect([exit, out, err]).toEqual([2, '', expect.stringContaining(said)]);
  });
});
