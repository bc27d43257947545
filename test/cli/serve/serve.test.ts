import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { claimEngineFile, type EngineAddress, engineFile, readEngineFile } from '../../../lib/cli/world/engine-file.ts';
import { expectOutput } from '../expected.ts';
import { choreo, type Ran } from '../run-choreo.ts';
import { fullWorld, ownChoreography, sagaOf } from './own-choreography.ts';

const POLL = { timeout: 20_000 };
const ticket = (customer: string, topic = 'billing') => ['--data', JSON.stringify({ customer, topic })];
const steady = ({ out }: Ran, file: string) =>
  out
    .replaceAll(file, 'choreography.mjs')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:4711')
    .replace(/(4711\/)[\w-]+/, '$1token');

describe('choreo serve', () => {
  test('runs the services of a file: a command is answered, its saga goes to its end, the client is called once', async () => {
    const own = await ownChoreography();
    await own.serve('--duplicate 100');
    const sent = await own.run(['send', 'OpenTicket', ...ticket('ada'), '--key', 'k-1', '--json']);
    expect(JSON.parse(sent.out)).toMatchObject({ command: 'send', ok: true, answer: { ticketId: 't-7' } });
    await expect.poll(async () => (await own.run(['saga', 'show', sagaOf(sent)])).out, POLL).toContain('till chargeFee  done');
    const again = await own.run(['send', 'OpenTicket', ...ticket('ada'), '--key', 'k-1', '--json']);
    expect(again.out).toBe(sent.out);
    expect((await own.bank()).charged).toEqual(['ada']);
    expect((await own.run('consumer list')).out).toMatch(/^desk .* 0 .*runs\ntill .* 0 .*runs$/m);
  });

  test('undoes a saga that fails, and operators see it', async () => {
    const own = await ownChoreography();
    await own.serve();
    const saga = sagaOf(await own.run(['send', 'OpenTicket', ...ticket('broke'), '--json']));
    await expect.poll(async () => (await own.run(['saga', 'show', saga])).out, POLL).toMatch(/^\S+ {2}compensated/);
    expect((await own.run(['saga', 'show', saga])).out).toContain('TicketClosed  from desk');
    expect((await own.bank()).charged).toEqual([]);
    expect(await own.run('saga list --stuck')).toMatchObject({ exit: 0 });
  });

  test('says what is there and how to begin, until Ctrl-C', async () => {
    const own = await ownChoreography();
    const { end } = await own.serve();
    expect(existsSync(engineFile(own.folder))).toBe(true);
    const ran = await end();
    expect([ran.exit, ran.err, existsSync(dirname(engineFile(own.folder)))]).toEqual([130, '', false]);
    await expectOutput('serve', steady(ran, own.file));
  });

  test('shows its sagas on a page, at the address that it prints', async () => {
    const own = await ownChoreography();
    const { printed } = await own.serve();
    const saga = sagaOf(await own.run(['send', 'OpenTicket', ...ticket('broke'), '--json']));
    await expect.poll(async () => (await own.run(['saga', 'show', saga])).out, POLL).toMatch(/^\S+ {2}compensated/);
    const page = /page +(http:\S+)/.exec(await printed)?.[1];
    const list = await (await fetch(`${page}`)).text();
    expect(list).toMatch(new RegExp(`compensated</span></td><td><a class="id" href="saga\\?id=${saga}">`));
    expect(list).toContain('data-refresh="2"');
  });

  test('shows a deadline that lies ahead as something to come, beside a saga that is at rest', async () => {
    const own = await ownChoreography();
    const { printed } = await own.serve();
    const saga = sagaOf(await own.run(['send', 'OpenTicket', ...ticket('ada'), '--json']));
    await expect.poll(async () => (await own.run(['saga', 'show', saga])).out, POLL).toMatch(/^\S+ {2}completed/);
    expect((await own.run(['saga', 'show', saga])).out).toMatch(/DeadlinePassed {2}due at .*\n.* … desk will run remind then\n/);
    const page = /page +(http:\S+)/.exec(await printed)?.[1];
    expect(await (await fetch(`${page}saga?id=${saga}`)).text()).toContain('At rest until what is due later');
  });

  test('starts without a client, and a call of it says where to put it', async () => {
    const own = await ownChoreography('');
    const { end } = await own.serve('--time-scale 60');
    const saga = sagaOf(await own.run(['send', 'OpenTicket', ...ticket('ada'), '--json']));
    await expect.poll(async () => (await own.run('dead-letter list')).out, POLL).toContain('CLIENT_MISSING');
    const shown = await own.run(['saga', 'show', saga]);
    expect(shown.out).toContain('CLIENT_MISSING');
    const { out } = await own.run('dead-letter list --each --json');
    expect(JSON.parse(out).items).toMatchObject([
      { error: 'bank.charge was called, and choreography.mjs gives no client bank: export const world = { clients: { bank: … } } there.' },
    ]);
    await expectOutput('serve-without-client', steady(await end(), own.file));
  });

  test('waits for a client that takes its time, and still answers others', async () => {
    const own = await ownChoreography(
      fullWorld.replace(
        'async charge(',
        'async charge(...all) { await new Promise((go) => setTimeout(go, 300)); return this.paid(...all); }, async paid(',
      ),
    );
    await own.serve();
    const sagas = [];
    for (const customer of ['ada', 'bob']) sagas.push(sagaOf(await own.run(['send', 'OpenTicket', ...ticket(customer), '--json'])));
    for (const saga of sagas)
      await expect.poll(async () => (await own.run(['saga', 'show', saga])).out, POLL).toContain('till chargeFee  done');
    expect((await own.bank()).charged.toSorted()).toEqual(['ada', 'bob']);
  });

  test('lets its time pass so many times as fast', async () => {
    const own = await ownChoreography();
    await own.serve('--time-scale 3600');
    const saga = sagaOf(await own.run(['send', 'OpenTicket', ...ticket('ada'), '--json']));
    await expect.poll(async () => (await own.run(['saga', 'show', saga])).out, POLL).toContain('desk remind  done');
  });

  test('has the faults of the file, and those of the command line before them', async () => {
    const own = await ownChoreography(fullWorld.replace('};', ', faults: { clientFailure: 1 } };'));
    const open = async () => sagaOf(await own.run(['send', 'OpenTicket', ...ticket('ada'), '--json']));
    const first = await own.serve('--time-scale 60');
    const parked = await open();
    await expect.poll(async () => (await own.run(['saga', 'show', parked])).out, POLL).toContain('till  parked');
    await first.end();
    await own.serve('--faults none');
    const saga = await open();
    await expect.poll(async () => (await own.run(['saga', 'show', saga])).out, POLL).toContain('till chargeFee  done');
  });

  test('gives the runs of its reactions to the tracing of the file', async () => {
    const tracing =
      'tracing: { current() {}, begin: (run) => (runs.push(run.reaction), { context: {}, within: (work) => work(), end() {} }) }';
    const own = await ownChoreography(`export const runs = []; ${fullWorld.replace('};', `, ${tracing} };`)}`);
    await own.serve();
    await own.run(['send', 'OpenTicket', ...ticket('ada'), '--json']);
    const { runs } = await import(pathToFileURL(own.file).href);
    await expect.poll(() => runs, POLL).toEqual(['openTicket', 'chargeFee']);
  });

  test('has the settings of the file', async () => {
    const own = await ownChoreography(fullWorld.replace('};', ', settings: { inPlaceTriesMax: -1 } };'));
    const { exit, err } = await own.run(['serve', '--choreography', own.file]);
    expect([exit, err]).toEqual([1, expect.stringContaining('INVALID_SETTINGS')]);
  });

  test.each([
    ['no object', 'export const world = [];', 'is not an object'],
    [
      'a name that is not there',
      'export const world = { client: {} };',
      'has client; it takes clients, given, settings, faults, seed, tracing',
    ],
    [
      'a client that cannot be called',
      'export const world = { clients: { bank() {} } };',
      'has the client bank, which is not an object with methods',
    ],
    ['no list of entities', 'export const world = { given: {} };', 'has a given that is not a list'],
  ])('refuses an export with %s', async (_, world, problem) => {
    const own = await ownChoreography(world);
    const { exit, err } = await own.run(['serve', '--choreography', own.file]);
    expect([exit, err]).toEqual([1, expect.stringContaining(`WORLD_INVALID  The export world of choreography.mjs ${problem}.`)]);
  });
});

describe('a second world in the same folder', () => {
  test('is refused as long as the first one answers', async () => {
    const own = await ownChoreography();
    await own.serve();
    const second = await own.run(['serve', '--choreography', own.file]);
    expect([second.exit, second.out]).toEqual([1, '']);
    await expectOutput('serve-second', second.err.replace(/process \d+/, 'process 4711'));
    expect(await own.run('demo --orders 1 --serve')).toEqual({ ...second, pieces: [] });
    expect((await own.run('consumer list')).out).toContain('till');
  });

  test('is refused, and a command told, when the first one stands still', async () => {
    const own = await ownChoreography();
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => silent.closeAllConnections());
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    await claimEngineFile(own.folder, { port, token: 't', process: 1 }, async () => {});
    const [second, command] = await Promise.all([own.run(['serve', '--choreography', own.file]), own.run('consumer list')]);
    expect([second.exit, second.err]).toEqual([1, expect.stringContaining('ENGINE_RUNNING')]);
    expect([command.exit, command.err]).toEqual([1, expect.stringContaining('ENGINE_SILENT')]);
  }, 20_000);

  test('takes the place of one that was killed', async () => {
    const own = await ownChoreography();
    await claimEngineFile(own.folder, { port: 1, token: 'of a process that is gone', process: 1 }, async () => {});
    await own.serve();
    expect((await own.run('consumer list')).out).toContain('till');
  });

  test('leaves an address alone that came before its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'choreo-'));
    const [first, second] = [1, 2].map((process) => ({ port: process, token: 't', process })) as [EngineAddress, EngineAddress];
    await claimEngineFile(folder, first, async () => {});
    const refused = claimEngineFile(folder, second, () => Promise.reject(new Error('it answers')));
    await expect(refused).rejects.toThrow('it answers');
    expect(readEngineFile(folder)).toEqual(first);
  });

  test('takes the place of a file that nobody can read', async () => {
    const own = await ownChoreography();
    await claimEngineFile(own.folder, { port: 1, token: '', process: 1 }, async () => {});
    await writeFile(engineFile(own.folder), 'no address');
    await own.serve();
    expect((await own.run('consumer list')).out).toContain('till');
  });
});

describe('choreo send and publish', () => {
  test('print the answer and where to look', async () => {
    const own = await ownChoreography();
    await own.serve();
    const id = (text: string) => text.replace(/show \S+/g, 'show <id>');
    const sent = await own.run(['send', 'OpenTicket', ...ticket('ada')]);
    const refused = await own.run(['send', 'OpenTicket', ...ticket('ada', '')]);
    const published = await own.run(['publish', 'TicketOpened', '--data', '{"ticketId":"t-1","customer":"ada"}', '--saga', 's-1']);
    await own.run(['send', 'OpenTicket', ...ticket('ada'), '--key', 'k-1']);
    const reused = await own.run(['send', 'OpenTicket', ...ticket('bob'), '--key', 'k-1']);
    expect([sent.exit, refused.exit, published.exit, reused.exit]).toEqual([0, 1, 0, 1]);
    await expectOutput('send-and-publish', id(`${sent.out}${refused.out}${published.out}${reused.out}`));
    expect((await own.run('dead-letter list')).out).toContain('no dead letters');
    await expect.poll(async () => (await own.run('saga show s-1')).out, POLL).toContain('till chargeFee  done');
  });

  test('bring a message of another system in by its own way, in its own form', async () => {
    const own = await ownChoreography();
    await own.serve();
    const ways = ['queue:calls', 'stream:mails', 'bus:com.example.chat:chat opened'];
    const messages = ways.map((_, index) => ({ id: `m-${index}`, saga: `s-${index}`, ticket: `t-${index}` }));
    const ran = [];
    for (const [index, inbound] of ways.entries())
      ran.push(await own.run(['publish', '--inbound', inbound, '--data', JSON.stringify(messages[index])]));
    await expectOutput('publish-inbound', ran.map(({ out, err }) => `${out}${err}`).join(''));
    for (const { saga } of messages)
      await expect.poll(async () => (await own.run(`saga show ${saga}`)).out, POLL).toContain('till chargeFee  done');
  });

  test('refuse a way in that is not there, and what cannot be meant', async () => {
    const own = await ownChoreography();
    await own.serve();
    const tries = [
      ['--inbound', 'queue:cals'],
      ['TicketOpened', '--inbound', 'queue:calls'],
      [],
      ['--inbound', 'queue:calls', '--saga', 's'],
      ['--inbound', 'bus:com.example.chat:chat opened'],
    ];
    const ran = await Promise.all(tries.map((args, index) => own.run(['publish', ...args, '--data', index === 4 ? '[]' : '{}'])));
    expect(ran.map(({ exit }) => exit)).toEqual([4, 2, 2, 2, 2]);
    await expectOutput('publish-inbound-refused', ran.map(({ err }) => err).join(''));
  });

  test('refuse data that does not meet the schema, and name every place', async () => {
    const own = await ownChoreography();
    await own.serve();
    const command = await own.run(['send', 'OpenTicket', '--data', '{"customer":5}']);
    const event = await own.run(['publish', 'FeeRefused', '--data', '{}']);
    expect([command.exit, event.exit, command.out, event.out]).toEqual([2, 2, '', '']);
    await expectOutput('send-invalid', `${command.err}${event.err}`);
  });

  test('refuse a name that is not there, or is of the other kind', async () => {
    const own = await ownChoreography();
    await own.serve();
    const tries = ['send OpenTickt', 'send Nothing', 'send TicketOpened', 'publish TicketOpend', 'publish OpenTicket', 'publish toString'];
    const ran = await Promise.all(tries.map((args) => own.run(`${args} --data {}`)));
    expect(ran.map(({ exit }) => exit)).toEqual(tries.map(() => 4));
    await expectOutput('send-unknown', ran.map(({ err }) => err).join(''));
    expect(await own.run(['send', 'OpenTicket', ...ticket('ada'), '--service', 'nobody'])).toMatchObject({
      exit: 4,
      err: expect.stringContaining('UNKNOWN_SERVICE'),
    });
  });

  test('refuse what is no JSON, a key that is none, a backbone on AWS, and a folder without a world', async () => {
    const own = await ownChoreography();
    const send = ['send', 'OpenTicket', ...ticket('ada')];
    expect(await own.run(send)).toMatchObject({ exit: 1, err: expect.stringContaining('ENGINE_NOT_RUNNING') });
    await own.serve();
    const absent = await own.run('send OpenTicket --data @absent.json');
    expect([absent.exit, absent.err]).toEqual([2, expect.stringMatching(/The file of --data cannot be read\.\n.*absent\.json/)]);
    await writeFile(join(own.folder, 'bad.json'), '{');
    const bad = await own.run(['send', 'OpenTicket', '--data', `@${join(own.folder, 'bad.json')}`]);
    expect(bad.err).toContain('bad.json of --data is not valid JSON.');
    expect(await own.run('send OpenTicket --data {')).toMatchObject({ exit: 2, err: expect.stringContaining('--data is not valid JSON.') });
    expect(await own.run([...send, '--key', ''])).toMatchObject({ exit: 2, err: expect.stringContaining('INVALID_IDEMPOTENCY_KEY') });
    const publish = ['publish', 'TicketOpened', '--data', '{}', '--backbone', 'shop'];
    expect(await own.run(publish)).toMatchObject({ exit: 2, err: expect.stringContaining('Have the service publish it') });
    expect(await own.run('send OpenTicket')).toMatchObject({ exit: 2, err: expect.stringContaining("'--data <json>' not specified") });
  });

  test('go into a saved run, too, and are kept with it', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'choreo-')), 'run.json');
    await choreo(['demo', '--orders', '1', '--faults', 'none', '--save', file]);
    const order = { customerId: 'Ada', items: [{ sku: 'cup', quantity: 1 }], totalCents: 1250, currency: 'EUR' };
    const sent = await choreo(['send', 'PlaceOrder', '--data', JSON.stringify(order), '--run', file]);
    const [, saga = ''] = /saga show (\S+) --run/.exec(sent.out) ?? [];
    expect((await choreo(['saga', 'show', saga, '--run', file])).out).toMatch(/^\S+ {2}completed/);
  });
});
