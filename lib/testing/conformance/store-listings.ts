import type { DueItem, OutboxMarker } from '../../runtime/journal/outbox.ts';
import type { ParkedMessage, SagaMarker } from '../../runtime/journal/parked.ts';
import type { Write } from '../../runtime/journal/unit.ts';
import { type ConformanceCase, checkSame, conformanceCase } from './check.ts';
import { SAMPLE_TIME, sampleDeadLetter, sampleEnvelope, sampleMarker, sampleOutboxMarker, sampleParked } from './sample-items.ts';
import { allPages, commitExpecting, commitOne, type StoreHarness, settled, unitOf } from './store-harness.ts';

const rule = conformanceCase<StoreHarness>;

/** Milliseconds. */
const DAY = 86_400_000;

function sagaWrite(saga: string, expect: string | null, put: SagaMarker | null): Write {
  return { kind: 'saga', saga, expect, put };
}

function parkedWrite(saga: string, order: number, put: ParkedMessage | null): Write {
  return { kind: 'parked', saga, order, put };
}

async function letterIds({ store }: StoreHarness, limit: number, state?: 'open' | 'redriven' | 'closed'): Promise<readonly string[]> {
  const items = await allPages(limit, (cursor) =>
    store.listDeadLetters({ limit, ...(state === undefined ? {} : { state }), ...(cursor === undefined ? {} : { cursor }) }),
  );
  return items.map(({ id }) => id);
}

/** Markers, lines and listings: what the sweep, the replay and the operators go by. */
export const listingCases: readonly ConformanceCase<StoreHarness>[] = [
  rule('outbox markers are listed oldest first up to a time, read by id, and cleared', async (harness) => {
    const { store, clock } = harness;
    const now = clock.now();
    const markers = [30_000, 1_000, 2_000].map((after) => sampleOutboxMarker(`commit-${after}`, now - DAY + after));
    for (const put of markers) await commitOne(store, put.id, { kind: 'outbox', put });
    await settled(harness);
    const [third, first, second] = markers;
    const list = (before: number, limit = 10) => store.listOutbox({ before, limit });
    checkSame(await list(now), [first, second, third], 'markers are listed oldest first');
    checkSame(await list(now - DAY + 2_000), [first, second], 'a marker of exactly `before` is listed, a younger one is not');
    checkSame(await list(now, 2), [first, second], 'a listing is bounded by its limit');
    const behind = (after: string, before = now) => store.listOutbox({ before, limit: 1, after });
    checkSame(await behind(first?.id ?? ''), [second], 'what is behind an id is listed');
    checkSame(await behind(third?.id ?? ''), [], 'nothing is listed behind the last one');
    checkSame(await behind(new Date(now).toISOString(), now - DAY), [], 'nothing is listed behind what is later than `before`');
    const ids = markers.map(({ id }) => id);
    const read = await store.read({ outbox: [...ids, 'absent'] });
    checkSame([...read.outbox.keys()].sort(), [...ids].sort(), 'markers are read by id');
    await store.clearOutbox([first?.id ?? '', second?.id ?? '']);
    await store.clearOutbox([first?.id ?? '', 'never-written']);
    await store.clearOutbox([]);
    await settled(harness);
    checkSame(await list(now), [third], 'cleared markers are gone, and clearing twice is fine');
    checkSame(await behind(first?.id ?? ''), [third], 'a listing goes on behind an id that is gone');
  }),
  rule('outbox markers are listed as far as they name no more commits than asked for, but at least one', async (harness) => {
    const { store, clock } = harness;
    const now = clock.now();
    const markers = [3, 2, 2, 1].map((commits, at): OutboxMarker => {
      const [first, ...others] = Array.from({ length: commits }, (_, index) => sampleOutboxMarker(`commit-${at}-${index}`, now - DAY + at));
      return { ...(first as OutboxMarker), entries: [first, ...others].flatMap((marker) => marker?.entries ?? []) };
    });
    for (const put of markers) await commitOne(store, put.id, { kind: 'outbox', put });
    await settled(harness);
    const list = (limit: number) => store.listOutbox({ before: now, limit });
    checkSame(await list(1), markers.slice(0, 1), 'the oldest one is listed even if it names more commits');
    checkSame(await list(5), markers.slice(0, 2), 'as many are listed as name the commits asked for');
    checkSame(await list(6), markers.slice(0, 2), 'a marker is not listed that would make them too many, nor one behind it');
    checkSame(await list(8), markers, 'all are listed if they are not too many');
  }),
  rule('due items are listed earliest first up to a time, and cleared', async (harness) => {
    const { store, clock } = harness;
    const now = clock.now();
    const at = (dueAt: number, name: string) => ({ id: `${new Date(dueAt).toISOString()}~${name}`, dueAt });
    const items: readonly DueItem[] = [
      { kind: 'event', ...at(now - 1_000, 'a'), event: sampleEnvelope('later') },
      // Overdue for a month: a service may have been down.
      { kind: 'settle', ...at(now - 30 * DAY, 'b'), saga: 'saga-1', reaction: 'reserve' },
      { kind: 'event', ...at(now - 500, 'c'), event: sampleEnvelope('deadline') },
      { kind: 'event', ...at(now + 365 * DAY, 'd'), event: sampleEnvelope('next year') },
    ];
    for (const put of items) await commitOne(store, `commit-${put.id}`, { kind: 'due', put });
    await settled(harness);
    const [a, b, c] = items;
    const list = (before: number, limit = 10) => store.listDue({ before, limit });
    checkSame(await list(now), [b, a, c], 'due items are listed earliest first, and later ones are not');
    checkSame(await list(now - 1_000), [b, a], 'an item of exactly `before` is due');
    checkSame(await list(now - 1_001), [b], 'nothing is due before its time');
    checkSame(await list(now, 2), [b, a], 'a listing is bounded by its limit');
    const behind = (after: DueItem | undefined, before = now) => store.listDue({ before, limit: 1, after: after?.id ?? '' });
    checkSame([await behind(b), await behind(a), await behind(c)], [[a], [c], []], 'what is behind an id is listed');
    checkSame(await behind(c, now - 1_000), [], 'nothing is listed behind what is later than `before`');
    await store.clearDue([b?.id ?? '', c?.id ?? '']);
    await store.clearDue([b?.id ?? '', 'never-written']);
    await store.clearDue([]);
    await settled(harness);
    checkSame(await list(now), [a], 'cleared items are gone, and clearing twice is fine');
    checkSame(await behind(b), [a], 'a listing goes on behind an id that is gone');
  }),
  rule('the place that a sweep has come to is the last one that was noted, of each kind', async ({ store }) => {
    checkSame(await store.sweptTo('outbox'), undefined, 'no sweep has come anywhere at first');
    for (const id of ['b', 'c', 'a']) {
      await store.noteSwept('outbox', id);
      checkSame(await store.sweptTo('outbox'), id, 'the last place is kept, also one before it');
    }
    checkSame(await store.sweptTo('due'), undefined, 'another kind has its own place');
  }),
  rule('the marker of a parked saga is written, changed and removed on condition', async ({ store }) => {
    const marker = sampleMarker('saga-1', 'commit-1', { tries: 3 });
    const read = async () => (await store.read({ sagas: ['saga-1', 'saga-2'] })).sagas;
    await commitOne(store, 'commit-1', sagaWrite('saga-1', null, marker));
    checkSame([...(await read())], [['saga-1', marker]], 'a marker is read as it was written');
    for (const stale of [
      sagaWrite('saga-1', null, marker),
      sagaWrite('saga-1', 'commit-0', null),
      sagaWrite('saga-2', 'commit-1', marker),
    ]) {
      await commitExpecting(store, [unitOf('commit-2', stale)], ['conflict'], 'a marker that is not as it was seen is a conflict');
    }
    const raised = sampleMarker('saga-1', 'commit-3', { nextOrder: 3 });
    await commitOne(store, 'commit-3', sagaWrite('saga-1', 'commit-1', raised));
    checkSame((await read()).get('saga-1'), raised, 'a marker is replaced as a whole');
    await commitOne(store, 'commit-4', sagaWrite('saga-1', 'commit-3', null));
    checkSame((await read()).size, 0, 'a removed marker is absent');
    await commitOne(store, 'commit-5', sagaWrite('saga-1', null, sampleMarker('saga-1', 'commit-5')));
  }),
  rule('parked sagas whose time has come are listed, longest parked first', async (harness) => {
    const { store, clock } = harness;
    const start = clock.now() - DAY;
    const markers = [
      sampleMarker('saga-1', 'commit-1', { parkedAt: start + 2, wakeAt: start + 10 }),
      sampleMarker('saga-2', 'commit-2', { parkedAt: start + 1, wakeAt: start + 20 }),
      sampleMarker('saga-3', 'commit-3', { parkedAt: start, wakeAt: start + 30 }),
    ];
    for (const marker of markers) await commitOne(store, marker.version, sagaWrite(marker.saga, null, marker));
    await settled(harness);
    const [first, second, third] = markers;
    const list = (milliseconds: number, limit = 10) => store.listParkedSagas({ wakeBefore: start + milliseconds, limit });
    checkSame(await list(9), [], 'a saga is not listed before its time');
    checkSame(await list(20), [second, first], 'a saga of exactly `wakeBefore` is listed, a later one is not');
    checkSame(await list(100), [third, second, first], 'the longest parked comes first');
    checkSame(await list(100, 2), [third, second], 'a listing is bounded by its limit');
    await commitOne(store, 'commit-4', sagaWrite('saga-3', 'commit-3', null));
    await settled(harness);
    checkSame(await list(100), [second, first], 'a saga that is not parked any more is not listed');
  }),
  rule('the line of a saga is in the order of its numbers, at once', async ({ store }) => {
    const line = Array.from({ length: 12 }, (_, position) => sampleParked('saga-1', position + 1));
    const writes = [...line].reverse().map((message) => parkedWrite('saga-1', message.order, message));
    await commitOne(store, 'commit-1', ...writes, parkedWrite('saga-10', 1, sampleParked('saga-10', 1)));
    checkSame(await store.listParked('saga-1', 100), line, 'message 2 comes before message 10, and other sagas stay out');
    checkSame(await store.listParked('saga-1', 3), line.slice(0, 3), 'the head of the line is what a limit leaves');
    const tried = { ...sampleParked('saga-1', 2), failures: {} };
    await commitOne(store, 'commit-2', parkedWrite('saga-1', 1, null), parkedWrite('saga-1', 2, tried), parkedWrite('saga-1', 99, null));
    checkSame(await store.listParked('saga-1', 2), [tried, line[2]], 'a message is taken out or replaced by its place');
    checkSame(await store.listParked('saga-2', 10), [], 'a saga that is not parked has no line');
  }),
  rule('a dead letter is put and closed on condition', async ({ store }) => {
    const open = sampleDeadLetter(SAMPLE_TIME, 'commit-1');
    const write = (expect: string | null, put = open): Write => ({ kind: 'dead-letter', id: put.id, expect, put });
    const read = async () => (await store.read({ deadLetters: [open.id, 'absent'] })).deadLetters;
    await commitOne(store, 'commit-1', write(null));
    checkSame([...(await read())], [[open.id, open]], 'a dead letter is read as it was written');
    const closed = sampleDeadLetter(SAMPLE_TIME, 'commit-2', { state: 'closed', closedAt: '2026-01-02T00:00:00.000Z' });
    for (const stale of [null, 'commit-0']) {
      await commitExpecting(
        store,
        [unitOf('commit-2', write(stale, closed))],
        ['conflict'],
        'a dead letter that is not as it was seen is a conflict',
      );
    }
    await commitOne(store, 'commit-2', write('commit-1', closed));
    checkSame((await read()).get(open.id), closed, 'a dead letter is replaced as a whole');
  }),
  rule('dead letters are listed newest first, by state, page by page', async (harness) => {
    const { store, clock } = harness;
    const start = clock.now() - 10 * DAY;
    const states = ['open', 'closed', 'open', 'redriven', 'open'] as const;
    // A day apart: a store that keeps them in buckets of time must go on from one to the next.
    const letters = states.map((state, day) => sampleDeadLetter(start + day * DAY, `commit-${day}`, { state }));
    for (const put of letters) await commitOne(store, put.version, { kind: 'dead-letter', id: put.id, expect: null, put });
    await settled(harness);
    const newestFirst = letters.map(({ id }) => id).reverse();
    const open = letters
      .filter(({ state }) => state === 'open')
      .map(({ id }) => id)
      .reverse();
    for (const limit of [1, 2, 5, 100]) {
      checkSame(await letterIds(harness, limit), newestFirst, `pages of ${limit} give all, newest first`);
      checkSame(await letterIds(harness, limit, 'open'), open, `pages of ${limit} give all that are open`);
    }
    const put = sampleDeadLetter(start, 'commit-9', { state: 'closed' });
    await commitOne(store, 'commit-9', { kind: 'dead-letter', id: put.id, expect: 'commit-0', put });
    await settled(harness);
    checkSame(await letterIds(harness, 2, 'open'), open.slice(0, -1), 'a closed dead letter is not listed as open');
  }),
  rule('the last success of a reaction never moves back', async ({ store }) => {
    checkSame(await store.lastSuccess('reserve'), undefined, 'a reaction that never succeeded has no last success');
    for (const [at, last] of [
      [SAMPLE_TIME, SAMPLE_TIME],
      [SAMPLE_TIME - 1, SAMPLE_TIME],
      [SAMPLE_TIME + 1, SAMPLE_TIME + 1],
    ] as const) {
      await store.noteSuccess('reserve', at);
      checkSame(await store.lastSuccess('reserve'), last, 'the latest success counts');
    }
    checkSame(await store.lastSuccess('release'), undefined, 'another reaction has its own');
  }),
];
