import { defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { listAudit } from '../../lib/operations/audit.ts';
import { discardGeneration } from '../../lib/operations/generations/discard.ts';
import { listGenerations } from '../../lib/operations/generations/list.ts';
import { switchGeneration } from '../../lib/operations/generations/switch.ts';
import { pauseReplay, resumeReplay, showReplay, startReplay, stopReplay } from '../../lib/operations/replay/manage.ts';
import { planReplay } from '../../lib/operations/replay/plan.ts';
import type { ReplayRecord } from '../../lib/operations/replay/record.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { sagaOf } from '../../lib/operations/sagas/saga.ts';
import { stuckSagas } from '../../lib/operations/sagas/stuck.ts';
import { hashOf } from '../../lib/runtime/journal/hash.ts';
import type { ReplaySend } from '../../lib/runtime/ports/replay-queue.ts';
import { begun, failed } from './desk.ts';
import { type Board, busyBoard, createBoard, fill, opened, readModel, rebuild, switchTo, type Troubles, whole } from './read-model.ts';
import { createRig, losing } from './rig.ts';

const TICKETS = 'tickets';
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

test('a saga of before a rebuild, whose events the stream had no longer, misses nothing', async () => {
  const send = defineReaction({
    name: 'send',
    on: begun,
    emits: [opened],
    react: async ({ data: { id } }, tx) => void tx.emit(opened, { id }),
  });
  let off = false;
  const services = [defineService({ name: 'sender', reactions: [send] }), readModel('stream')];
  const rig = createRig({ services, clients: {}, createRuntime: losing(TICKETS, () => off) });
  const look = async () => ({
    stuck: (await rig.run(stuckSagas(rig.access, rig.manifests))).items.map(({ kind, event: sent }) => `${kind} ${sent?.type}`),
    status: (await rig.run(sagaOf(rig.access, 'old', rig.manifests))).status,
  });
  await rig.publish(begun, { id: 'a' }, 'old');
  await rig.settle(8 * 86_400);
  expect(await look()).toEqual({ stuck: [], status: 'completed' });
  const { id } = await rig.run(startReplay(rig.access, whole));
  await rig.run(runReplay(rig.access, id));
  await rig.run(switchGeneration(rig.access, TICKETS));
  expect(await look()).toEqual({ stuck: [], status: 'completed' });
  off = true;
  await rig.publish(begun, { id: 'b' }, 'new');
  await rig.settle(3_600);
  expect((await look()).stuck).toEqual(['missing TicketOpened']);
});

test('a saga that is older than what a service runs misses nothing there, though its claims have expired', async () => {
  const hold = defineReaction({
    name: 'hold',
    on: begun,
    emits: [opened],
    react: async ({ data: { id } }, tx) => void tx.emit(opened, { id }),
    compensation: { on: failed, undo: async () => {} },
  });
  const settings = { claimLifeSeconds: 4 * 86_400, messageAgeSecondsMax: 3 * 86_400 };
  const rig = createRig({ services: [defineService({ name: 'sender', reactions: [hold] }), readModel('stream')], clients: {}, settings });
  await rig.publish(begun, { id: 'a' }, 'old');
  await rig.settle(5 * 86_400);
  expect((await rig.run(stuckSagas(rig.access, rig.manifests))).items).toEqual([]);
  expect((await rig.run(sagaOf(rig.access, 'old', rig.manifests))).status).toBe('completed');
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

  test('is not switched to where another operator has read on less far: what came since would be lost', async () => {
    const board = await busyBoard();
    await fill(board);
    const { records } = board.access;
    const get: typeof records.get = async (collection, id) => {
      const found = await records.get(collection, id);
      const { state, on, until } = (found?.value ?? {}) as Partial<ReplayRecord>;
      // A switch has taken it from where it ran before, and another one has written it since.
      const isEnded = collection === 'replay' && state === 'done' && on === undefined && until !== undefined;
      return found && isEnded ? { ...found, value: { ...(found.value as object), until: until - 1 } } : found;
    };
    const access = { ...board.access, records: { ...records, get } };
    await expect(board.run(switchGeneration(access, TICKETS))).rejects.toMatchObject({ code: 'REPLAY_TAKEN' });
    expect(await board.store(TICKETS).generations()).toMatchObject({ current: 1 });
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
