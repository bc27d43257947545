import { ChoreographyError, client, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import { checkSettings, type Settings } from '../../../lib/contract/settings.ts';
import { shareMarker } from '../../../lib/runtime/batch/share-marker.ts';
import type { Claim, Emission } from '../../../lib/runtime/journal/claim.ts';
import { stepKey } from '../../../lib/runtime/journal/item-key.ts';
import { markerOf } from '../../../lib/runtime/journal/outbox.ts';
import type { Unit } from '../../../lib/runtime/journal/unit.ts';
import type { PublishOutcome } from '../../../lib/runtime/ports/publisher.ts';
import { claimWrite, sampleClaim, sampleOutboxMarker } from '../../../lib/testing/conformance/sample-items.ts';
import {
  type CommitFault,
  conflict,
  createRig,
  event,
  letters,
  lostAfter,
  lostBefore,
  messageOf,
  type Rig,
  statuses,
  throttled,
} from '../rig.ts';
import { begun, failed, said, speak } from './speaker.ts';

interface Mailer {
  send(id: string): Promise<void>;
}

const called = event('CallAsked');
const service = defineService({ name: 'speaker', reactions: [speak] });

const order = (id: string) => messageOf(begun, id, { correlationid: `saga-${id}` });
const failure = (id: string) => messageOf(failed, `failure-${id}`, { correlationid: `saga-${id}` });
const down = () => new Error('down');
const never = (subject: string) => (events: readonly { readonly subject?: string | undefined }[]) =>
  events.map((one): PublishOutcome => (one.subject === subject ? { status: 'retry', reason: 'throttled' } : { status: 'published' }));
const published = (rig: Rig) => rig.published.map(({ type, subject }) => `${type} ${subject}`);

async function markers(rig: Rig): Promise<readonly (readonly string[])[]> {
  const found = await rig.store.listOutbox({ before: Number.MAX_SAFE_INTEGER, limit: 100 });
  return found.map(({ entries }) => entries.map(({ claim }) => claim.partition.replace('saga#saga-', '')));
}

/** Three messages of one batch are committed; then the process dies. */
async function committedThree(of = service): Promise<Rig> {
  const rig = createRig(of);
  rig.publishing.push(() => {
    rig.die();
    return new Error('dead');
  });
  await rig.deliver(order('1'), order('2'), order('3'));
  rig.restart();
  return rig;
}

describe('what is committed together', () => {
  test('has one marker, so that a transaction holds more messages', async () => {
    const rig = createRig(service);
    rig.publishing.push(down, down, down);
    await rig.deliver(...Array.from({ length: 100 }, (_, index) => order(`${index}`)));
    expect(rig.sent.map((units) => units.length)).toEqual([99, 1]);
    expect((await markers(rig)).map((sagas) => sagas.length)).toEqual([99, 1]);
    expect(rig.store.outboxSize()).toBe(100);
  });

  test('is published by the sweep of another process, and its marker goes', async () => {
    const rig = await committedThree();
    expect(await markers(rig)).toEqual([['1', '2', '3']]);
    rig.later(31);
    expect(await rig.sweep()).toMatchObject({ published: 3, orphans: 0 });
    expect(published(rig)).toEqual(['WordSaid 1', 'WordSaid 2', 'WordSaid 3']);
    expect(await markers(rig)).toEqual([]);
  });

  test('is published by the redelivery of any of its messages, which takes off its own only', async () => {
    const rig = await committedThree();
    await rig.deliver(order('2'));
    expect(published(rig)).toEqual(['WordSaid 2']);
    expect(await markers(rig)).toEqual([['1', '3']]);
    await rig.deliver(order('2'), order('3'), order('1'));
    expect(published(rig)).toEqual(['WordSaid 2', 'WordSaid 3', 'WordSaid 1']);
    expect(await markers(rig)).toEqual([]);
  });

  test('does not go out again because one of its events is not taken', async () => {
    const rig = createRig(service);
    rig.publishing.push(...Array.from({ length: 6 }, () => never('2')));
    await rig.deliver(order('1'), order('2'), order('3'));
    expect(await markers(rig)).toEqual([['2']]);
    rig.later(31);
    await rig.sweep();
    expect(rig.waves.slice(3).map((wave) => wave.map(({ subject }) => subject))).toEqual([['2'], ['2'], ['2']]);
    await rig.sweep();
    expect(published(rig)).toEqual(['WordSaid 1', 'WordSaid 3', 'WordSaid 2']);
    expect(await markers(rig)).toEqual([]);
  });

  test('is not named for a unit that was refused: it has one of its own when it is in', async () => {
    const rig = createRig(service);
    rig.publishing.push(down, down, down);
    rig.commits.push(async (units, go) => {
      const key = stepKey('saga-1', 'speak');
      await go([{ id: 'other', writes: [{ kind: 'claim', key, expect: null, put: { ...sampleClaim('saga-1', 'other'), key } }] }]);
      return go(units);
    });
    await rig.deliver(order('1'), order('2'), order('3'));
    expect(rig.sent.map((units) => units.length)).toEqual([3, 2]);
    expect(await markers(rig)).toEqual([['2', '3']]);
  });

  test('is sent again without one that was refused: the claims say by which marker they go now', async () => {
    const rig = createRig(service);
    rig.commits.push(async (units) => units.map((_, index) => ({ status: index === 0 ? 'conflict' : 'cancelled' })));
    rig.publishing.push(() => {
      rig.die();
      return new Error('dead');
    });
    await rig.deliver(order('1'), order('2'), order('3'));
    rig.restart();
    expect(await markers(rig)).toEqual([['2', '3']]);
    await rig.deliver(order('3'));
    expect([published(rig), await markers(rig)]).toEqual([['WordSaid 3'], [['2']]]);
  });

  test.each([
    ['a conflict of the second', [1]],
    ['conflicts of the first and the last', [0, 2]],
  ])('and is in without an answer, which %s hides: all of it goes out', async (_, victims) => {
    const rig = createRig(service);
    rig.commits.push(lostAfter, async (units) =>
      units.map((_unit, index) => ({ status: victims.includes(index) ? 'conflict' : 'cancelled' })),
    );
    await rig.deliver(order('1'), order('2'), order('3'));
    rig.later(31);
    await rig.sweep();
    expect([...new Set(published(rig))].sort()).toEqual(['WordSaid 1', 'WordSaid 2', 'WordSaid 3']);
    expect(await markers(rig)).toEqual([]);
  });

  test('of which one claim is gone: the others go out, and the lost one is a dead letter', async () => {
    const rig = await committedThree();
    const { claims, ...rest } = rig.store.snapshot();
    rig.store.restore({ ...rest, claims: claims.filter(({ claim }) => claim.saga !== 'saga-2') });
    rig.later(31);
    expect(await rig.sweep()).toMatchObject({ published: 2, orphans: 1 });
    expect([published(rig), letters(rig)]).toEqual([['WordSaid 1', 'WordSaid 3'], ['OUTBOX_ORPHAN -']]);
    expect(await markers(rig)).toEqual([]);
  });

  test.each([
    ['refused', conflict],
    ['throttled', throttled],
    ['without an answer', lostBefore],
  ])('of which one claim is gone, and whose dead letter is %s: that one stays', async (_, fault) => {
    const rig = await committedThree();
    const { claims, ...rest } = rig.store.snapshot();
    rig.store.restore({ ...rest, claims: claims.filter(({ claim }) => claim.saga !== 'saga-2') });
    rig.later(31);
    rig.commits.push(fault);
    await rig.sweep();
    expect([await markers(rig), letters(rig)]).toEqual([[['2']], []]);
  });

  test('of which one claim is gone, and whose marker stays: it is one dead letter, however often it is swept', async () => {
    const rig = await committedThree();
    const { claims, ...rest } = rig.store.snapshot();
    rig.store.restore({ ...rest, claims: claims.filter(({ claim }) => claim.saga !== 'saga-2') });
    const gone = async () => {
      throw new ChoreographyError('STORE_THROTTLED', 'throttled', { retryable: true });
    };
    rig.options.ports.store.clearOutbox = gone;
    for (const _ of [1, 2]) {
      rig.later(31);
      await rig.sweep();
    }
    expect(letters(rig)).toEqual(['OUTBOX_ORPHAN -']);
  });

  test('of which all claims are gone, more than a sweep has time for: each sweep takes off what it has written down', async () => {
    const rig = await committedThree();
    const { claims: _, ...rest } = rig.store.snapshot();
    rig.store.restore({ ...rest, claims: [] });
    rig.later(31);
    const slow: CommitFault = async (units, go) => {
      rig.later(15);
      return go(units);
    };
    rig.commits.push(slow, slow);
    await rig.sweep();
    expect([letters(rig).length, await markers(rig)]).toEqual([2, [['3']]]);
    await rig.sweep();
    expect([letters(rig).length, await markers(rig)]).toEqual([3, []]);
  });

  test('goes out also while the expiry of its claims cannot be taken off', async () => {
    const echo = defineReaction({ name: 'echo', on: begun, emits: [said], react: ({ data }, tx) => tx.emit(said, data) });
    const rig = await committedThree(defineService({ name: 'echo', reactions: [echo] })); // without a compensation, its claims expire
    rig.later(2 * 3_600);
    const kept: unknown[] = [];
    rig.options.ports.store.keepClaim = async (key) => {
      kept.push(key);
      throw new ChoreographyError('STORE_THROTTLED', 'throttled', { retryable: true });
    };
    expect(await rig.sweep()).toMatchObject({ published: 3, orphans: 0 });
    expect(kept).toHaveLength(3);
  });

  test('action and undo of one step: the claim says of both where they stand', async () => {
    const rig = createRig(service);
    rig.publishing.push(() => {
      rig.die();
      return new Error('dead');
    });
    await rig.deliver(order('1'), order('2'), failure('2'));
    rig.restart();
    expect(await markers(rig)).toEqual([['1', '2', '2']]);
    expect(statuses(await rig.deliver(failure('2')))).toEqual(['done']);
    expect(published(rig)).toEqual(['WordSaid 2', 'WordRevoked 2']);
    expect(await markers(rig)).toEqual([['1']]);
  });
});

test('what has more events than are published in one go has its marker removed when the last of them is out', async () => {
  const repeat = defineReaction({
    name: 'repeat',
    on: begun,
    emits: [said],
    react({ data: { id } }, tx) {
      for (const word of ['a', 'b', 'c']) tx.emit(said, { id: `${id}-${word}` });
    },
  });
  const rig = createRig(defineService({ name: 'speaker', reactions: [repeat] }));
  await rig.deliver(...Array.from({ length: 80 }, (_, index) => order(`${index}`)));
  expect([rig.sent.length, rig.published.length, rig.store.outboxSize()]).toEqual([1, 240, 0]);
});

test('a process that is cut off while it publishes a large batch has removed the markers of what is out', async () => {
  const rig = createRig(service);
  const all = (events: readonly unknown[]) => events.map((): PublishOutcome => ({ status: 'published' }));
  rig.publishing.push(all, () => {
    rig.die();
    return new Error('dead');
  });
  await rig.deliver(...Array.from({ length: 300 }, (_, index) => order(`${index}`)));
  expect([rig.published.length, rig.store.outboxSize()]).toEqual([200, 100]);
});

test('the age of the outbox is that of its oldest marker', async () => {
  const rig = createRig(service);
  rig.publishing.push(...Array.from({ length: 6 }, () => down));
  await rig.deliver(order('1'));
  rig.later(60);
  await rig.deliver(order('2'));
  rig.later(40);
  const ages: number[] = [];
  rig.options.ports.telemetry.time = (name, _labels, milliseconds) => {
    if (name === 'outbox-age') ages.push(Math.floor(milliseconds / 1_000));
  };
  await rig.sweep();
  expect(ages).toEqual([100]);
});

test('a mistake in taking off a marker is told, and not taken for a table that is throttled', async () => {
  const rig = createRig(service);
  rig.options.ports.store.clearOutbox = async () => {
    throw new TypeError('no such thing');
  };
  expect(statuses(await rig.deliver(order('1')))).toEqual(['done']);
  const told = rig.log.filter(({ level }) => level === 'error').map(({ message, fields }) => [message, fields?.['error']]);
  expect(told).toEqual([['publishing failed; the sweep goes on with it', 'TypeError: no such thing']]);
});

describe('one step in two transactions', () => {
  async function expectKnown(rig: Rig, count: number): Promise<void> {
    const found = await rig.store.listOutbox({ before: Number.MAX_SAFE_INTEGER, limit: 100 });
    const stands = new Map(found.flatMap(({ id, entries }) => entries.map(({ commit }) => [commit, id] as const)));
    const emissions = rig.store
      .allClaims()
      .flatMap((claim): readonly Emission[] => claim.emissions.filter(({ events }) => events.length > 0));
    expect(found.length).toBeGreaterThan(1);
    expect(emissions.length).toBe(count);
    for (const emission of emissions) expect(markerOf(emission)).toBe(stands.get(emission.commit));
  }

  test('because they do not fit into one: the claim says of each event by which marker it goes', async () => {
    const note = defineReaction({ name: 'note', on: begun, emits: [said], react: ({ data: { id } }, tx) => tx.emit(said, { id }) });
    const settings: Partial<Settings> = checkSettings({ transactionWritesMax: 3 });
    const rig = createRig(defineService({ name: 'speaker', reactions: [note, speak] }), { settings });
    rig.publishing.push(down, down, down);
    await rig.deliver(order('1'), failure('1'));
    expect(rig.sent.map((units) => units.length)).toEqual([2, 1]);
    await expectKnown(rig, 3);
  });

  test('because an outside call came between: so it does', async () => {
    const call = defineReaction({
      name: 'call',
      on: called,
      clients: { mailer: client<Mailer>() },
      react: ({ data: { id } }, tx) => tx.clients.mailer.send(id),
    });
    const rig = createRig(defineService({ name: 'speaker', reactions: [speak, call] }), { clients: { mailer: { async send() {} } } });
    rig.publishing.push(down, down, down);
    await rig.deliver(order('1'), order('2'), messageOf(called, 'c'), failure('2'));
    await expectKnown(rig, 3);
  });
});

test('a claim that goes on in a transaction without events still says where its earlier ones stand', () => {
  const emission: Emission = { commit: 'b', phase: 'react', at: '2026-01-01T00:00:00.000Z', events: [], scheduled: [] };
  const claim = { ...sampleClaim('saga-1', 'c'), emissions: [emission] };
  const markers = new Map([
    ['a', 'marker-a'],
    ['b', 'marker-a'],
  ]);
  const [sent] = shareMarker([{ id: 'c', writes: [claimWrite(claim)] }], markers, 0);
  expect(sent?.writes).toEqual([claimWrite({ ...claim, emissions: [{ ...emission, marker: 'marker-a' }] })]);
});

test('a unit that is sent again by itself has a marker of another id, and says so', () => {
  const claim = {
    ...sampleClaim('saga-1', 'c'),
    emissions: [{ commit: 'c', phase: 'react', at: '2026-01-01T00:00:00.000Z', events: [], scheduled: [] }],
  } satisfies Claim;
  const own = sampleOutboxMarker('c', 0);
  const [sent] = shareMarker([{ id: 'c', writes: [claimWrite(claim), { kind: 'outbox', put: own }] }], new Map(), 2);
  const outbox = sent?.writes.find((write) => write.kind === 'outbox')?.put;
  const stored = sent?.writes.find((write) => write.kind === 'claim')?.put;
  expect(outbox).toEqual({ ...own, id: `${own.id}~2` });
  expect(stored?.emissions.map(markerOf)).toEqual([outbox?.id]);
});

test('a unit by itself keeps the marker that it came with', () => {
  const unit: Unit = { id: 'c', writes: [claimWrite(sampleClaim('saga-1', 'c')), { kind: 'outbox', put: sampleOutboxMarker('c', 0) }] };
  expect(shareMarker([unit], new Map(), 0)).toEqual([unit]);
});
