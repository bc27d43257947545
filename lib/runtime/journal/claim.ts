import type { Envelope } from '../../contract/envelope.ts';
import type { ItemKey } from './item-key.ts';
import type { FailureRecord } from './parked.ts';

/** The id of the commit that wrote an item, never a counter; `null` where nothing is stored. */
export type Version = string | null;

/**
 * `started`: an outside call may be under way. `done` and `failed`: the reaction ended, by return or by `tx.fail` (or
 * `tx.refuse`). `gave-up`: there is a dead letter. `undone`: it was done and is undone. `cancelled`: undone before it
 * was done; the action that comes later is refused.
 */
export type ClaimState = 'started' | 'done' | 'failed' | 'gave-up' | 'undone' | 'cancelled';

/** Which message, and what it says. */
export type MessageHead = Pick<Envelope, 'source' | 'id' | 'type'>;

/** What one commit sent out: kept per commit, because a later state must not lose what an earlier one has not published yet. */
export interface Emission {
  readonly commit: string;
  readonly phase: 'react' | 'undo' | 'give-up';
  /** ISO time of the commit. */
  readonly at: string;
  /** The outbox marker that it shares with what was committed together with it. @default - one of its own, see `markerOf` */
  readonly marker?: string;
  /** Of `undo`: what it was undone on. @default - by hand, or by a version that did not note it */
  readonly trigger?: MessageHead;
  readonly events: readonly Envelope[];
  readonly scheduled: readonly Envelope[];
}

/** The first call to an outside system: a rerun must repeat it, or the outcome is unknown. */
export interface RecordedCall {
  readonly client: string;
  readonly method: string;
  readonly argumentsHash: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A command's `tx.refuse`. */
export interface RefusalRecord {
  readonly code: string;
  readonly message: string;
}

/**
 * Proof that a reaction took a message: an `entry` per message, or a `step` per saga for a reaction with compensation.
 * Everything in it is plain JSON.
 */
export interface Claim {
  readonly kind: 'entry' | 'step';
  readonly key: ItemKey;
  readonly saga: string;
  readonly reaction: string;
  readonly state: ClaimState;
  readonly version: string;
  /** The message of the action, as it came: other data under its id is refused. Absent in a tombstone that a trigger left before the action came. */
  readonly message?: Envelope;
  /** Stands for the data that were sent first, where an operator has corrected the message. */
  readonly sentHash?: string;
  /** What `react` returned: step data, and a command's answer. */
  readonly data?: unknown;
  readonly refusal?: RefusalRecord;
  readonly firstCall?: RecordedCall;
  /** Until when (milliseconds since 1970) the attempt that wrote `started` may still be running. */
  readonly runningUntil?: number;
  /** The trigger that met `started` or `gave-up`: whoever learns the outcome undoes it. */
  readonly undoRequested?: Envelope;
  /** The first call of an undo: it too has a key that the other side forgets. */
  readonly undoCall?: RecordedCall;
  /** Attempts to settle the step that failed; `lastAt` also of tries that counted as none, from time to time. */
  readonly settleFailure?: FailureRecord;
  /** The trigger whose undo is under way, at most once. */
  readonly undoBegun?: Envelope;
  /** The failure that `onGiveUp` told: others have compensated on it. */
  readonly told?: Envelope;
  /** Dead letters about this claim that are not closed: any commit that finishes the claim closes them. */
  readonly deadLetters: readonly string[];
  readonly emissions: readonly Emission[];
  /** Milliseconds since 1970 after which the undo window is over. */
  readonly undoUntil?: number;
  /** Seconds since 1970; expired but not yet deleted counts as expired. Absent: kept. */
  readonly expiresAt?: number;
  /** Of which generation of the service's state. @default 1 */
  readonly generation?: number;
}

/** Whether a claim counts as gone. One rule for reads and for conditions. */
export function isExpired(claim: Pick<Claim, 'expiresAt'>, nowMs: number): boolean {
  return claim.expiresAt !== undefined && claim.expiresAt * 1000 <= nowMs;
}

/** Whether its undo was asked for and is still to come. Who asked stays in the claim, also when it is undone. */
export function awaitsUndo({ state, undoRequested }: Pick<Claim, 'state' | 'undoRequested'>): boolean {
  return undoRequested !== undefined && state !== 'undone' && state !== 'cancelled';
}

/** What is noted of a message that is not kept as a whole. */
export function headOf({ source, id, type }: Envelope): MessageHead {
  return { source, id, type };
}

/** Whether this commit is already in: how the second try of a commit with an unknown outcome recognises the first. */
export function wasCommittedBy(claim: Claim, commit: string): boolean {
  return claim.version === commit || claim.emissions.some((emission) => emission.commit === commit);
}
