import { describe, expect, test } from 'vitest';
import { client } from '../../../lib/contract/client.ts';
import { defineEntity } from '../../../lib/contract/entity.ts';
import { ChoreographyError } from '../../../lib/contract/errors.ts';
import { SCHEDULE_SECONDS_MAX } from '../../../lib/contract/limits.ts';
import { defineReaction } from '../../../lib/contract/reaction.ts';
import type { Claim } from '../../../lib/runtime/journal/claim.ts';
import type { DeadLetter } from '../../../lib/runtime/journal/dead-letter.ts';
import type { Store } from '../../../lib/runtime/ports/store.ts';
import { errorRecord, type GiveUp, type Task } from '../../../lib/runtime/tasks/task.ts';
import {
  type Bench,
  createBench,
  message,
  NOW,
  OrderCancelled,
  OrderExpired,
  OrderPlaced,
  outcomeOf,
  PaymentCharged,
  PaymentFailed,
  PaymentRefunded,
} from './bench.ts';

interface Payments {
  charge(order: { key: string; cents: number }): Promise<{ id: string }>;
  refund(order: { key: string }): Promise<void>;
}
const Limit = defineEntity<{ cents: number }>('Limit');
const Payment = defineEntity<{ charge: string }>('Payment');
const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY_SECONDS = 86_400;

interface Script {
  /** What the provider does at each call; the last one repeats. */
  readonly provider?: readonly ('ok' | 'down' | 'down after it took effect')[];
  readonly delivery?: 'at-least-once' | 'at-most-once';
  readonly undoWindowHours?: number;
  /** Runs in `react` before the call. */
  readonly before?: (bench: Bench) => unknown;
  /** Runs in `react` after the call. */
  readonly after?: (bench: Bench) => unknown;
  readonly around?: (store: Store) => Store;
  readonly onGiveUp?: 'tells' | 'throws' | 'reads';
  readonly cents?: () => number;
}

/** A payment service with one step, a scripted provider, and the calls that came through. */
function setUp({
  provider = ['ok'],
  delivery = 'at-least-once',
  undoWindowHours,
  before,
  after,
  around,
  onGiveUp,
  cents = () => 100,
}: Script = {}) {
  const calls: string[] = [];
  const seen: Claim[] = [];
  let bench: Bench;
  async function answer(what: string, key: string): Promise<{ id: string }> {
    const behaviour = provider[Math.min(calls.length, provider.length - 1)];
    seen.push(...bench.store.allClaims());
    calls.push(what === 'charge' ? what : `${what} ${key.slice(0, 4)}`);
    if (behaviour !== 'ok') throw new Error('the provider is down');
    return { id: `charge-${calls.length}` };
  }
  const clients = {
    payments: {
      charge: ({ key }: { key: string }) => answer('charge', key),
      refund: ({ key }: { key: string }) => answer('refund', key),
    },
  };
  const charge = defineReaction({
    name: 'charge',
    on: OrderPlaced,
    emits: [PaymentCharged],
    fails: [PaymentFailed],
    delivery,
    clients: { payments: client<Payments>({ keyLifetimeHours: 24 }) },
    async react(event, tx) {
      await before?.(bench);
      const limit = await tx.get(Limit, 'all');
      if (limit && limit.cents < 100) tx.fail(PaymentFailed, event.data);
      const { id } = await tx.clients.payments.charge({ key: tx.idempotencyKey, cents: cents() });
      await after?.(bench);
      tx.put(Payment, event.data.orderId, { charge: id });
      tx.emit(PaymentCharged, event.data);
      return { id };
    },
    onGiveUp:
      onGiveUp === undefined
        ? undefined
        : async (event, tx) => {
            if (onGiveUp === 'throws') throw new Error('no words');
            if (onGiveUp === 'reads') await tx.get(Limit, 'told');
            tx.fail(PaymentFailed, event.data);
          },
    compensation: {
      on: [OrderCancelled, OrderExpired],
      emits: [PaymentRefunded],
      undoWindowHours,
      async undo(event, tx, step) {
        await tx.clients.payments.refund({ key: tx.idempotencyKey });
        expect(step.id).toMatch(/^charge-/);
        tx.emit(PaymentRefunded, event.data);
      },
    },
  });
  bench = createBench([charge] as never, { clients, ...(around ? { around } : {}) });
  const placed = message(OrderPlaced);
  const action = (more?: Partial<Task>) => bench.task('charge', 'action', placed, more);
  const trigger = (type: typeof OrderCancelled | typeof OrderExpired = OrderCancelled, more?: Partial<Task>) =>
    bench.task('charge', 'trigger', message(type), more);
  const claim = () => bench.claim(action()) as Claim;
  const documents = () => bench.store.allDeadLetters();
  const only = () => documents()[0] as DeadLetter;
  return { bench, calls, seen, action, trigger, claim, documents, only, placed };
}

function giveUp(task: Task, parts: Partial<GiveUp> = {}): Task {
  task.giveUp = { error: { code: 'REACTION_FAILED', message: 'the provider is down' }, technical: true, phase: 'react', ...parts };
  return task;
}

describe('a step with an outside call', () => {
  test('is in the journal with its message and its first call before the call is made', async () => {
    const { bench, action, seen, placed } = setUp();
    await bench.run(action());
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      state: 'started',
      message: placed,
      firstCall: { client: 'payments', method: 'charge', at: NOW },
      runningUntil: NOW + 60_000,
    });
  });
  test('ends with state, data and events in one commit', async () => {
    const { bench, action, claim } = setUp();
    expect(outcomeOf(await bench.run(action()))).toBe('done');
    expect(claim()).toMatchObject({
      state: 'done',
      data: { id: 'charge-1' },
      emissions: [{ phase: 'react', events: [{ type: 'PaymentCharged' }] }],
    });
    expect(bench.store.entity('Payment', 'o-1')?.state).toEqual({ charge: 'charge-1' });
  });
  test('a conflict runs it again with the answer it has: no second call', async () => {
    let conflicts = 0;
    const { bench, action, calls } = setUp({
      async after({ commit }) {
        conflicts += 1;
        if (conflicts === 1)
          await commit({
            id: 'other',
            writes: [
              {
                kind: 'entity',
                key: { entity: 'Limit', id: 'all' },
                expect: null,
                put: { state: { cents: 500 }, shapeVersion: 1, version: 'other', indexes: {} },
              },
            ],
          });
      },
    });
    expect(outcomeOf(await bench.run(action()))).toBe('done');
    expect([conflicts, calls]).toEqual([2, ['charge']]);
  });
});

describe('a rerun must repeat the recorded call', () => {
  const down = ['down after it took effect', 'ok'] as const;
  test('the same call is made again, and the step ends done', async () => {
    const { bench, action, calls, claim } = setUp({ provider: down });
    expect(outcomeOf(await bench.run(action()))).toBe('failed: the provider is down');
    expect(outcomeOf(await bench.run(action()))).toBe('done');
    expect([calls, claim().state]).toEqual([['charge', 'charge'], 'done']);
  });
  test('tx.fail without the call is OUTCOME_UNKNOWN, never failed', async () => {
    const { bench, action, calls, claim } = setUp({ provider: down });
    await bench.run(action());
    await bench.commit({
      id: 'x',
      writes: [
        {
          kind: 'entity',
          key: { entity: 'Limit', id: 'all' },
          expect: null,
          put: { state: { cents: 1 }, shapeVersion: 1, version: 'x', indexes: {} },
        },
      ],
    });
    expect(outcomeOf(await bench.run(action()))).toBe('dead-lettered OUTCOME_UNKNOWN');
    expect([calls, claim().state]).toEqual([['charge'], 'gave-up']);
  });
  test('other arguments are OUTCOME_UNKNOWN', async () => {
    let cents = 100;
    const { bench, action, only, calls } = setUp({ provider: down, cents: () => cents });
    await bench.run(action());
    cents = 120;
    expect(outcomeOf(await bench.run(action()))).toBe('dead-lettered OUTCOME_UNKNOWN');
    expect(only().error.message).toBe(
      'An earlier attempt called payments.charge; this one calls payments.charge with other arguments. Find out at the outside system whether payments.charge took effect, and put right by hand what has to be.',
    );
    expect(calls).toEqual(['charge']);
  });
  test.each([
    [0, 'done'],
    [1, 'dead-lettered OUTCOME_UNKNOWN'],
  ])('%d ms after the last minute of the key has begun', async (milliseconds, expected) => {
    const { bench, action } = setUp({ provider: down });
    await bench.run(action());
    bench.clock.time += 24 * HOUR - MINUTE + milliseconds;
    expect(outcomeOf(await bench.run(action()))).toBe(expected);
  });
  test('the age of a key counts from the first attempt, also after a redrive', async () => {
    const { bench, action, claim } = setUp({ provider: ['down', 'down', 'ok'] });
    await bench.run(action());
    await bench.run(giveUp(action()));
    bench.clock.time += 20 * HOUR;
    await bench.run(action({ redriven: true }));
    expect(claim()).toMatchObject({ state: 'started', firstCall: { at: NOW } });
    bench.clock.time += 5 * HOUR;
    expect(outcomeOf(await bench.run(action({ redriven: true })))).toBe('dead-lettered OUTCOME_UNKNOWN');
  });
});

describe('a trigger', () => {
  test('undoes what is done, with its data', async () => {
    const { bench, action, trigger, claim, calls } = setUp();
    await bench.run(action());
    expect(outcomeOf(await bench.run(trigger()))).toBe('undone');
    expect(claim()).toMatchObject({
      state: 'undone',
      emissions: [{ phase: 'react' }, { phase: 'undo', events: [{ type: 'PaymentRefunded' }] }],
    });
    expect(calls).toHaveLength(2);
  });
  test('is named in the claim by what it undid, and what acts names none', async () => {
    const { bench, action, trigger, claim } = setUp();
    await bench.run(action());
    const { source, id, type } = trigger().original;
    await bench.run(trigger());
    expect(claim().emissions.map((emission) => emission.trigger)).toEqual([undefined, { source, id, type }]);
    expect(claim().emissions[0]).not.toHaveProperty('trigger');
  });
  test('whose call failed repeats it with the same key, for as long as the other side knows the key', async () => {
    const { bench, action, trigger, claim, calls } = setUp({ provider: ['ok', 'down', 'ok'] });
    await bench.run(action());
    await bench.run(trigger());
    bench.clock.time += 24 * HOUR - MINUTE;
    expect(outcomeOf(await bench.run(trigger()))).toBe('undone');
    expect([claim().state, new Set(calls.slice(1)).size]).toEqual(['undone', 1]);
  });
  test('whose call may have taken effect is not repeated once the other side has forgotten the key', async () => {
    const { bench, action, trigger, claim, calls, only } = setUp({ provider: ['ok', 'down', 'ok'] });
    await bench.run(action());
    await bench.run(trigger());
    bench.clock.time += 24 * HOUR - MINUTE + 1;
    expect(outcomeOf(await bench.run(trigger()))).toBe('dead-lettered OUTCOME_UNKNOWN');
    expect([claim().state, calls.length, only().phase]).toEqual(['done', 2, 'undo']);
  });
  test('that comes first leaves a tombstone without a message, and the action is refused', async () => {
    const { bench, action, trigger, claim, calls } = setUp();
    expect(outcomeOf(await bench.run(trigger()))).toBe('cancelled');
    expect(claim()).toMatchObject({ state: 'cancelled', emissions: [{ trigger: { id: trigger().original.id } }] });
    expect(claim()).not.toHaveProperty('message');
    expect(outcomeOf(await bench.run(action()))).toBe('cancelled');
    expect(calls).toEqual([]);
  });
  test('that meets started leaves a request and a due item, and neither waits nor calls', async () => {
    const { bench, action, trigger, claim, calls, placed } = setUp({ provider: ['down'] });
    await bench.run(action());
    expect(outcomeOf(await bench.run(trigger()))).toBe('requested');
    expect(claim()).toMatchObject({ state: 'started', message: placed, undoRequested: { type: 'OrderCancelled' } });
    expect(await bench.store.listDue({ before: NOW + 60_000, limit: 9 })).toMatchObject([
      { kind: 'settle', dueAt: NOW + 60_000, saga: 'saga-1', reaction: 'charge' },
    ]);
    expect(calls).toEqual(['charge']);
    expect(outcomeOf(await bench.run(trigger(OrderExpired)))).toBe('requested');
    expect(bench.store.dueSize()).toBe(1);
  });
  test('whoever learns the outcome undoes it: the action again, or the due item', async () => {
    for (const role of ['action', 'settle'] as const) {
      const { bench, action, trigger, claim, calls, placed } = setUp({ provider: ['down', 'ok'] });
      await bench.run(action());
      await bench.run(trigger());
      expect(outcomeOf(await bench.run(bench.task('charge', role, placed)))).toBe('undone');
      expect(claim().state).toBe('undone');
      expect(claim().emissions.flatMap(({ events }) => events.map(({ type, causationid }) => [type, causationid]))).toEqual([
        ['PaymentRefunded', 'OrderCancelled'],
      ]);
      expect(calls.map((call) => call.split(' ')[0])).toEqual(['charge', 'charge', 'refund']);
      expect(bench.store.entity('Payment', 'o-1')).toBeUndefined();
    }
  });
  test('that comes while the action runs wins against its commit; the action undoes what it did', async () => {
    let came = false;
    const { bench, action, claim, calls } = setUp({
      async after({ run, task }) {
        if (came) return;
        came = true;
        await run(task('charge', 'trigger', message(OrderCancelled)));
      },
    });
    expect(outcomeOf(await bench.run(action()))).toBe('undone');
    expect([claim().state, calls.map((call) => call.split(' ')[0])]).toEqual(['undone', ['charge', 'refund']]);
  });
  test('two triggers refund under one key', async () => {
    const { bench, action, trigger, calls } = setUp({ provider: ['ok', 'down after it took effect', 'ok'] });
    await bench.run(action());
    await bench.run(trigger());
    await bench.run(trigger(OrderExpired));
    const [, first, second] = calls;
    expect(first).toMatch(/^refund /);
    expect(second).toBe(first);
  });
  test('meets a step that gave up before any call: cancelled, and its dead letter is closed', async () => {
    const { bench, action, trigger, claim, only } = setUp();
    await bench.run(giveUp(action()));
    expect(only().state).toBe('open');
    expect(outcomeOf(await bench.run(trigger()))).toBe('cancelled');
    expect([claim().state, claim().deadLetters, only().state]).toEqual(['cancelled', [], 'closed']);
  });
  test('meets a step that gave up after a call: the redrive settles and undoes it, and closes its dead letter', async () => {
    const { bench, action, trigger, claim, only } = setUp({ provider: ['down', 'ok'] });
    await bench.run(action());
    await bench.run(giveUp(action()));
    expect(outcomeOf(await bench.run(trigger()))).toBe('requested');
    expect(bench.store.dueSize()).toBe(0);
    expect(outcomeOf(await bench.run(action({ redriven: true, deadLetter: only().id })))).toBe('undone');
    expect([claim().state, only().state]).toEqual(['undone', 'closed']);
  });
  test('that gives up leaves the step as it is; the next trigger undoes it and closes that dead letter', async () => {
    const { bench, action, trigger, claim, only } = setUp();
    await bench.run(action());
    await bench.run(giveUp(trigger()));
    expect([claim().state, claim().deadLetters, only().phase]).toEqual(['done', [only().id], 'undo']);
    await bench.run(trigger(OrderExpired));
    expect([claim().state, only().state]).toEqual(['undone', 'closed']);
  });
  test.each(['undone', 'cancelled'])('that gives up on what is %s by now opens no dead letter', async (state) => {
    const { bench, action, trigger, claim, documents } = setUp();
    if (state === 'undone') await bench.run(action());
    await bench.run(trigger());
    expect(outcomeOf(await bench.run(giveUp(trigger(OrderExpired), { phase: 'transport' })))).toBe('duplicate');
    expect([claim().state, documents()]).toEqual([state, []]);
  });
});

describe('the undo window', () => {
  const window = { undoWindowHours: 1 };
  test('a trigger after it is a dead letter, and the step stays done', async () => {
    const { bench, action, trigger, claim, only, calls } = setUp(window);
    await bench.run(action());
    bench.clock.time += HOUR;
    expect(outcomeOf(await bench.run(trigger()))).toBe('dead-lettered UNDO_WINDOW_PASSED');
    expect([claim().state, only().error.message, calls]).toEqual([
      'done',
      'OrderCancelled came after the undo window of charge; undo it by hand.',
      ['charge'],
    ]);
  });
  test('no commit in between makes it longer', async () => {
    const { bench, action, trigger, claim } = setUp(window);
    await bench.run(action());
    const { undoUntil, expiresAt } = claim();
    bench.clock.time += HOUR / 2;
    await bench.run(giveUp(trigger()));
    expect(claim()).toMatchObject({ undoUntil, expiresAt });
    expect(undoUntil).toBe(NOW + HOUR);
  });
});

describe('how long a claim lives', () => {
  const life = 15 * DAY_SECONDS + SCHEDULE_SECONDS_MAX;
  const at = NOW / 1000;
  const states: readonly (readonly [string, Script, (set: ReturnType<typeof setUp>) => Promise<unknown>, number | undefined])[] = [
    ['done: as long as it may be undone', {}, ({ bench, action }) => bench.run(action()), undefined],
    ['done with an undo window', { undoWindowHours: 2 }, ({ bench, action }) => bench.run(action()), at + 2 * 3600 + life],
    ['started', { provider: ['down'] }, ({ bench, action }) => bench.run(action()), undefined],
    ['gave up', {}, ({ bench, action }) => bench.run(giveUp(action())), undefined],
    ['undone', {}, async ({ bench, action, trigger }) => [await bench.run(action()), await bench.run(trigger())], at + life],
    ['cancelled: tombstones last longest', {}, ({ bench, trigger }) => bench.run(trigger()), at + life + DAY_SECONDS],
  ];
  test.each(states)('%s', async (_name, script, play, expected) => {
    const set = setUp(script);
    await play(set);
    expect(set.claim().expiresAt).toBe(expected);
  });
  test('of a step: until no event can come any more that its saga has scheduled', async () => {
    const later = ({ bench }: ReturnType<typeof setUp>, type: typeof OrderPlaced | typeof OrderCancelled) => {
      bench.clock.time += SCHEDULE_SECONDS_MAX * 1000;
      const fired = message(type, { id: 'fired', time: new Date(bench.clock.time).toISOString() });
      return bench.run(bench.task('charge', type === OrderPlaced ? 'action' : 'trigger', fired));
    };
    const [cancelled, undone, windowed] = [setUp(), setUp(), setUp({ undoWindowHours: 2 })];
    await cancelled.bench.run(cancelled.trigger());
    expect(outcomeOf(await later(cancelled, OrderPlaced))).toBe('cancelled');
    for (const task of [undone.action(), undone.trigger()]) await undone.bench.run(task);
    expect(outcomeOf(await later(undone, OrderPlaced))).toBe('dead-lettered STEP_TAKEN');
    await windowed.bench.run(windowed.action());
    expect(outcomeOf(await later(windowed, OrderCancelled))).toBe('dead-lettered UNDO_WINDOW_PASSED');
    expect([cancelled, undone, windowed].map(({ calls }) => calls.length)).toEqual([0, 2, 1]);
  });
  test('of a message that is dated ahead: as much longer as that is recognised', async () => {
    const { bench, claim, trigger } = setUp();
    const ahead = message(OrderPlaced, { time: new Date(NOW + HOUR).toISOString() });
    await bench.run(bench.task('charge', 'action', ahead));
    await bench.run(trigger());
    expect(claim().expiresAt).toBe(at + life + HOUR / 1000);
  });
});

describe('giving up', () => {
  test('writes the dead letter, tells the others, and remembers what it told, in one commit', async () => {
    const { bench, action, claim, only } = setUp({ onGiveUp: 'tells' });
    const result = await bench.run(giveUp(action()));
    expect(result).toMatchObject({ technical: true, outcome: { status: 'dead-lettered', events: [{ type: 'PaymentFailed' }] } });
    expect(claim()).toMatchObject({
      state: 'gave-up',
      told: { type: 'PaymentFailed' },
      deadLetters: [only().id],
      emissions: [{ phase: 'give-up' }],
    });
    expect(bench.store.outboxSize()).toBe(1);
  });
  test('tells once: a redrive that fails again opens the same document and says nothing more', async () => {
    const { bench, action, claim, documents, only } = setUp({ onGiveUp: 'tells', provider: ['down'] });
    await bench.run(giveUp(action()));
    const redriven = { redriven: true, deadLetter: only().id };
    await bench.run(giveUp(action(redriven)));
    expect([documents().length, only().state, only().attempts, claim().emissions.length]).toEqual([1, 'open', 2, 1]);
  });
  test('a redrive after the failure was told never acts', async () => {
    const { bench, action, claim, calls } = setUp({ onGiveUp: 'tells' });
    await bench.run(giveUp(action()));
    expect(outcomeOf(await bench.run(action({ redriven: true })))).toBe('cancelled');
    expect([claim().state, calls, claim().emissions.at(-1)?.trigger?.type]).toEqual(['cancelled', [], 'PaymentFailed']);
  });
  test('a redrive after a call and a told failure settles with that failure, and undoes', async () => {
    const { bench, action, claim, seen } = setUp({ onGiveUp: 'tells', provider: ['down', 'ok'] });
    await bench.run(action());
    await bench.run(giveUp(action()));
    expect(outcomeOf(await bench.run(action({ redriven: true })))).toBe('undone');
    expect(seen.at(-2)).toMatchObject({ state: 'started', undoRequested: { type: 'PaymentFailed' } }); // whoever comes after a crash settles, too
    const [told, undone] = claim().emissions.flatMap(({ events }) => events);
    expect([claim().state, undone?.type, undone?.causationid]).toEqual(['undone', 'PaymentRefunded', told?.id]);
    expect(claim().emissions.at(-1)?.trigger).toEqual({ source: told?.source, id: told?.id, type: 'PaymentFailed' });
  });
  test('an onGiveUp that throws does not keep the dead letter back', async () => {
    const { bench, action, claim } = setUp({ onGiveUp: 'throws' });
    expect(outcomeOf(await bench.run(giveUp(action())))).toBe('dead-lettered REACTION_FAILED');
    expect(claim()).not.toHaveProperty('told');
  });
  test('a throttled store does not keep the failure from the others: giving up is tried again', async () => {
    let throttle = true;
    const { bench, action, claim } = setUp({
      onGiveUp: 'reads',
      around: (store) => ({
        ...store,
        async read(request) {
          if (throttle && request.entities?.some(({ id }) => id === 'told'))
            throw new ChoreographyError('STORE_THROTTLED', 'slow down', { retryable: true });
          return store.read(request);
        },
      }),
    });
    expect(outcomeOf(await bench.run(giveUp(action())))).toBe('failed: STORE_THROTTLED');
    expect(claim()).toBeUndefined();
    throttle = false;
    await bench.run(giveUp(action()));
    expect(claim().told?.type).toBe('PaymentFailed');
  });
  test('an action that is finished by now has nothing to give up, and closes the document of its redrive', async () => {
    const { bench, action, documents, claim } = setUp({ provider: ['down', 'ok'] });
    await bench.run(giveUp(action()));
    const { id } = documents()[0] as { id: string };
    await bench.run(action({ redriven: true })); // fails
    await bench.run(action({ redriven: true }));
    expect(outcomeOf(await bench.run(giveUp(action({ redriven: true, deadLetter: id }))))).toBe('duplicate');
    expect([claim().state, documents().map(({ state }) => state)]).toEqual(['done', ['closed']]);
  });
  test('what the transport gave up on is not given up twice', async () => {
    const { bench, action, documents } = setUp();
    await bench.run(giveUp(action()));
    expect(outcomeOf(await bench.run(giveUp(action(), { phase: 'transport' })))).toBe('duplicate');
    expect(documents()).toHaveLength(1);
  });
  test('a redrive that crashed until the transport gave up opens its document again', async () => {
    const { bench, action, documents, only } = setUp();
    await bench.run(giveUp(action()));
    await bench.run(giveUp(action({ redriven: true, deadLetter: only().id }), { phase: 'transport' }));
    expect(documents()).toMatchObject([{ state: 'open', attempts: 2, phase: 'transport' }]);
  });
  test("never touches a step that another message holds: that message's own dead letter says so", async () => {
    const { bench, action, claim, only } = setUp({ provider: ['down'] });
    await bench.run(action());
    const other = message(OrderPlaced, { id: 'other' });
    const task = giveUp(bench.task('charge', 'action', other), { phase: 'transport' });
    expect(outcomeOf(await bench.run(task))).toBe('dead-lettered STEP_TAKEN');
    expect([claim().state, claim().deadLetters, only().message?.id]).toEqual(['started', [], 'other']);
  });
});

describe('at most once', () => {
  const amo = { delivery: 'at-most-once' } as const;
  test('a call that failed is never repeated: OUTCOME_UNKNOWN', async () => {
    const { bench, action, claim, calls } = setUp({ ...amo, provider: ['down', 'ok'], onGiveUp: 'tells' });
    const task = action();
    expect(outcomeOf(await bench.run(task))).toBe('failed: the provider is down');
    expect(outcomeOf(await bench.run(task))).toBe('dead-lettered OUTCOME_UNKNOWN');
    expect([claim().state, claim().told, calls]).toEqual(['gave-up', undefined, ['charge']]);
    expect(outcomeOf(await bench.run(action({ redriven: true })))).toBe('dead-lettered OUTCOME_UNKNOWN');
    expect(calls).toEqual(['charge']);
  });
  test('an error of the store after the call is no error of the call: a rerun in this process has its answer', async () => {
    let throttled = true;
    const { bench, action, claim, calls } = setUp({
      ...amo,
      after() {
        if (throttled) throw new ChoreographyError('STORE_THROTTLED', 'slow down', { retryable: true });
      },
    });
    const task = action();
    expect(outcomeOf(await bench.run(task))).toBe('failed: STORE_THROTTLED');
    throttled = false;
    expect(outcomeOf(await bench.run(task))).toBe('done');
    expect([claim().state, calls]).toEqual(['done', ['charge']]);
  });
  test('another process waits while the attempt may run, and then nobody knows', async () => {
    const { bench, action, trigger, calls } = setUp({ ...amo, provider: ['down'] });
    await bench.run(action());
    expect(outcomeOf(await bench.run(action()))).toBe('wait');
    expect(outcomeOf(await bench.run(trigger()))).toBe('wait');
    bench.clock.time += 60_000;
    expect(outcomeOf(await bench.run(trigger()))).toBe('dead-lettered OUTCOME_UNKNOWN');
    expect(outcomeOf(await bench.run(action()))).toBe('dead-lettered OUTCOME_UNKNOWN');
    expect(calls).toEqual(['charge']);
  });
  test('an undo is recorded before its first call, and never begun twice', async () => {
    const { bench, action, trigger, claim, calls, seen } = setUp({ ...amo, provider: ['ok', 'down'] });
    await bench.run(action());
    const first = trigger();
    await bench.run(first);
    expect(seen.at(-1)).toMatchObject({ state: 'done', undoBegun: { type: 'OrderCancelled' } });
    expect(outcomeOf(await bench.run(trigger(OrderExpired)))).toBe('wait');
    expect(outcomeOf(await bench.run(first))).toBe('dead-lettered OUTCOME_UNKNOWN');
    bench.clock.time += 60_000;
    expect(outcomeOf(await bench.run(trigger(OrderExpired)))).toBe('dead-lettered OUTCOME_UNKNOWN');
    expect([calls.length, claim().state]).toEqual([2, 'done']);
  });
});

describe('a redrive', () => {
  test('of a message that is a duplicate by now closes its document', async () => {
    const { bench, action, documents } = setUp({ provider: ['down', 'down', 'ok'] });
    await bench.run(giveUp(action()));
    const deadLetter = documents()[0]?.id as string;
    await bench.run(action({ redriven: true }));
    await bench.run(action({ redriven: true }));
    await bench.run(action({ redriven: true }));
    expect(outcomeOf(await bench.run(action({ redriven: true, deadLetter })))).toBe('duplicate');
    expect(documents().map(({ state }) => state)).toEqual(['closed']);
  });
  test('ends as a quarantine after its last one', async () => {
    const { bench, action, only } = setUp({ provider: ['down'] });
    await bench.run(giveUp(action()));
    for (let redrives = 1; redrives <= 6; redrives += 1) {
      const document = only();
      await bench.commit({
        id: `redrive-${redrives}`,
        writes: [
          {
            kind: 'dead-letter',
            id: document.id,
            expect: document.version,
            put: { ...document, version: `redrive-${redrives}`, state: 'redriven', redrives },
          },
        ],
      });
      await bench.run(giveUp(action({ redriven: true, deadLetter: document.id })));
      expect(only()).toMatchObject({ state: redrives < 5 ? 'open' : 'quarantined', redrives, attempts: redrives + 1 });
    }
  });
  test('of a document that says something else is replaced by the one of the reaction', async () => {
    const { bench, action, documents, claim } = setUp();
    const decode = {
      id: '2025~decode',
      version: 'd',
      consumer: 'payment',
      reactions: [],
      phase: 'decode',
      message: message(OrderPlaced),
      error: { code: 'NO_UPCAST', message: '' },
    } as const;
    const rest = {
      attempts: 1,
      firstFailedAt: '',
      lastFailedAt: '',
      source: { kind: 'outbox', commit: '' },
      state: 'redriven',
      redrives: 1,
    } as const;
    await bench.commit({ id: 'd', writes: [{ kind: 'dead-letter', id: decode.id, expect: null, put: { ...decode, ...rest } }] });
    await bench.run(giveUp(action({ redriven: true, deadLetter: decode.id })));
    expect(documents().map(({ phase, state }) => `${phase} ${state}`)).toEqual(['react open', 'decode closed']);
    expect(claim().deadLetters).toEqual([documents()[0]?.id]);
  });
});

test('an error is kept as data, and of a long one only the beginning, so that there is room for the message', () => {
  const long = Object.assign(new Error('m'.repeat(500_000)), { code: 'c'.repeat(500) });
  const { code, message: text, stack = '' } = errorRecord(long);
  expect([code.length, text, stack.length]).toEqual([100, 'm'.repeat(2_000), 4_000]);
  expect(stack.startsWith('Error: mmm')).toBe(true);
  const { stack: short = '' } = errorRecord(new Error('short'));
  expect(short.split('\n').length).toBeGreaterThan(3);
  expect(errorRecord('just text')).toEqual({ code: 'REACTION_FAILED', message: 'just text' });
});

describe('a message that another one stands in the way of', () => {
  test('has one dead letter however often it comes, and keeps count of its redrives', async () => {
    const { bench, action, documents, only } = setUp();
    await bench.run(action());
    const other = (more?: Partial<Task>) => bench.task('charge', 'action', message(OrderPlaced, { id: 'other' }), more);
    await bench.run(other());
    await bench.commit({
      id: 'q',
      writes: [
        { kind: 'dead-letter', id: only().id, expect: only().version, put: { ...only(), version: 'q', state: 'quarantined', redrives: 5 } },
      ],
    });
    bench.clock.time += HOUR;
    expect(outcomeOf(await bench.run(other()))).toBe('duplicate STEP_TAKEN');
    expect([documents().length, only().attempts, only().state]).toEqual([1, 1, 'quarantined']);
    await bench.run(other({ redriven: true, deadLetter: only().id }));
    expect([documents().length, only().attempts, only().state, only().redrives]).toEqual([1, 2, 'quarantined', 5]);
  });
  test('leaves its dead letter alone that was closed while a redrive was on its way', async () => {
    const { bench, action, only } = setUp();
    await bench.run(action());
    const other = (more?: Partial<Task>) => bench.task('charge', 'action', message(OrderPlaced, { id: 'other' }), more);
    await bench.run(other());
    const closed = { ...only(), version: 'c', state: 'closed', redrives: 1 } as const;
    await bench.commit({ id: 'c', writes: [{ kind: 'dead-letter', id: closed.id, expect: only().version, put: closed }] });
    expect(outcomeOf(await bench.run(other({ redriven: true, deadLetter: closed.id })))).toBe('duplicate STEP_TAKEN');
    expect(only()).toEqual(closed);
  });
  test.each(['open', 'closed'] as const)('closes the document that a redrive came from, where its own is there, %s', async (state) => {
    const { bench, action, documents, only } = setUp();
    await bench.run(action());
    const other = (more?: Partial<Task>) => bench.task('charge', 'action', message(OrderPlaced, { id: 'other' }), more);
    await bench.run(other());
    const own = { ...only(), version: 'o', state };
    const from = { ...only(), id: 'from', version: 'f', phase: 'decode', reactions: [], state: 'redriven', redrives: 1 } as const;
    await bench.commit({
      id: 'both',
      writes: [
        { kind: 'dead-letter', id: own.id, expect: only().version, put: own },
        { kind: 'dead-letter', id: from.id, expect: null, put: from },
      ],
    });
    await bench.run(other({ redriven: true, deadLetter: from.id }));
    expect(
      documents()
        .map((document) => [document.id, document.state, document.attempts])
        .sort(),
    ).toEqual([
      [own.id, state, state === 'open' ? 2 : 1],
      ['from', 'closed', 1],
    ]);
  });
  test('a process that everybody had given up on does not write over what became of it', async () => {
    const { bench, action, only } = setUp();
    await bench.run(action());
    const late = bench.task('charge', 'action', message(OrderPlaced, { id: 'other' }));
    const stale = await bench.round(late);
    await bench.run(bench.task('charge', 'action', message(OrderPlaced, { id: 'other' })));
    const redriven = { ...only(), version: 'r', state: 'redriven', redrives: 1 } as const;
    await bench.commit({ id: 'r', writes: [{ kind: 'dead-letter', id: only().id, expect: only().version, put: redriven }] });
    expect(stale.kind === 'unit' && (await bench.commit(stale.unit))).toBe(false);
    expect(outcomeOf(await bench.run(late))).toBe('duplicate STEP_TAKEN');
    expect(only()).toEqual(redriven);
  });
  test('what is too large to give up with its claim has one document, which stays as operators left it', async () => {
    const { bench, action, only } = setUp();
    const hopeless = {
      error: { code: 'GIVE_UP_TOO_LARGE', message: 'too large' },
      technical: false,
      phase: 'react',
      hopeless: true,
    } as const;
    const given = (more?: Partial<Task>) => Object.assign(action(more), { giveUp: hopeless });
    await bench.run(given());
    const closed = { ...only(), version: 'c', state: 'closed' } as const;
    await bench.commit({ id: 'c', writes: [{ kind: 'dead-letter', id: closed.id, expect: only().version, put: closed }] });
    expect(outcomeOf(await bench.run(given()))).toBe('duplicate GIVE_UP_TOO_LARGE');
    expect(only()).toEqual(closed);
    expect(outcomeOf(await bench.run(given({ redriven: true, deadLetter: closed.id })))).toBe('duplicate GIVE_UP_TOO_LARGE');
    expect(only()).toEqual(closed);
    const open = { ...closed, version: 'o', state: 'redriven' } as const;
    await bench.commit({ id: 'o', writes: [{ kind: 'dead-letter', id: open.id, expect: closed.version, put: open }] });
    await bench.run(given({ redriven: true, deadLetter: open.id }));
    expect([only().id, only().state, only().attempts]).toEqual([open.id, 'open', 2]);
  });
  test('what is too large after a redrive is the same document, with what an operator made of the message and with a shorter error', async () => {
    const { bench, action, only } = setUp();
    await bench.run(giveUp(action()));
    const first = only();
    const edited = { ...first, message: message(OrderPlaced, { data: { orderId: 'o-2' } }), original: message(OrderPlaced) };
    const sent = { ...edited, version: 'r', state: 'redriven', redrives: 5, redrivenAt: '2026-01-01T00:00:00.000Z' } as const;
    await bench.commit({ id: 'r', writes: [{ kind: 'dead-letter', id: first.id, expect: first.version, put: sent }] });
    const error = { code: 'COMMIT_REFUSED', message: 'x'.repeat(9_000), stack: 'y'.repeat(9_000) };
    const hopeless = { error, technical: false, phase: 'react', hopeless: true } as const;
    const again = (data: unknown) => {
      const task = bench.task('charge', 'action', message(OrderPlaced, { data }), { redriven: true, deadLetter: first.id });
      return bench.run(Object.assign(task, { giveUp: hopeless }));
    };
    expect(outcomeOf(await again({ orderId: 'o-1' }))).toBe('duplicate COMMIT_REFUSED');
    expect(only()).toEqual(sent);
    await again({ orderId: 'o-2' });
    const { redrivenAt: _, ...kept } = sent;
    const room = first.error.message.length + (first.error.stack?.length ?? 0);
    expect(only()).toEqual({
      ...kept,
      version: only().version,
      attempts: 2,
      state: 'quarantined',
      lastFailedAt: only().lastFailedAt,
      error: { code: 'COMMIT_REFUSED', message: 'x'.repeat(room) },
    });
  });
  test('messages that took the same id one after the other each have their own', async () => {
    const { bench, action, documents } = setUp();
    await bench.run(action());
    for (const orderId of ['o-2', 'o-3', 'o-3'])
      await bench.run(bench.task('charge', 'action', message(OrderPlaced, { data: { orderId } })));
    expect(documents().map(({ error, message: kept }) => [error.code, kept?.data])).toEqual(
      expect.arrayContaining([
        ['ID_REUSED', { orderId: 'o-2' }],
        ['ID_REUSED', { orderId: 'o-3' }],
      ]),
    );
    expect(documents()).toHaveLength(2);
  });
});
