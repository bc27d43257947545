import type { DeadLetter, DeadLetterNote } from '../../runtime/journal/dead-letter.ts';
import { isLost, REDRIVEN_SECONDS, type Redrive, redriveOf, redriveProblem, redriveSend } from '../../runtime/journal/redrive.ts';
import type { ReplaySend } from '../../runtime/ports/replay-queue.ts';

/** What a redrive does with one document. */
export type RedriveVerdict =
  /** Mark with the next count, then send. */
  | { readonly do: 'send'; readonly redrive: Redrive }
  /** Send the present count once more: it may not have been sent, and if it was, the queue drops it. */
  | { readonly do: 'resend'; readonly send: ReplaySend }
  /** An event of the service's own goes to the channel. */
  | { readonly do: 'publish' }
  /** Sent often enough, and nothing was ever heard of it. */
  | { readonly do: 'quarantine' }
  | { readonly do: 'skip'; readonly why: string };

/** How a redrive is meant. */
export interface RedriveRules {
  readonly nowMs: number;
  /** Documents on their way are sent under a new count at once. */
  readonly again: boolean;
  readonly quarantined: boolean;
  readonly redrivesMax: number;
  readonly mayPublish: boolean;
  /** Why nothing would come of it, as `untakenProblem` and `unknownCallProblem` say. */
  readonly inVain?: string;
}

/** Seconds after a mark in which sending the same count again is certainly dropped: SQS knows an id for five minutes. */
const RESEND_SECONDS = 240;

function onItsWay(letter: DeadLetter, { nowMs }: RedriveRules): RedriveVerdict {
  const since = Date.parse(letter.redrivenAt ?? '');
  const send = redriveSend(letter);
  if (send && nowMs - since < RESEND_SECONDS * 1000) return { do: 'resend', send };
  const openAt = new Date(since + REDRIVEN_SECONDS * 1000).toISOString();
  return { do: 'skip', why: `was redriven at ${letter.redrivenAt}; if it does not end, it counts as open again at ${openAt}` };
}

function onUnpublished({ state, message }: DeadLetter, { mayPublish }: RedriveRules): RedriveVerdict {
  if (state === 'closed') return { do: 'skip', why: 'is closed' };
  if (!message) return { do: 'skip', why: 'is about events that are gone' };
  return mayPublish ? { do: 'publish' } : { do: 'skip', why: 'is about an event of the service itself, and you may not publish' };
}

/** Decides about one document. */
export function redriveVerdict(letter: DeadLetter, rules: RedriveRules, note: DeadLetterNote): RedriveVerdict {
  if (letter.phase === 'publish') return onUnpublished(letter, rules);
  const released = letter.state === 'quarantined' && rules.quarantined;
  const problem = redriveProblem(released ? { ...letter, state: 'open' } : letter);
  if (problem !== undefined) return { do: 'skip', why: problem };
  if (rules.inVain !== undefined) return { do: 'skip', why: rules.inVain };
  if (letter.state === 'redriven' && !rules.again) {
    if (!isLost(letter, rules.nowMs)) return onItsWay(letter, rules);
    if (letter.redrives >= rules.redrivesMax) return { do: 'quarantine' };
  }
  const redrive = redriveOf(letter, rules.nowMs, note);
  return redrive ? { do: 'send', redrive } : { do: 'skip', why: 'holds no message that could be read' };
}
