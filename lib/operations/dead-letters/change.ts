import { ChoreographyError } from '../../contract/errors.ts';
import type { Claim } from '../../runtime/journal/claim.ts';
import { type DeadLetter, type DeadLetterNote, withNote } from '../../runtime/journal/dead-letter.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import { entryKey, keyText, stepKey } from '../../runtime/journal/item-key.ts';
import type { Write } from '../../runtime/journal/unit.ts';
import { canonicalText } from '../../schema/canonical-text.ts';
import { findConsumer, isoOf, type OperatorAccess } from '../access.ts';
import { liveJournal } from '../generations/document.ts';
import { commitLetter, withPatience } from '../patience.ts';

/** Names one dead letter. */
export interface LetterName {
  readonly consumer: string;
  readonly id: string;
}

/** Reads one document. @throws UNKNOWN_SERVICE, DEAD_LETTER_NOT_FOUND */
export async function readLetter(access: OperatorAccess, { consumer, id }: LetterName): Promise<DeadLetter> {
  const { name } = await findConsumer(access, consumer);
  const { deadLetters } = await withPatience(access.clock, () => access.store(name).read({ deadLetters: [id] }));
  const letter = deadLetters.get(id);
  if (letter) return letter;
  throw new ChoreographyError('DEAD_LETTER_NOT_FOUND', `${consumer} has no dead letter ${id}; list them and take an id from there.`, {
    details: { consumer, id },
  });
}

/** What an operator reads who wants to change a document that is closed. */
export const whenClosed = {
  why: 'What it is about has ended since, or an operator has closed it.',
  fix: 'Nothing is left to do about it; choreo dead-letter show says since when.',
} as const;

/** A note of this operator. */
export function noteOf(
  access: OperatorAccess,
  action: DeadLetterNote['action'],
  more: Pick<DeadLetterNote, 'reason' | 'audit'>,
): DeadLetterNote {
  return { at: isoOf(access.clock.now()), by: access.who, action, ...more };
}

/** The claim that a document is about, if there is one: it names the document, or holds the very message. */
export async function claimAbout(access: OperatorAccess, letter: DeadLetter): Promise<Claim | undefined> {
  const { message, reactions, consumer, phase, id } = letter;
  const [reaction] = reactions;
  if (!message || reaction === undefined) return undefined;
  const { correlationid: saga, source, id: eventId } = message;
  const keys = [stepKey(saga, reaction), entryKey(saga, reaction, source, eventId)];
  const store = await liveJournal(access, consumer);
  const { claims } = await withPatience(access.clock, () => store.read({ claims: keys }));
  const found = keys.flatMap((key) => claims.get(keyText(key)) ?? []);
  const isMessage = (claim: Claim) => phase !== 'undo' && claim.message?.id === eventId && claim.message.source === source;
  return found.find(({ deadLetters }) => deadLetters.includes(id)) ?? found.find(isMessage);
}

/** What becomes of a claim. */
export interface ClaimChange {
  readonly before: Claim;
  readonly put: Claim;
}

/** What an operator makes of a document, and of the claim that it is about. */
export interface LetterChange {
  readonly letter: DeadLetter;
  readonly put: Partial<DeadLetter>;
  readonly note: DeadLetterNote;
  /** The claim as it was, and what it becomes; its version is set here. */
  readonly claim?: ClaimChange;
  /** Further writes, given the id of the commit. */
  readonly writes?: (commit: string) => readonly Write[];
}

/** The id of the commit that makes a change. Two operators who do different things at once must not take the other's commit for their own. */
export function commitOf({ letter, note, put }: Pick<LetterChange, 'letter' | 'note' | 'put'>): string {
  const { action, by, at, reason = '' } = note;
  return `operator-${hashOf(action, letter.id, letter.version, by, at, reason, canonicalText(put))}`;
}

/**
 * Changes a document, with its claim, in one commit on condition of both.
 * @throws DEAD_LETTER_CHANGED (retryable), DEAD_LETTER_TOO_LARGE
 */
export async function changeLetter(access: OperatorAccess, change: LetterChange): Promise<DeadLetter> {
  const { letter, put, note, claim, writes } = change;
  const commit = commitOf(change);
  const next: DeadLetter = { ...letter, ...put, version: commit, notes: withNote(letter, note) };
  const all: Write[] = [{ kind: 'dead-letter', id: letter.id, expect: letter.version, put: next }];
  if (claim) {
    const { before } = claim;
    all.push({ kind: 'claim', key: before.key, expect: before.version, put: { ...claim.put, version: commit } });
  }
  all.push(...(writes?.(commit) ?? []));
  const outcome = await commitLetter(access.clock, await liveJournal(access, letter.consumer), { id: commit, writes: all }, letter.id);
  if (outcome.status === 'committed') return next;
  const details = { consumer: letter.consumer, id: letter.id };
  if (outcome.status === 'invalid') {
    throw new ChoreographyError(
      'DEAD_LETTER_TOO_LARGE',
      `The dead letter ${letter.id} is too large to keep both messages: ${outcome.reason}`,
      { details },
    );
  }
  const message = `The dead letter ${letter.id} of ${letter.consumer}, or what it is about, was changed meanwhile; look at it again.`;
  throw new ChoreographyError('DEAD_LETTER_CHANGED', message, { details, retryable: true });
}
