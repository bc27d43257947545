import type { EntityRecord, Write } from '../../runtime/journal/unit.ts';
import { type ConformanceCase, check, checkSame, conformanceCase } from './check.ts';
import { claimWrite, entityWrite, sampleClaim, sampleRecord } from './sample-items.ts';
import {
  allPages,
  commitExpecting,
  commitOne,
  raceOf,
  readClaim,
  readEntity,
  type StoreHarness,
  settled,
  unitOf,
} from './store-harness.ts';

const rule = conformanceCase<StoreHarness>;

function checkWrite(id: string, expect: string | null): Write {
  return { kind: 'entity-check', key: { entity: 'Order', id }, expect };
}

function indexed(version: string, customer: string | undefined): EntityRecord {
  return sampleRecord(version, { customer }, customer === undefined ? {} : { customer });
}

async function idsOf({ store }: StoreHarness, value: string, limit = 10, entity = 'Order'): Promise<readonly string[]> {
  const items = await allPages(limit, (cursor) =>
    store.queryEntities({ entity, index: 'customer', value, limit, ...(cursor === undefined ? {} : { cursor }) }),
  );
  return items.map(({ id }) => id);
}

/** Entities: never written over what was not seen. */
export const entityCases: readonly ConformanceCase<StoreHarness>[] = [
  rule('an entity is created, changed, deleted and created again', async ({ store }) => {
    checkSame(await readEntity(store, 'order-1'), undefined, 'an entity that was never written is absent');
    await commitOne(store, 'commit-1', entityWrite('order-1', null, sampleRecord('commit-1', { count: 1 })));
    checkSame(await readEntity(store, 'order-1'), sampleRecord('commit-1', { count: 1 }), 'an entity is read as it was written');
    await commitOne(store, 'commit-2', entityWrite('order-1', 'commit-1', sampleRecord('commit-2', { other: true })));
    checkSame(await readEntity(store, 'order-1'), sampleRecord('commit-2', { other: true }), 'a change replaces the whole entity');
    await commitOne(store, 'commit-3', entityWrite('order-1', 'commit-2', null));
    checkSame(await readEntity(store, 'order-1'), undefined, 'a deleted entity is absent');
    await commitOne(store, 'commit-4', entityWrite('order-1', null, sampleRecord('commit-4')));
    checkSame((await readEntity(store, 'order-1'))?.version, 'commit-4', 'a deleted entity can be created again');
  }),
  rule('an entity that was not seen as it is stored answers `conflict` and stays', async ({ store }) => {
    await commitOne(store, 'commit-1', entityWrite('order-1', null, sampleRecord('commit-1')));
    const attempts: readonly [string, Write][] = [
      ['creating one that exists', entityWrite('order-1', null, sampleRecord('commit-2'))],
      ['changing it from an old version', entityWrite('order-1', 'commit-0', sampleRecord('commit-2'))],
      ['deleting it from an old version', entityWrite('order-1', 'commit-0', null)],
      ['deleting it as if it were absent', entityWrite('order-1', null, null)],
      ['changing one that is absent', entityWrite('order-2', 'commit-1', sampleRecord('commit-2'))],
      ['deleting one that is absent', entityWrite('order-2', 'commit-1', null)],
    ];
    for (const [what, write] of attempts) {
      await commitExpecting(store, [unitOf('commit-2', write)], ['conflict'], `${what} is a conflict`);
    }
    checkSame((await readEntity(store, 'order-1'))?.version, 'commit-1', 'a conflict leaves the entity as it was');
    checkSame(await readEntity(store, 'order-2'), undefined, 'a conflict makes no entity');
  }),
  rule('an old version never matches an entity that was deleted and created again', async ({ store }) => {
    await commitOne(store, 'commit-1', entityWrite('order-1', null, sampleRecord('commit-1')));
    await commitOne(store, 'commit-2', entityWrite('order-1', 'commit-1', null));
    await commitOne(store, 'commit-3', entityWrite('order-1', null, sampleRecord('commit-3')));
    const late = unitOf('commit-4', entityWrite('order-1', 'commit-1', sampleRecord('commit-4')));
    await commitExpecting(store, [late], ['conflict'], 'what was read before the deletion is stale');
    checkSame((await readEntity(store, 'order-1'))?.version, 'commit-3', 'the entity stays as it was created again');
  }),
  rule('a check holds a commit to what was read, absence included, and changes nothing', async ({ store }) => {
    await commitOne(store, 'commit-1', entityWrite('order-1', null, sampleRecord('commit-1')));
    await commitOne(
      store,
      'commit-2',
      checkWrite('order-1', 'commit-1'),
      checkWrite('order-2', null),
      entityWrite('order-3', null, sampleRecord('commit-2')),
    );
    checkSame((await readEntity(store, 'order-1'))?.version, 'commit-1', 'a check leaves the entity as it was');
    checkSame(await readEntity(store, 'order-2'), undefined, 'a check of absence makes no entity');
    for (const failing of [checkWrite('order-1', null), checkWrite('order-1', 'commit-0'), checkWrite('order-2', 'commit-1')]) {
      const unit = unitOf('commit-3', entityWrite('order-3', 'commit-2', sampleRecord('commit-3')), failing);
      await commitExpecting(store, [unit], ['conflict'], 'a check that does not hold is a conflict');
    }
    checkSame((await readEntity(store, 'order-3'))?.version, 'commit-2', 'a failed check lets nothing in');
  }),
  rule('one of two commits at the same time changes an entity, and the other one is a conflict', async ({ store }) => {
    await commitOne(store, 'commit-0', entityWrite('order-1', null, sampleRecord('commit-0')));
    const units = ['commit-1', 'commit-2'].map((id) =>
      unitOf(id, claimWrite(sampleClaim(`saga-${id}`, id)), entityWrite('order-1', 'commit-0', sampleRecord(id))),
    );
    const { winner, loser } = await raceOf(store, units);
    checkSame((await readEntity(store, 'order-1'))?.version, winner.id, 'the entity is the winner’s');
    checkSame(await readClaim(store, sampleClaim(`saga-${loser.id}`, '').key), undefined, 'the loser has no claim');
    await commitExpecting(store, [loser], ['conflict'], 'the commit that lost finds another version');
  }),
  rule('entities are found by a declared index, and only those that have the value now', async (harness) => {
    const { store } = harness;
    await commitOne(
      store,
      'commit-1',
      entityWrite('a', null, indexed('commit-1', 'c-1')),
      entityWrite('b', null, indexed('commit-1', 'c-1')),
    );
    await commitOne(
      store,
      'commit-2',
      entityWrite('c', null, indexed('commit-2', 'c-2')),
      entityWrite('d', null, indexed('commit-2', undefined)),
    );
    await commitOne(store, 'commit-3', entityWrite('a', null, indexed('commit-3', 'c-1'), 'Parcel'));
    await settled(harness);
    checkSame([...(await idsOf(harness, 'c-1'))].sort(), ['a', 'b'], 'entities with the value are found');
    checkSame(await idsOf(harness, 'c-1', 10, 'Parcel'), ['a'], 'an entity of another kind is not found');
    checkSame(await idsOf(harness, 'c'), [], 'a part of a value finds nothing');
    await commitOne(store, 'commit-4', entityWrite('a', 'commit-1', indexed('commit-4', 'c-2')), entityWrite('b', 'commit-1', null));
    await settled(harness);
    checkSame(await idsOf(harness, 'c-1'), [], 'an entity that changed or was deleted is not found by its old value');
    checkSame([...(await idsOf(harness, 'c-2'))].sort(), ['a', 'c'], 'a changed entity is found by its new value');
    const page = await store.queryEntities({ entity: 'Order', index: 'customer', value: 'c-2', limit: 10 });
    checkSame(page.items.find(({ id }) => id === 'a')?.record, indexed('commit-4', 'c-2'), 'a query gives the record');
  }),
  rule('the pages of a query give every entity once', async (harness) => {
    const ids = Array.from({ length: 7 }, (_, position) => `order-${position}`);
    for (const id of ids) await commitOne(harness.store, id, entityWrite(id, null, indexed(id, 'c-1')));
    await settled(harness);
    for (const limit of [1, 3, 7, 100]) {
      const found = await idsOf(harness, 'c-1', limit);
      checkSame([...found].sort(), ids, `pages of ${limit} give all`);
      check(new Set(found).size === found.length, 'no entity is given twice', { found });
    }
  }),
];
