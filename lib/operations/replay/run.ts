import { ChoreographyError } from '../../contract/errors.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import type { ReplayQueue, ReplaySend } from '../../runtime/ports/replay-queue.ts';
import type { OperatorAccess } from '../access.ts';
import { createPace, type Pace } from '../pace.ts';
import { withPatience } from '../patience.ts';
import { type Fill, fillSends, openFill, stillAwaited, stuckError } from './fill.ts';
import { loadReplay, PLACES_MAX, type ReplayRecord, type StoredReplay, saveReplay } from './record.ts';
import { type ReplayReport, reportOf } from './report.ts';
import { type SourceItem, type SourcePage, type SourceState, sourcePages } from './source.ts';
import { REPLAY_IN_FLIGHT_MAX, REPLAY_RATE_PER_SECOND, type ReplaySpec } from './spec.ts';

/** What `runReplay` takes beside the replay's id. */
export interface RunOptions {
  /** Milliseconds since 1970 at which it stops and can be run again. @default - the end of the replay */
  readonly deadline?: number;
  /** Is told whenever something is saved. */
  readonly onProgress?: (report: ReplayReport) => void;
}

/** Messages after which a run is saved: as many are sent again after a kill. */
const CHECKPOINT_MESSAGES = 100;
/** The same of a run that fills a generation: then all of them have to be through, which takes as long as a few. */
const FILL_MESSAGES = 500;
/** Milliseconds between two looks whether they are. */
const LOOK_MILLISECONDS = 250;
/** Milliseconds for which a run waits for them. */
const STUCK_MILLISECONDS = 600_000;
/** Milliseconds after which it is saved all the same; a pause is noticed then. */
const CHECKPOINT_MILLISECONDS = 5_000;
/** Milliseconds between two looks at a queue that is too full. */
const WINDOW_MILLISECONDS = 1_000;

/** One run of a replay. */
interface Run {
  readonly access: OperatorAccess;
  readonly options: RunOptions;
  readonly spec: ReplaySpec;
  readonly runner: string;
  readonly queue: ReplayQueue;
  readonly pace: Pace;
  readonly state: SourceState;
  /** With `reprocess`. */
  readonly fill?: Fill;
  /** As it is stored. */
  stored: StoredReplay;
  /** As it will be stored. */
  record: ReplayRecord;
  savedAt: number;
  unsaved: number;
  /** How many the queue took since somebody looked into it, and how many it may take. */
  room: number;
}

/** Why a run goes no further now. */
type Halt = 'deadline' | 'enough' | 'changed';

function sendOf({ record: { id, spec } }: Run, { message, deadLetter, reactions = spec.reactions }: SourceItem): ReplaySend {
  return {
    task: {
      kind: 'message',
      message: { ...message, replayid: id },
      ...(reactions ? { reactions } : {}),
      ...(deadLetter === undefined ? {} : { deadLetter }),
    },
    group: hashOf('saga', message.correlationid),
    // The same event twice on the stream is sent once; so is what a run before this one has sent and not noted.
    deduplicationId: hashOf('replay', id, message.source, message.id, ...(deadLetter === undefined ? [] : [deadLetter])),
  };
}

/** Takes in that the replay was changed by somebody else. @throws REPLAY_TAKEN when it is theirs */
async function lookAgain(run: Run): Promise<ReplayRecord> {
  run.stored = await loadReplay(run.access, run.record.id);
  const { record } = run.stored;
  if (record.runner === run.runner) return record;
  const message = `The replay ${record.id} is run by somebody else now; look at it there.`;
  throw new ChoreographyError('REPLAY_TAKEN', message, { details: { id: record.id }, retryable: true });
}

/** Waits until a generation has all that was sent into it. `false`: the run ends before that. @throws REBUILD_STUCK (retryable), REPLAY_TAKEN */
async function isThrough(run: Run, fill: Fill): Promise<boolean> {
  const { access, record, options } = run;
  const began = access.clock.now();
  for (let lookedAt = began; (await stillAwaited(access, fill)).length > 0; ) {
    const now = access.clock.now();
    if (now - began >= STUCK_MILLISECONDS) throw await stuckError(access, fill, record.id, STUCK_MILLISECONDS / 1000);
    if (now >= (options.deadline ?? Number.POSITIVE_INFINITY)) return false;
    if (now - lookedAt >= CHECKPOINT_MILLISECONDS) {
      if ((await lookAgain(run)).state !== 'running') return false;
      lookedAt = now;
    }
    await access.clock.sleep(LOOK_MILLISECONDS);
  }
  return true;
}

/** Saves what is done. `false`: somebody has paused or stopped the replay. @throws REPLAY_TAKEN, REBUILD_STUCK (both retryable) */
async function save(run: Run): Promise<boolean> {
  const { access, state, fill } = run;
  if (fill && !(await isThrough(run, fill))) return false;
  const now = access.clock.now();
  const activeMilliseconds = run.record.activeMilliseconds + now - run.savedAt;
  const { letters } = state;
  run.record = { ...run.record, shards: Object.fromEntries(state.shards), ...(letters ? { letters } : {}), activeMilliseconds };
  run.savedAt = now;
  run.unsaved = 0;
  for (let goesOn = true; ; ) {
    const saved = await saveReplay(access, run.record, run.stored.version);
    if (saved) {
      run.stored = saved;
      run.options.onProgress?.(reportOf(saved.record));
      return goesOn;
    }
    const { state } = await lookAgain(run);
    goesOn = state === 'running';
    if (!goesOn) run.record = { ...run.record, state };
  }
}

function isDue({ access, savedAt, unsaved, fill, spec: { inFlightMax = FILL_MESSAGES } }: Run): boolean {
  return (
    unsaved >= (fill ? Math.min(FILL_MESSAGES, inFlightMax) : CHECKPOINT_MESSAGES) ||
    access.clock.now() - savedAt >= CHECKPOINT_MILLISECONDS
  );
}

/** Waits until the queue has room for `count` more. */
async function hasRoom(run: Run, count: number): Promise<Halt | undefined> {
  const { access, spec, options } = run;
  const { inFlightMax = REPLAY_IN_FLIGHT_MAX } = spec;
  while (run.room < count) {
    const figures = await withPatience(access.clock, async () => access.queueFigures?.(spec.consumer, 'replay'));
    run.room = figures ? inFlightMax - figures.depth : Number.POSITIVE_INFINITY;
    if (run.room >= Math.min(count, inFlightMax)) return undefined;
    if (access.clock.now() + WINDOW_MILLISECONDS > (options.deadline ?? Number.POSITIVE_INFINITY)) return 'deadline';
    await access.clock.sleep(WINDOW_MILLISECONDS);
    if (isDue(run) && !(await save(run))) return 'changed';
  }
  return undefined;
}

async function sendPart(run: Run, part: readonly SourceItem[]): Promise<Halt | undefined> {
  const { access, pace, queue, options, fill } = run;
  // What fills a generation waits for its own messages; redrives in the queue wait for it.
  const halt = fill ? undefined : await hasRoom(run, part.length);
  if (halt) return halt;
  if (!(await pace.ready(part.length, options.deadline))) return 'deadline';
  const sends = fill ? await fillSends(access, fill, run.record.id, part) : part.map((item) => sendOf(run, item));
  if (sends.length > 0) await withPatience(access.clock, () => queue.send(sends));
  part.at(-1)?.done();
  const { counts } = run.record;
  run.record = { ...run.record, counts: { ...counts, sent: counts.sent + part.length } };
  run.room -= part.length;
  run.unsaved += part.length;
  return undefined;
}

async function sendPage(run: Run, { items }: SourcePage): Promise<Halt | undefined> {
  const { maxMessages = Number.POSITIVE_INFINITY } = run.spec;
  for (let at = 0; at < items.length; ) {
    const left = maxMessages - run.record.counts.sent;
    if (left <= 0) return 'enough';
    const part = items.slice(at, at + Math.min(run.pace.together, left));
    const halt = await sendPart(run, part);
    if (halt) return halt;
    at += part.length;
    if (isDue(run) && !(await save(run))) return 'changed';
  }
  return undefined;
}

/** What was read counts when all of the page is done with; a run that is killed before reads it again. */
function noteEnd(run: Run, page: SourcePage): void {
  const { counts, gaps, unreadableAt } = run.record;
  page.end();
  run.record = {
    ...run.record,
    counts: { ...counts, read: counts.read + page.read, unreadable: counts.unreadable + page.unreadable.length },
    gaps: page.gap ? [...gaps, page.gap].slice(0, PLACES_MAX) : gaps,
    unreadableAt: [...unreadableAt, ...page.unreadable].slice(0, PLACES_MAX),
  };
}

async function carryOut(run: Run): Promise<Halt | undefined> {
  const { access, options, state, record } = run;
  for await (const page of sourcePages(access, record, state)) {
    const halt = await sendPage(run, page);
    if (halt) return halt;
    noteEnd(run, page);
    if (isDue(run) && !(await save(run))) return 'changed';
    if (access.clock.now() >= (options.deadline ?? Number.POSITIVE_INFINITY)) return 'deadline';
  }
  return undefined;
}

/** Takes the replay over: a run that is still somewhere else ends at its next checkpoint. */
async function openRun(access: OperatorAccess, id: string, options: RunOptions): Promise<Run | undefined> {
  const loaded = await loadReplay(access, id);
  if (loaded.record.state !== 'running') return undefined;
  const now = access.clock.now();
  const runner = hashOf('runner', access.who, id, loaded.version, now);
  const stored = await saveReplay(access, { ...loaded.record, runner }, loaded.version);
  if (!stored)
    throw new ChoreographyError('REPLAY_TAKEN', `The replay ${id} was changed just now; look at it again.`, {
      details: { id },
      retryable: true,
    });
  const { record } = stored;
  const { spec, letters } = record;
  const fill = await openFill(access, record);
  return {
    access,
    options,
    spec,
    runner,
    queue: access.replayQueue(spec.consumer),
    pace: createPace(access.clock, spec.ratePerSecond ?? REPLAY_RATE_PER_SECOND),
    state: { shards: new Map(Object.entries(structuredClone(record.shards))), letters },
    ...(fill ? { fill } : {}),
    stored,
    record,
    savedAt: now,
    unsaved: 0,
    room: 0,
  };
}

/**
 * Carries a replay out, from where it stands until it is done, paused, stopped, or at its deadline. What is noted as done
 * was taken by the queue, so a run that is killed at any point loses nothing, and the next one sends at most
 * `CHECKPOINT_MESSAGES` again, which claims (and within five minutes the queue) absorb.
 * One that fills a generation counts as done only what that has taken.
 * @throws REPLAY_NOT_FOUND, REPLAY_TAKEN (retryable), GENERATION_GONE, REBUILD_STUCK (retryable), STREAM_MISSING, STREAM_UNAVAILABLE (retryable), QUEUE_UNAVAILABLE (retryable)
 */
export async function runReplay(access: OperatorAccess, id: string, options: RunOptions = {}): Promise<ReplayReport> {
  const run = await openRun(access, id, options);
  if (!run) return reportOf((await loadReplay(access, id)).record);
  const halt = await carryOut(run);
  if (halt === 'changed') return reportOf(run.stored.record);
  if (halt !== 'deadline') run.record = { ...run.record, state: 'done' };
  await save(run);
  return reportOf(run.stored.record);
}
