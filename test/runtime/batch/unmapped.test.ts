import { ChoreographyError, defineEntity, defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../../../lib/embedded/memory/store.ts';
import type { Unit } from '../../../lib/runtime/journal/unit.ts';
import type { Store } from '../../../lib/runtime/ports/store.ts';
import { claims, createRig, event, letters, messageOf, type Rig, statuses } from '../rig.ts';

const asked = event('CustomerAsked');
const heard = event('WordHeard');
const invited = event('GuestInvited');
const dropped = event('AnswerDropped');
const Customer = defineEntity<{ name: string }>('Customer');

const ask = defineReaction({
  name: 'ask',
  on: asked,
  fails: [dropped],
  retry: { attempts: 4 },
  reads: ({ data }) => [[Customer, data.id]],
  react: async ({ data }, tx) => void (await tx.get(Customer, data.id)),
  onGiveUp: ({ data }, tx) => tx.fail(dropped, { id: data.id }),
});
const Word = defineEntity<{ times: number }>('Word');
const hear = defineReaction({ name: 'hear', on: heard, react: ({ data }, tx) => tx.put(Word, data.id, { times: 1 }) });
const invite = defineReaction({ name: 'invite', on: invited, react: ({ data }, tx) => tx.put(Customer, data.id, { name: 'new' }) });
const service = defineService({ name: 'desk', reactions: [ask, hear, invite] });

const unmapped = () => new ChoreographyError('TABLE_UNMAPPED', 'Customer is kept in a table that was not given.', { retryable: true });

/** A service whose functions were not given the table of customers, until they are. */
function deployed(): { readonly rig: Rig; give(): void } {
  const clock = { now: () => rig.clock.now(), sleep: async () => {} };
  const store = createMemoryStore({ clock });
  let given = false;
  const read: Store['read'] = async (request) => {
    if (!given && request.entities?.some(({ entity }) => entity === 'Customer')) throw unmapped();
    return store.read(request);
  };
  const needs = ({ writes }: Unit) => writes.some((write) => write.kind === 'entity' && write.key.entity === 'Customer');
  const commit: Store['commit'] = async (units) =>
    given || !units.some(needs)
      ? store.commit(units)
      : units.map((unit) => (needs(unit) ? { status: 'put-off', error: unmapped() } : { status: 'cancelled' }));
  const rig: Rig = createRig(service, { store: { ...store, read, commit } });
  return {
    rig,
    give() {
      given = true;
    },
  };
}

test('what needs a table that was not given waits for it, however long, and all others go on', async () => {
  const { rig, give } = deployed();
  expect(statuses(await rig.deliver(messageOf(asked, '1'), messageOf(heard, '2')))).toEqual(['done', 'done']);
  expect(claims(rig)).toEqual(['hear 2 done']);
  expect(rig.log).toContainEqual(
    expect.objectContaining({
      level: 'error',
      fields: expect.objectContaining({ reaction: 'ask', error: expect.stringContaining('Customer') }),
    }),
  );
  for (let wake = 0; wake < 8; wake += 1) expect((await rig.wake('saga-1')).status).toBe('retry');
  expect([letters(rig), rig.published]).toEqual([[], []]);
  give();
  expect((await rig.wake('saga-1')).status).toBe('done');
  expect(claims(rig)).toEqual(['ask 1 done', 'hear 2 done']);
});

test('also where others have to see what stands in their way: what they put blindly is there', async () => {
  const { rig } = deployed();
  await rig.deliver(messageOf(heard, '2'));
  const again = messageOf(heard, '3', { data: { id: '2' } });
  expect(statuses(await rig.deliver(again, messageOf(asked, '1')))).toEqual(['done', 'done']);
  expect(letters(rig)).toEqual(['ENTITY_EXISTS 3']);
});

test('what puts blindly into a table that was not given waits alone: the others of its group are committed at once', async () => {
  const { rig, give } = deployed();
  const startedAt = rig.clock.now();
  const others = ['2', '3', '4'].map((id) => messageOf(heard, id));
  const sameSaga = messageOf(heard, '5', { correlationid: 'saga-1' });
  expect(statuses(await rig.deliver(messageOf(invited, '1'), sameSaga, ...others))).toEqual(['done', 'done', 'done', 'done', 'done']);
  expect(claims(rig)).toEqual(['hear 2 done', 'hear 3 done', 'hear 4 done']);
  const committed = rig.sent.findIndex((units) => units.length === 3);
  expect([committed, rig.sent[committed]?.map(({ writes }) => writes.length)]).toEqual([1, [2, 2, 2]]);
  expect(rig.clock.now()).toBeGreaterThan(startedAt); // the invitation was tried in place
  expect(rig.log).toContainEqual(expect.objectContaining({ level: 'error', fields: expect.objectContaining({ reaction: 'invite' }) }));
  for (let wake = 0; wake < 8; wake += 1) expect((await rig.wake('saga-1')).status).toBe('retry');
  expect(letters(rig)).toEqual([]);
  give();
  expect((await rig.wake('saga-1')).status).toBe('done');
  expect(claims(rig)).toContain('invite 1 done');
  expect(claims(rig)).toContain('hear 5 done');
});
