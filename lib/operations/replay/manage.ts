import { ChoreographyError } from '../../contract/errors.ts';
import type { OperatorAccess } from '../access.ts';
import { audited } from '../audit.ts';
import { listReplay } from '../platform/replay-list.ts';
import { newReplay } from './new-replay.ts';
import { loadReplay, loadReplays, type ReplayPlace, type ReplayRecord, type StoredReplay, saveReplay } from './record.ts';
import { type ReplayReport, reportOf } from './report.ts';
import { checkSpec, type ReplaySpec } from './spec.ts';

/** Tries to change a replay that its run keeps writing. */
const CHANGE_TRIES_MAX = 10;

/** Where the platform is to run a replay, it has to be there. @throws PLATFORM_MISSING */
function checkPlace({ platform }: OperatorAccess, on: ReplayPlace): void {
  if (on === 'terminal' || platform) return;
  throw new ChoreographyError(
    'PLATFORM_MISSING',
    'No operator function is here that could run a replay: deploy the backbone with one, or run the replay from here, with --on terminal.',
  );
}

/**
 * Sets a replay up; `runReplay` carries it out, or the operator function, at its next tick. Started twice at the same moment
 * it is one replay. `on`: `terminal` unless it is said.
 * @throws UNKNOWN_SERVICE, INVALID_REPLAY, REPROCESS_REFUSED, GENERATION_BUILDING, GENERATIONS_KEPT, STREAM_MISSING, PLATFORM_MISSING
 */
export async function startReplay(access: OperatorAccess, given: ReplaySpec, on: ReplayPlace = 'terminal'): Promise<ReplayReport> {
  checkPlace(access, on);
  const spec = await checkSpec(access, given);
  const record = await newReplay(access, spec, on);
  const { consumer: service, reason } = spec;
  const what = {
    action: 'replay.start' as const,
    service,
    subject: record.id,
    details: { spec, on },
    ...(reason === undefined ? {} : { reason }),
  };
  return audited(access, what, async () => {
    if (on === 'platform') await listReplay(access, record.id);
    const saved = (await saveReplay(access, record, null)) ?? (await loadReplay(access, record.id));
    return { value: reportOf(saved.record) };
  });
}

/** Replays, newest first. */
export async function listReplays(
  access: OperatorAccess,
  query: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly items: readonly ReplayReport[]; readonly cursor?: string }> {
  const page = await loadReplays(access, query);
  return { ...page, items: page.items.map(reportOf) };
}

/** One replay: how far it is, how fast, how long still. @throws REPLAY_NOT_FOUND */
export async function showReplay(access: OperatorAccess, id: string): Promise<ReplayReport> {
  return reportOf((await loadReplay(access, id)).record);
}

function refuse({ id, state }: ReplayRecord, what: string): never {
  throw new ChoreographyError('REPLAY_ENDED', `The replay ${id} is ${state}, so it cannot be ${what}; start a new one.`, {
    details: { id, state },
  });
}

/** What changes in a record; `undefined`: nothing has to. */
type Change = (record: ReplayRecord) => ReplayRecord | undefined;

async function saveChange(access: OperatorAccess, id: string, change: Change, what: string): Promise<ReplayRecord> {
  for (let attempt = 1; ; attempt += 1) {
    const { record, version }: StoredReplay = await loadReplay(access, id);
    const next = change(record);
    if (!next) return record;
    if (record.state === 'done' || record.state === 'stopped') return refuse(record, what);
    const saved = await saveReplay(access, next, version);
    if (saved) return saved.record;
    if (attempt < CHANGE_TRIES_MAX) continue;
    throw new ChoreographyError('REPLAY_TAKEN', `The replay ${id} is written all the time; try again.`, {
      details: { id },
      retryable: true,
    });
  }
}

/** What an operator does to a replay, under the audit. `before`: what has to be there first. */
interface Doing {
  readonly action: 'pause' | 'resume' | 'stop';
  readonly what: string;
  readonly change: Change;
  readonly reason?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
  before?(): Promise<void>;
}

async function changed(access: OperatorAccess, id: string, doing: Doing): Promise<ReplayReport> {
  const { record } = await loadReplay(access, id);
  const { action, what, change, reason, details, before } = doing;
  const entry = {
    action: `replay.${action}` as const,
    service: record.spec.consumer,
    subject: id,
    ...(reason === undefined ? {} : { reason }),
    ...(details ? { details } : {}),
  };
  return audited(access, entry, async () => {
    await before?.();
    return { value: reportOf(await saveChange(access, id, change, what)) };
  });
}

function into(state: ReplayRecord['state']): Change {
  return (record) => (record.state === state ? undefined : { ...record, state });
}

/** Its run ends at its next checkpoint, within seconds; `resumeReplay` and another run go on there. @throws REPLAY_NOT_FOUND, REPLAY_ENDED, REPLAY_TAKEN (retryable) */
export async function pauseReplay(access: OperatorAccess, id: string, reason?: string): Promise<ReplayReport> {
  return changed(access, id, { action: 'pause', what: 'paused', change: into('paused'), reason });
}

/** For good; what is in the consumer's replay queue is still delivered. @throws REPLAY_NOT_FOUND, REPLAY_ENDED, REPLAY_TAKEN (retryable) */
export async function stopReplay(access: OperatorAccess, id: string, reason?: string): Promise<ReplayReport> {
  return changed(access, id, { action: 'stop', what: 'stopped', change: into('stopped'), reason });
}

/** Where a replay is run from now on; what it met where it was is forgotten. */
function runningOn(place: ReplayPlace): Change {
  return (record) => {
    const { on = 'terminal', problem, waitedMilliseconds, ...rest } = record;
    if (record.state === 'running' && on === place && !problem && waitedMilliseconds === undefined) return undefined;
    return { ...rest, state: 'running', ...(place === 'platform' ? { on: place } : {}) };
  };
}

/**
 * Lets `runReplay`, or the operator function, go on with it. `on`: where, unless it stays where it was; a run that is still
 * somewhere else ends at its next checkpoint.
 * @throws REPLAY_NOT_FOUND, REPLAY_ENDED, REPLAY_TAKEN (retryable), PLATFORM_MISSING, INVALID_REPLAY
 */
export async function resumeReplay(access: OperatorAccess, id: string, reason?: string, on?: ReplayPlace): Promise<ReplayReport> {
  const { record } = await loadReplay(access, id);
  const place = on ?? record.on ?? 'terminal';
  checkPlace(access, place);
  const before = place === 'platform' ? () => listReplay(access, id) : undefined;
  return changed(access, id, {
    action: 'resume',
    what: 'resumed',
    change: runningOn(place),
    reason,
    details: { on: place },
    ...(before ? { before } : {}),
  });
}
