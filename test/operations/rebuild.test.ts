import { defineInbound, defineReaction, defineService, type Service } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { CommandType } from '../../lib/contract/message-type.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { listAudit } from '../../lib/operations/audit.ts';
import { discardDeadLetter } from '../../lib/operations/dead-letters/discard.ts';
import { editDeadLetter } from '../../lib/operations/dead-letters/edit.ts';
import { redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { discardGeneration } from '../../lib/operations/generations/discard.ts';
import { listGenerations } from '../../lib/operations/generations/list.ts';
import { switchGeneration } from '../../lib/operations/generations/switch.ts';
import { pauseReplay, resumeReplay, showReplay, startReplay, stopReplay } from '../../lib/operations/replay/manage.ts';
import { planReplay } from '../../lib/operations/replay/plan.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import type { ReplaySpec } from '../../lib/operations/replay/spec.ts';
import { hashOf } from '../../lib/runtime/journal/hash.ts';
import type { ReplaySend } from '../../lib/runtime/ports/replay-queue.ts';
import { PlaceOrder } from '../embedded/shop.ts';
import { event, messageOf } from '../runtime/rig.ts';
import { never } from './desk.ts';
import { type Board, createBoard, fill, opened, rebuild, type Troubles, whole } from './read-model.ts';
import { createRig } from './rig.ts';

const TICKETS = 'tickets';
const switchTo = (board: Board) => board.run(switchGeneration(board.access, TICKETS));
const discard = (board: Board, generation: number) => board.run(discardGeneration(board.access, TICKETS, generation, 'not needed'));

/** An access that tells what is sent. */
function sending(access: OperatorAccess, tell: (sends: readonly ReplaySend[]) => void): OperatorAccess {
  return {
    ...access,
    replayQueue: (service) => ({
      async send(sends) {
        tell(sends);
        await access.replayQueue(service).send(sends);
      },
    }),
  };
}

async function busyBoard(source: 'stream' | 'bus' = 'stream', troubles: Troubles = {}): Promise<Board> {
  const board = createBoard(source, troubles);
  for (const ticket of ['a', 'b', 'c']) await board.note(ticket, `${ticket}-1`, 1);
  await board.settle();
  await board.note('a', 'a-2', 2);
  await board.note('c', 'c-2', 2);
  await board.settle(20);
  return board;
}

describe.each(['stream', 'bus'] as const)('a read model on the %s', (source) => {
  test('that is built anew is equal to the old one, indexes included, and is read from the switch on', async () => {
    const board = await busyBoard(source);
    const before = await board.tickets();
    await rebuild(board);
    expect(await board.tickets()).toEqual(before);
    expect([await board.atDesk(1), await board.atDesk(2)]).toEqual([['b'], ['a', 'c']]);
    expect(await listGenerations(board.access, TICKETS)).toEqual({ consumer: TICKETS, current: 2, kept: [1] });
    await board.note('b', 'b-2', 3);
    await board.settle();
    expect(await board.tickets()).toMatchObject({ b: { events: ['b-1', 'b-2'] } });
    expect(await board.atDesk(3)).toEqual(['b']);
  });

  test('is read from the old generation until the switch, and events that come meanwhile are in both', async () => {
    const board = await busyBoard(source);
    await fill(board);
    await board.note('a', 'a-3', 3);
    await board.note('d', 'd-1', 3);
    await board.settle();
    const before = await board.tickets();
    expect(before).toMatchObject({ a: { events: ['a-1', 'a-2', 'a-3'] }, d: { events: ['d-1'] } });
    expect(await switchTo(board)).toMatchObject({ generation: 2, before: 1, caughtUp: 2 });
    expect(await board.tickets()).toEqual(before);
  });
});

test('what code of today makes of past events is in the new generation, and a later replay of all of them changes nothing', async () => {
  const board = await busyBoard();
  await rebuild(board);
  const after = board.store(TICKETS).snapshot();
  const { id } = await board.run(startReplay(board.access, { consumer: TICKETS, from: { kind: 'start' } }));
  await board.run(runReplay(board.access, id));
  await board.settle();
  expect({ ...board.store(TICKETS).snapshot(), successes: [] }).toEqual({ ...after, successes: [] });
});

describe('a generation', () => {
  test('that is filled can be discarded: nothing of it is left, and its number never comes again', async () => {
    const board = await busyBoard();
    const before = await board.tickets();
    const replay = await fill(board);
    expect(board.stored()).toEqual(['Ticket a', 'Ticket b', 'Ticket c', 'Ticket.2 a', 'Ticket.2 b', 'Ticket.2 c']);
    expect(await discard(board, 2)).toEqual({ consumer: TICKETS, generation: 2, dropped: 3 });
    expect(board.stored()).toEqual(['Ticket a', 'Ticket b', 'Ticket c']);
    await expect(runReplay(board.access, replay)).resolves.toMatchObject({ state: 'done' });
    await expect(switchTo(board)).rejects.toMatchObject({ code: 'NO_GENERATION' });
    await rebuild(board);
    expect(await listGenerations(board.access, TICKETS)).toMatchObject({ current: 3, kept: [1] });
    expect(await board.tickets()).toEqual(before);
  });

  test('that was the current one is kept until it is discarded, and that twice is no harm', async () => {
    const board = await busyBoard();
    const before = await board.tickets();
    await rebuild(board);
    expect(board.stored()).toContain('Ticket a');
    expect((await discard(board, 1)).dropped).toBe(3);
    await board.run(board.scheduler.sleep(1_000));
    expect((await discard(board, 1)).dropped).toBe(0);
    expect(board.stored()).toEqual(['Ticket.2 a', 'Ticket.2 b', 'Ticket.2 c']);
    expect(await board.tickets()).toEqual(before);
    expect((await listAudit(board.access, { limit: 9 })).items.map(({ action, subject }) => `${action} ${subject}`).slice(0, 3)).toEqual([
      'generation.discard 1',
      'generation.discard 1',
      'generation.switch 2',
    ]);
  });

  test('that is discarded while messages are on their way into it gets none of them', async () => {
    const board = createBoard('stream');
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const ticket of all) await board.note(ticket, `${ticket}-1`);
    await board.settle();
    const { id } = await board.run(startReplay(board.access, { ...whole, ratePerSecond: 2 }));
    const sentAt: number[] = [];
    const access = sending(board.access, (sends) => void sentAt.push(...sends.map(() => board.scheduler.now())));
    const running = runReplay(access, id).catch((error: unknown) => error);
    await board.run(board.scheduler.sleep(1_500));
    expect(board.stored().length).toBeGreaterThan(all.length);
    await discard(board, 2);
    const discardedAt = board.scheduler.now();
    await board.run(running);
    await board.settle();
    expect(sentAt.filter((at) => at > discardedAt).length).toBeGreaterThan(0);
    expect(board.stored()).toEqual(all.map((ticket) => `Ticket ${ticket}`));
    expect(await showReplay(board.access, id)).toMatchObject({ state: 'stopped' });
  });

  test.each<[string, (board: Board) => Promise<unknown>, string, string]>([
    ['switched to where there is none', switchTo, 'NO_GENERATION', 'tickets is in generation 1, and no other one is filled'],
    ['discarded while it is the current one', (board) => discard(board, 1), 'GENERATION_CURRENT', 'is the current one'],
    ['discarded where there never was one', (board) => discard(board, 7), 'NO_GENERATION', 'has had the generations 1 to 1, and no 7'],
    [
      'begun beside another one',
      async (board) => {
        await fill(board);
        await fill(board);
      },
      'GENERATION_BUILDING',
      'fills generation 2 of tickets; switch to it, or discard it',
    ],
    [
      'switched to before it is filled',
      async (board) => {
        const { id } = await board.run(startReplay(board.access, { ...whole, ratePerSecond: 1 }));
        await board.run(runReplay(board.access, id, { deadline: board.scheduler.now() + 1_000 }));
        await switchTo(board);
      },
      'GENERATION_UNFINISHED',
      'its replay is running. Next: choreo replay resume ',
    ],
    [
      'switched to after its replay was stopped',
      async (board) => {
        const { id } = await board.run(startReplay(board.access, { ...whole, ratePerSecond: 1 }));
        await board.run(runReplay(board.access, id, { deadline: board.scheduler.now() + 1_000 }));
        await board.run(stopReplay(board.access, id));
        await switchTo(board);
      },
      'GENERATION_UNFINISHED',
      'Next: choreo generation discard tickets 2.',
    ],
    [
      'begun while five old ones are kept',
      async (board) => {
        for (let count = 0; count < 6; count += 1) await rebuild(board);
      },
      'GENERATIONS_KEPT',
      'keeps the old generations 5, 4, 3, 2, 1',
    ],
  ])('is not %s', async (_, act, code, text) => {
    const board = await busyBoard();
    await expect(act(board)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  test('is filled at its rate, pauses and goes on', async () => {
    const board = await busyBoard();
    const { id } = await board.run(startReplay(board.access, { ...whole, ratePerSecond: 0.5 }));
    const running = runReplay(board.access, id);
    const pausing = board.scheduler.sleep(4_000).then(() => pauseReplay(board.access, id));
    expect((await board.run(Promise.all([running, pausing])))[0].state).toBe('paused');
    expect((await showReplay(board.access, id)).counts.sent).toBeLessThan(5);
    await resumeReplay(board.access, id);
    expect((await board.run(runReplay(board.access, id))).counts.sent).toBe(5);
    await switchTo(board);
    expect(await board.tickets()).toMatchObject({ a: { events: ['a-1', 'a-2'] } });
  });

  test('counts nothing as done before the generation has it, though the run that sent it is gone', async () => {
    const troubles: Troubles = {};
    const board = await busyBoard('stream', troubles);
    troubles.on = (id) => (id === 'a-1' ? new Error('broken') : undefined);
    const { id } = await board.run(startReplay(board.access, { ...whole, ratePerSecond: 0.5 }));
    const first = await board.run(runReplay(board.access, id, { deadline: board.scheduler.now() + 20_000 }));
    expect([first.state, first.counts.sent]).toEqual(['running', 0]);
    await expect(board.run(runReplay(board.access, id))).rejects.toMatchObject({ code: 'REBUILD_STUCK' });
  });

  test('gets its messages in groups of their own: a redrive that waits in the queue holds none of them back', async () => {
    const board = await busyBoard();
    const groups = new Set<string>();
    const access = sending(board.access, (sends) => {
      for (const { group } of sends) groups.add(group);
    });
    const { id } = await board.run(startReplay(access, whole));
    await board.run(runReplay(access, id));
    expect(groups.size).toBe(3);
    await discard(board, 2);
    const full: OperatorAccess = { ...access, queueFigures: async () => ({ depth: 1_000_000 }) };
    const second = await board.run(startReplay(full, whole));
    expect((await board.run(runReplay(full, second.id))).state).toBe('done');
    for (const saga of ['saga-a', 'saga-b', 'saga-c']) expect(groups).not.toContain(hashOf('saga', saga));
  });

  test('is not switched to once its service has a reaction that does not look at generations', async () => {
    const board = await busyBoard();
    await fill(board);
    const [consumer] = await board.access.consumers();
    const manifest = { ...consumer?.manifest, reactions: consumer?.manifest?.reactions.map((one) => ({ ...one, reprocessable: false })) };
    const access = { ...board.access, consumers: async () => [{ ...consumer, manifest } as never] };
    await expect(board.run(switchGeneration(access, TICKETS))).rejects.toMatchObject({ code: 'REPROCESS_REFUSED' });
  });

  test('lacks nothing that expired while its replay stood still, or is not switched to', async () => {
    const board = await busyBoard();
    const { id } = await board.run(startReplay(board.access, { ...whole, ratePerSecond: 1 }));
    await board.run(runReplay(board.access, id, { deadline: board.scheduler.now() + 1_500 }));
    const [gap] = [{ shard: 'shardId-000000000000', sequenceNumber: '1' }];
    const trimmed = await board.access.records.get('replay', id);
    const value = { ...(trimmed?.value as object), state: 'done', gaps: [gap] };
    await board.access.records.put({ collection: 'replay', id, version: 'x', value }, trimmed?.version ?? null);
    await expect(switchTo(board)).rejects.toMatchObject({ code: 'GENERATION_INCOMPLETE' });
  });

  test('that was begun longer ago than messages are recognised gets none of them any more', async () => {
    const board = createBoard('stream', {}, { settings: { messageAgeSecondsMax: 3_600 } });
    await board.note('a', 'a-1');
    await board.settle();
    const { id } = await board.run(startReplay(board.access, whole));
    await board.run(runReplay(board.access, id, { deadline: board.scheduler.now() }));
    await board.run(board.scheduler.sleep(7_200_000));
    await expect(board.run(runReplay(board.access, id))).rejects.toMatchObject({
      code: 'REBUILD_STUCK',
      message: expect.stringContaining('(GENERATION_TOO_OLD)'),
    });
  });

  test('is planned as a whole: whatever has run would run again', async () => {
    const board = await busyBoard();
    expect(await board.run(planReplay(board.access, whole))).toMatchObject({
      generation: 2,
      messages: 5,
      byType: { TicketOpened: { messages: 3, claimed: 0, wouldRun: 3 }, TicketMoved: { messages: 2, claimed: 0, wouldRun: 2 } },
      wouldRun: { track: 5 },
    });
    expect(await listGenerations(board.access, TICKETS)).toMatchObject({ current: 1 });
  });
});

describe('a message that fails', () => {
  test('in the new generation only holds it up, and says why, until its reaction is corrected', async () => {
    const troubles: Troubles = {};
    const board = await busyBoard('stream', troubles);
    const before = await board.tickets();
    troubles.on = (id) => (id === 'b-1' ? never('the desk is unknown', 'DESK_UNKNOWN') : undefined);
    const { id } = await board.run(startReplay(board.access, whole));
    await expect(board.run(runReplay(board.access, id))).rejects.toMatchObject({
      code: 'REBUILD_STUCK',
      retryable: true,
      message: `tickets has not taken 1 messages into generation 2 for 600 s, the first is TicketOpened b-1. It says: the desk is unknown (DESK_UNKNOWN). Correct it, or discard its dead letter, then: choreo replay resume ${id}.`,
    });
    expect((await listGenerations(board.access, TICKETS)).building?.problem).toMatchObject({ event: { id: 'b-1' } });
    expect([board.store(TICKETS).allDeadLetters(), board.store(TICKETS).allMarkers()]).toEqual([[], []]);
    troubles.on = () => undefined;
    expect((await board.run(runReplay(board.access, id))).state).toBe('done');
    await switchTo(board);
    expect(await board.tickets()).toEqual(before);
  });

  test('and was discarded stays out of the new generation, whatever is replayed later', async () => {
    const troubles: Troubles = { on: (id) => (id === 'b-1' ? never() : undefined) };
    const board = await busyBoard('stream', troubles);
    const [letter] = board.store(TICKETS).allDeadLetters();
    await board.run(discardDeadLetter(board.access, { consumer: TICKETS, id: letter?.id ?? '', reason: 'a test' }));
    troubles.on = () => undefined;
    await rebuild(board);
    const { id } = await board.run(startReplay(board.access, { consumer: TICKETS, from: { kind: 'start' } }));
    await board.run(runReplay(board.access, id));
    await board.settle();
    expect(await board.tickets()).toMatchObject({ a: { events: ['a-1', 'a-2'] }, b: undefined });
  });

  test('is redriven after the switch, into the new generation, and until then keeps nothing of its saga waiting', async () => {
    const troubles: Troubles = { on: (id) => (id === 'c-2' ? never() : undefined) };
    const board = await busyBoard('stream', troubles);
    troubles.on = () => undefined;
    const { id } = await board.run(startReplay(board.access, whole));
    await board.run(redriveDeadLetters(board.access, { consumer: TICKETS }));
    await board.run(runReplay(board.access, id));
    expect(await board.tickets()).toMatchObject({ c: { events: ['c-1'] } });
    await switchTo(board);
    await board.settle(120);
    expect(await board.tickets()).toMatchObject({ c: { events: ['c-1', 'c-2'] } });
    expect(board.store(TICKETS).allDeadLetters()).toMatchObject([{ state: 'closed' }]);
  });

  test('and was corrected is in the new generation as it was corrected', async () => {
    const troubles: Troubles = { on: (id) => (id === 'a-2' ? never() : undefined) };
    const board = await busyBoard('stream', troubles);
    troubles.on = () => undefined;
    const [letter] = board.store(TICKETS).allDeadLetters();
    const message = { ...letter?.message, data: { id: 'a', quantity: 9 } } as never;
    await board.run(editDeadLetter(board.access, { consumer: TICKETS, id: letter?.id ?? '', message, reason: 'a wrong desk' }));
    await board.run(redriveDeadLetters(board.access, { consumer: TICKETS }));
    await board.settle();
    const before = await board.tickets();
    expect(before).toMatchObject({ a: { desk: 'desk-9' } });
    await rebuild(board);
    expect(await board.tickets()).toEqual(before);
  });

  test('and cannot be read is left out, as it is in the old one; corrected and redriven it gets in', async () => {
    const board = await busyBoard();
    await board.backbone.publisher.publish([messageOf(opened, 'x-1', { correlationid: 'saga-x', data: { id: 5 } })]);
    await board.settle();
    const [letter] = board.store(TICKETS).allDeadLetters();
    expect(letter).toMatchObject({ phase: 'decode' });
    await rebuild(board);
    expect(board.store(TICKETS).allDeadLetters()).toHaveLength(1);
    const message = { ...letter?.message, data: { id: 'x' } } as never;
    await board.run(editDeadLetter(board.access, { consumer: TICKETS, id: letter?.id ?? '', message, reason: 'no id' }));
    await board.run(redriveDeadLetters(board.access, { consumer: TICKETS }));
    await board.settle();
    expect(board.store(TICKETS).entity('Ticket', 'x')?.state).toMatchObject({ events: ['x-1'] });
    expect(board.store(TICKETS).allDeadLetters()).toMatchObject([{ state: 'closed' }]);
  });

  test('in the new generation after the switch is a dead letter of that one, and its claim is found there', async () => {
    const troubles: Troubles = {};
    const board = await busyBoard('stream', troubles);
    await rebuild(board);
    troubles.on = (id) => (id === 'b-2' ? never() : undefined);
    await board.note('b', 'b-2');
    await board.settle();
    const [letter] = board.store(TICKETS).allDeadLetters();
    await board.run(discardDeadLetter(board.access, { consumer: TICKETS, id: letter?.id ?? '', reason: 'a test' }));
    const claims = board.store(TICKETS).claimsOf('saga-b');
    expect(claims.find(({ message }) => message?.id === 'b-2')).toMatchObject({ state: 'cancelled', generation: 2 });
  });
});

describe('a rebuild is refused', () => {
  const ping = event('PingSent');
  const safe = defineReaction({ name: 'safe', on: ping, reprocessable: true, react: () => {} });
  const unsafe = defineReaction({ name: 'unsafe', on: ping, react: () => {} });
  const onCommand = defineReaction({ name: 'onCommand', on: PlaceOrder as CommandType, reprocessable: true, react: () => {} });
  const inbound = defineInbound(ping, { from: { queue: 'old' }, id: () => 'x', correlationId: () => 'x', data: () => ({ id: 'x' }) });
  const asked = async (service: Service, changes: Partial<ReplaySpec> = {}) => {
    const rig = createRig({ services: [service], clients: {} });
    return rig.run(startReplay(rig.access, { consumer: 'search', from: { kind: 'start' }, mode: 'reprocess', ...changes }));
  };

  test.each([
    [
      'a reaction that does not declare it',
      defineService({ name: 'search', reactions: [safe, unsafe] }),
      'unsafe of search may not run again',
    ],
    ['a reaction on a command', defineService({ name: 'search', reactions: [safe, onCommand] }), 'onCommand of search may not run again'],
    [
      'an inbound',
      defineService({ name: 'search', reactions: [safe], inbound: [inbound] }),
      'search also takes PingSent from an inbound, and what comes through one is not on the stream',
    ],
  ])('for a service with %s, by name', async (_, service, text) => {
    await expect(asked(service)).rejects.toMatchObject({ code: 'REPROCESS_REFUSED', message: expect.stringContaining(text) });
  });

  test('with an inbound no more when that is what is wanted', async () => {
    const service = defineService({ name: 'search', reactions: [safe], inbound: [inbound] });
    await expect(asked(service, { withoutInbound: true })).resolves.toMatchObject({ generation: 2 });
  });

  test.each<Partial<ReplaySpec>>([
    { from: { kind: 'time', at: 0 } },
    { until: 1 },
    { maxMessages: 1 },
    { correlationId: 'x' },
    { types: ['PingSent'] },
    { reactions: ['safe'] },
  ])('from a part of the events: %j', async (changes) => {
    const service = defineService({ name: 'search', reactions: [safe] });
    await expect(asked(service, changes)).rejects.toMatchObject({
      code: 'INVALID_REPLAY',
      message: expect.stringContaining('--from-start'),
    });
  });
});
