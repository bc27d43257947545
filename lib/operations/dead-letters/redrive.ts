import { ChoreographyError } from '../../contract/errors.ts';
import { defaultSettings } from '../../contract/settings.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { type ConsumerInfo, findConsumer, type OperatorAccess } from '../access.ts';
import { audited } from '../audit.ts';
import { createPace } from '../pace.ts';
import { commitLetter, withPatience } from '../patience.ts';
import { changeLetter, noteOf, readLetter } from './change.ts';
import type { DeadLetterFilter } from './filter.ts';
import { collectDeadLetters } from './list.ts';
import { type RedriveVerdict, redriveVerdict } from './redrive-verdict.ts';
import { unknownCallProblem } from './unknown-call.ts';
import { untakenProblem } from './untaken.ts';

/** Which dead letters of one consumer are run once more, and how fast. */
export interface RedriveRequest {
  readonly consumer: string;
  /** These only. @default - what `filter` takes */
  readonly ids?: readonly string[];
  /** @default {} */
  readonly filter?: DeadLetterFilter;
  /** So many at most, the oldest first; what is on its way does not count, so the next call takes the next ones. @default - all */
  readonly limit?: number;
  /** @default 10 */
  readonly ratePerSecond?: number;
  /** Sends what is on its way once more, under a new count. @default false */
  readonly again?: boolean;
  /** Takes quarantined ones, too; only with `ids`. @default false */
  readonly quarantined?: boolean;
  readonly reason?: string;
}

/** What a redrive did, or would do. */
export interface RedriveReport {
  readonly selected: number;
  /** Marked with a new count, and sent. */
  readonly sent: number;
  /** Sent again under the same count, because an earlier call may have stopped before: what did arrive does so once. */
  readonly resent: number;
  /** Events of the service's own that are out now. */
  readonly published: number;
  readonly quarantined: number;
  readonly skipped: number;
  /** Why not, for the first `REASONS_MAX`. */
  readonly reasons: readonly { readonly id: string; readonly why: string }[];
  /** Of what is sent, resent or published, by message type. */
  readonly byType: Readonly<Record<string, number>>;
  /** There are others that the request takes. */
  readonly more: boolean;
}

/** Documents that one redrive selects at most. */
export const REDRIVE_SELECTED_MAX = 10_000;
/** Reasons in a report. */
export const REASONS_MAX = 100;
const RATE_PER_SECOND = 10;

/** While it is counted. */
type Counts = { -readonly [Name in keyof RedriveReport]: RedriveReport[Name] } & {
  reasons: { readonly id: string; readonly why: string }[];
  byType: Record<string, number>;
};

function noCounts(selected: number, more: boolean): Counts {
  return { selected, sent: 0, resent: 0, published: 0, quarantined: 0, skipped: 0, reasons: [], byType: {}, more };
}

function skip(counts: Counts, id: string, why: string): void {
  counts.skipped += 1;
  if (counts.reasons.length < REASONS_MAX) counts.reasons.push({ id, why });
}

function count(counts: Counts, { message }: DeadLetter, name: 'sent' | 'resent' | 'published'): void {
  counts[name] += 1;
  const type = message?.type ?? 'unreadable';
  counts.byType[type] = (counts.byType[type] ?? 0) + 1;
}

function checkRequest({ ids, quarantined, ratePerSecond = RATE_PER_SECOND, limit = 1 }: RedriveRequest): void {
  if (quarantined && !ids) {
    const message = 'Quarantined dead letters have failed too often; to try some again, name them by their ids.';
    throw new ChoreographyError('INVALID_REDRIVE', message);
  }
  if (ratePerSecond > 0 && limit > 0) return;
  throw new ChoreographyError('INVALID_REDRIVE', `A redrive of ${limit} at ${ratePerSecond} a second does nothing; give numbers above 0.`);
}

/** Oldest first: what failed first is what others of its saga wait for. */
async function select(
  access: OperatorAccess,
  request: RedriveRequest,
): Promise<{ readonly ids: readonly string[]; readonly more: boolean }> {
  const { consumer, filter = {} } = request;
  if (request.ids) return { ids: [...new Set(request.ids)].sort(), more: false };
  const { state = 'open' } = filter;
  const taken: readonly DeadLetterFilter[] =
    state === 'open'
      ? [
          { ...filter, state },
          { ...filter, state: 'redriven' },
        ]
      : [{ ...filter, state }];
  const found = await Promise.all(
    taken.map((one) => collectDeadLetters(access, { consumer, filter: one }, ({ id }) => id, REDRIVE_SELECTED_MAX)),
  );
  const ids = [...new Set(found.flatMap(({ kept }) => kept))].sort();
  return { ids, more: found.some(({ more }) => more) };
}

/** Whether as much was done as was asked for. */
function isEnough({ sent, published, quarantined }: Counts, { limit = Number.POSITIVE_INFINITY }: RedriveRequest): boolean {
  return sent + published + quarantined >= limit;
}

/** One that was sent as often as its service may and never heard of again is quarantined. */
async function verdictOn(
  access: OperatorAccess,
  known: ConsumerInfo,
  request: RedriveRequest,
  letter: DeadLetter,
  audit?: string,
): Promise<RedriveVerdict> {
  const { again = false, quarantined = false, reason } = request;
  const { redrivesMax = defaultSettings.redrivesMax } = known;
  const inVain = untakenProblem(known, letter) ?? (await unknownCallProblem(access, known, letter));
  const rules = {
    nowMs: access.clock.now(),
    again,
    quarantined,
    redrivesMax,
    mayPublish: access.publisher !== undefined,
    ...(inVain === undefined ? {} : { inVain }),
  };
  return redriveVerdict(
    letter,
    rules,
    noteOf(access, 'redriven', { ...(reason === undefined ? {} : { reason }), ...(audit ? { audit } : {}) }),
  );
}

/** The event first, its document then: a crash in between publishes it twice, under the same id. */
async function publishAgain(access: OperatorAccess, letter: DeadLetter, audit: string, counts: Counts): Promise<void> {
  const { message } = letter;
  const outcomes = message && (await withPatience(access.clock, async () => access.publisher?.publish([message])));
  const outcome = outcomes?.[0];
  if (outcome?.status !== 'published') {
    const why =
      outcome?.status === 'refused' ? `was refused again: ${outcome.code} ${outcome.message}` : 'was not accepted; try again later';
    return skip(counts, letter.id, why);
  }
  const closedAt = new Date(access.clock.now()).toISOString();
  await changeLetter(access, { letter, put: { state: 'closed', closedAt }, note: noteOf(access, 'published', { audit }) });
  count(counts, letter, 'published');
}

async function carryOut(access: OperatorAccess, letter: DeadLetter, verdict: RedriveVerdict, audit: string, counts: Counts): Promise<void> {
  const queue = access.replayQueue(letter.consumer);
  switch (verdict.do) {
    case 'skip':
      return skip(counts, letter.id, verdict.why);
    case 'publish':
      return publishAgain(access, letter, audit, counts);
    case 'quarantine':
      await changeLetter(access, { letter, put: { state: 'quarantined' }, note: noteOf(access, 'quarantined', { audit }) });
      counts.quarantined += 1;
      return;
    case 'resend':
      await withPatience(access.clock, () => queue.send([verdict.send]));
      return count(counts, letter, 'resent');
    case 'send': {
      const outcome = await commitLetter(access.clock, access.store(letter.consumer), verdict.redrive.unit, letter.id);
      if (outcome.status !== 'committed') return skip(counts, letter.id, 'was changed meanwhile');
      await withPatience(access.clock, () => queue.send([verdict.redrive.send]));
      return count(counts, letter, 'sent');
    }
  }
}

/** What `redriveDeadLetters` would do with the same request now. @throws UNKNOWN_SERVICE, DEAD_LETTER_NOT_FOUND, INVALID_REDRIVE */
export async function planRedrive(access: OperatorAccess, request: RedriveRequest): Promise<RedriveReport> {
  checkRequest(request);
  const known = await findConsumer(access, request.consumer);
  const { ids, more } = await select(access, request);
  const counts = noCounts(ids.length, more);
  for (const id of ids) {
    counts.more ||= isEnough(counts, request);
    if (isEnough(counts, request)) break;
    const letter = await readLetter(access, { consumer: request.consumer, id });
    const verdict = await verdictOn(access, known, request, letter);
    if (verdict.do === 'skip') skip(counts, id, verdict.why);
    else if (verdict.do === 'quarantine') counts.quarantined += 1;
    else count(counts, letter, verdict.do === 'publish' ? 'published' : verdict.do === 'send' ? 'sent' : 'resent');
  }
  return counts;
}

/**
 * Runs dead letters of one consumer once more, for the reactions that failed. Each is marked with its new count first and
 * sent then, so stopping it at any point and calling it again within four minutes sends the rest and nothing twice.
 * @throws UNKNOWN_SERVICE, DEAD_LETTER_NOT_FOUND, INVALID_REDRIVE, QUEUE_UNAVAILABLE (retryable)
 */
export async function redriveDeadLetters(access: OperatorAccess, request: RedriveRequest): Promise<RedriveReport> {
  checkRequest(request);
  const { consumer, ratePerSecond = RATE_PER_SECOND, reason, filter = {}, limit } = request;
  const known = await findConsumer(access, consumer);
  const { ids, more } = await select(access, request);
  const details = {
    filter,
    ids: ids.slice(0, REASONS_MAX),
    selected: ids.length,
    ratePerSecond,
    ...(limit === undefined ? {} : { limit }),
  };
  const what = {
    action: 'dead-letter.redrive' as const,
    service: consumer,
    subject: ids[0] ?? 'none',
    details,
    ...(reason ? { reason } : {}),
  };
  const pace = createPace(access.clock, ratePerSecond);
  return audited(access, what, async (audit) => {
    const counts = noCounts(ids.length, more);
    for (const id of ids) {
      counts.more ||= isEnough(counts, request);
      if (isEnough(counts, request)) break;
      const letter = await readLetter(access, { consumer, id });
      const verdict = await verdictOn(access, known, request, letter, audit);
      if (verdict.do !== 'skip') await pace.ready(1);
      await carryOut(access, letter, verdict, audit, counts);
    }
    const { reasons: _, ...result } = counts;
    return { value: counts, result };
  });
}
