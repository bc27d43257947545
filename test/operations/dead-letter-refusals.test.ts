// What would make untrue what others were told, or hide what nobody knows, is refused with its reason.
import { client, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../lib/contract/envelope.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { discardDeadLetter } from '../../lib/operations/dead-letters/discard.ts';
import { editDeadLetter } from '../../lib/operations/dead-letters/edit.ts';
import { resolveDeadLetter } from '../../lib/operations/dead-letters/resolve.ts';
import { showDeadLetter } from '../../lib/operations/dead-letters/show.ts';
import type { Claim } from '../../lib/runtime/journal/claim.ts';
import { messageOf } from '../runtime/rig.ts';
import { begun, createDesk, type Desk, failed, never } from './desk.ts';
import { createRig, type Rig } from './rig.ts';

const refused = messageOf(failed, 'f', { correlationid: 'o-0', data: { id: 'o-0' } });
const nameIn = (rig: Rig) => ({ consumer: 'desk', id: rig.store('desk').allDeadLetters()[0]?.id ?? '', reason: 'r' });

/** `note` gave up on an order, before it called anything. */
async function notedDesk(): Promise<Desk> {
  const desk = createDesk();
  desk.broken = never();
  await desk.publish(begun, { id: 'o-0' }, 'o-0');
  await desk.settle();
  return desk;
}

/** `pay` has called the bank, and nobody knows what came of it. */
async function unknownDesk(): Promise<Desk> {
  const desk = createDesk();
  desk.bankBroken = never();
  await desk.publish(begun, { id: 'o-0' }, 'o-0');
  await desk.settle(180);
  return desk;
}

/** Changes the claim of a reaction behind the back of its service. */
async function rewriteClaim(desk: Desk, reaction: string, changes: Partial<Claim>): Promise<void> {
  const claim = desk
    .store('desk')
    .claimsOf('o-0')
    .find((one) => one.reaction === reaction) as Claim;
  const put = { ...claim, ...changes, version: 'changed' };
  const outcomes = await desk
    .store('desk')
    .commit([{ id: 'changed', writes: [{ kind: 'claim', key: claim.key, expect: claim.version, put }] }]);
  expect(outcomes).toEqual([{ status: 'committed' }]);
}

/** The consumers as somebody sees them who has no manifest of theirs. */
const unmanifested = (access: OperatorAccess): OperatorAccess => ({
  ...access,
  consumers: async () => (await access.consumers()).map(({ name, source }) => ({ name, source })),
});

describe('a discard', () => {
  test('is refused where the reaction has called outside, for whatever reason it failed', async () => {
    const bank = { charge: () => Promise.reject(never()) };
    const pay = defineReaction({
      name: 'pay',
      on: begun,
      clients: { bank: client<typeof bank>() },
      react: async (_event, tx) => void (await tx.clients.bank.charge()),
      compensation: { on: failed, async undo() {} },
    });
    const rig = createRig({ services: [defineService({ name: 'desk', reactions: [pay] })], clients: { bank } });
    await rig.publish(begun, { id: 'o-0' }, 'o-0');
    await rig.settle();
    expect(rig.store('desk').allDeadLetters()).toMatchObject([{ error: { code: 'NEVER' } }]);
    await expect(discardDeadLetter(rig.access, nameIn(rig))).rejects.toThrow('pay has made an outside call; find out what it did');
  });

  test.each<Claim['state']>(['done', 'undone'])('leaves a claim alone that is %s meanwhile', async (state) => {
    const desk = await notedDesk();
    await rewriteClaim(desk, 'note', { state });
    await desk.run(discardDeadLetter(desk.access, nameIn(desk)));
    expect([desk.only().state, desk.claimStates('o-0')]).toEqual(['closed', [`note ${state}`, 'pay done']]);
  });

  test('is made where the outcome has been learned meanwhile', async () => {
    const desk = await unknownDesk();
    await rewriteClaim(desk, 'pay', { state: 'undone' });
    await desk.run(discardDeadLetter(desk.access, nameIn(desk)));
    expect(desk.only().state).toBe('closed');
  });
});

describe('an edit', () => {
  const edit = (desk: Desk, access = desk.access) =>
    editDeadLetter(access, { ...nameIn(desk), message: { ...(desk.only().message as Envelope), data: { id: 'o-1' } } });

  test.each<[string, Partial<Claim>]>([
    ['note took the message meanwhile (done)', { state: 'done' }],
    ['other services were told that it failed', { told: refused }],
    ['other services were told that it failed', { undoRequested: refused }],
  ])('is refused: %s', async (why, changes) => {
    const desk = await notedDesk();
    await rewriteClaim(desk, 'note', changes);
    await expect(edit(desk)).rejects.toMatchObject({ code: 'EDIT_REFUSED', message: expect.stringContaining(why) });
  });

  test('of a letter that is closed is refused', async () => {
    const desk = await notedDesk();
    await desk.run(discardDeadLetter(desk.access, nameIn(desk)));
    await expect(edit(desk)).rejects.toThrow('cannot be edited: it is closed');
  });

  test('of a message for a consumer without a manifest is checked by its schema alone', async () => {
    const desk = await notedDesk();
    expect((await desk.run(edit(desk, unmanifested(desk.access)))).check).toEqual({ problems: [], schema: 'known' });
  });
});

describe('a resolution', () => {
  test.each<[string, 'done' | 'failed', Partial<Claim>]>([
    ['pay is done and others have acted on it', 'failed', { state: 'done' }],
    ['OrderFailed has asked to undo it', 'done', { undoRequested: refused }],
    ['undo it by hand and resolve it as undone, or as failed if it had no effect.', 'done', { undoRequested: refused }],
    ['undo it by hand and resolve it as undone.', 'done', { state: 'done', undoRequested: refused }],
    ['other services were told OrderFailed', 'done', { told: refused }],
    ['pay has ended by itself meanwhile (undone)', 'done', { state: 'undone' }],
    ['a call of pay may be under way until 2126-', 'done', { state: 'started', runningUntil: Date.UTC(2126, 0) }],
    ['a call of pay may be under way until 2126-', 'done', { state: 'done', undoBegun: refused, runningUntil: Date.UTC(2126, 0) }],
  ])('is refused: %s, so it cannot be %s', async (why, as, changes) => {
    const desk = await unknownDesk();
    await rewriteClaim(desk, 'pay', changes);
    await expect(desk.run(resolveDeadLetter(desk.access, { ...nameIn(desk), as }))).rejects.toMatchObject({
      code: 'RESOLVE_REFUSED',
      message: expect.stringContaining(why),
    });
  });

  test('of a message that no reaction has begun on is refused', async () => {
    const desk = createDesk();
    desk.backbone.stream.put({ data: '{"type":"OrderBegun"', partitionKey: 'k' });
    await desk.settle();
    await expect(resolveDeadLetter(desk.access, { ...nameIn(desk), as: 'done' })).rejects.toThrow('about no reaction that has begun');
  });

  test('without events needs no manifest', async () => {
    const desk = await unknownDesk();
    await desk.run(resolveDeadLetter(unmanifested(desk.access), { ...nameIn(desk), as: 'failed' }));
    expect(desk.only().state).toBe('closed');
  });
});

test('what is shown of a claim is how far it got, and none of its data', async () => {
  const desk = await notedDesk();
  expect((await showDeadLetter(desk.access, nameIn(desk))).claim).toEqual({
    kind: 'entry',
    state: 'gave-up',
    undoRequested: false,
    told: false,
  });
});
