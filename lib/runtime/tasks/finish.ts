import { isChoreographyError } from '../../contract/errors.ts';
import type { Claim } from '../journal/claim.ts';
import type { Ending } from '../transaction/signal.ts';
import { type ClaimChange, claimUnit, closeDeadLetters } from './claims.ts';
import { documentsOf, giveUp } from './give-up.ts';
import type { TaskOutcome, TaskResult } from './outcome.ts';
import type { TaskEnvironment } from './run-reaction.ts';
import { errorRecord, type Task } from './task.ts';

/** How a claim ends, and what is told of it. */
type Finish = Pick<ClaimChange, 'state' | 'fields' | 'phase' | 'events' | 'scheduled' | 'writes'> & { readonly outcome: TaskOutcome };

/** Builds the unit that finishes a claim, closing what dead letters there are about it. */
export async function finish(
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

/** The case is closed by hand; nobody is told, because nobody knows. */
export function outcomeUnknown(
  environment: TaskEnvironment,
  task: Task,
  claim: Claim | undefined,
  ending: Ending & { kind: 'unknown' },
): Promise<TaskResult> {
  return giveUp(environment, task, claim, { error: errorRecord(ending.error), technical: false, phase: 'react' }, false);
}

/** What becomes of a task whose reaction or undo threw. */
export function thrown(task: Task, error: unknown, claim: Claim | undefined): TaskResult {
  // At most once: the call was made and is never repeated, so a rerun could only guess. An error of the store is none of
  // the call: a rerun in this process gets the call's answer from memory.
  const ofStore = isChoreographyError(error) && error.retryable;
  if (task.reaction.delivery === 'at-most-once' && !ofStore && claim && (claim.state === 'started' || claim.undoBegun))
    task.giveUp = { error: { ...errorRecord(error), code: 'OUTCOME_UNKNOWN' }, technical: false, phase: 'react' };
  return { kind: 'failed', error };
}
