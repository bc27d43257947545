import { isChoreographyError } from '../../contract/errors.ts';
import type { OperatorAccess } from '../access.ts';
import { loadReplay, type ReplayRecord } from '../replay/record.ts';
import { runReplay } from '../replay/run.ts';
import type { Lease } from '../replay/turn.ts';
import type { Job, Tick } from './jobs.ts';
import { dropReplays, type ListedReplay, loadReplayList } from './replay-list.ts';

/** Milliseconds for which a listed replay that is not to be run stays on the list: whoever listed it is about to start or resume it. */
const KEPT_MILLISECONDS = 600_000;
/** Milliseconds that a replay has of a tick at least, where more than one is to be run; the others are first in the next tick. */
const TURN_MILLISECONDS_MIN = 10_000;

interface Listed extends ListedReplay {
  /** Absent: it is not there, or not yet. */
  readonly record?: ReplayRecord;
}

async function lookUp(access: OperatorAccess, replays: readonly ListedReplay[]): Promise<readonly Listed[]> {
  const found: Listed[] = [];
  for (const listed of replays) {
    const record = await loadReplay(access, listed.id).then(
      (stored) => stored.record,
      (error: unknown) => {
        if (isChoreographyError(error, 'REPLAY_NOT_FOUND')) return undefined;
        throw error;
      },
    );
    found.push({ ...listed, ...(record ? { record } : {}) });
  }
  return found;
}

function isOver({ record, at }: Listed, nowMs: number): boolean {
  if (record?.state === 'done' || record?.state === 'stopped') return true;
  return !isOpen(record) && nowMs - at > KEPT_MILLISECONDS;
}

function isOpen(record: ReplayRecord | undefined): record is ReplayRecord {
  return record?.state === 'running' && record.on === 'platform';
}

/** Those to run now, the one that has waited longest first. */
function inTurn(listed: readonly Listed[], nowMs: number): readonly ReplayRecord[] {
  const open = listed.map(({ record }) => record).filter(isOpen);
  const free = open.filter(({ run }) => (run?.until ?? 0) <= nowMs);
  return [...free].sort((left, right) => Date.parse(left.updatedAt) - Date.parse(right.updatedAt));
}

/** One replay's turn; what it met is kept with it. Another process may have it by now. */
async function runOne(access: OperatorAccess, id: string, deadline: number, lease: Lease): Promise<unknown> {
  try {
    await runReplay(access, id, { deadline, lease });
    return undefined;
  } catch (error) {
    return isChoreographyError(error, 'REPLAY_TAKEN') ? undefined : error;
  }
}

async function runReplays(tick: Tick): Promise<void> {
  const { clock, deadline, process, goneAt } = tick;
  const list = await loadReplayList(tick);
  if (list.replays.length === 0) return;
  const access = await tick.access();
  const listed = await lookUp(access, list.replays);
  await dropReplays(tick, list, new Set(listed.filter((one) => isOver(one, clock.now())).map(({ id }) => id)));
  const turns = inTurn(listed, clock.now());
  const errors: unknown[] = [];
  for (const [index, { id }] of turns.entries()) {
    const left = deadline - clock.now();
    if (left <= 0) break;
    const turn = Math.max(Math.floor(left / (turns.length - index)), Math.min(left, TURN_MILLISECONDS_MIN));
    const error = await runOne(access, id, clock.now() + turn, { holder: process, until: goneAt });
    if (error !== undefined) errors.push(error);
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors, `${errors.length} replays met a problem`);
}

/** Carries out the replays that were given to the platform: each has a turn in a tick, and goes on in the next one. */
export const runReplaysJob: Job = { name: 'replays', share: 4, run: runReplays };
