import { ChoreographyError } from '../../contract/errors.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import type { ReplaySend } from '../../runtime/ports/replay-queue.ts';
import type { OperatorAccess } from '../access.ts';
import { withPatience } from '../patience.ts';
import { type Fill, fillSends, openFill, stillAwaited, stuckError } from './fill.ts';
import { loadReplay, PLACES_MAX, type ReplayRecord, saveReplay } from './record.ts';
import { type ReplayReport, reportOf } from './report.ts';
import { type SourceItem, type SourcePage, sourcePages } from './source.ts';
import { REPLAY_IN_FLIGHT_MAX } from './spec.ts';
import { leaveRun, leaveWithProblem, type Run, type RunOptions, takeRun } from './turn.ts';

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
  if (record.run?.runner === run.runner) return record;
  const message = `The replay ${record.id} is run by somebody else now; look at it there.`;
  throw new ChoreographyError('REPLAY_TAKEN', message, { details: { id: record.id }, retryable: true });
}

/** Waits until a generation has all that was sent into it; else the run ends before that. @throws REBUILD_STUCK (retryable), REPLAY_TAKEN */
async function notThrough(run: Run, fill: Fill): Promise<Halt | undefined> {
  const { access, options } = run;
  const { id, waitedMilliseconds = 0 } = run.record;
  const began = access.clock.now();
  for (let lookedAt = began; (await stillAwaited(access, fill)).length > 0; ) {
    const now = access.clock.now();
    run.waited = waitedMilliseconds + now - began;
    if (run.waited >= STUCK_MILLISECONDS) throw await stuckError(access, fill, id, STUCK_MILLISECONDS / 1000);
    if (now >= (options.deadline ?? Number.POSITIVE_INFINITY)) return 'deadline';
    if (now - lookedAt >= CHECKPOINT_MILLISECONDS) {
      const { state, on } = await lookAgain(run);
      if (state !== 'running' || on !== run.record.on) return 'changed';
      lookedAt = now;
    }
    await access.clock.sleep(LOOK_MILLISECONDS);
  }
  run.waited = 0;
  return undefined;
}

/** What is done by now, to be saved; a run that gets further has no problem any more. */
function recordNow(run: Run): ReplayRecord {
  const { problem: _, waitedMilliseconds: __, ...record } = run.record;
  const { letters, shards } = run.state;
  const now = run.access.clock.now();
  const activeMilliseconds = record.activeMilliseconds + now - run.savedAt;
  run.savedAt = now;
  run.unsaved = 0;
  return { ...record, shards: Object.fromEntries(shards), ...(letters ? { letters } : {}), activeMilliseconds };
}

/** What an operator has changed meanwhile holds; all else is this run's to say. */
function withTheirs({ on: _, state, ...mine }: ReplayRecord, { on, state: theirs }: ReplayRecord): ReplayRecord {
  return { ...mine, state: theirs === 'running' ? state : theirs, ...(on ? { on } : {}) };
}

/** Saves what is done. `changed`: somebody has paused or stopped the replay, or given it to another place. @throws REPLAY_TAKEN, REBUILD_STUCK (both retryable) */
async function save(run: Run): Promise<Halt | undefined> {
  const { access, fill } = run;
  const halt = fill && (await notThrough(run, fill));
  if (halt) return halt;
  run.record = recordNow(run);
  for (let changed: Halt | undefined; ; ) {
    const saved = await saveReplay(access, run.record, run.stored.version);
    if (saved) {
      run.stored = saved;
      run.options.onProgress?.(reportOf(saved.record));
      return changed;
    }
    const theirs = await lookAgain(run);
    if (theirs.state !== 'running' || theirs.on !== run.record.on) changed = 'changed';
    run.record = withTheirs(run.record, theirs);
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
    const halt = isDue(run) ? await save(run) : undefined;
    if (halt) return halt;
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
  if (sends.length > 0) await withPatience(access.clock, () => queue().send(sends));
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
    const sent = await sendPart(run, part);
    if (sent) return sent;
    at += part.length;
    const saved = isDue(run) ? await save(run) : undefined;
    if (saved) return saved;
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
    const sent = await sendPage(run, page);
    if (sent) return sent;
    noteEnd(run, page);
    const saved = isDue(run) ? await save(run) : undefined;
    if (saved) return saved;
    if (access.clock.now() >= (options.deadline ?? Number.POSITIVE_INFINITY)) return 'deadline';
  }
  return undefined;
}

/** From where it stands to where it ends now; what is done is saved. */
async function carryOutAndSave(run: Run): Promise<void> {
  const halt = await carryOut(run);
  if (halt === 'changed') return;
  const { run: _, ...record } = run.record;
  run.record = halt === 'deadline' ? record : { ...record, state: 'done' };
  await save(run);
}

/**
 * Carries a replay out, from where it stands until it is done, paused, stopped, or at its deadline. What is noted as done
 * was taken by the queue, so a run that is killed at any point loses nothing, and the next one sends at most
 * `CHECKPOINT_MESSAGES` again, which claims (and within five minutes the queue) absorb.
 * One that fills a generation counts as done only what that has taken.
 * @throws REPLAY_NOT_FOUND, REPLAY_TAKEN (retryable), GENERATION_GONE, REBUILD_STUCK (retryable), STREAM_MISSING, STREAM_UNAVAILABLE (retryable), QUEUE_UNAVAILABLE (retryable)
 */
export async function runReplay(access: OperatorAccess, id: string, options: RunOptions = {}): Promise<ReplayReport> {
  const run = await takeRun(access, id, options);
  if (!run) return reportOf((await loadReplay(access, id)).record);
  try {
    run.fill = await openFill(access, run.record);
    await carryOutAndSave(run);
  } catch (error) {
    await leaveWithProblem(run, error);
    throw error;
  }
  await leaveRun(run);
  return reportOf(run.stored.record);
}
