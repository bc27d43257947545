import { client, defineEntity, defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { writeKey } from '../../../lib/runtime/journal/fold.ts';
import { stored, writeStored } from '../../../lib/testing/stored.ts';
import { claims, createRig, event, letters, messageOf, type Rig, statuses } from '../rig.ts';

const begun = event('OrderBegun');
const failed = event('OrderFailed');
const taken = event('SeatTaken');
const freed = event('SeatFreed');
const mailed = event('MailSent');
const Seat = defineEntity<{ taken: number }>('Seat');

const runs: string[] = [];
const takeSeat = defineReaction({
  name: 'takeSeat',
  on: begun,
  emits: [taken],
  async react({ data: { id } }, tx) {
    runs.push(`takeSeat ${id}`);
    tx.put(Seat, 'all', { taken: ((await tx.get(Seat, 'all'))?.taken ?? 0) + 1 });
    tx.emit(taken, { id });
    return { id };
  },
  compensation: {
    on: failed,
    emits: [freed],
    async undo(_event, tx, { id }) {
      tx.put(Seat, 'all', { taken: ((await tx.get(Seat, 'all'))?.taken ?? 0) - 1 });
      tx.emit(freed, { id });
    },
  },
});
const seats = defineService({ name: 'seats', reactions: [takeSeat] });

interface Mailer {
  send(text: string): Promise<void>;
}
const sendMail = defineReaction({
  name: 'sendMail',
  on: mailed,
  clients: { mailer: client<Mailer>() },
  async react({ data: { id } }, tx) {
    const seat = await tx.get(Seat, 'all');
    await tx.clients.mailer.send(`${id}: ${seat?.taken ?? 0}`);
    tx.put(Seat, 'all', { taken: (seat?.taken ?? 0) + 100 });
  },
});
const both = defineService({ name: 'both', reactions: [takeSeat, sendMail] });

const order = (id: string, changes: object = {}) => messageOf(begun, id, { correlationid: 'saga', ...changes });

test('a second copy in one batch is folded into the first', async () => {
  const rig = createRig(seats);
  runs.length = 0;
  expect(statuses(await rig.deliver(order('1'), order('1'), order('1')))).toEqual(['done', 'done', 'done']);
  expect(runs).toEqual(['takeSeat 1']);
  expect(rig.store.entity('Seat', 'all')?.state).toEqual({ taken: 1 });
  expect(rig.published).toHaveLength(1);
});

test('the same id in two sagas is not a copy', async () => {
  const rig = createRig(seats);
  await rig.deliver(order('1'), order('1', { correlationid: 'other' }));
  expect(rig.store.entity('Seat', 'all')?.state).toEqual({ taken: 2 });
});

test('other data, or another type, under one id in one batch is another message; copies of it are folded, too', async () => {
  const rig = createRig(seats);
  const [other, failure] = [order('1', { data: { id: 'other' } }), messageOf(failed, '1', { correlationid: 'saga' })];
  await rig.deliver(order('1'), other, order('1'), other, failure);
  expect([claims(rig), letters(rig)]).toEqual([['takeSeat 1 undone'], ['ID_REUSED 1']]);
  expect(rig.sent.flat()).toHaveLength(3);
});

test('a copy that can be read is not folded into one that cannot, in whatever order: it runs', async () => {
  const broken = order('1', { dataschema: 'urn:aws-choreography:Another:1' });
  for (const batch of [
    [broken, order('1')],
    [order('1'), broken],
  ]) {
    const rig = createRig(seats);
    await rig.deliver(...batch);
    expect([claims(rig), letters(rig)]).toEqual([['takeSeat 1 done'], ['INVALID_ENVELOPE 1']]);
  }
});

test('a copy shares the result of the one that ran, also when that is unfinished', async () => {
  const rig = createRig(seats);
  rig.commits.push(...Array.from({ length: 40 }, () => async () => Promise.resolve([{ status: 'conflict' as const }])));
  expect(statuses(await rig.deliver(order('1'), order('1')))).toEqual(['unfinished', 'unfinished']);
});

test('an action and its trigger in one batch fold into one write of each item, and both say their events', async () => {
  const rig = createRig(seats);
  await rig.deliver(order('1'), messageOf(failed, 'f', { correlationid: 'saga' }));
  expect(claims(rig)).toEqual(['takeSeat 1 undone']);
  expect(rig.store.entity('Seat', 'all')?.state).toEqual({ taken: 0 });
  expect(rig.published.map(({ type }) => type)).toEqual(['SeatTaken', 'SeatFreed']);
  expect(rig.sent).toHaveLength(1);
  const touched = new Set(rig.sent[0]?.flatMap(({ writes }) => writes.map(writeKey)));
  expect(touched).toContain('entity#Seat#all|state');
  expect(rig.store.claimsOf('saga')[0]?.emissions.map(({ phase }) => phase)).toEqual(['react', 'undo']);
  expect(rig.store.outboxSize()).toBe(0);
});

test('a trigger before its action leaves a tombstone that refuses the action, in the same batch too', async () => {
  const rig = createRig(seats);
  await rig.deliver(messageOf(failed, 'f', { correlationid: 'saga' }), order('1'));
  expect(rig.store.claimsOf('saga').map(({ state }) => state)).toEqual(['cancelled']);
  expect(rig.published).toEqual([]);
});

function withMailer(): { rig: Rig; sent: string[]; committed: number[] } {
  const [sent, committed]: [string[], number[]] = [[], []];
  const mailer: Mailer = {
    async send(text) {
      sent.push(text);
      committed.push((rig.store.entity('Seat', 'all')?.state as { taken: number } | undefined)?.taken ?? 0);
    },
  };
  const rig = createRig(both, { clients: { mailer } });
  return { rig, sent, committed };
}

test('a reaction with clients sees only what is committed: what came before it is committed first', async () => {
  const { rig, sent, committed } = withMailer();
  await writeStored(rig.store, [stored(Seat, 'all', { taken: 5 })]);
  await rig.deliver(order('1'), order('2', { correlationid: 'other' }), messageOf(mailed, 'm'), order('3', { correlationid: 'third' }));
  expect(sent).toEqual(['m: 7']);
  expect(committed).toEqual([7]);
  expect(rig.sent.map((units) => units.length)).toEqual([2, 1, 1]);
  expect(rig.store.entity('Seat', 'all')?.state).toEqual({ taken: 108 });
});

test('a reaction with clients waits when something of its saga before it was refused', async () => {
  const { rig, sent } = withMailer();
  await writeStored(rig.store, [stored(Seat, 'all', { taken: 5 })]);
  rig.commits.push(async () => [{ status: 'conflict' }]);
  await rig.deliver(order('1'), messageOf(mailed, 'm', { correlationid: 'saga' }));
  expect(sent).toEqual(['m: 6']);
});

test('a reaction with clients does not see what another saga`s refused commit meant to write', async () => {
  const { rig, sent } = withMailer();
  await writeStored(rig.store, [stored(Seat, 'all', { taken: 5 })]);
  rig.commits.push(async () => [{ status: 'conflict' }]);
  await rig.deliver(order('1', { correlationid: 'other' }), messageOf(mailed, 'm'));
  expect(sent).toEqual(['m: 5']);
  expect(rig.store.entity('Seat', 'all')?.state).toEqual({ taken: 106 });
});

test('a reaction with clients whose commit is refused gets its first answer again instead of calling twice', async () => {
  const { rig, sent } = withMailer();
  await writeStored(rig.store, [stored(Seat, 'all', { taken: 5 })]);
  rig.commits.push(async () => [{ status: 'conflict' }]);
  await rig.deliver(messageOf(mailed, 'm'));
  expect(sent).toEqual(['m: 5']);
  expect(rig.store.entity('Seat', 'all')?.state).toEqual({ taken: 105 });
});

test('two reactions on one message commit together; when one was handled before, the other still ends in one round', async () => {
  const other = defineReaction({ name: 'other', on: begun, react() {} });
  const rig = createRig(defineService({ name: 'two', reactions: [takeSeat, other] }));
  await rig.deliver(order('1'));
  expect(rig.sent.map((units) => units.length)).toEqual([2]);
  let reads = 0;
  const { store } = rig.options.ports;
  const read: typeof store.read = (request) => {
    reads += 1;
    return store.read(request);
  };
  const more = createRig(
    defineService({ name: 'three', reactions: [defineReaction({ name: 'late', on: begun, react() {} }), takeSeat, other] }),
    { store: { ...rig.store, read } },
  );
  await more.deliver(order('1'));
  expect(claims(rig)).toEqual(['late 1 done', 'other 1 done', 'takeSeat 1 done']);
  expect(reads).toBe(2); // claims once, then the markers of what was found finished
});
