import type { Envelope } from '../../contract/envelope.ts';
import type { Claim } from '../journal/claim.ts';
import type { DeadLetter, DeadLetterPhase, ErrorRecord } from '../journal/dead-letter.ts';
import type { FailureRecord } from '../journal/parked.ts';
import type { Write } from '../journal/unit.ts';
import { claimUnit } from './claims.ts';
import { deadLetterWrite } from './dead-letters.ts';
import { silent, type TaskResult } from './outcome.ts';
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
): Promise<Told | 'conflict'> {
  const { onGiveUp } = task.reaction;
  if (!onGiveUp || claim?.told || claim?.undoRequested) return silence;
  const cause = Object.assign(new Error(error.message), { code: error.code });
  const result = await runReaction(environment, task, {
    phase: 'give-up',
    message: task.message,
    claim,
    commit,
    body: (tx) => onGiveUp(task.message, tx, cause),
  });
  if (result.kind === 'returned') {
    const [failure] = result.running.events;
    return { events: result.running.events, checks: result.work.checks(), ...(failure ? { failure } : {}) };
  }
  if (result.kind === 'ended' && result.ending.kind === 'fail')
    return { events: [result.ending.event], checks: result.work.checks(), failure: result.ending.event };
  if (result.kind === 'ended') return 'conflict';
  environment.context.ports.telemetry.log({
    level: 'error',
    message: 'onGiveUp failed: the dead letter is written without it',
    fields: { reaction: task.reaction.name, error: String(result.error) },
  });
  return silence;
}

/** The documents about a claim, and the one that this redrive came from. */
export async function documentsOf({ workspace }: TaskEnvironment, task: Task, claim: Claim | undefined): Promise<readonly DeadLetter[]> {
  const ids = new Set([...(claim?.deadLetters ?? []), ...(task.deadLetter === undefined ? [] : [task.deadLetter])]);
  if (ids.size === 0) return [];
  await workspace.load({ deadLetters: [...ids] });
  const found = await Promise.all([...ids].map((id) => workspace.deadLetter(id)));
  return found.filter((document) => document !== undefined);
}

function failureOf(task: Task, error: ErrorRecord, nowMs: number): FailureRecord {
  return task.failure ?? { attempts: 1, firstAt: nowMs, lastAt: nowMs, error };
}

async function openDocument(
  environment: TaskEnvironment,
  task: Task,
  claim: Claim | undefined,
  commit: string,
  what: { phase: DeadLetterPhase; error: ErrorRecord },
) {
  const { context } = environment;
  const nowMs = context.ports.clock.now();
  const documents = await documentsOf(environment, task, claim);
  const before = documents.find(
    ({ message, phase }) => phase === what.phase && message?.id === task.original.id && message.source === task.original.source,
  );
  const parts = {
    consumer: context.service,
    reactions: [task.reaction.name],
    message: task.original,
    failure: failureOf(task, what.error, nowMs),
    source: task.source,
    ...what,
  };
  return deadLetterWrite(parts, before, { commit, nowMs, redrivesMax: context.settings.redrivesMax });
}

/** A dead letter that says nothing about the claim: it belongs to another message. */
export async function deadLetterOnly(environment: TaskEnvironment, task: Task, error: ErrorRecord): Promise<TaskResult> {
  const commit = newCommit(environment, task);
  const write = await openDocument(environment, task, undefined, commit, { phase: task.role === 'trigger' ? 'undo' : 'react', error });
  return { kind: 'unit', unit: { id: commit, writes: [write] }, outcome: silent('dead-lettered', { code: error.code }) };
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
  if (action && !isOpen(claim)) return { kind: 'finished', outcome: silent('duplicate') };
  if (!action && !claim) return deadLetterOnly(environment, task, error);
  const commit = newCommit(environment, task);
  const told = action && mayTell ? await tell(environment, task, claim, commit, error) : silence;
  if (told === 'conflict') return { kind: 'conflict' };
  const document = await openDocument(environment, task, claim, commit, { phase: action ? phase : 'undo', error });
  const deadLetters = [...new Set([...(claim?.deadLetters ?? []), document.id])];
  const unit = claimUnit({
    commit,
    nowMs: context.ports.clock.now(),
    task,
    before: claim,
    state: action ? 'gave-up' : (claim as Claim).state,
    fields: { deadLetters, ...(told.failure ? { told: told.failure } : {}) },
    ...(told.events.length > 0 ? { phase: 'give-up' as const, events: told.events } : {}),
    writes: [document, ...told.checks],
    settings: context.settings,
  });
  return { kind: 'unit', unit, technical, outcome: { status: 'dead-lettered', code: error.code, events: told.events, scheduled: [] } };
}
