import { ChoreographyError, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test, vi } from 'vitest';
import type { DeadLetter } from '../../../lib/runtime/journal/dead-letter.ts';
import type { PublishOutcome } from '../../../lib/runtime/ports/publisher.ts';
import { claims, createRig, event, letters, messageOf, statuses } from '../rig.ts';

const begun = event('OrderBegun');
const first = event('FirstSaid');
const second = event('SecondSaid');
const later = event('TimePassed');

const speak = defineReaction({
  name: 'speak',
  on: begun,
  emits: [first, second],
  react({ data: { id } }, tx) {
    tx.emit(first, { id });
    tx.emit(second, { id });
  },
});
const service = defineService({ name: 'speaker', reactions: [speak] });
const waiting = defineReaction({
  name: 'wait',
  on: begun,
  schedules: [later],
  react({ data: { id } }, tx) {
    tx.schedule(later, { id }, { afterSeconds: 60 });
  },
});
const scheduler = defineService({ name: 'scheduler', reactions: [waiting] });

type Events = Parameters<ReturnType<typeof createRig>['publishing'][number]>[0];
const no: PublishOutcome = { status: 'retry', reason: 'throttled' };
const yes: PublishOutcome = { status: 'published' };
const never: PublishOutcome = { status: 'refused', code: 'NOT_ALLOWED', message: 'not this one' };
const only = (verdict: PublishOutcome, test: (event: Events[number]) => boolean) => (events: Events) =>
  events.map((each) => (test(each) ? verdict : yes));
const order = (id: string, saga = `saga-${id}`) => messageOf(begun, id, { correlationid: saga });
const said = (events: Events) => events.map(({ type, subject }) => `${type} ${subject}`);

describe('inline', () => {
  test('events of a partition key go in order, one in a call; other keys go along', async () => {
    const rig = createRig(service);
    await rig.deliver(order('1'), order('2'));
    expect(rig.waves.map(said)).toEqual([
      ['FirstSaid 1', 'FirstSaid 2'],
      ['SecondSaid 1', 'SecondSaid 2'],
    ]);
    expect(rig.store.outboxSize()).toBe(0);
  });

  test('an event that fails is sent again and holds back the later ones of its key only', async () => {
    const rig = createRig(service);
    rig.publishing.push(only(no, ({ subject }) => subject === '1'));
    await rig.deliver(order('1'), order('2'));
    expect(rig.waves.map(said)).toEqual([['FirstSaid 1', 'FirstSaid 2'], ['FirstSaid 1', 'SecondSaid 2'], ['SecondSaid 1']]);
    expect(said(rig.published)).toEqual(['FirstSaid 2', 'FirstSaid 1', 'SecondSaid 2', 'SecondSaid 1']);
    expect([rig.counted('events-published'), rig.counted('publish-retries')]).toEqual([4, 1]);
    expect(rig.store.outboxSize()).toBe(0);
  });

  test('a key that is never taken leaves its marker and does not use up the tries of the others', async () => {
    const rig = createRig(service);
    rig.publishing.push(...Array.from({ length: 20 }, () => only(no, ({ partitionkey }) => partitionkey === 'saga-1')));
    const results = await rig.deliver(order('1'), order('2', 'many'), order('3', 'many'), order('4', 'many'));
    expect(statuses(results)).toEqual(['done', 'done', 'done', 'done']);
    expect(said(rig.published)).toEqual(['FirstSaid 2', 'SecondSaid 2', 'FirstSaid 3', 'SecondSaid 3', 'FirstSaid 4', 'SecondSaid 4']);
    expect(rig.waves.filter((wave) => said(wave).includes('FirstSaid 1'))).toHaveLength(3);
    expect(rig.store.outboxSize()).toBe(1);
  });

  test('a channel that is down is tried a few times; the records are a success and the markers stay', async () => {
    const rig = createRig(service);
    rig.publishing.push(...Array.from({ length: 20 }, () => () => new Error('down')));
    expect(statuses(await rig.deliver(order('1'), order('2')))).toEqual(['done', 'done']);
    expect(rig.waves).toHaveLength(3);
    expect(rig.store.outboxSize()).toBe(2);
    expect(rig.counted('publish-retries')).toBe(6);
  });

  test('what failed is sent again later and later: a channel that is busy gets time', async () => {
    const rig = createRig(service);
    const at: number[] = [];
    const busy = (events: Events) => {
      at.push(rig.clock.now());
      return events.map(() => no);
    };
    rig.publishing.push(...Array.from({ length: 20 }, () => busy));
    await rig.deliver(order('1'));
    const [first = 0, second = 0, third = 0] = at;
    expect(second - first).toBeGreaterThan(0);
    expect(third - second).toBeGreaterThan(second - first);
  });

  test('markers that the store will never take off are in the log: their events go out again and again', async () => {
    const rig = createRig(service);
    rig.options.ports.store.clearOutbox = () => Promise.reject(new ChoreographyError('STORE_REFUSED', 'not allowed'));
    expect(statuses(await rig.deliver(order('1')))).toEqual(['done']);
    const errors = rig.log.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      { message: 'publishing failed; the sweep goes on with it', fields: { error: expect.stringContaining('not allowed') } },
    ]);
  });

  test('a missing outcome counts as not sent', async () => {
    const rig = createRig(service);
    rig.publishing.push(() => []);
    await rig.deliver(order('1'));
    expect([said(rig.published), rig.counted('publish-retries')]).toEqual([['FirstSaid 1', 'SecondSaid 1'], 1]);
  });

  test('an event that is refused for good becomes a dead letter before its marker goes; the others go out', async () => {
    const rig = createRig(service);
    rig.publishing.push(only(never, ({ type }) => type === 'FirstSaid'));
    const marked: number[] = [];
    rig.commits.push(
      (units, go) => go(units),
      (units, go) => {
        marked.push(rig.store.outboxSize());
        return go(units);
      },
    );
    await rig.deliver(order('1'));
    expect(marked).toEqual([1]);
    expect(rig.store.allDeadLetters()).toMatchObject([
      { phase: 'publish', error: { code: 'NOT_ALLOWED' }, message: { type: 'FirstSaid' }, source: { kind: 'outbox' }, state: 'open' },
    ]);
    expect(said(rig.published)).toEqual(['SecondSaid 1']);
    expect(rig.store.outboxSize()).toBe(0);
  });

  test('while its dead letter cannot be written, the marker of a refused event stays', async () => {
    const rig = createRig(service);
    rig.publishing.push(
      only(never, ({ type }) => type === 'FirstSaid'),
      only(yes, () => true),
      only(never, ({ type }) => type === 'FirstSaid'),
    );
    rig.commits.push(
      (units, go) => go(units),
      async () => [{ status: 'conflict' }],
    );
    await rig.deliver(order('1'));
    expect(letters(rig)).toEqual([]);
    expect(rig.store.outboxSize()).toBe(1);
    rig.later(31);
    await rig.sweep();
    expect(letters(rig)).toHaveLength(1);
    expect(rig.store.outboxSize()).toBe(0);
  });

  test('what an operator has done with a refused event stays done, as long as another event of its commit waits', async () => {
    const rig = createRig(service);
    const verdicts = (events: Events) => events.map(({ type }) => (type === 'FirstSaid' ? never : no));
    rig.publishing.push(...Array.from({ length: 20 }, () => verdicts));
    await rig.deliver(order('1'));
    const [letter] = rig.store.allDeadLetters() as [DeadLetter];
    const closed = {
      ...letter,
      version: 'by-hand',
      state: 'closed' as const,
      notes: [{ at: letter.lastFailedAt, by: 'ops', action: 'discarded' as const }],
    };
    await rig.store.commit([{ id: 'by-hand', writes: [{ kind: 'dead-letter', id: letter.id, expect: letter.version, put: closed }] }]);
    rig.later(31);
    await rig.sweep();
    expect(rig.store.allDeadLetters()).toEqual([closed]);
    expect(rig.store.outboxSize()).toBe(1);
  });

  test('a marker that cannot be removed is no failure: the sweep publishes again under the same ids', async () => {
    const rig = createRig(service);
    const { store } = rig.options.ports;
    const clearOutbox = store.clearOutbox;
    store.clearOutbox = async () => {
      throw new Error('no');
    };
    expect(statuses(await rig.deliver(order('1')))).toEqual(['done']);
    store.clearOutbox = clearOutbox;
    rig.later(31);
    await rig.sweep();
    expect(new Set(rig.published.map(({ id }) => id)).size).toBe(2);
    expect(rig.published).toHaveLength(4);
    expect(rig.store.outboxSize()).toBe(0);
  });
});

describe('after a crash between commit and publish', () => {
  function crashed() {
    const rig = createRig(service);
    rig.publishing.push(() => {
      rig.die();
      return new Error('dead');
    });
    return rig;
  }

  test('the redelivery publishes what is left, and runs nothing again', async () => {
    const rig = crashed();
    await rig.deliver(order('1'));
    rig.restart();
    expect(rig.published).toEqual([]);
    expect(statuses(await rig.deliver(order('1')))).toEqual(['done']);
    expect(said(rig.published)).toEqual(['FirstSaid 1', 'SecondSaid 1']);
    expect(claims(rig)).toEqual(['speak 1 done']);
    expect(rig.store.outboxSize()).toBe(0);
  });

  test('a redelivery after everything went out publishes nothing', async () => {
    const rig = createRig(service);
    await rig.deliver(order('1'));
    await rig.deliver(order('1'));
    expect(rig.published).toHaveLength(2);
  });

  test('the sweep publishes after thirty seconds, not before', async () => {
    const rig = crashed();
    await rig.deliver(order('1'));
    rig.restart();
    rig.later(20);
    expect(await rig.sweep()).toMatchObject({ published: 0 });
    rig.later(15);
    expect(await rig.sweep()).toMatchObject({ published: 1, orphans: 0 });
    expect(said(rig.published)).toEqual(['FirstSaid 1', 'SecondSaid 1']);
    expect(rig.store.outboxSize()).toBe(0);
  });

  test('a claim whose events are still unpublished after an hour loses its expiry', async () => {
    const rig = crashed();
    await rig.deliver(order('1'));
    rig.restart();
    rig.publishing.push(...Array.from({ length: 6 }, () => () => new Error('down')));
    rig.later(1800);
    await rig.sweep();
    expect(rig.store.allClaims()[0]?.expiresAt).toBeDefined();
    rig.later(1801);
    await rig.sweep();
    expect(rig.store.allClaims()[0]).not.toHaveProperty('expiresAt');
    rig.later(30 * 86_400);
    await rig.sweep();
    expect(said(rig.published)).toEqual(['FirstSaid 1', 'SecondSaid 1']);
  });

  test('its expiry is taken off once, and only while there is time', async () => {
    const rig = createRig(service);
    rig.publishing.push(...Array.from({ length: 20 }, () => () => new Error('down')));
    await rig.deliver(order('1'), order('2'), order('3'));
    rig.later(3_601);
    const keep = vi.spyOn(rig.options.ports.store, 'keepClaim').mockImplementation(async (key) => {
      rig.later(15);
      return rig.store.keepClaim(key);
    });
    for (const kept of [2, 3, 3]) {
      await rig.sweep();
      expect(keep).toHaveBeenCalledTimes(kept);
    }
  });

  test('a marker whose claim is gone is a dead letter first, then it goes; what can be published is', async () => {
    const rig = crashed();
    await rig.deliver(order('1'));
    rig.restart();
    rig.later(15 * 86_400 + 10);
    rig.publishing.push(
      () => new Error('down'),
      () => new Error('down'),
      () => new Error('down'),
    );
    await rig.deliver(messageOf(begun, '2', { time: new Date(rig.clock.now()).toISOString() }));
    rig.later(40);
    rig.commits.push(async () => [{ status: 'conflict' }]);
    expect(await rig.sweep()).toMatchObject({ published: 1, orphans: 1 });
    expect(said(rig.published)).toEqual(['FirstSaid 2', 'SecondSaid 2']);
    expect([rig.store.outboxSize(), letters(rig)]).toEqual([1, []]);
    await rig.sweep();
    expect([rig.store.outboxSize(), letters(rig)]).toEqual([0, ['OUTBOX_ORPHAN -']]);
  });

  test('an earlier commit`s events go out although the step has moved on', async () => {
    const failed = event('OrderFailed');
    const undone = event('OrderUndone');
    const step = defineReaction({
      name: 'step',
      on: begun,
      emits: [first],
      react({ data: { id } }, tx) {
        tx.emit(first, { id });
        return { id };
      },
      compensation: {
        on: failed,
        emits: [undone],
        undo(_event, tx, { id }) {
          tx.emit(undone, { id });
        },
      },
    });
    const rig = createRig(defineService({ name: 'stepper', reactions: [step] }));
    rig.publishing.push(() => {
      rig.die();
      return new Error('dead');
    });
    await rig.deliver(order('1'));
    rig.restart();
    await rig.deliver(messageOf(failed, 'f', { correlationid: 'saga-1' }));
    expect(said(rig.published)).toEqual(['OrderUndone 1']);
    rig.later(31);
    await rig.sweep();
    expect(said(rig.published)).toEqual(['OrderUndone 1', 'FirstSaid 1']);
  });
});

describe('a scheduled event', () => {
  test('fires when it is due, and is removed only after it went out', async () => {
    const rig = createRig(scheduler);
    await rig.deliver(order('1'));
    expect(await rig.sweep()).toMatchObject({ due: 0 });
    rig.later(61);
    rig.publishing.push(
      () => new Error('down'),
      () => new Error('down'),
      () => new Error('down'),
    );
    expect(await rig.sweep()).toMatchObject({ due: 0 });
    expect(rig.store.dueSize()).toBe(1);
    expect(await rig.sweep()).toMatchObject({ due: 1 });
    expect(said(rig.published)).toEqual(['TimePassed 1']);
    expect(rig.store.dueSize()).toBe(0);
    expect(await rig.sweep()).toMatchObject({ due: 0 });
  });

  test('that is refused for good is a dead letter, and does not fire for ever', async () => {
    const rig = createRig(scheduler);
    await rig.deliver(order('1'));
    rig.later(61);
    rig.publishing.push(only(never, () => true));
    await rig.sweep();
    expect(rig.store.allDeadLetters()).toMatchObject([{ phase: 'publish', message: { type: 'TimePassed' } }]);
    expect(rig.store.dueSize()).toBe(0);
  });
});

test('what stops one part of the sweep does not stop the others', async () => {
  const rig = createRig(scheduler);
  await rig.deliver(order('1'));
  rig.later(61);
  rig.options.ports.store.listOutbox = async () => {
    throw new Error('no listing');
  };
  expect(await rig.sweep()).toEqual({ published: 0, orphans: 0, due: 1, woken: 0 });
  expect(rig.log.filter(({ level }) => level === 'error')).toHaveLength(1);
});
