// A generation that the platform fills: over many ticks, and with a message that holds it up.
import { describe, expect, test } from 'vitest';
import type { OperatorAccess } from '../../../lib/operations/access.ts';
import { runJobs } from '../../../lib/operations/platform/jobs.ts';
import { loadReplayList } from '../../../lib/operations/platform/replay-list.ts';
import { runReplaysJob } from '../../../lib/operations/platform/run-replays.ts';
import { resumeReplay, showReplay, startReplay } from '../../../lib/operations/replay/manage.ts';
import { noTelemetry } from '../../../lib/runtime/ports/telemetry.ts';
import { type Board, busyBoard, switchTo, type Troubles, whole } from '../read-model.ts';
import { killed, killedAt } from '../rig.ts';

const TICK_MILLISECONDS = 60_000;
const platform = { wake: async () => ({ woken: true }) };

let ticks = 0;
/** A minute with its tick. */
async function minute(board: Board, access: OperatorAccess = board.access): Promise<readonly string[]> {
  ticks += 1;
  const now = board.scheduler.now();
  const work = runJobs([runReplaysJob], {
    clock: board.scheduler,
    records: access.records,
    telemetry: noTelemetry,
    process: `process-${ticks}`,
    access: async () => access,
    deadline: now + 50_000,
    goneAt: now + TICK_MILLISECONDS,
  });
  const outcomes = await board.run(work);
  await board.run(board.scheduler.sleep(now + TICK_MILLISECONDS - board.scheduler.now()));
  return outcomes.flatMap(({ error }) => (error === undefined ? [] : [String(error)]));
}

const start = (board: Board, ratePerSecond: number) =>
  board.run(startReplay({ ...board.access, platform }, { ...whole, ratePerSecond }, 'platform'));

describe('a generation that the platform fills', () => {
  test('is filled over many ticks, and is what it would be at once; the switch takes its replay to itself', async () => {
    const board = await busyBoard();
    const before = await board.tickets();
    const { id } = await start(board, 0.05);
    const sent: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      expect(await minute(board)).toEqual([]);
      sent.push((await showReplay(board.access, id)).counts.sent);
    }
    expect(sent).toEqual([3, 5, 5]);
    expect((await showReplay(board.access, id)).state).toBe('done');
    await switchTo(board);
    expect((await showReplay(board.access, id)).on).toBe('terminal');
    expect(await board.tickets()).toEqual(before);
  });

  test('and that does not come on pauses its replay after ten minutes of waiting, which goes on when it is resumed', async () => {
    const troubles: Troubles = {};
    const board = await busyBoard('stream', troubles);
    const before = await board.tickets();
    troubles.on = (message) => (message === 'b-1' ? new Error('broken') : undefined);
    const { id } = await start(board, 500);
    const errors: string[] = [];
    let minutes = 0;
    while ((await showReplay(board.access, id)).state === 'running' && minutes < 30) {
      errors.push(...(await minute(board)));
      minutes += 1;
    }
    expect([minutes, errors]).toEqual([13, [expect.stringContaining('has not taken 1 messages into generation 2 for 600 s')]]);
    expect(await showReplay(board.access, id)).toMatchObject({ state: 'paused', problem: { code: 'REBUILD_STUCK', runs: 1 } });
    troubles.on = () => undefined;
    await board.run(resumeReplay({ ...board.access, platform }, id));
    await minute(board);
    await minute(board);
    expect((await showReplay(board.access, id)).state).toBe('done');
    await switchTo(board);
    expect(await board.tickets()).toEqual(before);
  });

  test.each([false, true])('by a function that is killed at any call to a port (after it: %s) has each message once', async (late) => {
    let k = 0;
    for (let goesOn = true; goesOn; ) {
      k += 1;
      const board = await busyBoard();
      const before = await board.tickets();
      const { id } = await start(board, 500);
      goesOn = (await minute(board, killedAt(board.access, k, late))).includes(String(killed));
      for (let count = 0; count < 4; count += 1) await minute(board);
      expect({ k, state: (await showReplay(board.access, id)).state }).toEqual({ k, state: 'done' });
      await switchTo(board);
      expect({ k, tickets: await board.tickets() }).toEqual({ k, tickets: before });
      expect({ k, listed: (await loadReplayList(board.access)).replays }).toEqual({ k, listed: [] });
    }
    expect(k).toBeGreaterThan(15);
  });
});
