import { type Claim, wasCommittedBy } from '../../runtime/journal/claim.ts';
import { entryKey, stepKey } from '../../runtime/journal/item-key.ts';
import { type ConformanceCase, check, checkSame, conformanceCase } from './check.ts';
import { claimWrite, entityWrite, sampleClaim, sampleEnvelope, sampleRecord } from './sample-items.ts';
import {
  allPages,
  commitExpecting,
  commitOne,
  existingOf,
  raceOf,
  readClaim,
  readEntity,
  type StoreHarness,
  unitOf,
} from './store-harness.ts';

const rule = conformanceCase<StoreHarness>;

function emitted(claim: Claim, commit: string): Claim {
  const emission = { commit, phase: 'react', at: '2026-01-01T00:00:00.000Z', events: [sampleEnvelope(commit)], scheduled: [] } as const;
  return { ...claim, emissions: [...claim.emissions, emission] };
}

/** Claims: taken once, whoever comes twice, early or at the same time. */
export const claimCases: readonly ConformanceCase<StoreHarness>[] = [
  rule('a fresh claim is committed and read back whole', async ({ store }) => {
    const full = sampleClaim('saga-1', 'commit-1', {
      message: sampleEnvelope('event-1'),
      data: { reservation: 'r-1', amounts: [1, 2.5] },
      refusal: { code: 'SOLD_OUT', message: 'none left' },
      firstCall: { client: 'payments', method: 'charge', argumentsHash: 'hash', at: 1 },
      runningUntil: 5,
      undoRequested: sampleEnvelope('event-2'),
      deadLetters: ['letter-1'],
      undoUntil: 6,
    });
    const { source, id, type } = sampleEnvelope('event-2');
    const undo = { commit: 'commit-0', phase: 'undo', at: '2026-01-01T00:00:00.000Z', events: [], scheduled: [] } as const;
    const whole = emitted({ ...full, emissions: [{ ...undo, trigger: { source, id, type } }] }, 'commit-1');
    checkSame(await readClaim(store, full.key), undefined, 'a claim that was never written is absent');
    await commitOne(store, 'commit-1', claimWrite(whole));
    checkSame(await readClaim(store, full.key), whole, 'a claim is read as it was written');
  }),
  rule('a claim that is taken answers `claimed` with the stored claim', async ({ store }) => {
    const first = sampleClaim('saga-1', 'commit-1');
    await commitOne(store, 'commit-1', claimWrite(first));
    const second = unitOf('commit-2', claimWrite(sampleClaim('saga-1', 'commit-2')));
    const outcomes = await commitExpecting(store, [second], ['claimed'], 'a second claim of one message is `claimed`');
    checkSame(existingOf(outcomes[0]), first, '`claimed` carries the claim that is stored');
    checkSame(await readClaim(store, first.key), first, 'a claim that is taken stays as it was');
  }),
  rule('a claim that changed since it was read answers `claimed`, and one that did not is replaced', async ({ store }) => {
    const started = sampleClaim('saga-1', 'commit-1', { kind: 'step', key: stepKey('saga-1', 'reserve'), state: 'started' });
    const done: Claim = { ...started, state: 'done', version: 'commit-2' };
    await commitOne(store, 'commit-1', claimWrite(started));
    await commitOne(store, 'commit-2', claimWrite(done, 'commit-1'));
    const late = unitOf('commit-3', claimWrite({ ...started, state: 'failed', version: 'commit-3' }, 'commit-1'));
    const outcomes = await commitExpecting(store, [late], ['claimed'], 'a step that moved on is `claimed`');
    checkSame(existingOf(outcomes[0]), done, '`claimed` carries the state that the step is in now');
  }),
  rule('a claim that is expected but absent answers `claimed` without a claim', async ({ store }) => {
    const unit = unitOf('commit-2', claimWrite(sampleClaim('saga-1', 'commit-2'), 'commit-1'));
    const outcomes = await commitExpecting(store, [unit], ['claimed'], 'a claim that is gone is `claimed`');
    checkSame(existingOf(outcomes[0]), undefined, 'there is no claim to carry');
  }),
  rule('a taken claim outranks a version failure of the same unit', async ({ store }) => {
    await commitOne(
      store,
      'commit-1',
      claimWrite(sampleClaim('saga-1', 'commit-1')),
      entityWrite('order-1', null, sampleRecord('commit-1')),
    );
    const stale = entityWrite('order-1', null, sampleRecord('commit-2'));
    const taken = claimWrite(sampleClaim('saga-1', 'commit-2'));
    for (const writes of [
      [stale, taken],
      [taken, stale],
    ]) {
      await commitExpecting(store, [unitOf('commit-2', ...writes)], ['claimed'], 'a duplicate is `claimed`, whatever else failed');
    }
  }),
  rule('an expired claim counts as absent: it is not read, not expected, and not in the way', async ({ store, clock }) => {
    const seconds = Math.floor(clock.now() / 1000);
    const old = sampleClaim('saga-1', 'commit-1', { expiresAt: seconds - 60 });
    await commitOne(store, 'commit-1', claimWrite(old));
    checkSame(await readClaim(store, old.key), undefined, 'an expired claim is not read');
    checkSame(await store.listClaims('saga-1', 10), [], 'an expired claim is not listed');
    const expecting = unitOf('commit-2', claimWrite(sampleClaim('saga-1', 'commit-2'), 'commit-1'));
    const outcomes = await commitExpecting(store, [expecting], ['claimed'], 'nobody can expect an expired claim');
    checkSame(existingOf(outcomes[0]), undefined, '`claimed` does not carry an expired claim');
    await commitOne(store, 'commit-3', claimWrite(sampleClaim('saga-1', 'commit-3', { expiresAt: seconds + 3_600 })));
    checkSame((await readClaim(store, old.key))?.version, 'commit-3', 'a new claim takes the place of an expired one');
    const again = unitOf('commit-4', claimWrite(sampleClaim('saga-1', 'commit-4')));
    await commitExpecting(store, [again], ['claimed'], 'a claim that is not expired yet is taken');
  }),
  rule('the repeat of a commit that is in is recognised by its commit id', async ({ store }) => {
    const unit = unitOf(
      'commit-1',
      claimWrite(emitted(sampleClaim('saga-1', 'commit-1'), 'commit-1')),
      entityWrite('order-1', null, sampleRecord('commit-1')),
    );
    await commitExpecting(store, [unit], ['committed'], 'the first try is committed');
    const outcomes = await commitExpecting(store, [unit], ['claimed'], 'the repeat of a commit is `claimed`');
    const existing = existingOf(outcomes[0]);
    check(existing !== undefined && wasCommittedBy(existing, 'commit-1'), '`claimed` carries the commit id of the first try', { existing });
  }),
  rule('the repeat of two units that fold into one claim is recognised for both', async ({ store }) => {
    const key = stepKey('saga-1', 'reserve');
    const done = emitted(sampleClaim('saga-1', 'commit-1', { kind: 'step', key }), 'commit-1');
    const undone = emitted({ ...done, state: 'undone', version: 'commit-2' }, 'commit-2');
    const units = [unitOf('commit-1', claimWrite(done)), unitOf('commit-2', claimWrite(undone, 'commit-1'))];
    await commitExpecting(store, units, ['committed', 'committed'], 'an action and its trigger commit together');
    checkSame(await readClaim(store, key), undone, 'the last state is stored, with what both emitted');
    const outcomes = await commitExpecting(store, units, ['claimed', 'claimed'], 'the repeat of a group is `claimed` for all that is in');
    for (const [position, outcome] of outcomes.entries()) {
      const existing = existingOf(outcome);
      check(existing !== undefined && wasCommittedBy(existing, `commit-${position + 1}`), '`claimed` carries the commit id of each unit', {
        existing,
      });
    }
  }),
  rule('one of two commits at the same time gets a claim, and the other one writes nothing', async ({ store }) => {
    const units = ['commit-1', 'commit-2'].map((id) =>
      unitOf(id, claimWrite(sampleClaim('saga-1', id)), entityWrite(id, null, sampleRecord(id))),
    );
    const { winner, loser } = await raceOf(store, units);
    checkSame((await readClaim(store, sampleClaim('saga-1', '').key))?.version, winner.id, 'the claim is the winner’s');
    checkSame((await readEntity(store, winner.id))?.version, winner.id, 'the winner’s other writes are in');
    checkSame(await readEntity(store, loser.id), undefined, 'the commit without the claim writes nothing');
    await commitExpecting(store, [loser], ['claimed'], 'the commit that lost finds the claim taken');
  }),
  rule('`keepClaim` takes the expiry off, keeps all else, and makes nothing', async ({ store, clock }) => {
    const claim = sampleClaim('saga-1', 'commit-1', { expiresAt: Math.floor(clock.now() / 1000) + 3_600 });
    await commitOne(store, 'commit-1', claimWrite(claim));
    await store.keepClaim(claim.key);
    await store.keepClaim(claim.key);
    const { expiresAt: _, ...kept } = claim;
    checkSame(await readClaim(store, claim.key), kept, 'the claim has no expiry and is otherwise as it was');
    await commitOne(store, 'commit-2', claimWrite({ ...kept, version: 'commit-2' }, 'commit-1'));
    const absent = entryKey('saga-2', 'reserve', 'order', 'event-1');
    await store.keepClaim(absent);
    checkSame(await readClaim(store, absent), undefined, 'keeping a claim that is absent makes none');
    await commitOne(store, 'commit-3', claimWrite(sampleClaim('saga-2', 'commit-3', { key: absent })));
  }),
  rule('`listClaims` gives the claims of one saga and of no other, up to its limit', async ({ store }) => {
    const sagas = ['saga-1', 'saga-1#', 'saga-10'];
    for (const saga of sagas) {
      const keys = [entryKey(saga, 'reserve', 'order', 'event-1'), stepKey(saga, 'reserve')];
      await commitOne(store, saga, ...keys.map((key) => claimWrite(sampleClaim(saga, saga, { key }))));
    }
    const found = await store.listClaims('saga-1', 10);
    checkSame(
      found.map(({ key }) => key.sort).sort(),
      [entryKey('saga-1', 'reserve', 'order', 'event-1').sort, stepKey('saga-1', 'reserve').sort],
      'both claims of the saga are listed',
    );
    check(
      found.every(({ saga }) => saga === 'saga-1'),
      'claims of other sagas are not listed',
      { found },
    );
    checkSame((await store.listClaims('saga-1', 1)).length, 1, 'a listing is bounded by its limit');
  }),
  rule('`scanClaims` gives every live claim of every saga once, page by page', async ({ store, clock }) => {
    const keyOf = (saga: string) => entryKey(saga, 'reserve', 'order', 'event-1');
    const sagas = ['saga-1', 'saga-2', 'saga-3'];
    for (const saga of sagas) await commitOne(store, saga, claimWrite(sampleClaim(saga, saga, { key: keyOf(saga) })));
    const gone = { key: keyOf('saga-4'), expiresAt: Math.floor(clock.now() / 1000) - 10 };
    await commitOne(store, 'saga-4', claimWrite(sampleClaim('saga-4', 'saga-4', gone)));
    const found = await allPages(2, (cursor) => store.scanClaims({ limit: 2, ...(cursor === undefined ? {} : { cursor }) }));
    checkSame(found.map(({ saga }) => saga).sort(), sagas, 'a scan sees every live claim once');
  }),
];
