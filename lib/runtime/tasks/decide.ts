import type { Envelope } from '../../contract/envelope.ts';
import type { RunnableReaction } from '../../contract/reaction-checks.ts';
import type { Claim } from '../journal/claim.ts';
import { payloadHash, samePayload } from '../journal/payload-hash.ts';
import type { Task } from './task.ts';

/**
 * What to do about a message, given the claim: the protocol of steps as one table. Exhaustive searches over it are in the
 * project's models; every line that looks odd is there because a search broke without it.
 */
export type Decision =
  /** Run `react`. */
  | { readonly do: 'act' }
  /** Run `undo` with the step's data. */
  | { readonly do: 'undo' }
  /** Learn the outcome of the call by repeating it, then undo. */
  | { readonly do: 'settle' }
  /** Leave a tombstone, or close a step that has nothing to undo. */
  | { readonly do: 'cancel' }
  /** Leave a request for whoever learns the outcome. */
  | { readonly do: 'request-undo' }
  /** Another attempt may be running: try later, no attempt counts. */
  | { readonly do: 'wait' }
  | { readonly do: 'nothing'; readonly why: 'duplicate' | 'refused' | 'undone' | 'requested' }
  | { readonly do: 'dead-letter'; readonly code: string; readonly message: string };

/** What a decision depends on beside claim and message. */
export interface Situation {
  readonly nowMs: number;
  /** The claim's version was written by this very task in this process. */
  readonly own: boolean;
}

const nothing = (why: 'duplicate' | 'refused' | 'undone' | 'requested'): Decision => ({ do: 'nothing', why });

function sameMessage(claim: Claim, message: Envelope): boolean {
  return claim.message?.id === message.id && claim.message.source === message.source;
}

/** Whether the caller of a command waits for the answer: whoever redrives one does not. */
export function isAwaited({ source, redriven }: Task): boolean {
  return source.kind === 'command' && !redriven;
}

/** The claim belongs to another message, or to another payload under the same id: nothing may be done to it. */
export function foreign(claim: Claim, task: Task): Decision | undefined {
  const { message, reaction } = task;
  if (claim.message === undefined) return undefined;
  if (!sameMessage(claim, message)) {
    return {
      do: 'dead-letter',
      code: 'STEP_TAKEN',
      message: `${reaction.name} already took ${claim.message.type} ${claim.message.id} for this saga; a reaction with a compensation runs once per saga. Give ${message.type} ${message.id} a saga of its own.`,
    };
  }
  if (samePayload(claim.message, task.original)) return undefined;
  const asked = isAwaited(task);
  // Who repeats a command that an operator has corrected made no mistake, and hears what became of it, once that is known.
  if (asked && claim.sentHash === payloadHash(task.original.data)) return claim.state === 'started' ? { do: 'wait' } : nothing('duplicate');
  const text = asked
    ? `${message.type} came before with the same idempotency key and other data, and nothing was done with these. Send a new request under a new key; for the answer to the first one, send its data.`
    : `${message.type} ${message.id} from ${message.source} came before with other data; an event never changes, so publish the new one under a new id.`;
  return { do: 'dead-letter', code: 'ID_REUSED', message: text };
}

function unknownOutcome(claim: Claim, what: string): Decision {
  const call = claim.firstCall ? `${claim.firstCall.client}.${claim.firstCall.method}` : 'an outside call';
  return {
    do: 'dead-letter',
    code: 'OUTCOME_UNKNOWN',
    message: `${what} ${claim.reaction}, whose ${call} may have taken effect and is never repeated. Find out at the outside system, and put right by hand what has to be.`,
  };
}

function onStarted(claim: Claim, { reaction }: Task, { nowMs, own }: Situation): Decision {
  if (claim.undoRequested) return { do: 'settle' };
  if (reaction.delivery === 'at-least-once' || own) return { do: 'act' };
  if ((claim.runningUntil ?? 0) > nowMs) return { do: 'wait' };
  return unknownOutcome(claim, 'An earlier attempt began');
}

function onGaveUp(claim: Claim, task: Task): Decision {
  if (!task.redriven) return nothing('duplicate');
  const called = claim.firstCall !== undefined;
  if (called && task.reaction.delivery === 'at-most-once') return unknownOutcome(claim, 'An earlier attempt began');
  if (claim.undoRequested || claim.told) return called ? { do: 'settle' } : { do: 'cancel' };
  return { do: 'act' };
}

/** For the message that a reaction is about. */
export function decideAction(claim: Claim | undefined, task: Task, situation: Situation): Decision {
  if (!claim) return { do: 'act' };
  const problem = foreign(claim, task);
  if (problem) return problem;
  if (claim.state === 'cancelled') return nothing('refused');
  if (claim.state === 'started') return onStarted(claim, task, situation);
  if (claim.state === 'gave-up') return onGaveUp(claim, task);
  return nothing('duplicate');
}

function onDone(claim: Claim, { reaction, message }: Task, { nowMs, own }: Situation): Decision {
  if (claim.undoUntil !== undefined && claim.undoUntil <= nowMs) {
    return {
      do: 'dead-letter',
      code: 'UNDO_WINDOW_PASSED',
      message: `${message.type} came after the undo window of ${reaction.name}; undo it by hand.`,
    };
  }
  if (claim.undoBegun && !own) {
    if ((claim.runningUntil ?? 0) > nowMs) return { do: 'wait' };
    return unknownOutcome(claim, 'An earlier attempt began to undo');
  }
  return { do: 'undo' };
}

/** For a failure that undoes a reaction. It never waits for an outcome and never calls to learn one. */
export function decideTrigger(claim: Claim | undefined, task: Task, situation: Situation): Decision {
  if (!claim || claim.state === 'failed') return { do: 'cancel' };
  if (claim.state === 'undone' || claim.state === 'cancelled') return nothing('undone');
  if (claim.state === 'done') return onDone(claim, task, situation);
  if (claim.state === 'gave-up' && claim.firstCall === undefined) return { do: 'cancel' };
  if (task.reaction.delivery === 'at-most-once') {
    if (claim.state === 'started' && (claim.runningUntil ?? 0) > situation.nowMs) return { do: 'wait' };
    return unknownOutcome(claim, `${task.message.type} is to undo`);
  }
  return claim.undoRequested ? nothing('requested') : { do: 'request-undo' };
}

/** For a due item, or a redrive, that looks whether a started step was settled. */
export function decideSettle(claim: Claim | undefined): Decision {
  return claim?.state === 'started' && claim.undoRequested ? { do: 'settle' } : nothing('duplicate');
}

/** Whether the reaction's calls go through the journal: it can be undone, or must not be repeated. */
export function recordsCalls(reaction: RunnableReaction): boolean {
  return reaction.callsOutside && (reaction.compensation !== undefined || reaction.delivery === 'at-most-once');
}
