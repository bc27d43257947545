import { FIRST_GENERATION, type Generations } from '../../runtime/journal/generations.ts';
import { storeIn } from '../../runtime/journal/in-generation.ts';
import type { Store } from '../../runtime/ports/store.ts';
import { type ConformanceCase, check, checkSame, conformanceCase } from './check.ts';
import { claimWrite, entityWrite, sampleClaim, sampleRecord } from './sample-items.ts';
import { allPages, commitExpecting, commitOne, readClaim, readEntity, type StoreHarness, settled, unitOf } from './store-harness.ts';

const rule = conformanceCase<StoreHarness>;

function sampleGenerations(version: string, current = 1): Generations {
  return { ...FIRST_GENERATION, version, current, highest: 3, kept: [1] };
}

/** Pages that deleting a few items may take. */
const PAGES_MAX = 50;

async function dropAll(store: Store, generation: number, limit: number): Promise<number> {
  let dropped = 0;
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const next = await store.dropGeneration({ generation, limit, ...(cursor === undefined ? {} : { cursor }) });
    dropped += next.dropped;
    cursor = next.cursor;
    if (cursor === undefined) return dropped;
  }
  check(false, `deleting a few items ends within ${PAGES_MAX} pages`);
  return dropped;
}

async function idsBy(store: Store, index: string, value: string): Promise<readonly string[]> {
  return (await store.queryEntities({ entity: 'Order', index, value, limit: 10 })).items.map(({ id }) => id);
}

const indexes = { customer: 'c-1', town: 't-1' };

/** Generations of a service's state. */
export const generationCases: readonly ConformanceCase<StoreHarness>[] = [
  rule('the document of generations is created once, and changed by who knows its version', async ({ store }) => {
    checkSame(await store.generations(), undefined, 'nothing is there before it is put');
    checkSame(await store.putGenerations(sampleGenerations('a'), null), true, 'a document that is not there is created');
    checkSame(await store.putGenerations(sampleGenerations('b'), null), false, 'it is not created a second time');
    checkSame(await store.generations(), sampleGenerations('a'), 'it is read as it was put');
    checkSame(await store.putGenerations(sampleGenerations('b', 2), 'a'), true, 'who knows the version may change it');
    checkSame(await store.putGenerations(sampleGenerations('b', 2), 'a'), true, 'a repeat of what is in is in');
    checkSame(await store.putGenerations(sampleGenerations('c', 3), 'a'), false, 'a version counts once');
    checkSame(await store.generations(), sampleGenerations('b', 2), 'a refused change leaves it as it was');
  }),
  rule('of two changes of the generations at the same time one is in', async ({ store }) => {
    await store.putGenerations(sampleGenerations('a'), null);
    const results = await Promise.all(['b', 'c', 'd'].map((version) => store.putGenerations(sampleGenerations(version), 'a')));
    checkSame(results.filter((done) => done).length, 1, 'exactly one change wins');
  }),
  rule('an entity and a claim in one generation are not those in another', async (harness) => {
    const { store } = harness;
    const [first, second] = [storeIn(store, 1), storeIn(store, 2)];
    const claim = sampleClaim('saga-1', 'commit-1');
    await commitOne(first, 'commit-1', claimWrite(claim), entityWrite('order-1', null, sampleRecord('commit-1', { count: 1 }, indexes)));
    checkSame(await readEntity(second, 'order-1'), undefined, 'another generation does not have the entity');
    checkSame(await readClaim(second, claim.key), undefined, 'nor the claim');
    await commitOne(
      second,
      'commit-2',
      claimWrite({ ...claim, version: 'commit-2' }),
      entityWrite('order-1', null, sampleRecord('commit-2', { count: 2 }, { ...indexes, town: 't-2' })),
    );
    await settled(harness);
    checkSame((await readEntity(first, 'order-1'))?.version, 'commit-1', 'each generation keeps its own');
    checkSame((await readEntity(second, 'order-1'))?.version, 'commit-2', 'each generation keeps its own');
    checkSame(
      [(await readClaim(first, claim.key))?.version, (await readClaim(second, claim.key))?.version],
      ['commit-1', 'commit-2'],
      'claims, too',
    );
    checkSame(
      (await second.listClaims('saga-1', 10)).map(({ version }) => version),
      ['commit-2'],
      'a listing of claims is of one generation',
    );
    checkSame(
      [await idsBy(first, 'town', 't-2'), await idsBy(second, 'town', 't-1')],
      [[], []],
      'an index finds nothing of another generation',
    );
    checkSame([await idsBy(first, 'customer', 'c-1'), await idsBy(second, 'town', 't-2')], [['order-1'], ['order-1']], 'and finds its own');
    await commitExpecting(
      second,
      [unitOf('commit-3', entityWrite('order-1', 'commit-1', null))],
      ['conflict'],
      'a version is one generation’s',
    );
  }),
  rule('`scanEntities` gives the entities of one generation, each once, page by page', async (harness) => {
    const { store } = harness;
    const ids = ['a', 'b#|~', 'c'];
    const recordOf = (generation: number, id: string) => sampleRecord(`commit-${generation}-${id}`, { id }, indexes);
    for (const generation of [1, 2])
      for (const id of ids)
        await commitOne(storeIn(store, generation), `commit-${generation}-${id}`, entityWrite(id, null, recordOf(generation, id)));
    await settled(harness);
    for (const generation of [1, 2]) {
      const found = await allPages(2, (cursor) =>
        store.scanEntities({ generation, limit: 2, ...(cursor === undefined ? {} : { cursor }) }),
      );
      const sorted = [...found].sort((left, right) => (left.id < right.id ? -1 : 1));
      const expected = ids.map((id) => ({ entity: 'Order', id, record: recordOf(generation, id) }));
      checkSame(sorted, expected, 'entities are given under their own names, as they were written');
    }
    checkSame((await store.scanEntities({ generation: 3, limit: 50 })).items, [], 'a generation that never was has none');
  }),
  rule('`dropGeneration` deletes the entities of one generation, with what finds them, and no others', async (harness) => {
    const { store } = harness;
    for (const generation of [1, 2, 12]) {
      const one = storeIn(store, generation);
      for (const id of ['a', 'b#|~', 'c'])
        await commitOne(one, `commit-${generation}-${id}`, entityWrite(id, null, sampleRecord(`commit-${generation}-${id}`, {}, indexes)));
    }
    await settled(harness);
    checkSame(await dropAll(store, 2, 2), 3, 'all of a generation is deleted, page by page, and counted');
    await settled(harness);
    const left = async (generation: number) => (await idsBy(storeIn(store, generation), 'town', 't-1')).length;
    checkSame([await left(1), await left(2), await left(12)], [3, 0, 3], 'the other generations stay');
    checkSame(await readEntity(storeIn(store, 2), 'a'), undefined, 'an entity of it is absent');
    checkSame(await dropAll(store, 2, 50), 0, 'a second time there is nothing to delete');
    checkSame(await dropAll(store, 1, 50), 3, 'the first generation goes like any other');
  }),
];
