import type { Envelope } from '../../contract/envelope.ts';
import { awaitsUndo, type Claim } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { redriveProblem } from '../../runtime/journal/redrive.ts';
import { findConsumer, type OperatorAccess } from '../access.ts';
import { audited } from '../audit.ts';
import { claimAbout, type LetterName, readLetter } from './change.ts';
import { stateOf, unheardSince } from './filter.ts';
import { unknownCallProblem } from './unknown-call.ts';
import { untakenProblem } from './untaken.ts';

/** Takes out of a message's data what its schema marks as sensitive. */
export type Redact = (message: Envelope) => unknown;

/** What `showDeadLetter` takes beside the document's name. */
export interface ShowOptions {
  /** @default - all of the data is taken out */
  readonly redact?: Redact;
  /** Why somebody has to see everything; it is noted in the audit before anything is shown. @default - redacted */
  readonly revealBecause?: string;
}

/** A document as an operator may see it. */
export interface ShownDeadLetter {
  readonly letter: DeadLetter;
  /** As `stateOf` says. */
  readonly state: DeadLetter['state'];
  /** ISO time of its last redrive, if nothing was heard of that for an hour. */
  readonly unheardSince?: string;
  /** The claim that it is about. */
  readonly claim?: Pick<Claim, 'kind' | 'state' | 'firstCall' | 'runningUntil'> & {
    readonly undoRequested: boolean;
    readonly told: boolean;
  };
  /** Why it cannot be redriven as it is. */
  readonly redriveProblem?: string;
  readonly redacted: boolean;
}

const WITHHELD = '[redacted]';

function redactedLetter(letter: DeadLetter, redact: Redact): DeadLetter {
  const safe = (message: Envelope): Envelope => ({ ...message, data: redact(message) });
  return {
    ...letter,
    ...(letter.message ? { message: safe(letter.message) } : {}),
    ...(letter.original ? { original: safe(letter.original) } : {}),
    // Nobody knows what is where in a text that could not be read.
    ...(letter.raw === undefined ? {} : { raw: `${WITHHELD} ${letter.raw.length} characters` }),
  };
}

/**
 * One document. Sensitive data is taken out of the message; with a reason everything is shown, and the audit says to whom.
 * @throws UNKNOWN_SERVICE, DEAD_LETTER_NOT_FOUND
 */
export async function showDeadLetter(access: OperatorAccess, name: LetterName, options: ShowOptions = {}): Promise<ShownDeadLetter> {
  const { redact = () => WITHHELD, revealBecause: reason } = options;
  const letter = await readLetter(access, name);
  const found = await claimAbout(access, letter);
  const about = found && {
    kind: found.kind,
    state: found.state,
    ...(found.firstCall ? { firstCall: found.firstCall } : {}),
    ...(found.runningUntil === undefined ? {} : { runningUntil: found.runningUntil }),
    undoRequested: awaitsUndo(found),
    told: found.told !== undefined,
  };
  const known = await findConsumer(access, name.consumer);
  const problem = redriveProblem(letter) ?? untakenProblem(known, letter) ?? (await unknownCallProblem(access, known, letter));
  const unheard = unheardSince(letter, access.clock.now());
  const shown = {
    state: stateOf(letter, access.clock.now()),
    ...(unheard === undefined ? {} : { unheardSince: unheard }),
    ...(about ? { claim: about } : {}),
    ...(problem === undefined ? {} : { redriveProblem: problem }),
  };
  if (reason === undefined) return { letter: redactedLetter(letter, redact), ...shown, redacted: true };
  const entry = { action: 'dead-letter.reveal' as const, service: letter.consumer, subject: letter.id, reason };
  return audited(access, entry, async () => ({ value: { letter, ...shown, redacted: false } }));
}
