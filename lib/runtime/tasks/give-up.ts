import type { Envelope } from '../../contract/envelope.ts';
import { isChoreographyError } from '../../contract/errors.ts';
import type { Claim } from '../journal/claim.ts';
import { type DeadLetter, type DeadLetterPhase, type ErrorRecord, isCorrectedSince } from '../journal/dead-letter.ts';
import type { FailureRecord } from '../journal/parked.ts';
import type { Write } from '../journal/unit.ts';
import { claimUnit, closeDeadLetters } from './claims.ts';
import { type DeadLetterParts, deadLetterId, deadLetterWrite, reopenWrite, saysAll } from './dead-letters.ts';
import { silent, type TaskOutcome, type TaskResult } from './outcome.ts';
import { newCommit, runReaction, type TaskEnvironment } from './run-reaction.ts';
import type { GiveUp, Task } from './task.ts';

/** What `onGiveUp` said. */
interface Told {
  readonly events: readonly Envelope[];
  readonly checks: readonly Write[];
  readonly failure?: Envelope;
}

const silence: Told = { events: [], checks: [] };

/** Whether a claim is still open: its outcome is not known to others. */
function isOpen(claim: Claim | undefined): boolean {
  return !claim || claim.state === 'started' || claim.state === 'gave-up';
}

async function tell(
  environment: TaskEnvironment,
  task: Task,
  claim: Claim | undefined,
  commit: string,
  error: ErrorRecord,
): Promise<Told | TaskResult> {
  const { onGiveUp } = task.reaction;
  if (!onGiveUp || claim?.told || claim?.undoRequested) return silence;
  const cause = Object.assign(new Error(error.message), { code: error.code });
  const result = await runReaction(environment, task, {
    phase: 'give-up',
    message: task.message,
    claim,
    commit,
    body: (tx, message) => onGiveUp(message, tx, cause),
  });
  if (result.kind === 'returned') {
    const [failure] = result.running.events;
    return { events: result.running.events, checks: result.work.checks(), ...(failure ? { failure } : {}) };
  }
  if (result.kind === 'ended' && result.ending.kind === 'fail')
    return { events: [result.ending.event], checks: result.work.checks(), failure: result.ending.event };
  if (result.kind === 'ended') return { kind: 'conflict' };
  // A throttled store must not keep the failure from the others: it is told with the next try.
  if (isChoreographyError(result.error) && result.error.retryable) return { kind: 'failed', error: result.error };
  environment.context.ports.telemetry.log({
    level: 'error',
    message: 'onGiveUp failed: the dead letter is written without it',
    fields: { reaction: task.reaction.name, error: String(result.error) },
  });
  return silence;
}

/** The documents about a claim, and the one that this redrive came from. */
export async function documentsOf({ workspace }: TaskEnvironment, task: Task, claim: Claim | undefined): Promise<readonly DeadLetter[]> {
  const ids = new Set(claim?.deadLetters);
  if (task.deadLetter !== undefined) ids.add(task.deadLetter);
  if (ids.size === 0) return [];
  await workspace.load({ deadLetters: [...ids] });
  const found = await Promise.all([...ids].map((id) => workspace.deadLetter(id)));
  return found.filter((document) => document !== undefined);
}

/** Closes the document that a redrive came from, if it is not closed yet. */
export async function closeRedriven({ context, workspace }: TaskEnvironment, task: Task, commit: string): Promise<readonly Write[]> {
  const document = task.deadLetter === undefined ? undefined : await workspace.deadLetter(task.deadLetter);
  return document ? closeDeadLetters([document], commit, context.ports.clock.now()) : [];
}

/** Ends a task that has nothing left to do; a redriven message closes the document it came from. */
export async function nothingLeft(
  environment: TaskEnvironment,
  task: Task,
  claim: Claim | undefined,
  status: TaskOutcome['status'],
): Promise<TaskResult> {
  const { data, refusal } = claim ?? {};
  const found = claim ? { found: claim.state } : {};
  const outcome = silent(status, { ...(data === undefined ? {} : { data }), ...(refusal ? { refusal } : {}), ...found });
  const commit = newCommit(environment, task);
  const writes = await closeRedriven(environment, task, commit);
  if (writes.length > 0) return { kind: 'unit', unit: { id: commit, writes }, outcome };
  return { kind: 'finished', outcome, ...(claim ? { leftover: claim } : {}) };
}

/** Running and crashing are two ways to fail at one thing. */
function thingOf(phase: DeadLetterPhase): DeadLetterPhase {
  return phase === 'transport' ? 'react' : phase;
}

function partsOf({ context }: TaskEnvironment, task: Task, what: { phase: DeadLetterPhase; error: ErrorRecord }) {
  const nowMs = context.ports.clock.now();
  const failure: FailureRecord = task.failure ?? { attempts: 1, firstAt: nowMs, lastAt: nowMs, error: what.error };
  return {
    consumer: context.service,
    reactions: [task.reaction.name],
    message: task.original,
    failure,
    source: task.source,
    ...what,
  } satisfies DeadLetterParts;
}

/** Whether a document is about the task's message. */
function isAbout({ message }: DeadLetter, { original }: Task): boolean {
  return message?.id === original.id && message.source === original.source;
}

/** The document, open; one that the redrive came from and that says something else is closed: the new one has taken its place. */
function openDocument(
  { context }: TaskEnvironment,
  task: Task,
  commit: string,
  parts: DeadLetterParts,
  documents: readonly DeadLetter[],
): { readonly id: string; readonly writes: readonly Write[] } {
  const nowMs = context.ports.clock.now();
  const own = documents.filter((document) => !isCorrectedSince(document, task.original));
  const before = own.find((document) => thingOf(document.phase) === thingOf(parts.phase) && isAbout(document, task));
  const write = deadLetterWrite(parts, before, { commit, nowMs, redrivesMax: context.settings.redrivesMax });
  return { id: write.id, writes: [write, ...closeReplaced(task, write.id, documents, { commit, nowMs })] };
}

/** Closes the document that a redrive came from, as `by` has taken its place. */
function closeReplaced(task: Task, by: string, documents: readonly DeadLetter[], at: { commit: string; nowMs: number }): readonly Write[] {
  const replaced = documents.filter((one) => one.id === task.deadLetter && one.id !== by && !isCorrectedSince(one, task.original));
  return closeDeadLetters(replaced, at.commit, at.nowMs);
}

/**
 * A dead letter that says nothing about the claim: it belongs to another message. No claim knows the document, so its id
 * follows from the message alone, and the same message again finds it.
 */
export async function deadLetterOnly(environment: TaskEnvironment, task: Task, error: ErrorRecord): Promise<TaskResult> {
  const commit = newCommit(environment, task);
  const { failure, ...rest } = partsOf(environment, task, { phase: task.role === 'trigger' ? 'undo' : 'react', error });
  const parts = { ...rest, failure: { ...failure, firstAt: Date.parse(task.original.time) } };
  const known = await environment.workspace.deadLetter(deadLetterId(parts, parts.failure.firstAt));
  const from = await documentsOf(environment, task, undefined);
  if (known && saysAll(known, task)) {
    const outcome = silent('duplicate', { code: error.code });
    const writes = closeReplaced(task, known.id, from, { commit, nowMs: environment.context.ports.clock.now() });
    return writes.length > 0 ? { kind: 'unit', unit: { id: commit, writes }, outcome } : { kind: 'finished', outcome };
  }
  const documents = known ? [known, ...from.filter(({ id }) => id !== known.id)] : from;
  const { writes } = openDocument(environment, task, commit, parts, documents);
  return { kind: 'unit', unit: { id: commit, writes }, outcome: silent('dead-lettered', { code: error.code }) };
}

/**
 * The last resort for what is too large to give up with its claim: a document with the head of the message. The same message
 * again finds it. A redrive has a document that holds the message: that one is opened again.
 */
export async function hopeless(environment: TaskEnvironment, task: Task, { error }: GiveUp): Promise<TaskResult> {
  const { service, settings, ports } = environment.context;
  const commit = newCommit(environment, task);
  const nowMs = ports.clock.now();
  const parts = {
    consumer: service,
    reactions: [task.reaction.name],
    phase: 'decode',
    raw: JSON.stringify(task.original),
    error,
    failure: { attempts: 1, firstAt: Date.parse(task.original.time), lastAt: nowMs, error },
    source: task.source,
  } satisfies DeadLetterParts;
  const before = await environment.workspace.deadLetter(task.deadLetter ?? deadLetterId(parts, parts.failure.firstAt));
  if (before && saysAll(before, task)) return { kind: 'finished', outcome: silent('duplicate', { code: error.code }) };
  const at = { commit, nowMs, redrivesMax: settings.redrivesMax };
  const write = before?.message ? reopenWrite(before, error, at) : deadLetterWrite(parts, before, at);
  return { kind: 'unit', unit: { id: commit, writes: [write] }, outcome: silent('dead-lettered', { code: error.code }) };
}

/** Whether somebody else has settled it meanwhile, or has left a dead letter or a request that says all. */
function isSettled(task: Task, claim: Claim | undefined, phase: GiveUp['phase']): boolean {
  // A redrive that crashed opens its document again; a live copy of what was given up has one already.
  const hasDocument = phase === 'transport' && claim?.state === 'gave-up' && task.deadLetter === undefined;
  if (task.role !== 'trigger') return !isOpen(claim) || hasDocument;
  if (claim?.state === 'undone' || claim?.state === 'cancelled') return true;
  return claim !== undefined && isOpen(claim) && claim.undoRequested !== undefined;
}

/** Another copy of a trigger that was given up: its document says so already. */
function isKnown(task: Task, documents: readonly DeadLetter[], code: string): boolean {
  return documents.some((document) => document.phase === 'undo' && document.error.code === code && isAbout(document, task));
}

/**
 * Gives up: the dead letter, what `onGiveUp` tells, and the claim's state commit together. A trigger that gives up leaves
 * the step as it is; an action whose claim is finished by now has nothing to give up.
 */
export async function giveUp(
  environment: TaskEnvironment,
  task: Task,
  claim: Claim | undefined,
  { error, technical, phase }: GiveUp,
  mayTell = true,
): Promise<TaskResult> {
  const { context } = environment;
  const action = task.role !== 'trigger';
  if (isSettled(task, claim, phase)) return nothingLeft(environment, task, claim, 'duplicate');
  if (!action && !claim) return deadLetterOnly(environment, task, error);
  const documents = await documentsOf(environment, task, claim);
  if (!action && !task.redriven && isKnown(task, documents, error.code)) return nothingLeft(environment, task, claim, 'duplicate');
  const commit = newCommit(environment, task);
  const told = action && mayTell ? await tell(environment, task, claim, commit, error) : silence;
  if ('kind' in told) return told;
  const parts = partsOf(environment, task, { phase: action ? phase : 'undo', error });
  const document = openDocument(environment, task, commit, parts, documents);
  const deadLetters = [...new Set([...(claim?.deadLetters ?? []), document.id])];
  const unit = claimUnit({
    commit,
    nowMs: context.ports.clock.now(),
    task,
    before: claim,
    state: action ? 'gave-up' : (claim as Claim).state,
    fields: { deadLetters, ...(told.failure ? { told: told.failure } : {}) },
    ...(told.events.length > 0 ? { phase: 'give-up' as const, events: told.events } : {}),
    writes: [...document.writes, ...told.checks],
    settings: context.settings,
  });
  return { kind: 'unit', unit, technical, outcome: { status: 'dead-lettered', code: error.code, events: told.events, scheduled: [] } };
}
