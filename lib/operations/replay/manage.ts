import { ChoreographyError } from '../../contract/errors.ts';
import type { OperatorAccess } from '../access.ts';
import { audited } from '../audit.ts';
import { newReplay } from './new-replay.ts';
import { loadReplay, loadReplays, type ReplayRecord, type StoredReplay, saveReplay } from './record.ts';
import { type ReplayReport, reportOf } from './report.ts';
import { checkSpec, type ReplaySpec } from './spec.ts';

/** Tries to change a replay that its run keeps writing. */
const CHANGE_TRIES_MAX = 10;

/**
 * Sets a replay up; `runReplay` carries it out. Started twice at the same moment it is one replay.
 * @throws UNKNOWN_SERVICE, INVALID_REPLAY, REPROCESS_REFUSED, GENERATION_BUILDING, GENERATIONS_KEPT, STREAM_MISSING
 */
export async function startReplay(access: OperatorAccess, given: ReplaySpec): Promise<ReplayReport> {
  const spec = await checkSpec(access, given);
  const record = await newReplay(access, spec);
  const { consumer: service, reason } = spec;
  const what = {
    action: 'replay.start' as const,
    service,
    subject: record.id,
    details: { spec },
    ...(reason === undefined ? {} : { reason }),
  };
  return audited(access, what, async () => {
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

async function saveState(access: OperatorAccess, id: string, state: ReplayRecord['state'], what: string): Promise<ReplayRecord> {
  for (let attempt = 1; ; attempt += 1) {
    const { record, version }: StoredReplay = await loadReplay(access, id);
    if (record.state === state) return record;
    if (record.state === 'done' || record.state === 'stopped') return refuse(record, what);
    const saved = await saveReplay(access, { ...record, state }, version);
    if (saved) return saved.record;
    if (attempt < CHANGE_TRIES_MAX) continue;
    throw new ChoreographyError('REPLAY_TAKEN', `The replay ${id} is written all the time; try again.`, {
      details: { id },
      retryable: true,
    });
  }
}

function change(action: 'pause' | 'resume' | 'stop', state: ReplayRecord['state'], what: string) {
  return async (access: OperatorAccess, id: string, reason?: string): Promise<ReplayReport> => {
    const { record } = await loadReplay(access, id);
    const entry = {
      action: `replay.${action}` as const,
      service: record.spec.consumer,
      subject: id,
      ...(reason === undefined ? {} : { reason }),
    };
    return audited(access, entry, async () => ({ value: reportOf(await saveState(access, id, state, what)) }));
  };
}

/** Its run ends at its next checkpoint, within seconds; `resumeReplay` and another run go on there. @throws REPLAY_NOT_FOUND, REPLAY_ENDED, REPLAY_TAKEN (retryable) */
export const pauseReplay = change('pause', 'paused', 'paused');

/** Lets `runReplay` go on. @throws REPLAY_NOT_FOUND, REPLAY_ENDED, REPLAY_TAKEN (retryable) */
export const resumeReplay = change('resume', 'running', 'resumed');

/** For good; what is in the consumer's replay queue is still delivered. @throws REPLAY_NOT_FOUND, REPLAY_ENDED, REPLAY_TAKEN (retryable) */
export const stopReplay = change('stop', 'stopped', 'stopped');
