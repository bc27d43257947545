import type { ControlRecords } from '../../runtime/ports/control-records.ts';
import { type ConformanceCase, checkSame, conformanceCase } from './check.ts';
import { allPages } from './store-harness.ts';

/** Documents of operators to be checked: empty, and with the clock that decides what is expired. */
export interface ControlRecordsHarness {
  readonly records: ControlRecords;
  readonly clock: { now(): number };
}

const rule = conformanceCase<ControlRecordsHarness>;

/** Every guarantee of the `ControlRecords` port. */
export const controlRecordsConformance: readonly ConformanceCase<ControlRecordsHarness>[] = [
  rule('a document is created once, changed by who knows its version, and read back as it was put', async ({ records }) => {
    const first = { collection: 'replay', id: 'r#1', version: 'a', value: { rate: 5, text: 'ä "x" 日本', list: [1, null, {}] } };
    checkSame(await records.get('replay', 'r#1'), undefined, 'nothing is there before it is put');
    checkSame(await records.put(first, null), true, 'a document that is not there is created');
    checkSame(await records.put({ ...first, version: 'b' }, null), false, 'it is not created a second time');
    checkSame(await records.get('replay', 'r#1'), first, 'it is read as it was put');
    checkSame(await records.put({ ...first, version: 'b', value: 2 }, 'a'), true, 'who knows the version may change it');
    checkSame(await records.put({ ...first, version: 'c', value: 3 }, 'a'), false, 'a version counts once');
    checkSame(await records.get('replay', 'r#1'), { ...first, version: 'b', value: 2 }, 'a refused change leaves it as it was');
  }),
  rule('of two changes at the same time one is in', async ({ records }) => {
    await records.put({ collection: 'replay', id: '1', version: 'a', value: 0 }, null);
    const put = (version: string) => records.put({ collection: 'replay', id: '1', version, value: version }, 'a');
    const results = await Promise.all(['b', 'c', 'd'].map(put));
    checkSame(results.filter((done) => done).length, 1, 'exactly one change wins');
  }),
  rule('a listing is in the order of ids, one collection, page by page, either way, by prefix', async ({ records }) => {
    for (const id of ['b', 'a', 'a/2', 'c', 'a/1']) await records.put({ collection: 'audit', id, version: 'v', value: id }, null);
    await records.put({ collection: 'audit-2', id: 'other', version: 'v', value: 0 }, null);
    const ids = async (query: { readonly prefix?: string; readonly descending?: boolean }) =>
      (await allPages(2, (cursor) => records.list('audit', { limit: 2, ...query, ...(cursor === undefined ? {} : { cursor }) }))).map(
        ({ id }) => id,
      );
    checkSame(await ids({}), ['a', 'a/1', 'a/2', 'b', 'c'], 'documents are listed in the order of their ids');
    checkSame(await ids({ descending: true }), ['c', 'b', 'a/2', 'a/1', 'a'], 'or the other way round');
    checkSame(await ids({ prefix: 'a/' }), ['a/1', 'a/2'], 'a prefix chooses');
    checkSame(await ids({ prefix: 'x' }), [], 'and may choose none');
  }),
  rule('an expired document counts as absent', async ({ records, clock }) => {
    const expired = { collection: 'replay', id: '1', version: 'a', value: 0, expiresAt: Math.floor(clock.now() / 1000) - 10 };
    checkSame(await records.put(expired, null), true, 'a document may have an end');
    checkSame(await records.get('replay', '1'), undefined, 'after it, it is gone');
    checkSame((await records.list('replay', { limit: 5 })).items, [], 'from listings, too');
    checkSame(await records.put({ ...expired, version: 'b' }, null), true, 'and may be created again');
  }),
];
