import { client, commandType, defineEntity, defineReaction, defineService, type Service } from 'aws-choreography';
import { message, runService, stored } from 'aws-choreography/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { createServiceBench } from '../../lib/testing/service-bench.ts';
import { event, messageOf } from '../runtime/rig.ts';

const begun = event('OrderBegun');
const taken = event('SeatTaken');
const refused = event('SeatRefused');
const failed = event('OrderFailed');
const passed = event('TimePassed');
const Seat = defineEntity<{ free: number }>('Seat');

const take = defineReaction({
  name: 'takeSeat',
  on: begun,
  emits: [taken],
  fails: [refused],
  schedules: [passed],
  async react({ data: { id } }, tx) {
    const free = (await tx.get(Seat, 'all'))?.free ?? 0;
    if (free === 0) return tx.fail(refused, { id });
    tx.put(Seat, 'all', { free: free - 1 });
    tx.emit(taken, { id });
    tx.schedule(passed, { id }, { afterSeconds: 90 });
    return { seat: free };
  },
  compensation: {
    on: failed,
    async undo(_event, tx) {
      tx.put(Seat, 'all', { free: ((await tx.get(Seat, 'all'))?.free ?? 0) + 1 });
    },
  },
});
const seats = defineService({ name: 'seats', reactions: [take] });
const saga = { correlationid: 'saga-1' };
const order = messageOf(begun, '1', saga);

/** A service with one reaction that does as it is told. */
function serviceOf(
  react: (tx: {
    emit(type: typeof taken, data: { id: string; quantity?: number }): void;
    put(entity: typeof Seat, id: string, state: { free: number }): void;
    delete(entity: typeof Seat, id: string): void;
  }) => unknown,
): Service {
  return defineService({
    name: 'bad',
    reactions: [defineReaction({ name: 'misbehave', on: begun, emits: [taken], react: (_event, tx) => react(tx) as never })],
  }) as Service;
}

/** Called as often as a reaction runs. */
let runs = 0;
beforeEach(() => {
  runs = 0;
});

describe('an outcome', () => {
  test('has what was emitted, scheduled, returned and stored', async () => {
    const result = await runService(seats, { given: [stored(Seat, 'all', { free: 3 })], when: order });
    expect(result).toMatchObject({
      outcome: 'done',
      emitted: [{ type: 'SeatTaken', data: { id: '1' } }],
      scheduled: [{ type: 'TimePassed', data: { id: '1' }, afterSeconds: 90 }],
      answer: { seat: 3 },
    });
    expect(result.state(Seat, 'all')).toEqual({ free: 2 });
    expect(result.state(Seat, 'none')).toBeUndefined();
    expect(result.error).toBeUndefined();
  });

  test.each([
    ['failed', [], order],
    ['undone', [stored(Seat, 'all', { free: 3 }), order], messageOf(failed, 'f', saga)],
    ['cancelled', [stored(Seat, 'all', { free: 3 }), messageOf(failed, 'f', saga)], order],
    ['duplicate', [stored(Seat, 'all', { free: 3 }), order], order],
    ['ignored', [], messageOf(taken, 't')],
  ] as const)('is %s', async (outcome, given, when) => {
    const result = await runService(seats, { given, when });
    expect(result.outcome).toBe(outcome);
  });

  test('is dead-lettered, with the error, for what no retry can help, also when it comes twice', async () => {
    const given = [stored(Seat, 'all', { free: 3 }), order];
    const second = await runService(seats, { given, when: messageOf(begun, '2', saga) });
    expect(second).toMatchObject({ outcome: 'dead-lettered', error: { code: 'STEP_TAKEN' } });
    const endless = await runService(seats, { when: { ...order, hops: 99 } });
    expect(endless).toMatchObject({ outcome: 'dead-lettered', error: { code: 'HOP_LIMIT' } });
  });

  test('is parked, with the error, for a technical failure that nobody else met', async () => {
    const service = serviceOf(() => {
      throw new Error('no answer');
    });
    expect(await runService(service, { when: order })).toMatchObject({
      outcome: 'parked',
      emitted: [],
      error: { code: 'REACTION_FAILED', message: 'no answer', stack: expect.stringContaining('Error: no answer\n    at ') },
    });
  });

  test('is refused where a given message is none that the service takes', async () => {
    const given = [messageOf(event('DoorShut'), 'old')];
    await expect(runService(seats, { given, when: order })).rejects.toMatchObject({
      code: 'GIVEN_IGNORED',
      message: 'seats takes no DoorShut, so it cannot have processed one before: leave it out of `given`, or give what it takes.',
      details: { service: 'seats', type: 'DoorShut' },
    });
  });

  test('is not coloured by what the given messages came to', async () => {
    const given = [stored(Seat, 'all', { free: 3 }), { ...messageOf(begun, 'old'), hops: 99 }];
    const result = await runService(seats, { given, when: order });
    expect(result.outcome).toBe('done');
    expect(result.error).toBeUndefined();
  });

  test('of a failure that follows a command is that of its saga: what the command did is undone', async () => {
    const Open = commandType<'OpenDoor', { id: string }, { opened: string }>({
      type: 'OpenDoor',
      version: 1,
      schema: { uri: 'urn:aws-choreography:OpenDoor:1', sensitive: [], validate: () => [] },
    });
    const undone: string[] = [];
    const door = defineReaction({
      name: 'openDoor',
      on: Open,
      react: (_, tx) => ({ opened: tx.newId() }),
      compensation: { on: failed, undo: (_event, _tx, { opened }) => void undone.push(opened) },
    });
    const doors = defineService({ name: 'doors', reactions: [door] });
    const open = message(Open, { id: 'front' });
    const { answer } = await runService(doors, { when: open });
    const { outcome } = await runService(doors, { given: [open], when: message(failed, { id: 'front' }), redeliver: false });
    expect([outcome, undone]).toEqual(['undone', [(answer as { opened: string }).opened]]);
  });

  test('of a command has its answer or its refusal', async () => {
    const Open = commandType<'OpenDoor', { id: string }, { opened: string }>({
      type: 'OpenDoor',
      version: 1,
      schema: { uri: 'urn:aws-choreography:OpenDoor:1', sensitive: [], validate: () => [] },
    });
    const door = defineReaction({
      name: 'openDoor',
      on: Open,
      react: ({ data: { id } }, tx) => {
        if (id === 'wall') return tx.refuse('NO_DOOR', 'There is no door.');
        if (id === 'stuck') throw new Error('it is stuck');
        return { opened: tx.newId() };
      },
    });
    const doors = defineService({ name: 'doors', reactions: [door] });
    expect(await runService(doors, { when: message(Open, { id: 'front' }) })).toMatchObject({
      outcome: 'done',
      answer: { opened: expect.any(String) },
    });
    expect(await runService(doors, { when: message(Open, { id: 'wall' }) })).toMatchObject({
      outcome: 'refused',
      answer: undefined,
      error: { code: 'NO_DOOR', message: 'There is no door.' },
    });
    expect(await runService(doors, { when: message(Open, { id: 'stuck' }) })).toMatchObject({
      outcome: 'parked',
      error: { code: 'COMMAND_UNAVAILABLE', message: 'it is stuck' },
    });
  });
});

describe('a reaction that is not the same when it runs again', () => {
  const expectRefusal = (service: ReturnType<typeof serviceOf>, text: string) =>
    expect(runService(service, { given: [], when: order })).rejects.toMatchObject({
      code: 'REDELIVERY_CHANGED',
      message: expect.stringContaining(text),
      details: { service: 'bad', reaction: 'misbehave', type: 'OrderBegun' },
    });

  test('because it counts in a variable outside: the message says which reaction, and how it differed', async () => {
    const service = serviceOf((tx) => {
      runs += 1;
      tx.emit(taken, { id: '1', quantity: runs });
    });
    await expect(runService(service, { when: order })).rejects.toMatchObject({
      code: 'REDELIVERY_CHANGED',
      message:
        'bad: misbehave ran twice for one OrderBegun, as it does when a commit is refused, and emitted SeatTaken with different data the second time. A reaction may run several times before it commits; let it use only the message, tx and its clients, and no outside variables, clocks or random numbers.',
    });
  });

  test.each([
    [
      'emitted SeatTaken the first time and nothing the second',
      (tx: { emit: (type: typeof taken, data: { id: string }) => void }) => {
        runs += 1;
        if (runs === 1) tx.emit(taken, { id: '1' });
      },
    ],
    [
      'wrote a different state of Seat all the second time',
      (tx: { put: (entity: typeof Seat, id: string, state: { free: number }) => void }) => {
        runs += 1;
        tx.put(Seat, 'all', { free: runs });
      },
    ],
    [
      'returned something else the second time',
      () => {
        runs += 1;
        return { runs };
      },
    ],
    [
      'ended as done the first time and was given up the second with REACTION_FAILED (no seat)',
      () => {
        runs += 1;
        if (runs > 1) throw Object.assign(new Error('no seat'), { retryable: false });
      },
    ],
    [
      'did not end the second time',
      () => {
        runs += 1;
        if (runs > 1) throw new Error('once only');
      },
    ],
  ] as const)('fails the test: it %s', async (text, react) => {
    await expectRefusal(serviceOf(react as never), text);
  });

  test('is let through when the test says so', async () => {
    const service = serviceOf((tx) => {
      runs += 1;
      tx.emit(taken, { id: '1', quantity: runs });
    });
    expect(await runService(service, { when: order, redeliver: false })).toMatchObject({ emitted: [{ data: { quantity: 1 } }] });
    expect(runs).toBe(1);
  });

  interface Mailer {
    send(text: string): Promise<string>;
  }
  const mailing = (delivery: 'at-least-once' | 'at-most-once', text: () => string) =>
    defineService({
      name: 'mail',
      reactions: [
        defineReaction({
          name: 'mail',
          on: begun,
          emits: [taken],
          clients: { mailer: client<Mailer>() },
          delivery,
          async react({ data: { id } }, tx) {
            await tx.clients.mailer.send(text());
            tx.emit(taken, { id });
          },
        }),
      ],
    });

  test.each(['at-least-once', 'at-most-once'] as const)('its clients are called once all the same (%s)', async (delivery) => {
    const sent: string[] = [];
    const mailer: Mailer = { send: async (text) => `${sent.push(text)}` };
    expect(
      await runService(
        mailing(delivery, () => 'hello'),
        { clients: { mailer }, when: order },
      ),
    ).toMatchObject({ outcome: 'done' });
    expect(sent).toEqual(['hello']);
  });

  test('a call with other arguments is told, because a crash would leave its outcome unknown', async () => {
    const service = mailing('at-most-once', () => {
      runs += 1;
      return `try ${runs}`;
    });
    const mailer: Mailer = { send: async () => 'sent' };
    await expect(runService(service, { clients: { mailer }, when: order })).rejects.toMatchObject({
      code: 'REDELIVERY_CHANGED',
      message: expect.stringContaining('ended as done the first time and was given up the second with OUTCOME_UNKNOWN ('),
    });
  });
});

describe('a reaction that writes over what it has not read', () => {
  const given = [stored(Seat, 'all', { free: 3 })];
  const existing = (verb: string) => ({
    outcome: 'dead-lettered',
    emitted: [],
    error: {
      code: 'ENTITY_EXISTS',
      message: `Seat all is there already; read it with tx.get before tx.${verb}, so that the change builds on what is stored.`,
      stack: expect.stringContaining('run-service.test.ts'),
    },
  });

  test.each(['put', 'delete'] as const)('gets the error that says so, as it would without a second run (%s)', async (verb) => {
    const service = serviceOf((tx) => {
      if (verb === 'put') tx.put(Seat, 'all', { free: 1 });
      else tx.delete(Seat, 'all');
      tx.emit(taken, { id: '1' });
    });
    for (const redeliver of [true, false]) {
      const result = await runService(service, { given, when: order, redeliver });
      expect(result).toMatchObject(existing(verb));
      expect(result.state(Seat, 'all')).toEqual({ free: 3 });
    }
  });

  test('in an undo too', async () => {
    const blind = defineReaction({
      name: 'takeBlindly',
      on: begun,
      react() {},
      compensation: { on: failed, undo: (_event, tx) => tx.put(Seat, 'all', { free: 1 }) },
    });
    const service = defineService({ name: 'blind', reactions: [blind] });
    expect(await runService(service, { given: [...given, order], when: messageOf(failed, 'f', saga) })).toMatchObject(existing('put'));
  });
});

test('several reactions on one message each run twice, and undo does too', async () => {
  const counts = new Map<string, number>();
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const one = defineReaction({
    name: 'one',
    on: begun,
    react: () => void count('one'),
    compensation: { on: failed, undo: () => void count('undo one') },
  });
  const two = defineReaction({ name: 'two', on: begun, react: () => void count('two') });
  const service = defineService({ name: 'many', reactions: [one, two] });
  await runService(service, { when: order });
  expect(Object.fromEntries(counts)).toEqual({ one: 2, two: 2 });
  await runService(service, { given: [order], when: messageOf(failed, 'f', saga) });
  expect(Object.fromEntries(counts)).toEqual({ one: 3, two: 3, 'undo one': 2 });
});

test('made-up data is checked against the schema, and clients must be given', async () => {
  expect(() => message(begun, { id: 5 } as never)).toThrow(
    expect.objectContaining({ code: 'SCHEMA_VIOLATION', message: "The test's OrderBegun: data/id should be a text, but is number." }),
  );
  const service = defineService({
    name: 'calling',
    reactions: [defineReaction({ name: 'call', on: begun, clients: { bank: client<{ pay(): Promise<void> }>() }, react() {} })],
  });
  await expect(runService(service, { when: order } as never)).rejects.toMatchObject({
    code: 'CLIENT_MISSING',
    message: expect.stringContaining('bank'),
  });
});

test('the same type and data make the same message; overrides win', () => {
  expect(message(begun, { id: 'a' })).toEqual(message(begun, { id: 'a' }));
  expect(message(begun, { id: 'a' }).id).not.toBe(message(begun, { id: 'b' }).id);
  expect(message(begun, { id: 'a' }, { id: 'mine', hops: 3 })).toMatchObject({
    id: 'mine',
    hops: 3,
    subject: 'a',
    correlationid: 'saga-1',
  });
});

test('state that cannot be stored is refused when it is given', async () => {
  await expect(runService(seats, { given: [stored(Seat, 'all', { free: Number.NaN })], when: order })).rejects.toMatchObject({
    code: 'NOT_JSON',
  });
  await expect(runService(seats, { given: [stored(Seat, '', { free: 1 })], when: order })).rejects.toMatchObject({ code: 'INVALID_ID' });
});

test('a message that does not get through says why', async () => {
  const bench = createServiceBench(seats);
  bench.store.commit = async () => [];
  await createServiceBench(seats).deliver(order);
  const { runtime } = bench;
  runtime.consume = async () => [{ status: 'unfinished', reason: 'the store is asleep' }];
  await expect(bench.deliver(order)).rejects.toMatchObject({
    code: 'NOT_FINISHED',
    message: 'seats did not finish OrderBegun: the store is asleep.',
  });
});
