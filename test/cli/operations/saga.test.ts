import { describe, expect, test } from 'vitest';
import { fakeStream } from '../../operations/fake-stream.ts';
import { expectOutput } from '../expected.ts';
import { type LeftBehind, leftBehind } from './left-behind.ts';

const sagaIn = ({ stage }: LeftBehind): string => stage.sagas[0]?.saga ?? '';

describe('saga show', () => {
  test('shows as a tree, in time and as a diagram what was undone', async () => {
    const shop = await leftBehind({ fail: 'shipping' });
    const { exit, out } = await shop.run(`saga show ${sagaIn(shop)}`);
    expect(exit).toBe(0);
    await expectOutput('saga-show', out);
    await expectOutput('saga-show-timeline', (await shop.run(`saga show ${sagaIn(shop)} --timeline`)).out);
    await expectOutput('saga-show-mermaid', (await shop.run(`saga show ${sagaIn(shop)} --mermaid`)).out);
  });

  test('shows what is still expected, and a dead letter where it is', async () => {
    const missed = await leftBehind({ leave: 'missed' });
    await expectOutput('saga-show-expected', (await missed.run(`saga show ${sagaIn(missed)}`)).out);
    await expectOutput('saga-show-expected-mermaid', (await missed.run(`saga show ${sagaIn(missed)} --mermaid`)).out);
    const failed = await leftBehind({ leave: 'failed' });
    await expectOutput('saga-show-dead-letter', (await failed.run(`saga show ${sagaIn(failed)}`)).out);
  });

  test('as HTML is a page by itself, which loads nothing', async () => {
    const shop = await leftBehind({ leave: 'failed', fail: 'shipping' });
    const { exit, out } = await shop.run(`saga show ${sagaIn(shop)} --html`);
    expect([exit, out.startsWith('<!doctype html>\n<html lang="en">')]).toEqual([0, true]);
    for (const text of ['<style>', '↩ undo chargePayment', 'REACTION_FAILED']) expect(out).toContain(text);
    expect(out).not.toMatch(/<script|<link|href=|src=/);
  });

  test('as JSON is what the page draws, too', async () => {
    const shop = await leftBehind({ leave: 'missed', orders: 1 });
    expect(await shop.json(`saga show ${sagaIn(shop)}`)).toMatchObject({
      version: 1,
      command: 'saga show',
      status: 'stuck',
      expected: [{ service: 'notification', reaction: 'notifyCustomer', role: 'action', type: 'OrderCompleted', parked: false }],
    });
  });

  test('takes an id that begins with a dash, and still no option that there is not', async () => {
    const shop = await leftBehind({ orders: 1 });
    const id = '-erZQTBBk7oJgmW_a80Tge';
    for (const args of [`saga show ${id}`, `saga show ${id} --timeline`, `--color never saga show --timeline ${id}`, `saga show -- ${id}`])
      expect(await shop.run(args)).toMatchObject({ exit: 4, err: expect.stringContaining(`No service knows the saga ${id}.`) });
    expect(await shop.run(`saga show ${id} --timelin`)).toMatchObject({ exit: 2, err: expect.stringContaining('--timelin') });
  });

  test('of one that nobody knows ends with 4', async () => {
    const { exit, out, err } = await (await leftBehind({ orders: 1 })).run('saga show nothing');
    expect({ exit, out }).toEqual({ exit: 4, out: '' });
    await expectOutput('saga-unknown', err);
  });
});

describe('saga list --stuck', () => {
  test('says which event is missing where, and since when; ends with 3', async () => {
    const shop = await leftBehind({ leave: 'missed' });
    const { exit, out } = await shop.run('saga list --stuck');
    expect(exit).toBe(3);
    await expectOutput('saga-list-stuck', out);
    expect(await shop.json('saga list --stuck --limit 3')).toMatchObject({ more: true, items: [{ kind: 'missing' }, {}, {}] });
  });

  test('leaves out what may still come', async () => {
    const shop = await leftBehind({ leave: 'missed' });
    expect(await shop.run('saga list --stuck --older-than 2h')).toMatchObject({
      exit: 0,
      out: expect.stringContaining('✓ no saga has been stuck for 2 h or longer; looked at'),
    });
  });

  test('finds none where everything has come to rest', async () => {
    const { exit, out } = await (await leftBehind({})).run('saga list --stuck');
    expect(exit).toBe(0);
    await expectOutput('saga-list-none', out);
  });

  test('names the time that was asked for', async () => {
    const shop = await leftBehind({ leave: 'missed' });
    expect((await shop.run('saga list --stuck --older-than 2m')).out).toMatch(/^4 sagas have been stuck for 2 min or longer\n/);
    const one = await leftBehind({ leave: 'missed', orders: 1 });
    expect((await one.run('saga list --stuck')).out).toMatch(/^1 saga has been stuck for 15 min or longer\n/);
  });
});

/** The shop, with a clock that stands, as that of a saved run. */
const still = (shop: LeftBehind): Parameters<LeftBehind['run']>[1] => ({ world: { ...shop.world, still: true } });

describe('saga list', () => {
  test('shows what ran in the last 15 minutes, with what is not in the list; how to see more', async () => {
    const shop = await leftBehind({ leave: 'missed' });
    const { exit, out, err } = await shop.run('saga list');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    await expectOutput('saga-list', out);
    await expectOutput('saga-list-since', (await shop.run('saga list --since 20m --limit 3')).out);
  });

  test('shows all of a saved run, and says of a time what came late or once more in it', async () => {
    const shop = await leftBehind({ orders: 3, faults: 'some' });
    await expectOutput('saga-list-run', (await shop.run('saga list', still(shop))).out);
    await expectOutput('saga-list-copies', (await shop.run('saga list --since 3m', still(shop))).out);
  });

  test('finds the saga of an order, and those with an event', async () => {
    const shop = await leftBehind({ fail: 'shipping' });
    const { items } = await shop.json<{ items: { correlationId: string; first: { subject: string } }[] }>('saga list --since 1h');
    const [{ correlationId, first } = { correlationId: '', first: { subject: '' } }] = items;
    const one = await shop.run(`saga list --since 1h --subject ${first.subject} --message ShipmentFailed`);
    expect(one.out).toContain(`1 saga with ShipmentFailed about ${first.subject} in the last 60 min\n`);
    expect(one.out).toContain(correlationId);
    expect(one.out).not.toContain(items[1]?.correlationId);
    expect(await shop.run('saga list --since 1h --message OrderCompleted')).toMatchObject({
      exit: 0,
      out: 'no saga with OrderCompleted in the last 60 min; --since 1d looks further back\n',
    });
  });

  test('that is empty says where else to look', async () => {
    const shop = await leftBehind({ orders: 1, leave: 'missed' });
    const none = async (args: string, deps = {}) => (await shop.run(`saga list ${args}`, deps)).out;
    expect(await none('--since 10s')).toBe('no saga in the last 10 s; --since 1h looks further back\n');
    expect(await none('--since 1d --subject x')).toBe('no saga about x in the last 24 h; --since 7d looks further back\n');
    expect(await none('--since 7d --subject x')).toBe('no saga about x in the last 7 d; the stream keeps 7 d\n');
    expect(await none('--subject x', still(shop))).toBe('no saga about x in this run\n');
    const { retentionSeconds: _, ...access } = shop.world.access;
    expect(await none('--since 9d --subject x', { world: { ...shop.world, access } })).toBe('no saga about x in the last 9 d\n');
  });

  test('says which records it did not read, and which it could not', async () => {
    const shop = await leftBehind({ orders: 1 });
    const records = Array.from({ length: 10_001 }, (_, index) => [String(index + 1), 'no event'] as const);
    const { reader: stream } = fakeStream([{ id: 'a', open: true, records }], 1_000);
    const { out } = await shop.run('saga list --since 1h', { world: { ...shop.world, access: { ...shop.world.access, stream } } });
    expect(out).toBe(
      [
        'no saga in the last 60 min; --since 1d looks further back',
        '! only the newest 10001 records were read, back to 2025-12-31 23:59:58; what is older is not in this list',
        '! 10001 records could not be read as an event',
        '',
      ].join('\n'),
    );
  });

  test('keeps a subject of somebody else to its cell', async () => {
    const shop = await leftBehind({ orders: 1, leave: 'missed' });
    const [{ envelope } = { envelope: undefined }] = shop.stage.engine.published();
    shop.stage.engine.putRecord(JSON.stringify({ ...envelope, id: 'x', correlationid: 'x', subject: `a\nb ${'c'.repeat(40)}` }), 'x');
    expect((await shop.run('saga list')).out).toContain(`  a b ${'c'.repeat(27)}…  OrderPlaced`);
  });

  test('without a stream says what can be listed', async () => {
    const shop = await leftBehind({ orders: 1 });
    const { stream: _, ...access } = shop.world.access;
    const world = { ...shop.world, access };
    expect(await shop.run('saga list', { world })).toEqual({
      exit: 1,
      out: '',
      pieces: [],
      err: [
        'error STREAM_MISSING  This backbone has no stream, so its recent sagas cannot be listed.',
        '  why  They are found by the events on the stream; no journal has a list of them.',
        '  fix  List those that do not go on, as the journals show them: choreo saga list --stuck.',
        '',
      ].join('\n'),
    });
    expect(await shop.run('saga list --stuck', { world })).toMatchObject({ exit: 0 });
  });

  test.each([
    ['--older-than 1h', '--older-than needs --stuck.'],
    ['--stuck --since 1h', '--since and --stuck cannot be combined.'],
    ['--stuck --message OrderPlaced', '--message and --stuck cannot be combined.'],
    ['--stuck --subject x', '--subject and --stuck cannot be combined.'],
  ])('%s is refused', async (options, what) => {
    const { exit, out, err } = await (await leftBehind({ orders: 1 })).run(`saga list ${options}`);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toMatch(`error USAGE  ${what}\n`);
  });
});

test('saga list --stuck says of a step that gave up, and of one whose undo did, what it waits for', async () => {
  const shop = await leftBehind({ leave: 'failed', orders: 1 });
  const { access } = shop.world;
  const open = async () => (await shop.run('saga list --stuck')).out;
  expect(await open()).toMatch(/\n {2}notification notifyCustomer gave up, dead letter 2026-\S+\n/);
  const store: typeof access.store = (service) => {
    const one = access.store(service);
    const scanClaims: typeof one.scanClaims = async (query) => {
      const page = await one.scanClaims(query);
      return {
        ...page,
        items: page.items.map(
          (claim) => (claim.state === 'gave-up' ? { ...claim, state: 'done', undoRequested: claim.message } : claim) as never,
        ),
      };
    };
    return { ...one, scanClaims };
  };
  const { out } = await shop.run('saga list --stuck', { world: { ...shop.world, access: { ...access, store } } });
  expect(out).toMatch(/\n {2}notification notifyCustomer is done, its undo was requested, dead letter 2026-\S+\n/);
});
