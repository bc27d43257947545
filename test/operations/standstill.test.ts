import { describe, expect, test } from 'vitest';
import { listGenerations } from '../../lib/operations/generations/list.ts';
import { standstillOf } from '../../lib/operations/generations/standstill.ts';
import { switchGeneration } from '../../lib/operations/generations/switch.ts';
import { readLag } from '../../lib/operations/lag.ts';
import { pauseReplay, startReplay } from '../../lib/operations/replay/manage.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { type Board, createBoard, whole } from './read-model.ts';
import { killedAt } from './rig.ts';

async function filledBoard(): Promise<Board> {
  const board = createBoard('stream');
  await board.note('a', 'a-1');
  await board.settle();
  const { id } = await board.run(startReplay(board.access, whole));
  await board.run(runReplay(board.access, id));
  return board;
}

const standstill = async (board: Board) => (await board.run(listGenerations(board.access, 'tickets'))).building?.standstill;
const later = (board: Board, seconds: number) => board.scheduler.run({ until: board.scheduler.now() + seconds * 1000 });
const inConsumerList = async (board: Board) => (await board.run(readLag(board.access)))[0]?.generation;

/** A switch whose operator dies while live messages wait. */
async function deadSwitch(): Promise<Board> {
  for (let call = 1; ; call += 1) {
    const board = await filledBoard();
    await board.run(switchGeneration(killedAt(board.access, call, true), 'tickets').catch(() => undefined));
    if ((await board.store('tickets').generations())?.building?.closedUntil !== undefined) return board;
  }
}

describe('a generation that nobody brings to its end', () => {
  test('is no finding while somebody works on it', async () => {
    const board = await filledBoard();
    expect(await standstill(board)).toBeUndefined();
    expect(await inConsumerList(board)).toEqual({ number: 2, closed: false });
    await later(board, 3_590);
    expect(await standstill(board)).toBeUndefined();
  });

  test('is filled, and redrives wait for the switch', async () => {
    const board = await filledBoard();
    await later(board, 3_700);
    expect(await standstill(board)).toMatchObject({ kind: 'not-switched', generation: 2, next: 'choreo generation switch tickets' });
    expect(await inConsumerList(board)).toMatchObject({ closed: false, standstill: { kind: 'not-switched' } });
    await board.run(switchGeneration(board.access, 'tickets'));
    expect(await inConsumerList(board)).toBeUndefined();
  });

  test('has a switch whose operator is gone: live messages wait, until they call it off', async () => {
    const board = await deadSwitch();
    await later(board, 20);
    expect(await standstill(board)).toBeUndefined();
    await later(board, 20);
    const { closedUntil } = (await board.store('tickets').generations())?.building ?? {};
    expect(await standstill(board)).toMatchObject({ kind: 'switch-silent', closedUntil });
    expect(await inConsumerList(board)).toMatchObject({ closed: true, standstill: { kind: 'switch-silent' } });
    await later(board, 280);
    expect(await standstill(board)).toMatchObject({ kind: 'switch-lapsed', since: closedUntil });
    await board.note('a', 'a-2');
    await board.settle();
    expect(await standstill(board)).toBeUndefined();
    expect(await board.tickets()).toMatchObject({ a: { events: ['a-1', 'a-2'] } });
  });

  test('and what it says to do ends it', async () => {
    const board = await deadSwitch();
    await later(board, 40);
    await board.run(switchGeneration(board.access, 'tickets'));
    expect(await board.run(listGenerations(board.access, 'tickets'))).toMatchObject({ current: 2, kept: [1] });
  });

  test('is being filled, and its run is gone; one that is paused was stopped by somebody', async () => {
    const board = createBoard('stream');
    await board.note('a', 'a-1');
    await board.settle();
    const { id } = await board.run(startReplay(board.access, whole));
    await board.run(runReplay(killedAt(board.access, 8, false), id).catch(() => undefined));
    await later(board, 500);
    expect(await standstill(board)).toBeUndefined();
    await later(board, 200);
    expect(await standstill(board)).toMatchObject({ kind: 'fill-silent', next: `choreo replay resume ${id}` });
    await board.run(pauseReplay(board.access, id));
    await later(board, 700);
    expect(await standstill(board)).toBeUndefined();
  });

  test('is told by how long its run has not written, and by the end of its closing', () => {
    const building = { number: 2, replay: 'r', startedAt: 0 };
    const record = { id: 'r', state: 'running' as const, updatedAt: new Date(1_000).toISOString() };
    expect(standstillOf('tickets', building, record, 600_999)).toBeUndefined();
    expect(standstillOf('tickets', building, record, 601_000)).toMatchObject({ kind: 'fill-silent', since: 1_000 });
    expect(standstillOf('tickets', { ...building, closedUntil: 30_999 }, record, 30_999)).toMatchObject({ kind: 'switch-lapsed' });
    expect(standstillOf('tickets', { ...building, closedUntil: 31_000 }, record, 30_999)).toBeUndefined();
  });
});
