import { describe, expect, test } from 'vitest';
import { startReplay } from '../../../lib/operations/replay/manage.ts';
import { loadReplay, type ReplayRecord, saveReplay } from '../../../lib/operations/replay/record.ts';
import { expectOutput } from '../expected.ts';
import { type LeftBehind, leftBehind } from './left-behind.ts';

const missed = () => leftBehind({ leave: 'missed' });
const start = 'replay start notification';

async function replayId(shop: LeftBehind): Promise<string> {
  return (await shop.json<{ items: readonly { id: string }[] }>('replay list')).items[0]?.id ?? '';
}

/** The first record of a type. */
function positionOf({ stage }: LeftBehind, type: string): string {
  const { shard, sequenceNumber } = stage.engine.published().find(({ envelope }) => envelope.type === type) ?? {};
  return `${shard}:${sequenceNumber}`;
}

describe('replay start', () => {
  test('counts what would be sent and what would run, and does nothing', async () => {
    const shop = await missed();
    const { exit, out } = await shop.run(`${start} --from-start --dry-run`);
    expect(exit).toBe(0);
    await expectOutput('replay-start-dry-run', out);
    expect(await shop.run('replay list')).toMatchObject({ out: 'no replays\n' });
  });

  test('sends exactly what was missed, and a second one changes nothing', async () => {
    const shop = await missed();
    expect(shop.mails()).toBe(0);
    const { exit, out, err } = await shop.run(`${start} --from-time 2026-01-01 --yes --reason switched-off`);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    await expectOutput('replay-start', out);
    expect(shop.mails()).toBe(4);
    await shop.run(`${start} --from-start --yes`);
    expect(shop.mails()).toBe(4);
  });

  test('begins and ends at positions, and takes one saga, one type, so many messages', async () => {
    const shop = await missed();
    const plan = async (options: string) => (await shop.json<{ messages: number }>(`${start} ${options} --dry-run`)).messages;
    const from = positionOf(shop, 'OrderCompleted');
    const saga = shop.stage.sagas[0]?.saga;
    expect(await plan('--from-start')).toBe(4);
    expect(await plan('--from-start --max-messages 3')).toBe(3);
    expect(await plan(`--from-start --saga ${saga}`)).toBe(1);
    expect(await plan('--from-start --message OrderCancelled')).toBe(0);
    expect(await plan(`--from-sequence ${from} --to-sequence ${from}`)).toBe(1);
    expect(await plan('--from-time 2026-01-01T00:10:00Z')).toBe(0);
    expect(await plan('--from-start --to-time 2025-12-31')).toBe(0);
  });

  test('takes the messages of dead letters', async () => {
    const shop = await leftBehind({ leave: 'failed' });
    await expectOutput('replay-start-dead-letter', (await shop.run(`${start} --dead-letter --code REACTION_FAILED --dry-run`)).out);
    const { out } = await shop.run(`${start} --dead-letter --yes`);
    expect(out).toContain('\n  4 messages sent of 4 dead letters, 100 %');
    expect(shop.mails()).toBe(4);
  });

  test.each([
    ['nothing says where to begin', start, 'No place to start is given.'],
    ['two places say it', `${start} --from-start --dead-letter`, 'More than one place to start is given.'],
    ['a position is none', `${start} --from-sequence 12`, '"12" is no position'],
    ['a time is none', `${start} --from-time yesterday`, 'It is an ISO time'],
    ['nobody can be asked', `${start} --from-start`, 'This would send 4 messages to notification; nothing was done.'],
  ])('is refused when %s', async (_, args, text) => {
    const { exit, out, err } = await (await missed()).run(args);
    expect({ exit, out, err }).toEqual({ exit: 2, out: '', err: expect.stringContaining(text) });
  });

  test('Ctrl-C says how to resume', async () => {
    const shop = await missed();
    const { err } = await shop.run(`${start} --from-start --yes`, { onInterrupt: (listener) => listener() });
    const id = await replayId(shop);
    expect(err).toBe(`\nStopped. Nothing is lost: choreo replay resume ${id} continues it, choreo replay stop ${id} ends it for good.\n`);
  });

  test('tells how far it is, and how long still', async () => {
    const shop = await missed();
    const { err } = await shop.run(`${start} --from-time 2026-01-01 --rate 0.2 --yes`);
    await expectOutput('replay-progress', err);
  });
});

describe('a replay that was interrupted', () => {
  /** Set up, and not run. */
  async function interrupted(): Promise<LeftBehind & { readonly id: string }> {
    const shop = await missed();
    const { access, finish } = shop.world;
    const { id } = await finish(startReplay(access, { consumer: 'notification', from: { kind: 'start' } }));
    return { ...shop, id };
  }

  test('is shown, paused, resumed to its end, and then cannot be stopped', async () => {
    const shop = await interrupted();
    await expectOutput('replay-show', (await shop.run(`replay show ${shop.id}`)).out);
    await expectOutput('replay-pause', (await shop.run(`replay pause ${shop.id}`)).out);
    expect(shop.mails()).toBe(0);
    await expectOutput('replay-resume', (await shop.run(`replay resume ${shop.id}`)).out);
    expect(shop.mails()).toBe(4);
    await expectOutput('replay-list', (await shop.run('replay list')).out);
    expect(await shop.run(`replay stop ${shop.id} --yes`)).toMatchObject({ exit: 1, err: expect.stringContaining('REPLAY_ENDED') });
  });

  test('does not go to a platform that a saved run has not', async () => {
    const shop = await interrupted();
    const refused = { exit: 1, out: '', err: expect.stringContaining('PLATFORM_MISSING') };
    expect(await shop.run(`replay resume ${shop.id} --on platform`)).toMatchObject(refused);
    expect(await shop.run(`${start} --from-start --on platform --yes`)).toMatchObject(refused);
    expect(shop.mails()).toBe(0);
  });

  test('is stopped for good', async () => {
    const shop = await interrupted();
    expect(await shop.run(`replay stop ${shop.id}`)).toMatchObject({ exit: 2, out: '' });
    await expectOutput('replay-stop', (await shop.run(`replay stop ${shop.id} --yes`)).out);
    expect(await shop.run(`replay resume ${shop.id}`)).toMatchObject({ exit: 1, err: expect.stringContaining('REPLAY_ENDED') });
  });

  test('that there is not ends with 4', async () => {
    expect(await (await missed()).run('replay show nothing')).toMatchObject({ exit: 4, out: '' });
  });
});

describe('a replay on the platform', () => {
  /** A world whose operator function is somewhere else, and can be woken or not. */
  async function platform(woken: boolean): Promise<LeftBehind & { readonly id: string }> {
    const shop = await missed();
    const wake = async () => (woken ? { woken } : { woken, reason: 'AccessDeniedException: no right' });
    Object.assign(shop.world, { access: { ...shop.world.access, platform: { wake } } });
    await expectOutput(
      woken ? 'replay-start-platform' : 'replay-start-platform-later',
      (await shop.run(`${start} --from-start --on platform --yes`)).out,
    );
    return { ...shop, id: await replayId(shop) };
  }

  /** As the operator function leaves it. */
  async function left({ world: { access, finish } }: LeftBehind, id: string, change: Partial<ReplayRecord>): Promise<void> {
    const { record, version } = await finish(loadReplay(access, id));
    await finish(saveReplay(access, { ...record, ...change }, version));
  }

  test('is left to the operator function, which is asked to begin, or does with its next tick', async () => {
    const { mails } = await platform(true);
    expect(mails()).toBe(0);
    await platform(false);
  });

  test('says since when it runs, for how long, and what it met', async () => {
    const shop = await platform(true);
    const since = '2026-01-01T00:18:00.000Z';
    await left(shop, shop.id, { run: { runner: 'a', on: 'platform', since, until: Date.parse(since) + 65_000 } });
    await expectOutput('replay-show-platform', (await shop.run(`replay show ${shop.id}`)).out);
    const problem = { code: 'QUEUE_UNAVAILABLE', message: 'The queue does not answer.', at: since, runs: 60 };
    await left(shop, shop.id, { run: undefined, state: 'paused', problem } as never);
    await expectOutput('replay-show-problem', (await shop.run(`replay show ${shop.id}`)).out);
    await expectOutput('replay-list-problem', (await shop.run('replay list')).out);
    expect((await shop.run(`replay resume ${shop.id}`)).out).toContain('The operator function was asked to start it now.');
  });

  test('is asked about where it will run, and can be taken back', async () => {
    const shop = await platform(true);
    const { err } = await shop.run(`${start} --from-start --on platform`);
    expect(err).toContain('This would send 4 messages to notification, on the platform; nothing was done.');
    expect((await shop.run(`replay resume ${shop.id} --on terminal`)).out).toContain('  done');
    expect(shop.mails()).toBe(4);
  });
});
