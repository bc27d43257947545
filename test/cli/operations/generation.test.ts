import { describe, expect, test } from 'vitest';
import { startReplay } from '../../../lib/operations/replay/manage.ts';
import { closed, type Generations, hindered } from '../../../lib/runtime/journal/generations.ts';
import type { EntityRecord, Unit } from '../../../lib/runtime/journal/unit.ts';
import { expectOutput } from '../expected.ts';
import { type LeftBehind, leftBehind } from './left-behind.ts';

const start = 'replay start search --mode reprocess --from-start --without-inbound';
const shop = () => leftBehind({ leave: 'missed' });
const head = (verb: string) => ({ version: 1, command: `generation ${verb}` });

async function filled(): Promise<LeftBehind> {
  const left = await shop();
  await left.run(`${start} --yes`);
  return left;
}

describe('replay start --mode reprocess', () => {
  test('counts what a new generation would be made from, and does nothing', async () => {
    const left = await shop();
    const { exit, out } = await left.run(`${start} --dry-run`);
    expect(exit).toBe(0);
    await expectOutput('replay-start-reprocess-dry-run', out);
    expect(await left.json(`${start} --dry-run`)).toMatchObject({
      dryRun: true,
      generation: 2,
      messages: 8,
      wouldRun: { projectOrders: 8 },
    });
    expect(await left.json('generation list search')).toEqual({ ...head('list'), consumer: 'search', current: 1, kept: [] });
  });

  test('says into what it goes, before and after', async () => {
    const left = await shop();
    const asked = await left.run(start);
    expect([asked.exit, asked.err]).toEqual([
      2,
      expect.stringContaining('This would send 8 messages to search, into its generation 2; nothing was done.'),
    ]);
    await expectOutput('replay-start-reprocess', (await left.run(`${start} --yes`)).out);
    expect(await left.json('replay list')).toMatchObject({ items: [{ generation: 2, spec: { mode: 'reprocess' } }] });
  });

  test.each([
    [
      'for a service whose reactions do not declare it',
      'replay start inventory --mode reprocess --from-start --dry-run',
      'replay-reprocess-refused',
    ],
    ['with an inbound that would be missing', 'replay start search --mode reprocess --from-start --dry-run', 'replay-reprocess-inbound'],
    ['from a part of the events', `${start.replace('--from-start', '--from-time 2026-01-01')} --dry-run`, 'replay-reprocess-part'],
  ])('is refused %s', async (_, line, name) => {
    const { exit, out, err } = await (await shop()).run(line);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    await expectOutput(name, err);
  });
});

describe('generation', () => {
  test('list shows the current one, one that is filled, and old ones', async () => {
    const left = await filled();
    const { out } = await left.run('generation list search');
    await expectOutput('generation-list', out);
    expect(await left.json('generation list search')).toMatchObject({
      consumer: 'search',
      current: 1,
      kept: [],
      building: { number: 2, closed: false, replay: { state: 'done' } },
    });
  });

  test('list says why one does not come on', async () => {
    const left = await filled();
    const store = left.world.access.store('search');
    const known = (await store.generations()) as Generations;
    const event = { type: 'OrderPlaced', id: 'o-1', source: 'order' };
    const at = Date.parse('2026-01-01T00:18:00Z');
    const next = hindered(known, { at, code: 'REACTION_FAILED', message: 'totalCents is missing', event });
    await store.putGenerations(next as Generations, known.version);
    await expectOutput('generation-list-problem', (await left.run('generation list search')).out);
  });

  test('list says that a switch stands still, and what to do; so does consumer list', async () => {
    const left = await filled();
    const store = left.world.access.store('search');
    const known = (await store.generations()) as Generations;
    await left.stage.engine.settle({ advanceSeconds: 40 });
    await store.putGenerations(closed(known, left.world.access.clock.now() + 100_000) as Generations, known.version);
    await expectOutput('generation-list-standstill', (await left.run('generation list search')).out);
    await expectOutput('consumer-list-standstill', (await left.run('consumer list search')).out);
    await left.stage.engine.settle({ advanceSeconds: 100 });
    expect((await left.run('generation list search')).out).toContain('was not finished by 2026-01-01');
  });

  test('list says how to go on with one that is not filled yet', async () => {
    const left = await shop();
    const { access, finish } = left.world;
    const { id } = await finish(
      startReplay(access, { consumer: 'search', from: { kind: 'start' }, mode: 'reprocess', withoutInbound: true }),
    );
    await left.run(`replay pause ${id}`);
    await left.run(`replay resume ${id}`);
    await expectOutput('replay-show-reprocess', (await left.run(`replay show ${id}`)).out);
  });

  test('compare says whether the filled one is what the current one is, before the switch and after it', async () => {
    const left = await shop();
    const none = await left.run('generation compare search');
    expect([none.exit, none.err]).toEqual([4, expect.stringContaining('search has generation 1 and no other')]);
    await left.run(`${start} --yes`);
    await expectOutput('generation-compare', (await left.run('generation compare search')).out);
    await left.run('generation switch search --yes');
    expect(await left.json('generation compare search')).toEqual({
      ...head('compare'),
      consumer: 'search',
      left: 1,
      right: 2,
      equal: 4,
      different: 0,
      onlyLeft: 0,
      onlyRight: 0,
      differences: [],
    });
  });

  test('compare names what differs', async () => {
    const left = await filled();
    const store = left.world.access.store('search');
    const [first, second, third] = (await store.scanEntities({ generation: 1, limit: 100 })).items;
    const key = (id = '') => ({ entity: 'OrderSummary', id });
    const unit = (id: string, ...writes: Unit['writes']) => store.commit([{ id, writes }]);
    await unit('a', {
      kind: 'entity',
      key: key(first?.id),
      expect: first?.record.version ?? null,
      put: { ...first?.record, state: 'x' } as EntityRecord,
    });
    await unit('b', { kind: 'entity', key: key(second?.id), expect: second?.record.version ?? null, put: null });
    await unit('c', { kind: 'entity', key: key('new'), expect: null, put: third?.record as EntityRecord });
    await expectOutput('generation-compare-differs', (await left.run('generation compare search')).out);
  });

  test('switch makes the filled one the current one, and discard deletes the old one', async () => {
    const left = await filled();
    await expectOutput('generation-switch', (await left.run('generation switch search --yes --reason done')).out);
    await expectOutput('generation-list-kept', (await left.run('generation list search')).out);
    await expectOutput('generation-discard', (await left.run('generation discard search 1 --yes')).out);
    expect(await left.json('generation list search')).toEqual({ ...head('list'), consumer: 'search', current: 2, kept: [] });
    expect((await left.json<{ items: readonly object[] }>('replay list')).items[0]).toHaveProperty('switchedAt');
  });

  test('switch and discard give their figures as JSON', async () => {
    const left = await filled();
    expect(await left.json('generation switch search --yes')).toEqual({
      ...head('switch'),
      consumer: 'search',
      generation: 2,
      before: 1,
      caughtUp: 0,
      closedMilliseconds: expect.any(Number),
    });
    expect(await left.json('generation discard search 1 --yes')).toEqual({
      ...head('discard'),
      consumer: 'search',
      generation: 1,
      dropped: 4,
    });
  });

  test.each([
    ['switch, where nothing is filled', 'generation switch search --yes', 4, 'NO_GENERATION'],
    ['discard, of the current one', 'generation discard search 1 --yes', 2, 'GENERATION_CURRENT'],
    ['discard, of one that never was', 'generation discard search 3 --yes', 4, 'NO_GENERATION'],
    ['discard, of what is no number', 'generation discard search two --yes', 2, 'USAGE'],
    ['switch, where nobody can be asked', 'generation switch search', 2, 'This would switch search to another generation'],
    ['list, of nobody', 'generation list nobody', 4, 'UNKNOWN_SERVICE'],
  ])('is refused: %s', async (_, line, code, text) => {
    const { exit, out, err } = await (await shop()).run(line);
    expect({ exit, out, err }).toEqual({ exit: code, out: '', err: expect.stringContaining(text) });
  });
});
