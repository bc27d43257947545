import { describe, expect, test } from 'vitest';
import { discardDeadLetter } from '../../lib/operations/dead-letters/discard.ts';
import { editDeadLetter } from '../../lib/operations/dead-letters/edit.ts';
import { redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { listGenerations } from '../../lib/operations/generations/list.ts';
import { startReplay } from '../../lib/operations/replay/manage.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { messageOf } from '../runtime/rig.ts';
import { never } from './desk.ts';
import { busyBoard, opened, rebuild, switchTo, type Troubles, whole } from './read-model.ts';

const TICKETS = 'tickets';

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
