import { ChoreographyError } from '../../contract/errors.ts';
import type { Claim } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { keyText } from '../../runtime/journal/item-key.ts';
import type { Write } from '../../runtime/journal/unit.ts';
import { findConsumer, isoOf, type OperatorAccess } from '../access.ts';
import { audited } from '../audit.ts';
import { claimKeyOf, concernedBy } from '../claim-key.ts';
import { readLots } from '../read-lots.ts';
import { type ClaimChange, changeLetter, claimAbout, type LetterName, noteOf, readLetter, whenClosed } from './change.ts';

/** What `discardDeadLetter` takes. */
export interface DiscardRequest extends LetterName {
  readonly reason: string;
}

function refuse({ consumer, id }: LetterName, why: string, more: object = {}): never {
  throw new ChoreographyError('DISCARD_REFUSED', `The dead letter ${id} of ${consumer} cannot be discarded: ${why}.`, {
    details: { consumer, id, ...more },
  });
}

/** Without its letter, the step would be open for good: shown as stuck, with an alarm, and nothing left to close it by. */
function refuseUndo(letter: DeadLetter, { reaction }: Claim): never {
  return refuse(letter, `what ${reaction} did still stands; undo it by hand, or leave it, and resolve it as undone`);
}

/** A reaction that never ran is cancelled, so that no replay runs it after all; one that called outside is somebody's to look after. */
function claimChange(letter: DeadLetter, claim: Claim | undefined): ClaimChange | undefined {
  if (!claim) return undefined;
  if (letter.phase === 'undo') return claim.deadLetters.includes(letter.id) ? refuseUndo(letter, claim) : undefined;
  if (claim.state === 'started' || (claim.state === 'gave-up' && claim.firstCall))
    return refuse(letter, `${claim.reaction} has made an outside call; find out what it did, and use resolve`);
  if (claim.state !== 'gave-up') return undefined;
  return { before: claim, put: { ...claim, state: 'cancelled', deadLetters: claim.deadLetters.filter((id) => id !== letter.id) } };
}

/** Whether nobody knows yet what an outside call did. */
function isUnknown({ error, phase }: DeadLetter, claim: Claim | undefined): boolean {
  if (error.code !== 'OUTCOME_UNKNOWN' || !claim) return false;
  return claim.state === 'started' || claim.state === 'gave-up' || (claim.state === 'done' && phase === 'undo');
}

/**
 * A message that no reaction came to, as it could not be read, has no claim that says so: each reaction without a
 * compensation gets one, or it would count as missing there. A step gets none: in its saga it may still run, on another message.
 */
async function tombstones(access: OperatorAccess, letter: DeadLetter): Promise<readonly Claim[]> {
  const { message, phase, consumer, reactions } = letter;
  if (!message || phase !== 'decode') return [];
  const { manifest } = await findConsumer(access, consumer);
  const made = (manifest ? concernedBy(manifest, message.type) : [])
    .filter(({ role, reaction }) => role === 'action' && !reaction.compensation)
    .filter(({ reaction: { name } }) => reactions.length === 0 || reactions.includes(name))
    .map(({ reaction }): Claim => {
      const [key, saga] = [claimKeyOf(reaction, message), message.correlationid];
      return { kind: 'entry', key, saga, reaction: reaction.name, state: 'cancelled', version: '', deadLetters: [], emissions: [] };
    });
  const there = await readLots(
    access,
    consumer,
    'claims',
    made.map(({ key }) => key),
  );
  return made.filter(({ key }) => !there.has(keyText(key)));
}

/**
 * Closes a dead letter without running it. A reaction that gave up before it called outside becomes `cancelled` in the
 * same commit, and so does one that could not read the message: a replay will not run it. What such a claim says by hand
 * never expires. An undo that failed is not discarded: it is redriven, or resolved.
 * @throws UNKNOWN_SERVICE, DEAD_LETTER_NOT_FOUND, DISCARD_REFUSED, DEAD_LETTER_CHANGED (retryable)
 */
export async function discardDeadLetter(access: OperatorAccess, request: DiscardRequest): Promise<DeadLetter> {
  const { reason } = request;
  const letter = await readLetter(access, request);
  if (letter.state === 'closed') refuse(letter, 'it is closed', whenClosed);
  const about = await claimAbout(access, letter);
  if (isUnknown(letter, about)) refuse(letter, 'an outside call may have taken effect; find out, and use resolve');
  const claim = claimChange(letter, about);
  const cancelled = about ? [] : await tombstones(access, letter);
  const writes = (commit: string): readonly Write[] =>
    cancelled.map((put) => ({ kind: 'claim', key: put.key, expect: null, put: { ...put, version: commit } }));
  const what = { action: 'dead-letter.discard' as const, service: letter.consumer, subject: letter.id, reason };
  return audited(access, what, async (audit) => {
    const put = { state: 'closed' as const, closedAt: isoOf(access.clock.now()) };
    const note = noteOf(access, 'discarded', { reason, audit });
    return { value: await changeLetter(access, { letter, put, note, writes, ...(claim ? { claim } : {}) }) };
  });
}
