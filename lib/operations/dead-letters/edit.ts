import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Claim } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { payloadHash } from '../../runtime/journal/payload-hash.ts';
import { isUnderWay } from '../../runtime/journal/redrive.ts';
import type { OperatorAccess } from '../access.ts';
import { audited } from '../audit.ts';
import { envelopeProblem } from '../stream-message.ts';
import { type ClaimChange, changeLetter, claimAbout, type LetterName, noteOf, readLetter, whenClosed } from './change.ts';
import { checkEdit, type EditCheck } from './check-edit.ts';

/** What `editDeadLetter` takes. */
export interface EditRequest extends LetterName {
  /** The whole corrected envelope. */
  readonly message: Envelope;
  readonly reason: string;
  /** Take it although its consumer would not read it as it is now; the audit keeps what was found. @default false */
  readonly unchecked?: boolean;
}

/** A corrected letter, and what can be said of the correction. */
export interface EditedLetter {
  readonly letter: DeadLetter;
  readonly check: EditCheck;
}

/** What tells one message from another: an edit corrects a message, it never makes another one of it. */
const identity = ['id', 'source', 'type', 'correlationid', 'causationid', 'partitionkey', 'hops'] as const;
/** Codes that are about whose message it is: no other data helps. */
const notOfData: ReadonlySet<string> = new Set(['STEP_TAKEN', 'ID_REUSED', 'TOO_OLD', 'HOP_LIMIT']);

function refuse({ consumer, id }: LetterName, why: string, more: object = {}): never {
  throw new ChoreographyError('EDIT_REFUSED', `The dead letter ${id} of ${consumer} cannot be edited: ${why}.`, {
    details: { consumer, id, ...more },
  });
}

function checkLetter(letter: DeadLetter, nowMs: number): void {
  const { state, phase, error, redrivenAt } = letter;
  if (state === 'closed') refuse(letter, 'it is closed', whenClosed);
  if (isUnderWay(letter, nowMs)) refuse(letter, `it was redriven at ${redrivenAt} with the old data; wait until it comes back`);
  if (phase === 'publish') refuse(letter, 'others may have seen the event as it is; publish a new one');
  if (notOfData.has(error.code)) refuse(letter, `${error.code} is not about the data; publish it as a new event, under a new id`);
}

function checkMessage(letter: DeadLetter, message: Envelope, nowMs: number): void {
  const problem = envelopeProblem(message);
  if (problem !== undefined) refuse(letter, `the corrected message is not an envelope: ${problem}`);
  const { message: before, error } = letter;
  if (!before) return;
  const changed = identity.find((name) => message[name] !== before[name]);
  if (changed !== undefined) refuse(letter, `its ${changed} must not change, because that would make it another message`);
  if (message.time === before.time) return;
  const mayMove = error.code === 'TIME_AHEAD' && Date.parse(message.time) <= nowMs;
  if (!mayMove) refuse(letter, 'its time must not change, because it decides how long the message is recognised');
}

/**
 * What the claim becomes. It holds the message that the reaction gave up on, and takes no other data under its id
 * (`ID_REUSED`); so it gets the corrected message in the same commit. That is safe only while nothing was done on the old
 * data: no call went outside, and nobody was told of a failure.
 */
function claimChange(letter: DeadLetter, claim: Claim | undefined, message: Envelope): ClaimChange | undefined {
  if (!claim || letter.phase === 'undo') return undefined; // an undo takes its trigger as it comes
  if (claim.state !== 'gave-up') return refuse(letter, `${claim.reaction} took the message meanwhile (${claim.state})`);
  if (claim.firstCall) {
    const call = `${claim.firstCall.client}.${claim.firstCall.method}`;
    return refuse(letter, `${claim.reaction} has called ${call} on the old data; find out what it did, and use resolve`);
  }
  if (claim.told || claim.undoRequested) return refuse(letter, 'other services were told that it failed, and have undone their work');
  const { sentHash = claim.message && payloadHash(claim.message.data) } = claim;
  return { before: claim, put: { ...claim, message, ...(sentHash === undefined ? {} : { sentHash }) } };
}

/**
 * Corrects the message of a dead letter, so that a redrive runs the corrected one. The first message stays in `original`,
 * and who did it and why in the notes and the audit. Only the data may change (and what names its schema), not what makes
 * it this message; a letter without a readable message gets a whole one. It is checked as its consumer will check it: the
 * envelope, the schema of its version where that is known, and what the consumer's manifest says. It becomes open, a
 * quarantined one too, and nothing is sent. A copy of the old message that still arrives is a dead letter `ID_REUSED`, never applied beside it;
 * the caller of a command who repeats it hears what became of the corrected one.
 * @throws UNKNOWN_SERVICE, DEAD_LETTER_NOT_FOUND, EDIT_REFUSED, EDIT_INVALID, REGISTRY_UNAVAILABLE (retryable),
 * DEAD_LETTER_CHANGED (retryable), DEAD_LETTER_TOO_LARGE
 */
export async function editDeadLetter(access: OperatorAccess, request: EditRequest): Promise<EditedLetter> {
  const { reason, unchecked = false } = request;
  const { replayid: _, ...message } = request.message;
  const letter = await readLetter(access, request);
  const now = access.clock.now();
  checkLetter(letter, now);
  checkMessage(letter, message, now);
  const check = await checkEdit(access, letter, message, unchecked);
  const claim = claimChange(letter, await claimAbout(access, letter), message);
  const before = letter.message ? payloadHash(letter.message.data) : 'unreadable';
  const details = { before, after: payloadHash(message.data), unchecked, check };
  const what = { action: 'dead-letter.edit' as const, service: letter.consumer, subject: letter.id, reason, details };
  return audited(access, what, async (audit) => {
    const original = letter.original ?? letter.message;
    const put = { state: 'open' as const, message, ...(original ? { original } : {}) };
    const note = noteOf(access, 'edited', { reason, audit });
    return { value: { letter: await changeLetter(access, { letter, put, note, ...(claim ? { claim } : {}) }), check } };
  });
}
