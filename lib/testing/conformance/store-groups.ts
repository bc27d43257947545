import { type ConformanceCase, check, checkSame, conformanceCase } from './check.ts';
import {
  claimWrite,
  entityWrite,
  SAMPLE_TIME,
  sampleClaim,
  sampleDeadLetter,
  sampleEnvelope,
  sampleMarker,
  sampleOutboxMarker,
  sampleParked,
  sampleRecord,
} from './sample-items.ts';
import { commitExpecting, commitOne, readClaim, readEntity, type StoreHarness, settled, unitOf } from './store-harness.ts';

const rule = conformanceCase<StoreHarness>;

/** Bytes of state over what one DynamoDB item holds. */
const TOO_LARGE_BYTES = 450_000;

/** Groups of units: all of it or nothing. */
export const groupCases: readonly ConformanceCase<StoreHarness>[] = [
  rule('a commit of nothing has no outcomes', async ({ store }) => {
    checkSame(await store.commit([]), [], 'there is one outcome per unit');
  }),
  rule('units of a group are in together, and the outcomes are in their order', async ({ store }) => {
    const units = ['a', 'b', 'c'].map((id) =>
      unitOf(`commit-${id}`, claimWrite(sampleClaim(`saga-${id}`, `commit-${id}`)), entityWrite(id, null, sampleRecord(`commit-${id}`))),
    );
    await commitExpecting(store, units, ['committed', 'committed', 'committed'], 'a group whose conditions hold is committed');
    for (const id of ['a', 'b', 'c'])
      checkSame((await readEntity(store, id))?.version, `commit-${id}`, 'each item has its own unit’s version');
  }),
  rule('one unit that fails keeps the whole group out', async (harness) => {
    const { store } = harness;
    await commitOne(store, 'commit-0', claimWrite(sampleClaim('saga-b', 'commit-0')), entityWrite('c', null, sampleRecord('commit-0')));
    const fine = unitOf(
      'commit-a',
      claimWrite(sampleClaim('saga-a', 'commit-a')),
      entityWrite('a', null, sampleRecord('commit-a')),
      { kind: 'saga', saga: 'saga-a', expect: null, put: sampleMarker('saga-a', 'commit-a') },
      { kind: 'parked', saga: 'saga-a', order: 1, put: sampleParked('saga-a', 1) },
      { kind: 'dead-letter', id: sampleDeadLetter(SAMPLE_TIME, '').id, expect: null, put: sampleDeadLetter(SAMPLE_TIME, 'commit-a') },
      { kind: 'outbox', put: sampleOutboxMarker('commit-a', SAMPLE_TIME) },
      { kind: 'due', put: { kind: 'event', id: 'due-a', dueAt: SAMPLE_TIME, event: sampleEnvelope('later') } },
    );
    const duplicate = unitOf('commit-b', claimWrite(sampleClaim('saga-b', 'commit-b')));
    const stale = unitOf('commit-c', claimWrite(sampleClaim('saga-c', 'commit-c')), entityWrite('c', null, sampleRecord('commit-c')));
    await commitExpecting(
      store,
      [fine, duplicate, stale],
      ['cancelled', 'claimed', 'conflict'],
      'each unit of a failed group learns its own fault',
    );
    await settled(harness);
    checkSame(await readClaim(store, sampleClaim('saga-a', '').key), undefined, 'a cancelled unit writes no claim');
    checkSame(await readEntity(store, 'a'), undefined, 'a cancelled unit writes no entity');
    const letterId = sampleDeadLetter(SAMPLE_TIME, '').id;
    const found = await store.read({
      sagas: ['saga-a'],
      deadLetters: [letterId],
      outbox: [sampleOutboxMarker('commit-a', SAMPLE_TIME).id],
    });
    checkSame(
      [found.sagas.size, found.deadLetters.size, found.outbox.size],
      [0, 0, 0],
      'a cancelled unit writes no marker and no dead letter',
    );
    checkSame(await store.listParked('saga-a', 10), [], 'a cancelled unit parks nothing');
    checkSame(await store.listDue({ before: SAMPLE_TIME, limit: 10 }), [], 'a cancelled unit schedules nothing');
    await commitExpecting(store, [fine], ['committed'], 'a cancelled unit can be committed on its own');
  }),
  rule('writes of one item by several units fold: the first condition, the last value', async ({ store }) => {
    await commitOne(store, 'commit-0', entityWrite('a', null, sampleRecord('commit-0', { count: 0 })));
    const units = [
      unitOf(
        'commit-1',
        claimWrite(sampleClaim('saga-1', 'commit-1')),
        entityWrite('a', 'commit-0', sampleRecord('commit-1', { count: 1 })),
      ),
      unitOf('commit-2', claimWrite(sampleClaim('saga-2', 'commit-2')), {
        kind: 'entity-check',
        key: { entity: 'Order', id: 'a' },
        expect: 'commit-1',
      }),
      unitOf(
        'commit-3',
        claimWrite(sampleClaim('saga-3', 'commit-3')),
        entityWrite('a', 'commit-1', sampleRecord('commit-3', { count: 2 })),
      ),
    ];
    await commitExpecting(store, units, ['committed', 'committed', 'committed'], 'units that saw each other’s writes commit together');
    checkSame(await readEntity(store, 'a'), sampleRecord('commit-3', { count: 2 }), 'the last value is stored');
    await commitOne(store, 'commit-4', entityWrite('b', null, sampleRecord('commit-4')), entityWrite('a', 'commit-3', null));
    const madeAndGone = [
      unitOf('commit-5', entityWrite('c', null, sampleRecord('commit-5'))),
      unitOf('commit-6', entityWrite('c', 'commit-5', null)),
    ];
    await commitExpecting(store, madeAndGone, ['committed', 'committed'], 'an entity may be created and deleted in one group');
    checkSame(await readEntity(store, 'c'), undefined, 'what was created and deleted in one group is absent');
  }),
  rule('when a folded write fails, all units that built on it are stale', async ({ store }) => {
    await commitOne(store, 'commit-0', entityWrite('a', null, sampleRecord('commit-0')));
    const units = [
      unitOf('commit-1', claimWrite(sampleClaim('saga-1', 'commit-1')), entityWrite('a', null, sampleRecord('commit-1'))),
      unitOf('commit-2', claimWrite(sampleClaim('saga-2', 'commit-2')), entityWrite('a', 'commit-1', sampleRecord('commit-2'))),
      unitOf('commit-3', claimWrite(sampleClaim('saga-3', 'commit-3'))),
    ];
    await commitExpecting(store, units, ['conflict', 'conflict', 'cancelled'], 'the later unit saw a value that is not in');
    checkSame((await readEntity(store, 'a'))?.version, 'commit-0', 'nothing of it is stored');
    await commitOne(store, 'commit-4', claimWrite(sampleClaim('saga-4', 'commit-4')));
    const taken = sampleClaim('saga-4', 'commit-5');
    const onTaken = [unitOf('commit-5', claimWrite(taken)), unitOf('commit-6', claimWrite({ ...taken, version: 'commit-6' }, 'commit-5'))];
    await commitExpecting(store, onTaken, ['claimed', 'conflict'], 'the first unit meets the claim, the later one built on it');
  }),
  rule('an item that the store never takes answers `invalid`, with a reason, and keeps the group out', async ({ store }) => {
    const fine = unitOf('commit-1', claimWrite(sampleClaim('saga-1', 'commit-1')));
    const tooLarge = unitOf(
      'commit-2',
      claimWrite(sampleClaim('saga-2', 'commit-2')),
      entityWrite('a', null, sampleRecord('commit-2', 'x'.repeat(TOO_LARGE_BYTES))),
    );
    const outcomes = await commitExpecting(store, [fine, tooLarge], ['cancelled', 'invalid'], 'only the unit with the item is invalid');
    const invalid = outcomes[1];
    check(invalid?.status === 'invalid' && invalid.reason.length > 0, '`invalid` says why', { invalid });
    checkSame(await readClaim(store, sampleClaim('saga-1', '').key), undefined, 'nothing is written');
    checkSame(await readEntity(store, 'a'), undefined, 'the large item is not written');
  }),
];
