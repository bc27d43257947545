import { describe, expect, test } from 'vitest';
import { expectOutput } from '../expected.ts';
import { leftBehind } from './left-behind.ts';

const paused = () => leftBehind({ leave: 'paused' });

describe('consumer list', () => {
  test('shows all in a table, and what stands in their way', async () => {
    const { exit, out } = await (await paused()).run('consumer list');
    expect(exit).toBe(0);
    await expectOutput('consumer-list', out);
  });

  test('shows the shards of one on the stream', async () => {
    const shop = await paused();
    await shop.stage.engine.pause('payment');
    await shop.stage.place({ number: 5 });
    await shop.stage.engine.settle();
    await expectOutput('consumer-list-payment', (await shop.run('consumer list payment')).out);
  });

  test('says that one does not keep what it promises', async () => {
    const shop = await paused();
    await shop.stage.engine.pause('payment');
    await shop.stage.place({ number: 5 });
    await shop.stage.engine.settle({ advanceSeconds: 100 });
    const consumers = async () =>
      (await shop.world.access.consumers()).map((consumer) =>
        consumer.manifest ? { ...consumer, manifest: { ...consumer.manifest, lagSecondsMax: 30 } } : consumer,
      );
    const { out } = await shop.run('consumer list payment', { world: { ...shop.world, access: { ...shop.world.access, consumers } } });
    await expectOutput('consumer-list-late', out);
  });

  test('says what nobody keeps account of, as on AWS, and searches the journal of one', async () => {
    const shop = await paused();
    await shop.stage.engine.pause('payment');
    await shop.stage.place({ number: 5 });
    await shop.stage.engine.settle();
    const { progress: _, ...access } = shop.world.access;
    const list = async (...args: readonly string[]) =>
      (await shop.run(['consumer', 'list', ...args], { world: { ...shop.world, access } })).out;
    await expectOutput('consumer-list-unknown', await list());
    await expectOutput('consumer-list-journal', await list('payment'));
  });

  test('is an API as JSON', async () => {
    await expectOutput('consumer-list-json', (await (await paused()).run('consumer list notification --json')).out);
  });

  test('of one that there is not ends with 4', async () => {
    expect(await (await paused()).run('consumer list nobody')).toMatchObject({
      exit: 4,
      out: '',
      err: expect.stringContaining('There are inventory, notification, order, payment, search, shipping.'),
    });
  });

  test.each([
    ['', (piece: string) => piece.split('\n')[0]?.startsWith('consumer ')],
    [' --json', (piece: string) => piece.indexOf('\n') === piece.length - 1 && JSON.parse(piece).consumers.length === 1],
  ])('--watch%s looks again and again until Ctrl-C', async (json, isWhole) => {
    const shop = await paused();
    const { scheduler } = shop.stage.engine;
    const { exit, pieces } = await shop.run(`consumer list notification --watch 5${json}`, {
      onInterrupt(listener) {
        scheduler.at(scheduler.now() + 7_000, listener);
      },
    });
    expect(exit).toBe(0);
    expect(pieces.map(isWhole)).toEqual([true, true, true]);
  });

  test('--watch looks as often in a world whose clock runs faster', async () => {
    const shop = await paused();
    const { scheduler } = shop.stage.engine;
    const { pieces } = await shop.run('consumer list notification --watch 5 --json', {
      world: { ...shop.world, timeScale: 60 },
      onInterrupt(listener) {
        scheduler.at(scheduler.now() + 60 * 7_000, listener);
      },
    });
    const [first = 0, ...later] = pieces.map((piece) => Date.parse(JSON.parse(piece).at));
    expect(later.map((at) => at - first)).toEqual([300_000, 300_000]); // Ctrl-C shows the last look once more
  });

  test('--watch on a world that stands still is refused', async () => {
    const shop = await paused();
    const { exit, err } = await shop.run('consumer list --watch', { world: { ...shop.world, still: true } });
    expect([exit, err]).toEqual([2, expect.stringContaining('A saved run cannot be watched.')]);
  });
});

describe('consumer pause and resume', () => {
  test('a paused consumer gets nothing, and everything when it is resumed', async () => {
    const shop = await paused();
    expect(shop.mails()).toBe(0);
    const { exit, out } = await shop.run('consumer resume notification --reason ready --yes');
    expect(exit).toBe(0);
    await expectOutput('consumer-resume', out);
    expect(shop.mails()).toBe(4);
    const { out: twice } = await shop.run('consumer resume notification --yes');
    expect(twice).toBe('✓ notification runs, and was not paused\n');
  });

  test('resume asks as pause does, and does nothing where nobody can be asked', async () => {
    const shop = await paused();
    const { exit, out, err } = await shop.run('consumer resume notification');
    expect([exit, out, err]).toEqual([
      2,
      '',
      expect.stringContaining('This would let notification take messages again; nothing was done.'),
    ]);
    expect(shop.mails()).toBe(0);
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return 'y';
    };
    expect((await shop.run('consumer resume notification', { ask })).exit).toBe(0);
    expect([asked, shop.mails()]).toEqual([['This will let notification take messages again. Go on? [y/N] '], 4]);
  });

  test('pause says how to go on; nobody is asked off a terminal', async () => {
    const shop = await paused();
    expect(await shop.run('consumer pause search --reason rebuild')).toMatchObject({ exit: 2, out: '' });
    const { out } = await shop.run('consumer pause search --reason rebuild --yes');
    await expectOutput('consumer-pause', out);
    expect(await shop.json('consumer list search')).toMatchObject({ consumers: [{ pause: { reason: 'rebuild', tooLong: false } }] });
  });
});
