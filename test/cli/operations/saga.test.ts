import { describe, expect, test } from 'vitest';
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

  test('as JSON is what the page draws, too', async () => {
    const shop = await leftBehind({ leave: 'missed', orders: 1 });
    expect(await shop.json(`saga show ${sagaIn(shop)}`)).toMatchObject({
      version: 1,
      command: 'saga show',
      status: 'running',
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
      out: expect.stringContaining('✓ no saga is stuck'),
    });
  });

  test('finds none where everything has come to rest', async () => {
    const { exit, out } = await (await leftBehind({})).run('saga list --stuck');
    expect(exit).toBe(0);
    await expectOutput('saga-list-none', out);
  });

  test('is the only list that there is', async () => {
    expect(await (await leftBehind({ orders: 1 })).run('saga list')).toMatchObject({ exit: 2, out: '' });
  });
});
