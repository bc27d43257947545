import { ChoreographyError, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test, vi } from 'vitest';
import type { Envelope } from '../../../lib/contract/index.ts';
import type { PublishOutcome } from '../../../lib/runtime/ports/publisher.ts';
import { sampleMarker } from '../../../lib/testing/conformance/sample-items.ts';
import { type CommitFault, createRig, event, messageOf, type Rig } from '../rig.ts';

const begun = event('OrderBegun');
const closed = event('OrderClosed');
const said = event('WordSaid');
const shut = event('DoorShut');
const reminded = event('OwnerReminded');

const speak = defineReaction({ name: 'speak', on: begun, emits: [said], react: ({ data }, tx) => tx.emit(said, data) });
const shutDoor = defineReaction({ name: 'shut', on: closed, emits: [shut], react: ({ data }, tx) => tx.emit(shut, data) });
const service = defineService({ name: 'speaker', reactions: [speak, shutDoor] });
const remind = defineReaction({
  name: 'remind',
  on: begun,
  schedules: [reminded, shut],
  react({ data: { id, quantity = 0 } }, tx) {
    tx.schedule(quantity > 0 ? shut : reminded, { id }, { afterSeconds: 60 });
  },
});
const reminder = defineService({ name: 'reminder', reactions: [remind] });

/** Items of one sweep. */
const ITEMS = 4;

const no: PublishOutcome = { status: 'retry', reason: 'not now' };
const names = (events: readonly Envelope[]) => events.map(({ type, subject }) => `${type} ${subject}`);

/** The channel's answer for each event, from now on. */
function answering(rig: Rig, answer: (event: Envelope) => PublishOutcome): void {
  rig.publishing.splice(
    0,
    rig.publishing.length,
    ...Array.from({ length: 500 }, () => (events: readonly Envelope[]) => events.map(answer)),
  );
}
const taken: PublishOutcome = { status: 'published' };
const withoutWords = ({ type }: Envelope) => (type === 'WordSaid' || type === 'OwnerReminded' ? no : taken);

/** Commits whose events are not out: a word each, and of the last ones a door. */
async function waiting(words: number, doors: number, sweepItemsMax = ITEMS): Promise<Rig> {
  const rig = createRig(service, { settings: { sweepItemsMax } });
  answering(rig, () => no);
  for (let at = 0; at < words + doors; at += 1) await rig.deliver(messageOf(at < words ? begun : closed, `${at}`));
  rig.later(60);
  rig.waves.length = 0;
  return rig;
}

/** Sweeps, and which commits each of them tried to publish. */
async function sweeps(rig: Rig, count: number): Promise<readonly (readonly string[])[]> {
  const tried: (readonly string[])[] = [];
  for (let sweep = 0; sweep < count; sweep += 1) {
    rig.waves.length = 0;
    await rig.sweep();
    tried.push([...new Set(rig.waves.flat().map(({ subject = '' }) => subject))]);
  }
  return tried;
}

test('a sweep says how much it has fired, also if that was nothing: an alarm rings where none says so', async () => {
  const rig = createRig(service);
  const counted: unknown[] = [];
  vi.spyOn(rig.options.ports.telemetry, 'count').mockImplementation((name, _labels, value) => counted.push([name, value]));
  await rig.sweep();
  expect(counted).toEqual([['due-fired', 0]]);
});

describe('what cannot be published', () => {
  test('does not hold up what is behind it, however much it is, and no sweep takes on more for it', async () => {
    const rig = await waiting(9, 3);
    answering(rig, withoutWords);
    expect(await sweeps(rig, 7)).toEqual([
      ['0', '1', '2', '3'],
      ['0', '1', '4', '5'],
      ['0', '1', '6', '7'],
      ['0', '1', '8', '9'],
      ['0', '1', '10', '11'],
      ['0', '1', '2', '3'],
      ['0', '1', '4', '5'],
    ]);
    expect(names(rig.published)).toEqual(['DoorShut 9', 'DoorShut 10', 'DoorShut 11']);
    expect(rig.store.outboxSize()).toBe(9);
  });

  test('as the channel was down, goes out in order once it is back', async () => {
    const rig = await waiting(9, 0);
    await sweeps(rig, 3);
    const place = await rig.store.sweptTo('outbox');
    answering(rig, () => taken);
    await sweeps(rig, 1);
    expect(await rig.store.sweptTo('outbox')).toBe(place);
    await sweeps(rig, 2);
    expect(rig.published.map(({ subject }) => subject)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  });

  test('does not make a sweep say that it published nothing where it cannot note how far it has come', async () => {
    const rig = await waiting(2, 1);
    answering(rig, withoutWords);
    vi.spyOn(rig.options.ports.store, 'noteSwept').mockRejectedValue(
      new ChoreographyError('STORE_THROTTLED', 'throttled', { retryable: true }),
    );
    expect(await rig.sweep()).toMatchObject({ published: 1 });
  });

  test('does not hold up what is behind it by the time that it takes', async () => {
    const rig = await waiting(11, 0, 12);
    rig.later(16 * 86_400);
    await rig.deliver(messageOf(closed, '11', { time: new Date(rig.clock.now()).toISOString() }));
    rig.later(60);
    answering(rig, () => taken);
    // All claims of words are gone, and a sweep has time for two times two of their dead letters, which are not taken.
    const slow: CommitFault = async () => {
      rig.later(5);
      return [{ status: 'conflict' }];
    };
    rig.commits.push(...Array.from({ length: 100 }, () => slow));
    await sweeps(rig, 6);
    expect(names(rig.published)).toEqual(['DoorShut 11']);
    expect(rig.store.outboxSize()).toBe(11);
  });
});

describe('what takes the time of a sweep', () => {
  const MINUTE = 60_000;

  /** A saga that has been parked for a minute, and whose wake-up got lost. */
  async function park(rig: Rig, saga: string): Promise<void> {
    const at = rig.clock.now() - MINUTE;
    const put = sampleMarker(saga, `commit-of-${saga}`, { parkedAt: at, wakeAt: at });
    await rig.store.commit([{ id: put.version, writes: [{ kind: 'saga', saga, expect: null, put }] }]);
  }

  test('as a channel does not answer, leaves some for what needs none of it', async () => {
    const rig = createRig(defineService({ name: 'both', reactions: [speak, remind] }));
    answering(rig, () => no);
    await rig.deliver(messageOf(begun, '1'));
    await park(rig, 'saga-2');
    const dueAt = rig.clock.now();
    const put = { kind: 'settle' as const, id: `${new Date(dueAt).toISOString()}~s`, dueAt, saga: 'saga-3', reaction: 'speak' };
    await rig.store.commit([{ id: 'commit-3', writes: [{ kind: 'due', put }] }]);
    rig.later(61);
    const calls: string[] = [];
    const silent = () => {
      calls.push('publish');
      rig.later(18);
      return new Error('no answer');
    };
    rig.publishing.splice(0, rig.publishing.length, ...Array.from({ length: 50 }, () => silent));
    const startedAt = rig.clock.now();
    vi.spyOn(rig.options.ports.replayQueue, 'send').mockImplementation(async (sends) => {
      calls.push(...sends.map(({ task }) => task.kind));
      expect(rig.clock.now()).toBeLessThan(startedAt + MINUTE);
    });
    expect(await rig.sweep()).toEqual({ published: 0, orphans: 0, due: 1, woken: 1 });
    expect(calls).toEqual(['publish', 'publish', 'settle', 'publish', 'wake']);
  });

  test('as a queue does not answer, leaves what needs a channel only to it', async () => {
    const rig = createRig(reminder);
    await rig.deliver(messageOf(begun, '1'));
    const dueAt = rig.clock.now();
    const put = { kind: 'settle' as const, id: `${new Date(dueAt).toISOString()}~s`, dueAt, saga: 'saga-3', reaction: 'remind' };
    await rig.store.commit([{ id: 'commit-3', writes: [{ kind: 'due', put }] }]);
    rig.later(61);
    vi.spyOn(rig.options.ports.replayQueue, 'send').mockRejectedValue(
      new ChoreographyError('QUEUE_UNAVAILABLE', 'no answer', { retryable: true }),
    );
    expect(await rig.sweep()).toMatchObject({ due: 1 });
    expect(names(rig.published)).toEqual(['OwnerReminded 1']);
    expect(rig.store.dueSize()).toBe(1);
  });

  test('as a queue does not answer, ends with it', async () => {
    const rig = createRig(service);
    for (const saga of ['saga-1', 'saga-2']) await park(rig, saga);
    vi.spyOn(rig.options.ports.replayQueue, 'send').mockImplementation(async () => {
      rig.later(60);
      throw new ChoreographyError('QUEUE_UNAVAILABLE', 'no answer', { retryable: true });
    });
    expect(await rig.sweep()).toMatchObject({ woken: 1 });
  });
});

describe('what is due and cannot be published', () => {
  test('does not hold up what is behind it, however much it is', async () => {
    const rig = createRig(reminder, { settings: { sweepItemsMax: ITEMS } });
    for (let at = 0; at < 10; at += 1) {
      await rig.deliver(messageOf(begun, `${at}`, { data: { id: `${at}`, quantity: at < 9 ? 0 : 1 } }));
      rig.later(1);
    }
    rig.later(60);
    answering(rig, withoutWords);
    expect(await sweeps(rig, 5)).toEqual([
      ['0', '1', '2', '3'],
      ['0', '1', '4', '5'],
      ['0', '1', '6', '7'],
      ['0', '1', '8', '9'],
      ['0', '1', '2', '3'],
    ]);
    expect(names(rig.published)).toEqual(['DoorShut 9']);
    expect(rig.store.dueSize()).toBe(9);
  });
});
