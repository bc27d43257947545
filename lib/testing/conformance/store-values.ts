import { entityKey, entryKey, keyText, stepKey } from '../../runtime/journal/item-key.ts';
import { type ConformanceCase, check, checkSame, conformanceCase } from './check.ts';
import {
  claimWrite,
  entityWrite,
  SAMPLE_TIME,
  sampleClaim,
  sampleDeadLetter,
  sampleMarker,
  sampleParked,
  sampleRecord,
} from './sample-items.ts';
import { allPages, commitOne, readClaim, readEntity, type StoreHarness, settled } from './store-harness.ts';

const rule = conformanceCase<StoreHarness>;

/** Ids that a store must tell apart, whatever it joins keys with. */
const ODD_IDS: readonly string[] = [
  'a',
  'a#b',
  'a|b',
  'a%23b',
  'a%',
  '%',
  '#',
  '|',
  ' a ',
  'a/b',
  'ä',
  'A',
  'é',
  'e\u0301',
  '日本語',
  '👩‍🚀',
  '"\\',
  'a\nb',
  '__proto__',
  'x'.repeat(300),
  `${'x'.repeat(299)}y`,
];

/** States that a store must give back as they are. */
const ODD_STATES: readonly unknown[] = [
  null,
  '',
  'text',
  0,
  -1.5,
  0.1,
  9_007_199_254_740_991,
  1e-7,
  1e21,
  true,
  false,
  [],
  {},
  { empty: '', list: [], record: {}, none: null },
  { '': 'empty name', 'a.b#c|d': 1, ':v': 2, $ref: 3 },
  JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
  [[], [null, [1, [2]]], { deep: { deeper: { deepest: [{}] } } }],
  { text: '\u0000\u001f\u007f "quotes" \\ \u2028 ä 日本 👩‍🚀' },
];

/** Bytes of a state that fits an item. */
const LARGE_STATE_BYTES = 340_000;
/** Keys in one read: more than DynamoDB takes in one call (100). */
const MANY_KEYS = 250;
/** Writes in one unit, a full transaction is 100. */
const MANY_WRITES = 50;

/** Keys and values: whatever JSON can hold comes back as it was. */
export const valueCases: readonly ConformanceCase<StoreHarness>[] = [
  rule('keys with odd characters are kept apart', async (harness) => {
    const { store } = harness;
    for (const id of ODD_IDS) {
      const key = entryKey(id, 'reserve', id, id);
      await commitOne(
        store,
        id,
        claimWrite(sampleClaim(id, id, { key })),
        claimWrite(sampleClaim(id, id, { key: stepKey(id, 'reserve') })),
        entityWrite(id, null, sampleRecord(id, id, { owner: id })),
      );
      await commitOne(
        store,
        id,
        { kind: 'saga', saga: id, expect: null, put: sampleMarker(id, id) },
        { kind: 'parked', saga: id, order: 1, put: sampleParked(id, 1) },
      );
    }
    await settled(harness);
    for (const id of ODD_IDS) {
      checkSame((await readClaim(store, entryKey(id, 'reserve', id, id)))?.version, id, 'the claim of each id is its own');
      checkSame(await readEntity(store, id), sampleRecord(id, id, { owner: id }), 'the entity of each id is its own');
      checkSame((await store.read({ sagas: [id] })).sagas.get(id), sampleMarker(id, id), 'the marker of each saga is its own');
      checkSame(await store.listParked(id, 10), [sampleParked(id, 1)], 'the line of each saga is its own');
      checkSame(
        (await store.listClaims(id, 10)).map(({ version }) => version),
        [id, id],
        'the claims of each saga are its own',
      );
      const found = await allPages(10, (cursor) =>
        store.queryEntities({ entity: 'Order', index: 'owner', value: id, limit: 10, ...(cursor === undefined ? {} : { cursor }) }),
      );
      checkSame(
        found.map((item) => item.id),
        [id],
        'each value of an index finds its own entity, by the id it was written with',
      );
    }
  }),
  rule('a state is given back as it was, whatever JSON it is', async ({ store }) => {
    for (const [position, state] of ODD_STATES.entries()) {
      const id = `order-${position}`;
      await commitOne(store, id, entityWrite(id, null, sampleRecord(id, state)), claimWrite(sampleClaim(id, id, { data: state })));
      checkSame(await readEntity(store, id), sampleRecord(id, state), 'a state is the same JSON when it is read');
      checkSame((await readClaim(store, sampleClaim(id, '').key))?.data, state, 'step data is the same JSON when it is read');
    }
  }),
  rule('a state of 340 KB fits', async ({ store }) => {
    const state = { text: 'x'.repeat(LARGE_STATE_BYTES) };
    await commitOne(store, 'commit-1', entityWrite('order-1', null, sampleRecord('commit-1', state)));
    checkSame(await readEntity(store, 'order-1'), sampleRecord('commit-1', state), 'a large state is read whole');
  }),
  rule('250 keys are read in one request, repeated and absent ones among them', async ({ store }) => {
    const ids = Array.from({ length: MANY_KEYS }, (_, position) => `order-${position}`);
    const written = ids.filter((_, position) => position % 5 !== 0);
    for (let start = 0; start < written.length; start += MANY_WRITES) {
      const writes = written.slice(start, start + MANY_WRITES).map((id) => entityWrite(id, null, sampleRecord(id)));
      await commitOne(store, `commit-${start}`, ...writes);
    }
    await commitOne(store, 'commit-1', claimWrite(sampleClaim('saga-1', 'commit-1')));
    const letter = sampleDeadLetter(SAMPLE_TIME, 'commit-2');
    await commitOne(store, 'commit-2', { kind: 'dead-letter', id: letter.id, expect: null, put: letter });
    const { key } = sampleClaim('saga-1', '');
    const found = await store.read({
      entities: [...ids, ...ids.slice(0, 20)].map((id) => ({ entity: 'Order', id })),
      claims: [key, key, stepKey('saga-1', 'reserve')],
      deadLetters: [letter.id, letter.id],
    });
    checkSame(
      [...found.entities.keys()].sort(),
      written.map((id) => keyText(entityKey('Order', id))).sort(),
      'all that is there is read, and nothing else',
    );
    check(
      written.every((id) => found.entities.get(keyText(entityKey('Order', id)))?.version === id),
      'each key finds its own entity',
    );
    checkSame(
      [found.claims.size, found.deadLetters.size, found.sagas.size, found.outbox.size],
      [1, 1, 0, 0],
      'each kind has a map of its own',
    );
  }),
  rule('a read of nothing finds nothing', async ({ store }) => {
    const found = await store.read({});
    checkSame(
      Object.values(found).map((map) => map.size),
      [0, 0, 0, 0, 0],
      'every map is there and empty',
    );
  }),
  rule('what a caller does to its own objects later does not change what is stored', async ({ store }) => {
    const state = { lines: [{ sku: 'a' }] };
    const record = { ...sampleRecord('commit-1', state) };
    await commitOne(store, 'commit-1', entityWrite('order-1', null, record));
    record.version = 'changed';
    state.lines.push({ sku: 'b' });
    checkSame(await readEntity(store, 'order-1'), sampleRecord('commit-1', { lines: [{ sku: 'a' }] }), 'a store keeps a copy');
    const read = await readEntity(store, 'order-1');
    try {
      (read?.state as { lines: unknown[] } | undefined)?.lines.push('c');
    } catch {
      // A store may also hand out frozen values.
    }
    checkSame((await readEntity(store, 'order-1'))?.state, { lines: [{ sku: 'a' }] }, 'a store hands out copies, or frozen values');
  }),
];
