import { ChoreographyError } from '../../contract/errors.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import type { ControlRecord } from '../../runtime/ports/control-records.ts';
import { canonicalText } from '../../schema/canonical-text.ts';
import { isoOf, type OperatorAccess } from '../access.ts';
import { withPatience } from '../patience.ts';
import type { ShardState, StreamGap, StreamPosition } from '../shard-walk.ts';
import type { ReplaySpec } from './spec.ts';

/** Where a replay is run: in the process of a command, or by the operator function of the backbone. */
export type ReplayPlace = 'terminal' | 'platform';

/** One run of a replay, from one process. */
export interface ReplayRun {
  /** Another run that takes the replay over ends this one. */
  readonly runner: string;
  readonly on: ReplayPlace;
  /** ISO time. */
  readonly since: string;
  /** Milliseconds since 1970 at which its process is gone for certain: until then the platform leaves the replay to it. Absent: nobody knows. */
  readonly until?: number;
}

/** What a replay on the platform met. */
export interface ReplayProblem {
  readonly code: string;
  readonly message: string;
  /** ISO time, of the last time. */
  readonly at: string;
  /** Runs in a row that it ended. */
  readonly runs: number;
}

/** A replay, as it is kept between two runs: everything that was sent before it was written is in it. */
export interface ReplayRecord {
  /** Time-ordered: ISO time, `~`, hash. */
  readonly id: string;
  readonly by: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly spec: ReplaySpec;
  readonly state: 'running' | 'paused' | 'stopped' | 'done';
  /** With `reprocess`: the generation of the consumer's state that it fills. */
  readonly generation?: number;
  /** ISO time at which that became the current one. */
  readonly switchedAt?: string;
  /** @default - in the process of a command */
  readonly on?: 'platform';
  /** Who runs it now. Absent: nobody, until somebody resumes it, or the platform takes it at its next tick. */
  readonly run?: ReplayRun;
  /** Of the platform, until a run gets further; a paused one waits for somebody. */
  readonly problem?: ReplayProblem;
  /** Of the platform: milliseconds for which runs in a row have waited for the generation that it fills. */
  readonly waitedMilliseconds?: number;
  /** Milliseconds since 1970: nothing that arrived later. */
  readonly until: number;
  readonly shards: Readonly<Record<string, ShardState>>;
  /** Of a replay of dead letters: their ids, oldest first, and how many are done with. */
  readonly letters?: { readonly ids: readonly string[]; readonly done: number; readonly more: boolean };
  readonly counts: ReplayCounts;
  /** At most `PLACES_MAX`. */
  readonly gaps: readonly StreamGap[];
  /** Records that hold no message, at most `PLACES_MAX`. */
  readonly unreadableAt: readonly StreamPosition[];
  /** Milliseconds for which it ran so far. */
  readonly activeMilliseconds: number;
}

/** What a replay came across. */
export interface ReplayCounts {
  /** Records, or dead letters. */
  readonly read: number;
  /** Messages that the queue took. */
  readonly sent: number;
  /** Records that hold no message; consumers have dead letters of them. */
  readonly unreadable: number;
}

/** Places that a replay names. */
export const PLACES_MAX = 50;
/** Shards that one replay reads: their states have to fit into one document. */
const SHARDS_MAX = 2_000;
const COLLECTION = 'replay';

/** A record with the version that is stored. */
export interface StoredReplay {
  readonly record: ReplayRecord;
  readonly version: string;
}

function storedOf({ value, version }: ControlRecord): StoredReplay {
  return { record: value as ReplayRecord, version };
}

/** Reads one. @throws REPLAY_NOT_FOUND */
export async function loadReplay(access: OperatorAccess, id: string): Promise<StoredReplay> {
  const found = await withPatience(access.clock, () => access.records.get(COLLECTION, id));
  if (found) return storedOf(found);
  throw new ChoreographyError('REPLAY_NOT_FOUND', `There is no replay ${id}; list them and take an id from there.`, { details: { id } });
}

/** Newest first. */
export async function loadReplays(
  access: OperatorAccess,
  query: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly items: readonly ReplayRecord[]; readonly cursor?: string }> {
  const page = await withPatience(access.clock, () => access.records.list(COLLECTION, { ...query, descending: true }));
  return { ...page, items: page.items.map((item) => storedOf(item).record) };
}

/**
 * Writes a record on condition of what was there; `undefined`: somebody else changed it. A write whose answer got lost is
 * recognised by its version, which follows from what is written. @throws INVALID_REPLAY
 */
export async function saveReplay(access: OperatorAccess, record: ReplayRecord, before: string | null): Promise<StoredReplay | undefined> {
  if (Object.keys(record.shards).length > SHARDS_MAX) {
    throw new ChoreographyError(
      'INVALID_REPLAY',
      `The replay reads more than ${SHARDS_MAX} shards; replay a shorter time, or from positions.`,
      {
        details: { id: record.id },
      },
    );
  }
  const value: ReplayRecord = { ...record, updatedAt: isoOf(access.clock.now()) };
  const version = hashOf('replay', before ?? '', canonicalText(value));
  const put = () => access.records.put({ collection: COLLECTION, id: record.id, version, value }, before);
  if (await withPatience(access.clock, put)) return { record: value, version };
  const stored = await withPatience(access.clock, () => access.records.get(COLLECTION, record.id));
  return stored?.version === version ? storedOf(stored) : undefined;
}
