import { defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../lib/contract/envelope.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { listAudit } from '../../lib/operations/audit.ts';
import { discardDeadLetter } from '../../lib/operations/dead-letters/discard.ts';
import { editDeadLetter } from '../../lib/operations/dead-letters/edit.ts';
import { groupDeadLetters } from '../../lib/operations/dead-letters/groups.ts';
import { listDeadLetters } from '../../lib/operations/dead-letters/list.ts';
import { redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { type ResolveRequest, resolveDeadLetter } from '../../lib/operations/dead-letters/resolve.ts';
import { showDeadLetter } from '../../lib/operations/dead-letters/show.ts';
import { startReplay } from '../../lib/operations/replay/manage.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { missingReactions } from '../../lib/operations/sagas/missing.ts';
import { stuckSagas } from '../../lib/operations/sagas/stuck.ts';
import type { Claim, Emission } from '../../lib/runtime/journal/claim.ts';
import type { DeadLetter } from '../../lib/runtime/journal/dead-letter.ts';
import type { ServiceManifest } from '../../lib/topology/manifest.ts';
import { messageOf } from '../runtime/rig.ts';
import { begun, createDesk, type Desk, failed, never, unknownDesk } from './desk.ts';
import { createRig, killed, killedAt } from './rig.ts';

async function brokenDesk(errors: readonly Error[] = [never()]): Promise<Desk> {
  const desk = createDesk();
  for (const [index, error] of errors.entries()) {
    desk.broken = error;
    await desk.publish(begun, { id: `o-${index}` }, `o-${index}`);
    await desk.settle(10);
  }
  desk.broken = undefined;
  return desk;
}

const name = (desk: Desk) => ({ consumer: 'desk', id: desk.only().id });
const corrected = (desk: Desk, data: unknown = { id: 'o-0', quantity: 7 }) => ({ ...(desk.only().message as Envelope), data });
const redrive = async (desk: Desk) => {
  await desk.run(redriveDeadLetters(desk.access, { consumer: 'desk' }));
  await desk.settle();
};
async function replayAll(desk: Desk): Promise<void> {
  const { id } = await desk.run(startReplay(desk.access, { consumer: 'desk', from: { kind: 'start' } }));
  await desk.run(runReplay(desk.access, id));
  await desk.settle();
}

describe('a list of dead letters', () => {
  test('takes what every part of its filter takes, page by page', async () => {
    const desk = await brokenDesk([never(), never('other', 'OTHER'), never(), never()]);
    const all = await listDeadLetters(desk.access, { limit: 10 });
    expect(all.items.map(({ messageId }) => messageId)).toEqual(['o-3', 'o-2', 'o-1', 'o-0']);
    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listDeadLetters(desk.access, { limit: 1, filter: { code: 'NEVER' }, ...(cursor ? { cursor } : {}) });
      pages.push(...page.items.map(({ messageId }) => messageId ?? ''));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(pages).toEqual(['o-3', 'o-2', 'o-0']);
    const found = async (filter: object) =>
      (await listDeadLetters(desk.access, { limit: 10, filter })).items.map(({ messageId }) => messageId);
    expect(await found({ correlationId: 'o-1' })).toEqual(['o-1']);
    expect(await found({ type: 'Nothing' })).toEqual([]);
    expect(await found({ reaction: 'note', newerThanSeconds: 15 })).toEqual(['o-3']);
    expect(await found({ olderThanSeconds: 25 })).toEqual(['o-1', 'o-0']);
    expect(await found({ state: 'closed' })).toEqual([]);
    await expect(listDeadLetters(desk.access, { limit: 1, consumer: 'nobody' })).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' });
    await expect(listDeadLetters(desk.access, { limit: 1, cursor: 'x' })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });

  test('groups by what went wrong, not by which order it went wrong for', async () => {
    const desk = await brokenDesk([never('order 17 is not there'), never('order 4711 is not there'), never('the shelf is empty')]);
    const { groups, more } = await groupDeadLetters(desk.access);
    expect(groups.map(({ count, error }) => `${count} ${error}`)).toEqual(['2 order 4711 is not there', '1 the shelf is empty']);
    expect([groups[0]?.types, groups[0]?.byState, more]).toEqual([['OrderBegun'], { open: 2 }, false]);
    const [{ problem } = { problem: '' }] = groups;
    expect((await listDeadLetters(desk.access, { limit: 9, filter: { problem } })).items).toHaveLength(2);
  });
});

describe('showing a dead letter', () => {
  test('takes out sensitive data, unless there is a reason, which the audit keeps', async () => {
    const desk = await brokenDesk();
    const hidden = await showDeadLetter(desk.access, name(desk));
    expect([hidden.letter.message?.data, hidden.claim, hidden.state]).toMatchObject([
      '[redacted]',
      { kind: 'entry', state: 'gave-up' },
      'open',
    ]);
    const redact = ({ data }: Envelope) => ({ ...(data as object), id: 'x' });
    expect((await showDeadLetter(desk.access, name(desk), { redact })).letter.message?.data).toEqual({ id: 'x' });
    expect((await listAudit(desk.access, { limit: 5 })).items).toEqual([]);
    const shown = await showDeadLetter(desk.access, name(desk), { redact, revealBecause: 'ticket 7' });
    expect([shown.letter.message?.data, shown.redacted]).toEqual([{ id: 'o-0' }, false]);
    expect((await listAudit(desk.access, { limit: 5 })).items).toMatchObject([
      { action: 'dead-letter.reveal', who: 'ada', reason: 'ticket 7' },
    ]);
    await expect(showDeadLetter(desk.access, { consumer: 'desk', id: 'no' })).rejects.toMatchObject({ code: 'DEAD_LETTER_NOT_FOUND' });
  });
});

describe('editing a dead letter', () => {
  test('gives claim and letter the corrected message, and keeps the original', async () => {
    const desk = await brokenDesk();
    const { letter: edited, check } = await desk.run(
      editDeadLetter(desk.access, { ...name(desk), message: corrected(desk), reason: 'wrong quantity' }),
    );
    expect(check).toEqual({ problems: [], schema: 'known' });
    expect(edited).toMatchObject({ state: 'open', message: { data: { quantity: 7 } }, original: { data: { id: 'o-0' } } });
    expect(edited.notes).toMatchObject([{ by: 'ada', action: 'edited', reason: 'wrong quantity' }]);
    expect(desk.noted('o-0')).toBeUndefined();
    await desk.settle(1);
    await redrive(desk);
    expect([desk.noted('o-0'), desk.letters().map(({ state }) => state)]).toEqual([{ by: 'note', quantity: 7 }, ['closed']]);
    expect((await listAudit(desk.access, { limit: 1, day: '2026' })).items[0]).toMatchObject({ action: 'dead-letter.redrive' });
  });

  test('never lets the old message be applied beside the corrected one', async () => {
    const desk = await brokenDesk();
    await desk.run(editDeadLetter(desk.access, { ...name(desk), message: corrected(desk), reason: 'r' }));
    await redrive(desk);
    await replayAll(desk);
    expect(desk.noted('o-0')).toEqual({ by: 'note', quantity: 7 });
    expect(
      desk
        .letters()
        .filter(({ state }) => state === 'open')
        .map(({ error }) => error.code),
    ).toEqual(['ID_REUSED']);
  });

  test('is refused where it would make it another message, or where something was done on the old data', async () => {
    const desk = await brokenDesk();
    const edit = (changes: object) =>
      editDeadLetter(desk.access, { ...name(desk), reason: 'r', message: { ...corrected(desk), ...changes } });
    for (const changes of [{ id: 'other' }, { correlationid: 'other' }, { time: '2020-01-01T00:00:00Z' }, { hops: 'x' }])
      await expect(edit(changes)).rejects.toMatchObject({ code: 'EDIT_REFUSED' });
    await desk.run(redriveDeadLetters({ ...desk.access, replayQueue: () => ({ send: async () => {} }) }, { consumer: 'desk' }));
    await expect(edit({})).rejects.toThrow('was redriven at');
    const paying = createDesk();
    paying.bankBroken = never();
    await paying.publish(begun, { id: 'o-0' }, 'o-0');
    await paying.settle();
    await expect(editDeadLetter(paying.access, { ...name(paying), reason: 'r', message: corrected(paying) })).rejects.toThrow(
      'has called bank.charge',
    );
  });

  test('makes a letter that could not be read one that can be redriven', async () => {
    const desk = createDesk();
    desk.backbone.stream.put({ data: '{"type":"OrderBegun"', partitionKey: 'k' });
    await desk.settle();
    const plan = desk.run(redriveDeadLetters(desk.access, { consumer: 'desk' }));
    expect(await plan).toMatchObject({ sent: 0, reasons: [{ why: 'holds no message that could be read' }] });
    await desk.publish(begun, { id: 'good' }, 'good');
    const good = desk.backbone.published[0]?.envelope as Envelope;
    await desk.run(
      editDeadLetter(desk.access, {
        ...name(desk),
        reason: 'cut off',
        message: { ...good, id: 'mended', correlationid: 'mended', data: { id: 'mended' } },
      }),
    );
    await redrive(desk);
    expect([desk.noted('mended'), desk.letters().map(({ state }) => state)]).toEqual([{ by: 'note' }, ['closed']]);
  });
});

/** Redrives the only letter; what is sent is late until the returned function is called. */
async function lateRedrive(desk: Desk): Promise<() => Promise<void>> {
  const queue = desk.access.replayQueue('desk');
  const late: (() => Promise<void>)[] = [];
  const held: typeof queue = { ...queue, send: async (sends) => void late.push(() => queue.send(sends)) };
  await desk.run(redriveDeadLetters({ ...desk.access, replayQueue: () => held }, { consumer: 'desk' }));
  return async () => {
    for (const send of late) await send();
    await desk.settle(1);
  };
}

describe('a corrected message that fails again', () => {
  test('stays in its document with the one that came, also where the failure does not fit in beside them', async () => {
    const text = (letter: string) => letter.repeat(202_500);
    const desk = createDesk();
    desk.broken = never();
    await desk.publish(begun, { id: 'o-0', text: text('x') }, 'o-0');
    await desk.settle(10);
    const message = { ...(desk.only().message as Envelope), data: { id: 'o-0', text: text('y') } };
    await desk.run(editDeadLetter(desk.access, { ...name(desk), message, reason: 'wrong text' }));
    desk.broken = Object.assign(never('z'.repeat(10_000)), { stack: 'z'.repeat(10_000) });
    await redrive(desk);
    const { message: kept, original, state, error, attempts, redrives, notes, phase, reactions } = desk.only();
    expect([kept?.data, original?.data]).toEqual([
      { id: 'o-0', text: text('y') },
      { id: 'o-0', text: text('x') },
    ]);
    expect({ state, code: error.code, attempts, redrives, notes: notes?.length, phase, reactions }).toEqual({
      state: 'open',
      code: 'COMMIT_REFUSED',
      attempts: 2,
      redrives: 1,
      notes: 2,
      phase: 'react',
      reactions: ['note'],
    });
    desk.broken = undefined;
    await redrive(desk);
    expect([desk.noted('o-0'), desk.only().state]).toEqual([{ by: 'note' }, 'closed']);
  });

  test.each([
    ['the reaction', async (desk: Desk) => void (await desk.publish(begun, { id: 'o-0' }, 'o-0'))],
    [
      'its schema',
      async (desk: Desk) =>
        void (await desk.backbone.publisher.publish([messageOf(begun, 'o-0', { correlationid: 'o-0', data: { id: 7 } })])),
    ],
  ])('is not replaced by one that was redriven before the correction, and that %s refuses late', async (_what, publish) => {
    const desk = createDesk();
    desk.broken = never();
    await publish(desk);
    await desk.settle(10);
    const before = desk.only();
    const arrive = await lateRedrive(desk);
    await desk.settle(3601);
    await desk.run(editDeadLetter(desk.access, { ...name(desk), message: corrected(desk), reason: 'r' }));
    const edited = desk.only();
    await arrive();
    expect(desk.letters().find(({ id }) => id === before.id)).toEqual(edited);
    desk.broken = undefined;
    await redrive(desk);
    expect(desk.noted('o-0')).toEqual({ by: 'note', quantity: 7 });
  });

  test.each<[string, Partial<Envelope>, (desk: Desk) => Partial<Envelope>]>([
    ['a time that lies ahead', { time: '2026-02-01T00:00:00.000Z' }, (desk) => ({ time: new Date(desk.scheduler.now()).toISOString() })],
    ['the name of its schema', {}, () => ({ dataschema: 'urn:aws-choreography:OrderBegun:2' })],
  ])('is not replaced by the one before, where only %s was corrected', async (_what, came, correct) => {
    const desk = createDesk();
    desk.broken = never();
    await desk.backbone.publisher.publish([messageOf(begun, 'o-0', { correlationid: 'o-0', ...came })]);
    await desk.settle(10);
    const before = desk.only();
    const arrive = await lateRedrive(desk);
    await desk.settle(3601);
    const message = { ...(before.message as Envelope), ...correct(desk) };
    await desk.run(editDeadLetter(desk.access, { ...name(desk), message, reason: 'r', unchecked: true }));
    const edited = desk.letters().find(({ id }) => id === before.id);
    expect(edited).toMatchObject({ state: 'open', message: correct(desk) });
    await arrive();
    expect(desk.letters().find(({ id }) => id === before.id)).toEqual(edited);
  });

  test('leaves what could not be read in its document', async () => {
    const desk = createDesk();
    desk.backbone.stream.put({ data: '{"type":"OrderBegun"', partitionKey: 'k' });
    await desk.settle();
    const message = messageOf(begun, 'mended', { correlationid: 'mended', data: { id: 7 } });
    await desk.run(editDeadLetter(desk.access, { ...name(desk), message, reason: 'cut off', unchecked: true }));
    await redrive(desk);
    expect(desk.only()).toMatchObject({ raw: '{"type":"OrderBegun"', message: { data: { id: 7 } }, state: 'open' });
  });
});

describe('discarding a dead letter', () => {
  test('closes it for good: not even a replay runs it', async () => {
    const desk = await brokenDesk();
    await desk.run(discardDeadLetter(desk.access, { ...name(desk), reason: 'a test order' }));
    expect(desk.claimStates('o-0')).toEqual(['note cancelled', 'pay done']);
    await replayAll(desk);
    expect([desk.noted('o-0'), desk.letters().map(({ state }) => state)]).toEqual([undefined, ['closed']]);
    await expect(discardDeadLetter(desk.access, { ...name(desk), reason: 'r' })).rejects.toMatchObject({ code: 'DISCARD_REFUSED' });
  });

  test('of a message that could not be read leaves nothing that it would be missing at, but for a step', async () => {
    const desk = createDesk();
    const event = messageOf(begun, 'x-1', { correlationid: 'x', data: { id: 7 } });
    await desk.backbone.publisher.publish([event]);
    await desk.settle();
    expect(desk.only()).toMatchObject({ phase: 'decode', state: 'open' });
    await desk.run(discardDeadLetter(desk.access, { ...name(desk), reason: 'a test record' }));
    expect([desk.claimStates('x'), desk.only().state]).toEqual([['note cancelled'], 'closed']);
    const [manifest] = desk.manifests as [ServiceManifest];
    const sent = { event, emission: { commit: 'c', phase: 'react', at: event.time, events: [event], scheduled: [] } } as const;
    const missing = await desk.run(missingReactions(desk.access, [manifest], 'desk', [sent]));
    expect(missing.map(({ concern }) => concern.reaction.name)).toEqual(['pay']);
  });

  test('is refused while nobody knows what an outside call did', async () => {
    const desk = createDesk();
    desk.bankBroken = never();
    await desk.publish(begun, { id: 'o-0' }, 'o-0');
    await desk.settle();
    expect(desk.only().error.code).toBe('OUTCOME_UNKNOWN');
    await expect(discardDeadLetter(desk.access, { ...name(desk), reason: 'r' })).rejects.toThrow('use resolve');
  });
});

/** An order whose `hold` cannot be undone: its dead letter is about the undo. */
async function heldRig() {
  const hold = defineReaction({
    name: 'hold',
    on: begun,
    react: async () => ({ place: 1 }),
    compensation: {
      on: failed,
      async undo() {
        throw never();
      },
    },
  });
  const rig = createRig({ services: [defineService({ name: 'desk', reactions: [hold] })], clients: {} });
  await rig.publish(begun, { id: 'o-0' }, 'o-0');
  await rig.settle();
  await rig.publish(failed, { id: 'o-0' }, 'f', 'o-0');
  await rig.settle(3_600);
  const [letter] = rig.store('desk').allDeadLetters();
  return { rig, name: { consumer: 'desk', id: letter?.id ?? '', reason: 'r' } };
}

describe('an undo that failed', () => {
  test('is not discarded, as its step would be stuck for good; resolved, the saga waits for nothing', async () => {
    const { rig, name: undo } = await heldRig();
    const stuck = async () => (await rig.run(stuckSagas(rig.access, rig.manifests))).items.map(({ kind }) => kind);
    expect(await stuck()).toEqual(['open']);
    await expect(discardDeadLetter(rig.access, undo)).rejects.toThrow('undo it by hand, or leave it, and resolve it as undone');
    expect(rig.store('desk').allDeadLetters()).toMatchObject([{ state: 'open' }]);
    await rig.run(resolveDeadLetter(rig.access, { ...undo, as: 'undone' }));
    expect(await stuck()).toEqual([]);
    const [claim] = rig.store('desk').claimsOf('o-0');
    expect(claim?.emissions.at(-1)).toMatchObject({ phase: 'undo', trigger: { source: 'elsewhere', id: 'f', type: 'OrderFailed' } });
  });
});

const resolve = (desk: Desk, request: Omit<ResolveRequest, 'consumer' | 'id' | 'reason'>, access: OperatorAccess = desk.access) =>
  desk.run(resolveDeadLetter(access, { ...name(desk), reason: 'asked the bank', ...request }));
const paidEvent = { type: 'OrderPaid', subject: 'o-0', data: { id: 'o-0' } };

describe('resolving by hand', () => {
  test('as done brings the claim there with its data and events, so that it can be undone later', async () => {
    const desk = await unknownDesk();
    await resolve(desk, { as: 'done', data: { charge: 'charge-by-hand' }, events: [paidEvent] });
    await desk.settle(60);
    expect([desk.claimStates('o-0'), desk.only().state]).toEqual([['note done', 'pay done'], 'closed']);
    expect(desk.backbone.published.filter(({ envelope }) => envelope.type === 'OrderPaid')).toHaveLength(1);
    await desk.publish(failed, { id: 'o-0' }, 'f', 'o-0');
    await desk.settle();
    expect(desk.bankLog).toEqual(['charge o-0', 'refund charge-by-hand']);
    expect(desk.claimStates('o-0')).toContain('pay undone');
  });

  test.each([
    ['failed', 'PaymentDeclined'],
    ['undone', 'PaymentRefunded'],
  ] as const)('as %s sends what the reaction declares for that end: %s', async (as, type) => {
    const desk = await unknownDesk();
    await resolve(desk, { as, events: [{ ...paidEvent, type }] });
    await desk.settle(60);
    const sent = desk.backbone.published.map(({ envelope }) => envelope).filter(({ source }) => source === 'desk');
    expect(sent).toMatchObject([{ type, correlationid: 'o-0', data: { id: 'o-0' } }]);
  });

  test.each<[string, Partial<ResolveRequest>, (desk: Desk) => Partial<OperatorAccess>]>([
    ['pay sends no OrderPaid when it is failed, but PaymentDeclined', { as: 'failed', events: [paidEvent] }, () => ({})],
    ['pay sends no OrderFailed when it is done, but OrderPaid', { events: [{ ...paidEvent, type: 'OrderFailed' }] }, () => ({})],
    ['OrderPaid version 1: data/id', { events: [{ ...paidEvent, data: { id: 7 } }] }, () => ({})],
    [
      'the data of OrderPaid cannot be checked here (no registry)',
      { events: [paidEvent] },
      () => ({ checkMessage: async () => ({ problems: [], schema: 'unknown', why: 'no registry' }) }),
    ],
    [
      'deployed without a manifest of pay',
      { events: [paidEvent] },
      (desk) => ({
        consumers: async () => (await desk.access.consumers()).map(({ name: consumer, source }) => ({ name: consumer, source })),
      }),
    ],
    ['11 events are more than 10', { events: Array.from({ length: 11 }, () => paidEvent) }, () => ({})],
  ])('with events is refused where nobody could have sent them: %s', async (why, request, changes) => {
    const desk = await unknownDesk();
    const access = { ...desk.access, ...changes(desk) };
    await expect(resolve(desk, { as: 'done', ...request }, access)).rejects.toMatchObject({
      code: 'RESOLVE_REFUSED',
      message: expect.stringContaining(why),
    });
    expect(desk.only().state).toBe('open');
  });

  test('as failed or undone is what a trigger and a replay meet: nothing is called', async () => {
    for (const [as, after] of [
      ['failed', 'pay cancelled'],
      ['undone', 'pay undone'],
    ] as const) {
      const desk = await unknownDesk();
      await resolve(desk, { as });
      await replayAll(desk);
      await desk.publish(failed, { id: 'o-0' }, 'f', 'o-0');
      await desk.settle();
      expect([desk.claimStates('o-0'), desk.bankLog]).toEqual([['note done', after], ['charge o-0']]);
    }
  });

  test('as failed, where an undo was asked for: nobody waits for what asked, and a copy of it changes nothing', async () => {
    const desk = await unknownDesk();
    await desk.publish(failed, { id: 'o-0' }, 'f', 'o-0');
    await desk.settle(120);
    const undo = desk.letters().find(({ phase }) => phase === 'undo') as DeadLetter;
    await desk.run(resolveDeadLetter(desk.access, { consumer: 'desk', id: undo.id, as: 'failed', reason: 'asked the bank' }));
    const pay = () => desk.store('desk').claimsOf('o-0').at(-1) as Claim;
    const before = pay();
    const asked = { event: undo.message as Envelope, emission: before.emissions[0] as Emission };
    expect(await desk.run(missingReactions(desk.access, desk.manifests, 'desk', [asked]))).toEqual([]);
    await desk.publish(failed, { id: 'o-0' }, 'f', 'o-0');
    await desk.settle();
    expect(pay()).toEqual(before);
  });

  test('as done is refused for the letter of an undo: it would close what asked for that, and leave the step done', async () => {
    const desk = await unknownDesk();
    await desk.publish(failed, { id: 'o-0' }, 'f', 'o-0');
    await desk.settle(120);
    const undo = desk.letters().find(({ phase }) => phase === 'undo') as DeadLetter;
    const done = resolveDeadLetter(desk.access, { consumer: 'desk', id: undo.id, as: 'done', reason: 'asked the bank' });
    await expect(desk.run(done)).rejects.toThrow('OrderFailed has asked to undo it; undo it by hand and resolve it as undone');
    expect(desk.letters().map(({ state }) => state)).toEqual(['open', 'open']);
  });

  test.each([
    ['undone', 'undone'],
    ['failed', 'cancelled'],
  ] as const)('as %s closes every letter about the claim, whichever is named: it is %s then', async (as, end) => {
    for (const named of ['react', 'undo'] as const) {
      const desk = await unknownDesk();
      await desk.publish(failed, { id: 'o-0' }, 'f', 'o-0');
      await desk.settle(120);
      const letters = new Map(desk.letters().map(({ phase, error, id }) => [`${phase} ${error.code}`, id]));
      expect([...letters.keys()].sort()).toEqual(['react OUTCOME_UNKNOWN', 'undo OUTCOME_UNKNOWN']);
      const id = letters.get(`${named} OUTCOME_UNKNOWN`) ?? '';
      await desk.run(resolveDeadLetter(desk.access, { consumer: 'desk', id, as, reason: 'asked the bank' }));
      expect(desk.letters().map(({ state }) => state)).toEqual(['closed', 'closed']);
      expect(desk.claimStates('o-0')).toContain(`pay ${end}`);
    }
  });

  test('as done leaves the letter of an undo: that is still to be made', async () => {
    const desk = await unknownDesk();
    await desk.publish(failed, { id: 'o-0' }, 'f', 'o-0');
    await desk.settle(120);
    const react = desk.letters().find(({ phase }) => phase === 'react') as DeadLetter;
    await desk.run(resolveDeadLetter(desk.access, { consumer: 'desk', id: react.id, as: 'done', reason: 'asked the bank' }));
    expect(
      desk
        .letters()
        .map(({ phase, state }) => `${phase} ${state}`)
        .sort(),
    ).toEqual(['react closed', 'undo open']);
    await redrive(desk);
    expect([desk.claimStates('o-0'), desk.letters().map(({ state }) => state)]).toEqual([
      ['note done', 'pay undone'],
      ['closed', 'closed'],
    ]);
  });

  test('is refused where it would make untrue what others were told, or where there is nothing to resolve', async () => {
    const desk = await brokenDesk();
    await expect(resolve(desk, { as: 'undone' })).rejects.toThrow('no compensation');
    await resolve(desk, { as: 'failed' });
    await expect(resolve(desk, { as: 'done' })).rejects.toMatchObject({ code: 'RESOLVE_REFUSED' });
    const bad = await unknownDesk();
    await expect(resolve(bad, { as: 'failed', data: {} })).rejects.toThrow('only what is done has data');
  });

  test('waits until no call can be under way any more, by any clock: what the bank says before is not the last word', async () => {
    const desk = createDesk();
    desk.bankBroken = never();
    await desk.publish(begun, { id: 'o-0' }, 'o-0');
    await desk.settle(120); // an attempt lasts a minute at most
    await expect(resolve(desk, { as: 'failed' })).rejects.toThrow('a call of pay may be under way until 2026-01-01T00:02:30.');
    await desk.settle(30);
    await resolve(desk, { as: 'failed' });
    expect(desk.only().state).toBe('closed');
  });

  test('waits for a redrive that is on its way: what that finds may be another outcome', async () => {
    const desk = await brokenDesk();
    desk.broken = never();
    await desk.run(redriveDeadLetters(desk.access, { consumer: 'desk' }));
    expect(desk.only().state).toBe('redriven');
    await expect(resolve(desk, { as: 'done' })).rejects.toThrow('wait until it comes back');
    await desk.settle(120);
    await resolve(desk, { as: 'done' });
    expect(desk.only().state).toBe('closed');
  });

  test('by two operators at once takes effect once', async () => {
    const desk = await unknownDesk();
    const outcomes = await Promise.allSettled([resolve(desk, { as: 'failed' }), resolve(desk, { as: 'undone' })]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(desk.only().notes).toHaveLength(1);
  });

  test.each([false, true])('that is killed at any call (after it: %s) is either in with its audit, or not at all', async (late) => {
    let k = 0;
    for (let goesOn = true; goesOn; ) {
      k += 1;
      const desk = await unknownDesk();
      goesOn = await resolve(desk, { as: 'failed' }, killedAt(desk.access, k, late)).then(
        () => false,
        (error: unknown) => {
          if (error !== killed) throw error;
          return true;
        },
      );
      const { items } = await listAudit(desk.access, { limit: 5 });
      const [note] = desk.only().notes ?? [];
      expect({ k, isIn: desk.only().state === 'closed' }).toEqual({ k, isIn: desk.claimStates('o-0').includes('pay failed') });
      if (note) expect({ k, audit: items.map(({ id }) => id) }).toEqual({ k, audit: [note.audit] });
    }
    expect(k).toBeGreaterThan(4);
  });
});
