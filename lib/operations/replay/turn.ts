import { ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import type { ReplayQueue } from '../../runtime/ports/replay-queue.ts';
import { isoOf, type OperatorAccess } from '../access.ts';
import { createPace, type Pace } from '../pace.ts';
import type { Fill } from './fill.ts';
import { loadReplay, type ReplayProblem, type ReplayRecord, type ReplayRun, type StoredReplay, saveReplay } from './record.ts';
import type { ReplayReport } from './report.ts';
import type { SourceState } from './source.ts';
import { REPLAY_RATE_PER_SECOND, type ReplaySpec } from './spec.ts';

/** What `runReplay` takes beside the replay's id. */
export interface RunOptions {
  /** Milliseconds since 1970 at which it stops and can be run again. @default - the end of the replay */
  readonly deadline?: number;
  /** Is told whenever something is saved. */
  readonly onProgress?: (report: ReplayReport) => void;
  /** Of the platform. @default - whoever runs it now is relieved at its next checkpoint */
  readonly lease?: Lease;
}

/** A run for a while: it takes nothing over from a process that may still be there, and what it met is kept with the replay. */
export interface Lease {
  /** A name that no other process has. */
  readonly holder: string;
  /** Milliseconds since 1970 at which this process is gone for certain. */
  readonly until: number;
}

/** One run of a replay. */
export interface Run {
  readonly access: OperatorAccess;
  readonly options: RunOptions;
  readonly spec: ReplaySpec;
  readonly runner: string;
  /** @throws UNKNOWN_SERVICE */
  readonly queue: () => ReplayQueue;
  readonly pace: Pace;
  readonly state: SourceState;
  /** With `reprocess`. */
  fill: Fill | undefined;
  /** As it is stored. */
  stored: StoredReplay;
  /** As it will be stored. */
  record: ReplayRecord;
  savedAt: number;
  unsaved: number;
  /** How many the queue took since somebody looked into it, and how many it may take. */
  room: number;
  /** Milliseconds for which it waits for the generation, with those of the runs before it on the platform. */
  waited: number;
}

/** Runs in a row that may end with a problem that passes: an hour of ticks. */
const PROBLEM_RUNS_MAX = 60;
/** Characters of a problem that are kept. */
const PROBLEM_CHARACTERS_MAX = 1_000;

function runOf({ who }: OperatorAccess, { record, version }: StoredReplay, nowMs: number, lease: Lease | undefined): ReplayRun {
  const since = isoOf(nowMs);
  const runner = hashOf('runner', lease?.holder ?? who, record.id, version, nowMs);
  return lease ? { runner, on: 'platform', since, until: lease.until } : { runner, on: 'terminal', since };
}

/** Whether the platform leaves it alone now. */
function isElsewhere({ on, run }: ReplayRecord, nowMs: number): boolean {
  return on !== 'platform' || (run?.until ?? 0) > nowMs;
}

/**
 * Takes the replay over: a run that is still somewhere else ends at its next checkpoint. `undefined`: it is not to be run
 * now. @throws REPLAY_NOT_FOUND, REPLAY_TAKEN (retryable)
 */
export async function takeRun(access: OperatorAccess, id: string, options: RunOptions): Promise<Run | undefined> {
  const loaded = await loadReplay(access, id);
  const now = access.clock.now();
  if (loaded.record.state !== 'running' || (options.lease && isElsewhere(loaded.record, now))) return undefined;
  const run = runOf(access, loaded, now, options.lease);
  const stored = await saveReplay(access, { ...loaded.record, run }, loaded.version);
  if (!stored)
    throw new ChoreographyError('REPLAY_TAKEN', `The replay ${id} was changed just now; look at it again.`, {
      details: { id },
      retryable: true,
    });
  const { record } = stored;
  const { spec, letters } = record;
  return {
    access,
    options,
    spec,
    runner: run.runner,
    queue: () => access.replayQueue(spec.consumer),
    pace: createPace(access.clock, spec.ratePerSecond ?? REPLAY_RATE_PER_SECOND),
    state: { shards: new Map(Object.entries(structuredClone(record.shards))), letters },
    fill: undefined,
    stored,
    record,
    savedAt: now,
    unsaved: 0,
    room: 0,
    waited: 0,
  };
}

/** Leaves the replay to whoever comes next, as it was saved last. */
async function leave(run: Run, change: Partial<ReplayRecord>): Promise<void> {
  const { access, options, stored, runner, waited } = run;
  const { run: holder, ...record } = stored.record;
  if (holder?.runner !== runner) return;
  const activeMilliseconds = record.activeMilliseconds + access.clock.now() - run.savedAt;
  const left = { ...record, activeMilliseconds, ...(options.lease && waited > 0 ? { waitedMilliseconds: waited } : {}), ...change };
  run.stored = (await saveReplay(access, left, stored.version)) ?? stored; // else somebody has it already
}

/** Ends a run that was not saved as ended: what it did since the last checkpoint is done again. */
export async function leaveRun(run: Run): Promise<void> {
  await leave(run, {});
}

function problemOf(error: unknown, at: string, before: ReplayProblem | undefined): ReplayProblem {
  const code = isChoreographyError(error) ? error.code : error instanceof Error ? error.name : 'Error';
  const message = (error instanceof Error ? error.message : String(error)).slice(0, PROBLEM_CHARACTERS_MAX);
  return { code, message, at, runs: (before?.runs ?? 0) + 1 };
}

/** A problem that the next run has again, or that somebody has to look at. */
function isLasting(error: unknown, { runs }: ReplayProblem): boolean {
  const passes = !isChoreographyError(error) || (error.retryable && error.code !== 'REBUILD_STUCK');
  return !passes || runs >= PROBLEM_RUNS_MAX;
}

/**
 * Of the platform, where nobody sees an error: keeps it with the replay, and pauses that if another run would not help.
 * Best effort, as the next tick goes on either way.
 */
export async function leaveWithProblem(run: Run, error: unknown): Promise<void> {
  if (!run.options.lease || isChoreographyError(error, 'REPLAY_TAKEN')) return;
  const problem = problemOf(error, isoOf(run.access.clock.now()), run.stored.record.problem);
  const paused = isLasting(error, problem) && run.stored.record.state === 'running';
  await leave(run, paused ? { problem, state: 'paused' } : { problem }).catch(() => undefined);
}
