import type { Envelope } from '../../contract/envelope.ts';
import type { RunnableCompensation } from '../../contract/reaction-checks.ts';
import type { Claim, RecordedCall } from '../journal/claim.ts';
import { decodeEnvelope } from '../message/decode.ts';
import { cloneJson } from '../message/json.ts';
import { decodeLearning } from '../message/newer-versions.ts';
import { startStep } from './act.ts';
import { claimUnit, settleLater } from './claims.ts';
import { recordsCalls } from './decide.ts';
import { finish, outcomeUnknown, thrown } from './finish.ts';
import { closeRedriven } from './give-up.ts';
import { silent, type TaskResult } from './outcome.ts';
import { newCommit, type Run, runReaction, type TaskEnvironment } from './run-reaction.ts';
import type { Task } from './task.ts';

/**
 * An undo is recorded before its first call: under at-most-once it is never begun again, otherwise it is not repeated once
 * the other side has forgotten its key.
 */
function startUndo(environment: TaskEnvironment, task: Task): Run['begin'] {
  if (!recordsCalls(task.reaction)) return undefined;
  const atMostOnce = task.reaction.delivery === 'at-most-once';
  return (before: Claim | undefined, call: RecordedCall) => {
    if (before?.undoCall) return undefined;
    const runningUntil = environment.context.ports.clock.now() + environment.context.settings.attemptSecondsMax * 1000;
    const begun = atMostOnce ? { undoBegun: task.original, runningUntil } : {};
    return { state: before?.state ?? 'done', fields: { undoCall: call, ...begun } };
  };
}

/** Runs the compensation of a step that is done, on what its claim keeps. */
export async function undo(
  environment: TaskEnvironment,
  task: Task,
  claim: Claim | undefined,
  trigger: Envelope,
  data: unknown,
): Promise<TaskResult> {
  const compensation = task.reaction.compensation as RunnableCompensation;
  const commit = newCommit(environment, task);
  const result = await runReaction(environment, task, {
    phase: 'undo',
    message: trigger,
    claim,
    commit,
    begin: startUndo(environment, task),
    body: (tx, event) => compensation.undo(event, tx, cloneJson(data)),
  });
  if (result.kind === 'threw') return thrown(task, result.error, result.claim);
  if (result.kind === 'ended')
    return result.ending.kind === 'unknown' ? outcomeUnknown(environment, task, result.claim, result.ending) : { kind: 'conflict' };
  const { events } = result.running;
  return finish(environment, task, result.claim, commit, {
    state: 'undone',
    phase: 'undo',
    events,
    writes: result.work.writes(),
    outcome: { status: 'undone', events, scheduled: [] },
  });
}

/**
 * What was stored, in the version that this deployment knows. Its own failure, as it was told, goes as it is: nobody here
 * takes it. @throws UNKNOWN_VERSION (retryable) and what else stands in the way of reading it
 */
async function known({ context }: TaskEnvironment, envelope: Envelope): Promise<Envelope> {
  const decoded = await decodeLearning(context, () => decodeEnvelope(envelope, context.catalog));
  if (decoded.kind === 'malformed') throw decoded.error;
  return decoded.kind === 'message' ? decoded.message : envelope;
}

/** Repeats the call with its key to learn the outcome, drops what `react` wrote and emitted, and undoes what it did. */
export async function settle(environment: TaskEnvironment, task: Task, claim: Claim): Promise<TaskResult> {
  const asked = claim.undoRequested ?? claim.told;
  if (!asked) return { kind: 'finished', outcome: silent('duplicate') };
  const message = await known(environment, claim.message ?? task.original);
  const trigger = await known(environment, asked);
  const discarded = newCommit(environment, task);
  const learned = await runReaction(environment, task, {
    phase: 'react',
    message,
    claim,
    commit: discarded,
    begin: startStep(environment, task, asked),
    body: (tx, event) => task.reaction.react(event, tx),
  });
  if (learned.kind === 'threw') return thrown(task, learned.error, learned.claim);
  if (learned.kind === 'ended' && learned.ending.kind === 'conflict') return { kind: 'conflict' };
  if (learned.kind === 'ended' && learned.ending.kind === 'unknown')
    return outcomeUnknown(environment, task, learned.claim, learned.ending);
  if (learned.kind === 'returned') return undo(environment, task, learned.claim, trigger, learned.value);
  return finish(environment, task, learned.claim, newCommit(environment, task), {
    state: 'undone',
    phase: 'undo',
    outcome: silent('undone'),
  });
}

/** Leaves the trigger for whoever learns the outcome; a started step also gets a due item, in case nobody comes. */
export async function requestUndo(environment: TaskEnvironment, task: Task, claim: Claim): Promise<TaskResult> {
  const { clock } = environment.context.ports;
  const commit = newCommit(environment, task);
  const dueAt = Math.max(claim.runningUntil ?? 0, clock.now());
  const due = settleLater({ saga: claim.saga, reaction: claim.reaction }, dueAt, commit);
  const unit = claimUnit({
    commit,
    nowMs: clock.now(),
    task,
    before: claim,
    state: claim.state,
    fields: { undoRequested: task.original },
    writes: [...(claim.state === 'started' ? [due] : []), ...(await closeRedriven(environment, task, commit))],
    settings: environment.context.settings,
  });
  return { kind: 'unit', unit, outcome: silent('requested') };
}
