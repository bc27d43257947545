import type { Envelope } from '../../contract/envelope.ts';
import { CLOCK_SKEW_SECONDS } from '../../contract/limits.ts';
import { type Claim, type Emission, headOf } from '../../runtime/journal/claim.ts';
import { type DeadLetter, withNote } from '../../runtime/journal/dead-letter.ts';
import { markerId } from '../../runtime/journal/outbox.ts';
import { isUnderWay } from '../../runtime/journal/redrive.ts';
import type { Write } from '../../runtime/journal/unit.ts';
import { isoOf, type OperatorAccess } from '../access.ts';
import { audited } from '../audit.ts';
import { withPatience } from '../patience.ts';
import { changeLetter, claimAbout, commitOf, type LetterName, noteOf, readLetter, whenClosed } from './change.ts';
import { type Resolution, type ResolutionEvent, refuseResolution, resolutionEvents } from './resolution-events.ts';

/** What `resolveDeadLetter` takes. */
export interface ResolveRequest extends LetterName {
  readonly as: Resolution;
  readonly reason: string;
  /** What `react` would have returned: a later undo gets it. Only with `done`. @default - nothing */
  readonly data?: unknown;
  /** Go out with the commit, through the outbox: the sweep publishes them. @default [] */
  readonly events?: readonly ResolutionEvent[];
}

/**
 * Seconds behind the end of an attempt, by the clock of its process, until which what its outside system says is not the last
 * word: another process gave the attempt up by a clock of its own, and a call may arrive late.
 */
const LATE_SECONDS = CLOCK_SKEW_SECONDS + 30;

/** What has asked for an undo, if anything has. */
function askerOf({ phase, message }: DeadLetter, { undoRequested }: Claim): Envelope | undefined {
  return (phase === 'undo' ? message : undefined) ?? undoRequested;
}

/** What a claim may become by hand: what others have been told, or have asked for, must stay true. */
function checkResolution(letter: DeadLetter, claim: Claim, as: Resolution, nowMs: number): void {
  const { state, kind, reaction, runningUntil = 0, told } = claim;
  const asker = askerOf(letter, claim);
  const open = state === 'started' || state === 'gave-up';
  if (!open && state !== 'done') refuseResolution(letter, `${reaction} has ended by itself meanwhile (${state}); discard the letter`);
  if (as === 'undone' && kind === 'entry') refuseResolution(letter, `${reaction} has no compensation, so it is done or failed`);
  if (as === 'failed' && state === 'done')
    refuseResolution(letter, `${reaction} is done and others have acted on it; undo it by hand, and resolve it as undone`);
  if (as === 'done' && asker)
    refuseResolution(
      letter,
      `${asker.type} has asked to undo it; undo it by hand and resolve it as undone${open ? ', or as failed if it had no effect' : ''}`,
    );
  if (as === 'done' && open && told)
    refuseResolution(letter, `other services were told ${told.type}, and have undone their work; undo it by hand and resolve it as undone`);
  const overAt = runningUntil + LATE_SECONDS * 1000;
  if ((open || claim.undoBegun) && overAt > nowMs)
    refuseResolution(
      letter,
      `a call of ${reaction} may be under way until ${isoOf(overAt)}; wait, and look again at the outside system then`,
    );
}

/** On what an undo was made by hand. */
function askedIn(letter: DeadLetter, claim: Claim): Pick<Emission, 'trigger'> {
  const trigger = askerOf(letter, claim) ?? claim.told;
  return trigger ? { trigger: headOf(trigger) } : {};
}

/** What a claim comes to. */
type End = Pick<Claim, 'state' | 'undoRequested'>;

/**
 * What had no effect and is to be undone is cancelled: what asked for the undo would be waited for, and a copy of that would
 * end it anew. `others`: further letters about the claim; each of an undo has asked, too.
 */
function endOf(letter: DeadLetter, others: readonly DeadLetter[], claim: Claim, as: Resolution): End {
  if (as !== 'failed') return { state: as };
  const undo = others.find(({ phase }) => phase === 'undo');
  const asker = askerOf(letter, claim) ?? (undo && askerOf(undo, claim));
  return asker ? { state: 'cancelled', undoRequested: asker } : { state: 'failed' };
}

/** The claim's events go the way of all: kept in the claim, with a marker that the sweep finds. */
function emissionOf(commit: string, events: readonly Envelope[], as: Resolution, nowMs: number): Emission {
  return { commit, phase: as === 'undone' ? 'undo' : 'react', at: isoOf(nowMs), events, scheduled: [] };
}

function markersOf(claim: Claim, events: readonly Envelope[], commit: string, nowMs: number): readonly Write[] {
  if (events.length === 0) return [];
  const entries = [{ commit, claim: claim.key }];
  return [{ kind: 'outbox', put: { id: markerId(isoOf(nowMs), commit), entries, committedAt: nowMs } }];
}

/** Other documents about the claim that are not closed. */
async function othersAbout(access: OperatorAccess, letter: DeadLetter, claim: Claim): Promise<readonly DeadLetter[]> {
  const ids = claim.deadLetters.filter((id) => id !== letter.id);
  if (ids.length === 0) return [];
  const { deadLetters } = await withPatience(access.clock, () => access.store(letter.consumer).read({ deadLetters: ids }));
  return [...deadLetters.values()].filter(({ state }) => state !== 'closed');
}

/** What ends a claim closes them, except that an undo which was not made stays to be made. */
function closedWith(others: readonly DeadLetter[], { state }: End): readonly DeadLetter[] {
  return state === 'done' ? others.filter(({ phase }) => phase !== 'undo') : others;
}

function claimPut(claim: Claim, closed: ReadonlySet<string>, end: End, { data }: ResolveRequest, emission: Emission): Claim {
  const { expiresAt: _, undoRequested: _asked, ...rest } = claim;
  const deadLetters = claim.deadLetters.filter((id) => !closed.has(id));
  return { ...rest, ...end, ...(data === undefined ? {} : { data }), deadLetters, emissions: [...claim.emissions, emission] };
}

/**
 * Closes a case whose outcome somebody has found out by hand. The claim gets that state, and the documents about it are
 * closed, in one commit; a trigger, a replay or a late copy then meets it as if the reaction had ended so. Nobody hears of
 * it but through `events`: a step that is resolved as done sends nothing on its own. What a claim says by hand never expires.
 * @throws UNKNOWN_SERVICE, DEAD_LETTER_NOT_FOUND, RESOLVE_REFUSED, DEAD_LETTER_CHANGED (retryable), DEAD_LETTER_TOO_LARGE,
 * REGISTRY_UNAVAILABLE (retryable)
 */
export async function resolveDeadLetter(access: OperatorAccess, request: ResolveRequest): Promise<DeadLetter> {
  const { as, reason, data } = request;
  const letter = await readLetter(access, request);
  if (letter.state === 'closed') return refuseResolution(letter, 'it is closed', whenClosed);
  const claim = await claimAbout(access, letter);
  const { message } = letter;
  if (!claim || !message) return refuseResolution(letter, 'it is about no reaction that has begun; redrive it, or discard it');
  const now = access.clock.now();
  if (isUnderWay(letter, now))
    return refuseResolution(letter, `it was redriven at ${letter.redrivenAt}, and what it does may still differ; wait until it comes back`);
  checkResolution(letter, claim, as, now);
  if (data !== undefined && as !== 'done') return refuseResolution(letter, 'only what is done has data');
  const events = await resolutionEvents(access, { ...letter, message }, as, request.events ?? []);
  const about = await othersAbout(access, letter, claim);
  const end = endOf(letter, about, claim, as);
  const others = closedWith(about, end);
  const details = { as, from: claim.state, reaction: claim.reaction, events: events.map(({ type, id }) => ({ type, id })) };
  const what = { action: 'dead-letter.resolve' as const, service: letter.consumer, subject: letter.id, reason, details };
  return audited(access, what, async (audit) => {
    const note = noteOf(access, 'resolved', { reason: `as ${as}: ${reason}`, audit });
    const closed = { state: 'closed' as const, closedAt: isoOf(now) };
    const sent = emissionOf(commitOf({ letter, note, put: closed }), events, as, now);
    const emission = as === 'undone' ? { ...sent, ...askedIn(letter, claim) } : sent;
    const put = claimPut(claim, new Set([letter, ...others].map(({ id }) => id)), end, request, emission);
    const close = (commit: string, other: DeadLetter): Write => ({
      kind: 'dead-letter',
      id: other.id,
      expect: other.version,
      put: { ...other, ...closed, version: commit, notes: withNote(other, note) },
    });
    const writes = (commit: string) => [...others.map((other) => close(commit, other)), ...markersOf(claim, events, commit, now)];
    return { value: await changeLetter(access, { letter, put: closed, note, claim: { before: claim, put }, writes }) };
  });
}
