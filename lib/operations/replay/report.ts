import type { ReplayPlace, ReplayRecord, ReplayRun } from './record.ts';

/** How far one shard is replayed. */
export interface ShardReport {
  readonly shard: string;
  readonly done: boolean;
  /** The last record that is done with. */
  readonly sequenceNumber?: string;
  /** Milliseconds since 1970 at which that one arrived. */
  readonly arrivedAt?: number;
}

/** A replay as an operator sees it. */
export interface ReplayReport extends Omit<ReplayRecord, 'shards' | 'letters' | 'on' | 'run' | 'waitedMilliseconds'> {
  readonly on: ReplayPlace;
  /** The run that is under way, or was when its process went. */
  readonly run?: Omit<ReplayRun, 'runner'>;
  readonly shards: readonly ShardReport[];
  /** Of a replay of dead letters. */
  readonly letters?: { readonly selected: number; readonly done: number; readonly more: boolean };
  /** From 0 to 1; absent while nobody can tell. */
  readonly progress?: number;
  /** Messages a second, over the time for which it ran. */
  readonly sentPerSecond?: number;
  /** At the speed so far; absent while nobody can tell. */
  readonly secondsLeft?: number;
}

/** The part of its time that a replay has been through, over all shards that it knows of. */
function progressOf({ spec, shards, letters, until, state, counts }: ReplayRecord): number | undefined {
  if (state === 'done') return 1;
  if (letters) return letters.ids.length === 0 ? 1 : letters.done / letters.ids.length;
  const bySpan = spanProgress({ spec, shards, until });
  const byCount = spec.maxMessages === undefined ? undefined : counts.sent / spec.maxMessages;
  if (bySpan === undefined || byCount === undefined) return bySpan ?? byCount;
  return Math.max(bySpan, byCount);
}

function spanProgress({ spec: { from }, shards, until }: Pick<ReplayRecord, 'spec' | 'shards' | 'until'>): number | undefined {
  const states = Object.values(shards);
  const begin = from.kind === 'time' ? from.at : undefined;
  if (begin === undefined || states.length === 0 || until <= begin) return undefined;
  const parts = states.map(({ done, arrivedAt = begin }) => (done ? 1 : (arrivedAt - begin) / (until - begin)));
  return Math.max(0, Math.min(1, parts.reduce((sum, part) => sum + part, 0) / states.length));
}

function runReport({ runner: _, ...run }: ReplayRun): Omit<ReplayRun, 'runner'> {
  return run;
}

/** What a record says, with speed and time left. */
export function reportOf(record: ReplayRecord): ReplayReport {
  const { shards, letters, on = 'terminal', run, waitedMilliseconds: _, ...rest } = record;
  const seconds = record.activeMilliseconds / 1000;
  const progress = progressOf(record);
  const isOpen = record.state === 'running' || record.state === 'paused';
  return {
    ...rest,
    on,
    ...(run ? { run: runReport(run) } : {}),
    shards: Object.entries(shards).map(([shard, { done = false, after, arrivedAt }]) => ({
      shard,
      done,
      ...(after === undefined ? {} : { sequenceNumber: after }),
      ...(arrivedAt === undefined ? {} : { arrivedAt }),
    })),
    ...(letters ? { letters: { selected: letters.ids.length, done: letters.done, more: letters.more } } : {}),
    ...(progress === undefined ? {} : { progress }),
    ...(seconds > 0 ? { sentPerSecond: record.counts.sent / seconds } : {}),
    ...(isOpen && progress !== undefined && progress > 0 && seconds > 0 ? { secondsLeft: (seconds * (1 - progress)) / progress } : {}),
  };
}
