import { ChoreographyError, client, defineEntity, defineReaction, defineService } from 'aws-choreography';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeadLetter } from '../../../lib/runtime/journal/dead-letter.ts';
import { claims, createRig, event, letters, messageOf, type Rig, throttled } from '../rig.ts';

const begun = event('OrderBegun');
const paid = event('OrderPaid');
const refused = event('OrderRefused');
const failed = event('OrderFailed');
const refunded = event('OrderRefunded');
const Note = defineEntity<{ by: string }>('Note');

interface Bank {
  charge(request: { id: string; key: string }): Promise<string>;
  refund(request: { charge: string; key: string }): Promise<void>;
}

let broken: unknown;
let undoBroken: unknown;
let bankBroken: unknown;
const bankLog: string[] = [];
const bank: Bank = {
  async charge({ id }) {
    bankLog.push(`charge ${id}`);
    if (bankBroken) throw bankBroken;
    return `charge-${id}`;
  },
  async refund({ charge }) {
    bankLog.push(`refund ${charge}`);
  },
};

const note = defineReaction({
  name: 'note',
  on: begun,
  react({ data: { id } }, tx) {
    if (broken) throw broken;
    tx.put(Note, id, { by: 'note' });
  },
});
const other = defineReaction({ name: 'other', on: begun, react: () => {} });
const pay = defineReaction({
  name: 'pay',
  on: begun,
  emits: [paid],
  fails: [refused],
  clients: { bank: client<Bank>() },
  retry: { attempts: 2 },
  async react({ data: { id } }, tx) {
    const charge = await tx.clients.bank.charge({ id, key: tx.idempotencyKey });
    tx.emit(paid, { id });
    return { charge };
  },
  onGiveUp: ({ data: { id } }, tx) => tx.fail(refused, { id }),
  compensation: {
    on: failed,
    emits: [refunded],
    async undo({ data: { id } }, tx, { charge }) {
      if (undoBroken) throw undoBroken;
      await tx.clients.bank.refund({ charge, key: tx.idempotencyKey });
      tx.emit(refunded, { id });
    },
  },
});
const notes = defineService({ name: 'notes', reactions: [note, other] });
const payments = defineService({ name: 'payments', reactions: [pay] });

const order = (id: string) => messageOf(begun, id, { correlationid: 's' });
const trigger = (id: string) => messageOf(failed, id, { correlationid: 's' });
const never = () => Object.assign(new Error('never'), { code: 'NEVER', retryable: false });
const only = ({ store }: Rig): DeadLetter => store.allDeadLetters()[0] as DeadLetter;
const shown = ({ state, redrives, error }: DeadLetter) => `${state} ${redrives} ${error.code}`;

/** What the operator's redrive does: marks with the new count, then sends. */
async function redrive(rig: Rig, document: DeadLetter, changes: { reactions?: readonly string[] } = {}) {
  const version = `operator-${document.version}`;
  const put: DeadLetter = { ...document, version, state: 'redriven', redrives: document.redrives + 1 };
  await rig.store.commit([{ id: version, writes: [{ kind: 'dead-letter', id: document.id, expect: document.version, put }] }]);
  const message = document.message as NonNullable<DeadLetter['message']>;
  return rig.replay({
    kind: 'message',
    message: { ...message, replayid: 'r' },
    reactions: changes.reactions ?? document.reactions,
    deadLetter: document.id,
  });
}

beforeEach(() => {
  [broken, undoBroken, bankBroken] = [undefined, undefined, undefined];
  bankLog.length = 0;
});

describe('a replay that recovers', () => {
  test('runs what was missed, and respects what was claimed', async () => {
    const rig = createRig(notes);
    await rig.deliver(order('1'));
    expect(await rig.replay({ kind: 'message', message: order('1') })).toEqual({ status: 'done' });
    expect(await rig.replay({ kind: 'message', message: order('2'), reactions: ['other'] })).toEqual({ status: 'done' });
    expect(claims(rig)).toEqual(['note 1 done', 'other 1 done', 'other 2 done']);
    expect(rig.counted('duplicates')).toBe(2);
  });

  test('that meets a dead letter runs it again, and closes the document', async () => {
    const rig = createRig(notes);
    broken = never();
    await rig.deliver(order('1'));
    expect(shown(only(rig))).toBe('open 0 NEVER');
    broken = undefined;
    await rig.replay({ kind: 'message', message: order('1') });
    expect(shown(only(rig))).toBe('closed 0 NEVER');
    expect(claims(rig)).toEqual(['note 1 done', 'other 1 done']);
  });

  test('never runs a message that is older than the claims', async () => {
    const rig = createRig(notes);
    rig.later(15 * 86_400);
    expect(await rig.replay({ kind: 'message', message: order('1') })).toEqual({ status: 'done' });
    expect(letters(rig)).toEqual(['TOO_OLD 1']);
    expect(claims(rig)).toEqual([]);
  });

  test.each([
    ['TOO_DEEP', { data: JSON.parse(`${'{"a":'.repeat(70)}1${'}'.repeat(70)}`) }],
    ['MESSAGE_TOO_LARGE', { data: { id: 'x'.repeat(300_000) } }],
    ['TOO_MANY_NODES', { data: { id: '1', all: Array(50_000).fill(0) } }],
    ['INVALID_ENVELOPE', { subject: 'x'.repeat(1_000) }],
    ['INVALID_ENVELOPE', { hops: -1 }],
  ])('never runs a message that breaks a cap: %s', async (code, broken) => {
    const rig = createRig(notes);
    expect(await rig.replay({ kind: 'message', message: { ...order('1'), ...broken } })).toEqual({ status: 'done' });
    expect(letters(rig)).toEqual([`${code} 1`]);
    expect(claims(rig)).toEqual([]);
  });

  test('of a message that fails parks it like any other', async () => {
    const rig = createRig(notes);
    broken = new Error('no answer');
    expect(await rig.replay({ kind: 'message', message: order('1') })).toEqual({ status: 'done' });
    expect(rig.store.allMarkers()).toMatchObject([{ saga: 's', members: [{ id: '1' }] }]);
    broken = undefined;
    expect(await rig.wake('s')).toEqual({ status: 'done' });
    expect(claims(rig)).toContain('note 1 done');
  });

  test('ignores what the service does not subscribe to, and stays in the queue while the store is throttled', async () => {
    const rig = createRig(notes);
    expect(await rig.replay({ kind: 'message', message: messageOf(paid, 'p') })).toEqual({ status: 'done' });
    rig.commits.push(...Array.from({ length: 100 }, () => throttled));
    expect(await rig.replay({ kind: 'message', message: order('1') })).toEqual({ status: 'retry', afterSeconds: 1 });
    expect(await rig.replay({ kind: 'message', message: order('1') }, 5)).toEqual({ status: 'retry', afterSeconds: 8 });
    expect(rig.store.allMarkers()).toEqual([]);
  });

  test('of a newer version waits in the queue, not in the saga`s way', async () => {
    const rig = createRig(notes);
    expect(
      await rig.replay({ kind: 'message', message: { ...order('1'), dataschema: 'urn:aws-choreography:OrderBegun:2' } }),
    ).toMatchObject({ status: 'retry' });
    expect(rig.store.allMarkers()).toEqual([]);
  });
});

describe('a redrive', () => {
  test('is what comes through the replay queue: a copy on the stream that calls itself one is a copy', async () => {
    const rig = createRig(payments, { clients: { bank } });
    bankBroken = never();
    await rig.deliver(order('1'));
    bankBroken = undefined;
    await rig.deliver({ ...order('1'), replayid: 'forged' });
    expect([bankLog, shown(only(rig)), rig.counted('duplicates')]).toEqual([['charge 1'], 'open 0 NEVER', 1]);
    await redrive(rig, only(rig));
    expect(bankLog).toEqual(['charge 1', 'charge 1', 'refund charge-1']); // others were told that it failed, so it is undone
  });

  test('runs the failed reaction again and closes its document in the same commit', async () => {
    const rig = createRig(notes);
    broken = never();
    await rig.deliver(order('1'));
    broken = undefined;
    const before = rig.sent.length;
    expect(await redrive(rig, only(rig))).toEqual({ status: 'done' });
    expect(shown(only(rig))).toBe('closed 1 NEVER');
    expect(rig.sent.slice(before).map((units) => units.flatMap(({ writes }) => writes.map(({ kind }) => kind)))).toEqual([
      ['claim', 'entity', 'dead-letter'],
    ]);
    expect(rig.store.allClaims().every(({ deadLetters }) => deadLetters.length === 0)).toBe(true);
  });

  test('that fails opens it again with its count, and after some it is quarantined', async () => {
    const rig = createRig(notes, { settings: { redrivesMax: 2 } });
    broken = never();
    await rig.deliver(order('1'));
    broken = new Error('still no answer');
    expect(await redrive(rig, only(rig))).toEqual({ status: 'done' });
    expect(shown(only(rig))).toBe('open 1 REACTION_FAILED');
    expect(only(rig)).toMatchObject({ attempts: 1 + 3, error: { message: 'still no answer' } });
    expect(rig.store.allMarkers()).toEqual([]);
    await redrive(rig, only(rig));
    expect(shown(only(rig))).toBe('quarantined 2 REACTION_FAILED');
    expect(rig.store.allDeadLetters()).toHaveLength(1);
  });

  test('does not pause the consumer, however many fail', async () => {
    const rig = createRig(payments, { clients: { bank }, settings: { giveUpsInARowMax: 1, redrivesMax: 9 } });
    bankBroken = never();
    await rig.deliver(order('1'));
    bankBroken = new Error('no answer');
    for (let count = 0; count < 3; count += 1) await redrive(rig, only(rig));
    expect(only(rig)).toMatchObject({ state: 'open', redrives: 3 });
    expect(rig.control.states().size).toBe(0);
  });

  test('that finds its message finished by another way closes the document', async () => {
    const rig = createRig(notes);
    broken = never();
    await rig.deliver(order('1'));
    broken = undefined;
    const document = only(rig);
    await redrive(rig, document);
    // The document is open again in an operator's copy: the second send of two operators.
    const closed = only(rig);
    await rig.store.commit([
      {
        id: 'x',
        writes: [{ kind: 'dead-letter', id: closed.id, expect: closed.version, put: { ...closed, version: 'x', state: 'open' } }],
      },
    ]);
    expect(await redrive(rig, only(rig))).toEqual({ status: 'done' });
    expect(shown(only(rig))).toBe('closed 2 NEVER');
    expect(claims(rig)).toEqual(['note 1 done', 'other 1 done']);
  });

  test('that has grown too old leaves a document alone that was closed while it was on its way', async () => {
    const rig = createRig(notes);
    broken = never();
    await rig.deliver(order('1'));
    const closed: DeadLetter = { ...only(rig), version: 'closed', state: 'closed', closedAt: order('1').time };
    await rig.store.commit([{ id: 'closed', writes: [{ kind: 'dead-letter', id: closed.id, expect: only(rig).version, put: closed }] }]);
    rig.later(40 * 86_400);
    const task = {
      kind: 'message',
      message: { ...order('1'), replayid: 'r' },
      reactions: closed.reactions,
      deadLetter: closed.id,
    } as const;
    expect(await rig.replay(task)).toEqual({ status: 'done' });
    expect(rig.store.allDeadLetters()).toEqual([closed]);
  });

  test('that meets a throttled store stays in the queue and keeps its document', async () => {
    const rig = createRig(notes);
    broken = never();
    await rig.deliver(order('1'));
    broken = new ChoreographyError('STATE_NEWER', 'newer', { retryable: true });
    expect(await redrive(rig, only(rig))).toMatchObject({ status: 'retry' });
    expect(only(rig).state).toBe('redriven');
    expect(rig.store.allMarkers()).toEqual([]);
  });

  test('of a message that could not be read runs all reactions, once it can', async () => {
    const rig = createRig(notes);
    await rig.deliver({ ...order('1'), hops: 99 });
    const document = only(rig);
    expect(document).toMatchObject({ phase: 'decode', reactions: [] });
    await redrive(rig, { ...document, message: order('1') });
    expect(claims(rig)).toEqual(['note 1 done', 'other 1 done']);
    expect(only(rig).state).toBe('closed');
  });

  test('of a message that still cannot be read opens its document again with the count, up to the quarantine', async () => {
    const rig = createRig(notes, { settings: { redrivesMax: 2 } });
    await rig.deliver({ ...order('1'), hops: 99 });
    await redrive(rig, only(rig));
    expect(shown(only(rig))).toBe('open 1 HOP_LIMIT');
    await redrive(rig, only(rig));
    expect(shown(only(rig))).toBe('quarantined 2 HOP_LIMIT');
    expect(rig.store.allDeadLetters()).toHaveLength(1);
  });

  test('of a message that has become too old opens the reaction`s own document again', async () => {
    const rig = createRig(notes);
    broken = never();
    await rig.deliver(order('1'));
    rig.later(15 * 86_400);
    await redrive(rig, only(rig));
    expect(only(rig)).toMatchObject({ state: 'open', redrives: 1, phase: 'react', reactions: ['note'], error: { code: 'TOO_OLD' } });
    expect(rig.store.allDeadLetters()).toHaveLength(1);
  });
});

describe('a step that calls outside', () => {
  const rigFor = () => createRig(payments, { clients: { bank } });
  async function gaveUp(rig: Rig): Promise<void> {
    bankBroken = new Error('no answer');
    await rig.deliver(order('1'));
    expect(claims(rig)).toEqual(['pay 1 gave-up']);
    expect(rig.published.map(({ type }) => type)).toEqual(['OrderRefused']);
    bankBroken = undefined;
    bankLog.length = 0;
  }

  test('that gave up and told is settled by its redrive: it learns what the call did, and undoes it', async () => {
    const rig = rigFor();
    await gaveUp(rig);
    await redrive(rig, only(rig));
    expect(bankLog).toEqual(['charge 1', 'refund charge-1']);
    expect(claims(rig)).toEqual(['pay 1 undone']);
    expect(rig.published.map(({ type }) => type)).toEqual(['OrderRefused', 'OrderRefunded']);
    expect(only(rig).state).toBe('closed');
  });

  test('that gave up and is to be undone is settled by its redrive', async () => {
    const rig = rigFor();
    await gaveUp(rig);
    await rig.deliver(trigger('t'));
    expect(bankLog).toEqual([]);
    expect(rig.store.claimsOf('s')[0]?.undoRequested?.id).toBe('t');
    await redrive(rig, only(rig));
    expect(bankLog).toEqual(['charge 1', 'refund charge-1']);
    expect(claims(rig)).toEqual(['pay 1 undone']);
  });

  test('whose undo is a dead letter is undone by the redrive of the trigger', async () => {
    const rig = rigFor();
    await rig.deliver(order('1'));
    undoBroken = never();
    await rig.deliver(trigger('t'));
    expect(only(rig)).toMatchObject({ phase: 'undo', message: { id: 't' }, reactions: ['pay'] });
    expect(claims(rig)).toEqual(['pay 1 done']);
    undoBroken = undefined;
    await redrive(rig, only(rig));
    expect(claims(rig)).toEqual(['pay 1 undone']);
    expect(only(rig).state).toBe('closed');
  });

  async function startedAndRequested(rig: Rig): Promise<void> {
    rig.commits.push(
      (units, go) => go(units), // `started`
      async () => {
        rig.die();
        throw new Error('dead');
      },
    );
    await rig.deliver(order('1'));
    rig.restart();
    expect(claims(rig)).toEqual(['pay 1 started']);
    await rig.deliver(trigger('t'));
  }

  test('that was started and is to be undone is settled by its due item', async () => {
    const rig = rigFor();
    await startedAndRequested(rig);
    expect(rig.store.dueSize()).toBe(1);
    rig.later(61);
    await rig.sweep();
    expect(rig.queue.map(({ task }) => task)).toEqual([{ kind: 'settle', saga: 's', reaction: 'pay' }]);
    expect(rig.store.dueSize()).toBe(0);
    expect(await rig.replay({ kind: 'settle', saga: 's', reaction: 'pay' })).toEqual({ status: 'done' });
    expect(claims(rig)).toEqual(['pay 1 undone']);
    expect(bankLog).toEqual(['charge 1', 'charge 1', 'refund charge-1']);
    expect(rig.published.map(({ type }) => type)).toEqual(['OrderRefunded']);
  });

  test('whose due item cannot be sent keeps it for the next sweep', async () => {
    const rig = rigFor();
    await startedAndRequested(rig);
    rig.later(61);
    const { replayQueue } = rig.options.ports;
    const send = replayQueue.send;
    replayQueue.send = async () => {
      throw new ChoreographyError('QUEUE_UNAVAILABLE', 'no queue', { retryable: true });
    };
    expect(await rig.sweep()).toMatchObject({ due: 0 });
    expect(rig.store.dueSize()).toBe(1);
    replayQueue.send = send;
    expect(await rig.sweep()).toMatchObject({ due: 1 });
  });

  test('whose settling fails comes back, and gives up after its attempts', async () => {
    const rig = rigFor();
    await startedAndRequested(rig);
    rig.later(61);
    bankBroken = new Error('no answer');
    expect(await rig.replay({ kind: 'settle', saga: 's', reaction: 'pay' }, 1)).toMatchObject({ status: 'retry' });
    expect(claims(rig)).toEqual(['pay 1 started']);
    expect(await rig.replay({ kind: 'settle', saga: 's', reaction: 'pay' }, 2)).toEqual({ status: 'done' });
    expect(claims(rig)).toEqual(['pay 1 gave-up']);
    expect(rig.published).toEqual([]); // an undo was asked for: others know already
    bankBroken = undefined;
    await redrive(rig, only(rig));
    expect(claims(rig)).toEqual(['pay 1 undone']);
  });

  test('that has been settled meanwhile is left alone', async () => {
    const rig = rigFor();
    await rig.deliver(order('1'));
    expect(await rig.replay({ kind: 'settle', saga: 's', reaction: 'pay' })).toEqual({ status: 'done' });
    expect(claims(rig)).toEqual(['pay 1 done']);
  });
});

test('a task that nobody expected to fail goes back to the queue, and the others of its batch are handled', async () => {
  const rig = createRig(notes);
  rig.commits.push(async () => {
    throw new Error('the store is broken');
  });
  const source = { kind: 'queue', queue: 'replay', messageId: 'm' } as const;
  const tasks = ['1', '2'].map((id) => ({ task: { kind: 'message', message: order(id) } as const, source, attempt: 1 }));
  const results = await rig.runtime.replay(tasks, { deadline: rig.clock.now() + 60_000 });
  expect(results.map(({ status }) => status)).toEqual(['retry', 'done']);
  expect(rig.log.filter(({ level }) => level === 'error')).toHaveLength(1);
});
