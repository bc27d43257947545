import { ChoreographyError, defineEntity, defineReaction, defineService } from 'aws-choreography';
import { beforeEach, describe, expect, test } from 'vitest';
import { claims, conflict, createRig, event, letters, messageOf, type Rig, statuses, throttled } from '../rig.ts';

const noted = event('LineNoted');
const dropped = event('NoteDropped');
const List = defineEntity<{ ids: string[] }>('List');

/** What the reaction throws for a message id; a test fills it. */
const broken = new Map<string, unknown>();
const runs: string[] = [];

const note = defineReaction({
  name: 'note',
  on: noted,
  async react({ id, correlationid }, tx) {
    runs.push(id);
    if (broken.has(id)) throw broken.get(id);
    tx.put(List, correlationid, { ids: [...((await tx.get(List, correlationid))?.ids ?? []), id] });
  },
});
const told = defineReaction({
  name: 'told',
  on: noted,
  fails: [dropped],
  retry: { attempts: 4 },
  react({ id }) {
    runs.push(id);
    if (broken.has(id)) throw broken.get(id);
  },
  onGiveUp: ({ data }, tx) => tx.fail(dropped, { id: data.id }),
});
const notes = defineService({ name: 'notes', reactions: [note] });
const telling = defineService({ name: 'telling', reactions: [told] });
const busNotes = defineService({ name: 'bus-notes', source: 'bus', reactions: [note] });

const line = (id: string, saga = 's') => messageOf(noted, id, { correlationid: saga });
const listOf = ({ store }: Rig, saga = 's') => (store.entity('List', saga)?.state as { ids: string[] } | undefined)?.ids ?? [];
const membersOf = ({ store }: Rig) =>
  store.allMarkers().map(({ saga, members }) => `${saga}: ${members.map(({ order, id }) => `${order} ${id}`).join(', ')}`);

beforeEach(() => {
  broken.clear();
  runs.length = 0;
});

describe('a message that fails', () => {
  test('is tried in place a few times, then its saga is parked and the record is a success; other sagas go on', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    expect(statuses(await rig.deliver(line('1'), line('2'), line('9', 'other'), line('3')))).toEqual(['done', 'done', 'done', 'done']);
    expect(runs.filter((id) => id === '1')).toHaveLength(3);
    expect(runs.filter((id) => id !== '1')).toEqual(['9']);
    expect(membersOf(rig)).toEqual(['s: 1 1, 2 2, 3 3']);
    expect(listOf(rig, 'other')).toEqual(['9']);
    expect(rig.queue.map(({ task }) => task)).toEqual([{ kind: 'wake', saga: 's' }]);
    expect((await rig.store.listParked('s', 9))[0]?.failures).toMatchObject({ note: { attempts: 3, error: { message: 'no answer' } } });
  });

  test('that heals in place is never parked', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    const { clock } = rig;
    const sleep = clock.sleep;
    clock.sleep = async (milliseconds) => {
      broken.clear();
      await sleep(milliseconds);
    };
    await rig.deliver(line('1'), line('2'));
    expect(listOf(rig)).toEqual(['1', '2']);
    expect(rig.queue).toEqual([]);
  });

  test('takes its saga`s later records with it: they join the line behind it', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    expect(statuses(await rig.deliver(line('2'), line('3')))).toEqual(['done', 'done']);
    expect(membersOf(rig)).toEqual(['s: 1 1, 2 2, 3 3']);
    expect(runs).toEqual(['1', '1', '1']);
  });

  test('a redelivered member of a line is recognised and does not stand in it twice', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'), line('2'));
    expect(statuses(await rig.deliver(line('1'), line('2')))).toEqual(['done', 'done']);
    expect(membersOf(rig)).toEqual(['s: 1 1, 2 2']);
  });

  test('other data under the id of a member stands in the line, too, and becomes a dead letter', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    await rig.deliver({ ...line('1'), data: { id: 'another' } });
    expect(membersOf(rig)).toEqual(['s: 1 1, 2 1']);
    broken.clear();
    await rig.wake('s');
    expect([listOf(rig), letters(rig)]).toEqual([['1'], ['ID_REUSED 1']]);
  });

  test('a copy that can be read does not count as in the line when one that cannot stands there', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    await rig.deliver({ ...line('2'), dataschema: 'urn:aws-choreography:Another:1' });
    await rig.deliver(line('2'));
    expect(membersOf(rig)).toEqual(['s: 1 1, 2 2, 3 2']);
    broken.clear();
    await rig.wake('s');
    expect([listOf(rig), letters(rig)]).toEqual([['1', '2'], ['INVALID_ENVELOPE 2']]);
  });

  test('a record that read the marker before it left runs after all', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    broken.clear();
    rig.commits.push(async (units, go) => {
      await rig.wake('s'); // the line empties between the read and the join
      return go(units);
    });
    expect(statuses(await rig.deliver(line('2')))).toEqual(['done']);
    expect(listOf(rig)).toEqual(['1', '2']);
    expect(membersOf(rig)).toEqual([]);
  });

  test('a join that meets another join goes behind it', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    rig.commits.push(async (units, go) => {
      await rig.deliver(line('2'));
      return go(units);
    });
    await rig.deliver(line('3'));
    expect(membersOf(rig)).toEqual(['s: 1 1, 2 2, 3 3']);
  });
});

describe('a wake-up', () => {
  test('before its time is put off', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    runs.length = 0;
    expect(await rig.replay({ kind: 'wake', saga: 's' })).toEqual({ status: 'retry', afterSeconds: 1 });
    expect(runs).toEqual([]);
  });

  test('runs the line in order, and the last one out removes the marker', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'), line('2'), line('3'));
    broken.clear();
    expect(await rig.wake('s')).toEqual({ status: 'done' });
    expect(listOf(rig)).toEqual(['1', '2', '3']);
    expect(membersOf(rig)).toEqual([]);
    expect(await rig.store.listParked('s', 9)).toEqual([]);
  });

  test('whose head fails again leaves the rest where it is, counts one attempt, and comes back later and later', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'), line('2'));
    runs.length = 0;
    const waits = [];
    for (let count = 0; count < 6; count += 1) waits.push(((await rig.wake('s')) as { afterSeconds?: number }).afterSeconds);
    expect(runs).toEqual(['1', '1', '1', '1', '1', '1']);
    expect(waits).toEqual([1, 2, 4, 8, 16, 30]);
    expect((await rig.store.listParked('s', 9))[0]?.failures['note']?.attempts).toBe(9);
    expect(membersOf(rig)).toEqual(['s: 1 1, 2 2']);
  });

  test('whose head fails again does not judge what is behind it: what can never be read waits for its turn, too', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    await rig.deliver({ ...line('2'), time: '2027-01-01T00:00:00.000Z' });
    await rig.wake('s');
    expect([membersOf(rig), letters(rig)]).toEqual([['s: 1 1, 2 2'], []]);
    broken.clear();
    await rig.wake('s');
    expect([membersOf(rig), letters(rig)]).toEqual([[], ['TIME_AHEAD 2']]);
  });

  test('stops at the next one that fails: what is before it is out, what is behind it stays', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'), line('2'), line('3'));
    broken.delete('1');
    broken.set('2', new Error('no answer'));
    expect(await rig.wake('s')).toMatchObject({ status: 'retry' });
    expect(listOf(rig)).toEqual(['1']);
    expect(membersOf(rig)).toEqual(['s: 2 2, 3 3']);
  });

  test('meets a message that joins while it commits, and takes it along', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    broken.clear();
    rig.commits.push(async (units, go) => {
      await rig.deliver(line('2'));
      return go(units);
    });
    expect(await rig.wake('s')).toEqual({ status: 'retry', afterSeconds: 1 });
    expect(await rig.wake('s')).toEqual({ status: 'done' });
    expect(listOf(rig)).toEqual(['1', '2']);
    expect(membersOf(rig)).toEqual([]);
  });

  test('that died after its commit finds claims, and nothing runs twice', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'), line('2'));
    broken.clear();
    rig.commits.push(async (units, go) => {
      const outcomes = await go(units);
      rig.die();
      return outcomes;
    });
    await rig.wake('s').catch(() => {});
    rig.restart();
    expect(await rig.wake('s')).toEqual({ status: 'done' });
    expect(listOf(rig)).toEqual(['1', '2']);
  });

  test('of a zombie does not throw out a message that stands at the same place in a new line', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    broken.clear();
    rig.commits.push(async (units, go) => {
      await rig.wake('s'); // another worker takes the head
      broken.set('5', new Error('no answer'));
      await rig.deliver(line('5')); // and a new line begins at place 1
      broken.clear();
      return go(units);
    });
    await rig.wake('s');
    expect(membersOf(rig)).toEqual(['s: 1 5']);
    expect((await rig.store.listParked('s', 9)).map(({ message }) => message.id)).toEqual(['5']);
    expect(await rig.wake('s')).toEqual({ status: 'done' });
    expect(listOf(rig)).toEqual(['1', '5']);
  });

  test('of a zombie whose head failed does not write over a new line', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    let zombie = true;
    const { store } = rig.options.ports;
    const late = createRig(notes, {
      store: {
        ...rig.store,
        async read(request) {
          // Its last read, after the failure: by then the head is out and a new line has begun.
          if (zombie && runs.length > 3) {
            zombie = false;
            broken.delete('1');
            await rig.wake('s');
            broken.set('5', new Error('no answer'));
            await rig.deliver(line('5'));
          }
          return store.read(request);
        },
      },
    });
    late.later(100);
    await late.wake('s');
    expect((await rig.store.listParked('s', 9)).map(({ message }) => message.id)).toEqual(['5']);
  });

  test('that got lost is asked for again by the sweep', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    rig.options.ports.replayQueue.send = async () => {
      throw new ChoreographyError('QUEUE_UNAVAILABLE', 'no queue', { retryable: true });
    };
    expect(statuses(await rig.deliver(line('1')))).toEqual(['done']);
    const sent: string[] = [];
    rig.options.ports.replayQueue.send = async (sends) => void sent.push(...sends.map(({ task }) => task.kind));
    expect((await rig.sweep()).woken).toBe(0);
    rig.later(40);
    expect((await rig.sweep()).woken).toBe(1);
    expect(sent).toEqual(['wake']);
  });
});

test('a replay queue that will never take a wake-up leaves the record unfinished, which is seen', async () => {
  const rig = createRig(notes);
  broken.set('1', new Error('no answer'));
  rig.options.ports.replayQueue.send = () => Promise.reject(new ChoreographyError('QUEUE_REFUSED', 'not allowed'));
  expect(await rig.deliver(line('1'))).toEqual([{ status: 'unfinished', reason: 'not allowed' }]);
  expect(membersOf(rig)).toEqual(['s: 1 1']);
});

test('the sweep says for how long the oldest parked saga has been waiting, and nothing when none is parked', async () => {
  const rig = createRig(notes);
  const ages: number[] = [];
  const { telemetry } = rig.options.ports;
  telemetry.time = (name, _labels, milliseconds) => void (name === 'parked-age' && ages.push(milliseconds));
  await rig.sweep();
  broken.set('1', new Error('no answer'));
  await rig.deliver(line('1'));
  const parkedAt = rig.clock.now();
  rig.later(600);
  broken.set('2', new Error('no answer'));
  await rig.deliver(line('2', 'another'));
  await rig.sweep();
  expect(ages).toHaveLength(1);
  expect(rig.clock.now() - parkedAt - (ages[0] ?? 0)).toBeLessThan(1_000); // in the same second as it was parked
  expect(ages[0]).toBeGreaterThanOrEqual(600_000);
});

describe('giving up', () => {
  /** Wake-ups that a line can need in the times below, by far. */
  const WAKES_MAX = 300;
  async function failFor(rig: Rig, saga: string, seconds: number): Promise<void> {
    const until = rig.clock.now() + seconds * 1000;
    for (let count = 0; count < WAKES_MAX && rig.clock.now() < until; count += 1) {
      if (!rig.store.allMarkers().some((marker) => marker.saga === saga)) return;
      await rig.wake(saga);
    }
  }

  test('needs attempts, age, and evidence: another message of the reaction succeeded since the first failure', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'), line('2'));
    await failFor(rig, 's', 2_000);
    expect(letters(rig)).toEqual([]); // old and tried often, but it may be an outage
    await rig.deliver(line('9', 'other'));
    await failFor(rig, 's', 60);
    expect(letters(rig)).toEqual(['REACTION_FAILED 1']);
    expect(rig.store.allDeadLetters()[0]).toMatchObject({
      phase: 'react',
      state: 'open',
      reactions: ['note'],
      error: { message: 'no answer' },
    });
    expect(listOf(rig)).toEqual(['2']);
    expect(membersOf(rig)).toEqual([]);
    expect(claims(rig)).toContain('note 1 gave-up');
  });

  test('waits for the age although there is evidence', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    await rig.deliver(line('9', 'other'));
    await failFor(rig, 's', 300);
    expect(rig.store.allMarkers()).toHaveLength(1);
    expect(letters(rig)).toEqual([]);
    await failFor(rig, 's', 900);
    expect(letters(rig)).toEqual(['REACTION_FAILED 1']);
  });

  test('finds evidence that another instance has noted', async () => {
    const rig = createRig(notes);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    rig.later(1);
    await createRig(notes, {
      store: { ...rig.store, noteSuccess: (reaction) => rig.store.noteSuccess(reaction, rig.clock.now()) },
    }).deliver(line('9', 'other'));
    await failFor(rig, 's', 2_000);
    expect(letters(rig)).toEqual(['REACTION_FAILED 1']);
  });

  test('is at once for an error that says it is of no use to retry', async () => {
    const rig = createRig(notes);
    broken.set('1', Object.assign(new Error('never'), { code: 'NEVER', retryable: false }));
    expect(statuses(await rig.deliver(line('1'), line('2')))).toEqual(['done', 'done']);
    expect(runs).toEqual(['1', '2']);
    expect(letters(rig)).toEqual(['NEVER 1']);
    expect(listOf(rig)).toEqual(['2']);
  });

  test('a reaction that tells gives up after its own attempts, and what it tells commits with the dead letter', async () => {
    const rig = createRig(telling);
    broken.set('1', new Error('no answer'));
    await rig.deliver(line('1'));
    expect(rig.published).toEqual([]);
    const before = rig.sent.length;
    expect(await rig.wake('s')).toEqual({ status: 'done' });
    expect(rig.sent.slice(before).map((units) => units.flatMap(({ writes }) => writes.map(({ kind }) => kind)))).toEqual([
      ['claim', 'dead-letter', 'outbox', 'saga', 'parked'],
    ]);
    expect(rig.published).toMatchObject([{ type: 'NoteDropped', data: { id: '1' } }]);
    expect(letters(rig)).toEqual(['REACTION_FAILED 1']);
    expect(rig.store.allDeadLetters()[0]?.attempts).toBe(4);
  });

  test('a throttled store never counts as an attempt, and nothing is parked: the record is unfinished', async () => {
    const rig = createRig(telling);
    rig.commits.push(...Array.from({ length: 100 }, () => throttled));
    const [result] = await rig.deliver(line('1'));
    expect(result).toEqual({ status: 'unfinished', reason: 'throttled' });
    expect(rig.counted('technical-failures')).toBe(0);
    expect(rig.sent.length).toBeLessThanOrEqual(15); // no retries over retries
    rig.commits.length = 0;
    expect(statuses(await rig.deliver(line('1')))).toEqual(['done']);
    expect(claims(rig)).toEqual(['told 1 done']);
  });

  test('a throttled read inside a reaction does not count either', async () => {
    const rig = createRig(notes);
    broken.set('1', new ChoreographyError('STORE_THROTTLED', 'throttled', { retryable: true }));
    expect(statuses(await rig.deliver(line('1')))).toEqual(['unfinished']);
    expect(rig.counted('technical-failures')).toBe(0);
    expect(membersOf(rig)).toEqual([]);
  });

  test('a dead letter that cannot be written is no reason to hammer the store', async () => {
    const rig = createRig(notes);
    broken.set('1', Object.assign(new Error('never'), { retryable: false }));
    rig.commits.push(...Array.from({ length: 500 }, () => throttled));
    expect(statuses(await rig.deliver(line('1')))).toEqual(['unfinished']);
    expect(rig.sent.length).toBeLessThanOrEqual(15);
  });
});

describe('when parking is full', () => {
  test('the stream waits: the saga`s records are unfinished, and no attempt is kept', async () => {
    const rig = createRig(notes, { settings: { parkedSagasMax: 1 } });
    broken.set('1', new Error('no answer'));
    broken.set('a', new Error('no answer'));
    await rig.deliver(line('1'));
    const results = await rig.deliver(line('9', 'fine'), line('a', 'b'), line('2'), line('c', 'b'));
    expect(results).toMatchObject([
      { status: 'done' },
      { status: 'unfinished', reason: 'no answer' },
      { status: 'done' },
      { status: 'unfinished' },
    ]);
    expect(membersOf(rig)).toEqual(['s: 1 1, 2 2']);
    expect(runs).not.toContain('c');
    expect(claims(rig)).toEqual(['note 9 done']);
  });

  test('a full line waits too, and what comes later does not slip in before what waits', async () => {
    const rig = createRig(notes, { settings: { parkedMessagesMax: 2 } });
    broken.set('1', new Error('no answer'));
    broken.set('x', new Error('no answer'));
    await rig.deliver(line('1'), line('2'));
    // While this batch goes through its rounds, the line gets room again.
    broken.delete('1');
    const sleep = rig.clock.sleep;
    rig.clock.sleep = async (milliseconds) => {
      rig.clock.sleep = sleep;
      await rig.wake('s');
      await sleep(milliseconds);
    };
    expect(statuses(await rig.deliver(line('3'), line('4'), line('x', 'other')))).toEqual(['unfinished', 'unfinished', 'done']);
    expect(listOf(rig)).toEqual(['1', '2']);
  });

  test('a message whose conflicts do not end is left with all that comes after it in its saga', async () => {
    const rig = createRig(notes);
    const first = (units: Parameters<typeof rig.store.commit>[0]) =>
      units.some(({ writes }) => writes.some((write) => write.kind === 'claim' && write.put.message?.id === '1'));
    rig.commits.push(
      ...Array.from(
        { length: 30 },
        () => async (units: Parameters<typeof rig.store.commit>[0], go: typeof rig.store.commit) =>
          first(units) ? conflict(units, go) : go(units),
      ),
    );
    expect(statuses(await rig.deliver(line('1'), line('2'), line('3')))).toEqual(['unfinished', 'unfinished', 'unfinished']);
    expect(listOf(rig)).toEqual([]);
  });
});

describe('on the bus, which keeps no order', () => {
  test('each message of a saga is parked and tried for itself', async () => {
    const rig = createRig(busNotes);
    broken.set('1', new Error('no answer'));
    expect(statuses(await rig.deliver(line('1'), line('2')))).toEqual(['done', 'done']);
    expect(listOf(rig)).toEqual(['2']);
    broken.set('3', new Error('no answer'));
    await rig.deliver(line('3'), line('4'));
    expect(membersOf(rig)).toEqual(['s: 1 1, 2 3']);
    broken.delete('3');
    expect(await rig.wake('s')).toMatchObject({ status: 'retry' });
    expect(listOf(rig)).toEqual(['2', '4', '3']);
    expect(membersOf(rig)).toEqual(['s: 1 1']);
  });
});

test('a redrive of what could not be read, and fails now, is a dead letter again: a parked message would forget that it is one', async () => {
  const rig = createRig(notes);
  const ahead = { ...line('1'), time: '2026-01-02T00:00:00.000Z' };
  await rig.deliver(ahead);
  rig.later(86_400);
  broken.set('1', new Error('no answer'));
  const deadLetter = rig.store.allDeadLetters()[0]?.id as string;
  expect(await rig.replay({ kind: 'message', message: ahead, deadLetter })).toEqual({ status: 'done' });
  expect(rig.store.allDeadLetters().map(({ error, state }) => `${error.code} ${state}`)).toEqual([
    'TIME_AHEAD closed',
    'REACTION_FAILED open',
  ]);
  expect(membersOf(rig)).toEqual([]);
});

test('a message of an unknown newer version waits in the line, and no attempt counts', async () => {
  const rig = createRig(notes);
  const newer = { ...line('1'), dataschema: 'urn:aws-choreography:LineNoted:2' };
  expect(statuses(await rig.deliver(newer, line('2')))).toEqual(['done', 'done']);
  expect(membersOf(rig)).toEqual(['s: 1 1, 2 2']);
  expect(await rig.wake('s')).toMatchObject({ status: 'retry' });
  expect(rig.counted('technical-failures')).toBe(0);
  expect(letters(rig)).toEqual([]);
});
