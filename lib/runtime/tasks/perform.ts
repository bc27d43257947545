import type { Envelope } from '../../contract/envelope.ts';
import { isChoreographyError } from '../../contract/errors.ts';
import type { RunnableCompensation } from '../../contract/reaction-checks.ts';
import type { Claim, RecordedCall } from '../journal/claim.ts';
import type { Write } from '../journal/unit.ts';
import { decodeEnvelope } from '../message/decode.ts';
import { cloneJson } from '../message/json.ts';
import type { Ending } from '../transaction/signal.ts';
import { type ClaimChange, claimUnit, closeDeadLetters, settleLater } from './claims.ts';
import { type Decision, decideAction, decideSettle, decideTrigger, foreign, recordsCalls } from './decide.ts';
import { closeRedriven, deadLetterOnly, documentsOf, giveUp, hopeless, nothingLeft } from './give-up.ts';
import { silent, type TaskOutcome, type TaskResult } from './outcome.ts';
import { newCommit, type Run, type RunResult, runReaction, type TaskEnvironment } from './run-reaction.ts';
import { errorRecord, type Task } from './task.ts';

type Finish = Pick<ClaimChange, 'state' | 'fields' | 'phase' | 'events' | 'scheduled' | 'writes'> & { readonly outcome: TaskOutcome };

/** Builds the unit that finishes a claim, closing what dead letters there are about it. */
async function finish(
  environment: TaskEnvironment,
  task: Task,
  claim: Claim | undefined,
  commit: string,
  { outcome, state, fields, phase, events, scheduled, writes = [] }: Finish,
): Promise<TaskResult> {
  const { clock } = environment.context.ports;
  const documents = await documentsOf(environment, task, claim);
  const undone = state === 'undone' || state === 'cancelled';
  const closed = documents.filter(({ id, phase }) => undone || phase !== 'undo' || id === task.deadLetter);
  const kept = (claim?.deadLetters ?? []).filter((id) => !closed.some((document) => document.id === id));
  const unit = claimUnit({
    commit,
    nowMs: clock.now(),
    task,
    before: claim,
    settings: environment.context.settings,
    state,
    phase,
    events,
    scheduled,
    fields: { ...fields, deadLetters: kept },
    writes: [...writes, ...closeDeadLetters(closed, commit, clock.now())],
  });
  return { kind: 'unit', unit, outcome };
}

async function finishEnded(
  environment: TaskEnvironment,
  task: Task,
  result: RunResult & { kind: 'ended' },
  commit: string,
): Promise<TaskResult> {
  const { ending, claim, work } = result;
  if (ending.kind === 'conflict') return { kind: 'conflict' };
  if (ending.kind === 'unknown') return outcomeUnknown(environment, task, claim, ending);
  const events = ending.kind === 'fail' ? [ending.event] : [];
  const status = ending.kind === 'fail' ? 'failed' : 'refused';
  const refusal = ending.kind === 'refuse' ? { refusal: ending.refusal } : {};
  return finish(environment, task, claim, commit, {
    state: 'failed',
    fields: refusal,
    phase: 'react',
    events,
    writes: work.checks(),
    outcome: { status, ...refusal, events, scheduled: [] },
  });
}

/** The case is closed by hand; nobody is told, because nobody knows. */
function outcomeUnknown(
  environment: TaskEnvironment,
  task: Task,
  claim: Claim | undefined,
  ending: Ending & { kind: 'unknown' },
): Promise<TaskResult> {
  return giveUp(environment, task, claim, { error: errorRecord(ending.error), technical: false, phase: 'react' }, false);
}

function thrown(task: Task, error: unknown, claim: Claim | undefined): TaskResult {
  // At most once: the call was made and is never repeated, so a rerun could only guess. An error of the store is none of
  // the call: a rerun in this process gets the call's answer from memory.
  const ofStore = isChoreographyError(error) && error.retryable;
  if (task.reaction.delivery === 'at-most-once' && !ofStore && claim && (claim.state === 'started' || claim.undoBegun))
    task.giveUp = { error: { ...errorRecord(error), code: 'OUTCOME_UNKNOWN' }, technical: false, phase: 'react' };
  return { kind: 'failed', error };
}

/** A command comes once: if its caller never returns, nobody else would look after what it began. */
function lookAgain({ key, reaction, message }: Task, dueAt: number): Write {
  return settleLater({ saga: message.correlationid, reaction: reaction.name, key }, dueAt, message.id);
}

/** What a step becomes before its first outside call. */
function startStep(environment: TaskEnvironment, task: Task, undoRequested?: Envelope): Run['begin'] {
  if (!recordsCalls(task.reaction)) return undefined;
  return (before: Claim | undefined, call: RecordedCall) => {
    if (before?.state === 'started') return undefined;
    const runningUntil = environment.context.ports.clock.now() + environment.context.settings.attemptSecondsMax * 1000;
    const fields = { firstCall: call, runningUntil, ...(undoRequested ? { undoRequested } : {}) };
    return { state: 'started', fields, writes: task.source.kind === 'command' ? [lookAgain(task, runningUntil)] : [] };
  };
}

async function act(environment: TaskEnvironment, task: Task, claim: Claim | undefined): Promise<TaskResult> {
  const commit = newCommit(environment, task);
  const result = await runReaction(environment, task, {
    phase: 'react',
    message: task.message,
    claim,
    commit,
    begin: startStep(environment, task),
    body: (tx, message) => task.reaction.react(message, tx),
  });
  if (result.kind === 'threw') return thrown(task, result.error, result.claim);
  if (result.kind === 'ended') return finishEnded(environment, task, result, commit);
  const { value, running, work } = result;
  const { events, scheduled } = running;
  const data = value === undefined ? {} : { data: value };
  return await finish(environment, task, result.claim, commit, {
    state: 'done',
    fields: data,
    phase: 'react',
    events,
    scheduled,
    writes: work.writes(),
    outcome: { status: 'done', ...data, events, scheduled },
  });
}

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

async function undo(
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

/** In the current version; what was stored under an older one is lifted again. */
function lifted(environment: TaskEnvironment, envelope: Envelope): Envelope {
  const decoded = decodeEnvelope(envelope, environment.context.catalog);
  return decoded.kind === 'message' ? decoded.message : envelope;
}

/** Repeats the call with its key to learn the outcome, drops what `react` wrote and emitted, and undoes what it did. */
async function settle(environment: TaskEnvironment, task: Task, claim: Claim): Promise<TaskResult> {
  const message = lifted(environment, claim.message ?? task.original);
  const trigger = claim.undoRequested ?? claim.told;
  if (!trigger) return { kind: 'finished', outcome: silent('duplicate') };
  const discarded = newCommit(environment, task);
  const learned = await runReaction(environment, task, {
    phase: 'react',
    message,
    claim,
    commit: discarded,
    begin: startStep(environment, task, trigger),
    body: (tx, event) => task.reaction.react(event, tx),
  });
  if (learned.kind === 'threw') return thrown(task, learned.error, learned.claim);
  if (learned.kind === 'ended' && learned.ending.kind === 'conflict') return { kind: 'conflict' };
  if (learned.kind === 'ended' && learned.ending.kind === 'unknown')
    return outcomeUnknown(environment, task, learned.claim, learned.ending);
  if (learned.kind === 'returned') return undo(environment, task, learned.claim, lifted(environment, trigger), learned.value);
  return finish(environment, task, learned.claim, newCommit(environment, task), {
    state: 'undone',
    phase: 'undo',
    outcome: silent('undone'),
  });
}

/** Leaves the trigger for whoever learns the outcome; a started step also gets a due item, in case nobody comes. */
async function requestUndo(environment: TaskEnvironment, task: Task, claim: Claim): Promise<TaskResult> {
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

const nothingStatus: Readonly<Record<(Decision & { do: 'nothing' })['why'], TaskOutcome['status']>> = {
  duplicate: 'duplicate',
  undone: 'duplicate',
  refused: 'cancelled',
  requested: 'requested',
};

async function deadLetter(
  environment: TaskEnvironment,
  task: Task,
  claim: Claim | undefined,
  { code, message }: { code: string; message: string },
): Promise<TaskResult> {
  // Live messages have left the document; what the claim says, it says here, too.
  if (environment.context.building !== undefined) return nothingLeft(environment, task, claim, 'duplicate');
  const about = code === 'OUTCOME_UNKNOWN' || code === 'UNDO_WINDOW_PASSED';
  if (!about || !claim) return deadLetterOnly(environment, task, { code, message });
  return giveUp(environment, task, claim, { error: { code, message }, technical: false, phase: 'react' }, false);
}

/** What a claim says is to be done about a task. */
function decide({ context }: TaskEnvironment, task: Task, claim: Claim | undefined): Decision {
  const situation = { nowMs: context.ports.clock.now(), own: claim !== undefined && task.ownCommits.has(claim.version) };
  if (task.role === 'settle') return decideSettle(claim);
  return task.role === 'action' ? decideAction(claim, task, situation) : decideTrigger(claim, task, situation);
}

/** Whether handling the task will run the team's code with clients: then it must not see uncommitted state. */
export function runsOutsideCalls(environment: TaskEnvironment, task: Task, claim: Claim | undefined): boolean {
  if (!task.reaction.callsOutside || task.giveUp) return false;
  const { do: next } = decide(environment, task, claim);
  return next === 'act' || next === 'undo' || next === 'settle';
}

/** Handles one task in one round. */
export async function perform(environment: TaskEnvironment, task: Task): Promise<TaskResult> {
  const claim = await environment.workspace.claim(task.key);
  if (claim?.state === 'gave-up') task.wasGivenUp = true;
  // What another message holds is not ours to give up: the decision says so.
  const others = task.role === 'action' && claim !== undefined && foreign(claim, task) !== undefined;
  if (task.giveUp?.hopeless) return hopeless(environment, task, task.giveUp);
  if (task.giveUp && !others) return giveUp(environment, task, claim, task.giveUp, task.giveUp.error.code !== 'OUTCOME_UNKNOWN');
  const decision = decide(environment, task, claim);
  switch (decision.do) {
    case 'act':
      return await act(environment, task, claim);
    case 'undo':
      return undo(environment, task, claim, task.message, claim?.data);
    case 'settle':
      return settle(environment, task, claim as Claim);
    case 'cancel':
      return finish(environment, task, claim, newCommit(environment, task), {
        state: 'cancelled',
        phase: 'undo',
        outcome: silent('cancelled'),
      });
    case 'request-undo':
      return requestUndo(environment, task, claim as Claim);
    case 'wait':
      return { kind: 'wait' };
    case 'nothing':
      return nothingLeft(environment, task, claim, nothingStatus[decision.why]);
    case 'dead-letter':
      return deadLetter(environment, task, claim, decision);
  }
}
