import { ChoreographyError } from '../../contract/errors.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { findConsumer, type OperatorAccess } from '../access.ts';
import { withPatience } from '../patience.ts';
import { type DeadLetterFilter, isMatch, problemOf, stateOf, storedStates, unheardSince } from './filter.ts';
import { untakenIn } from './untaken.ts';

/** What `listDeadLetters` takes. */
export interface DeadLetterQuery {
  /** @default - all */
  readonly consumer?: string;
  /** @default {} */
  readonly filter?: DeadLetterFilter;
  readonly limit: number;
  readonly cursor?: string;
}

/** A dead letter in a list: who failed at what, without the message's data. */
export interface DeadLetterSummary extends Pick<DeadLetter, 'id' | 'consumer' | 'reactions' | 'phase' | 'attempts' | 'redrives'> {
  /** As `stateOf` says. */
  readonly state: DeadLetter['state'];
  readonly type?: string;
  readonly correlationId?: string;
  readonly messageId?: string;
  readonly code: string;
  /** The error's text. */
  readonly error: string;
  readonly problem: string;
  readonly firstFailedAt: string;
  readonly lastFailedAt: string;
  /** ISO time of its last redrive, if nothing was heard of that for an hour. */
  readonly unheardSince?: string;
  /** Why a redrive would do nothing, as `untakenProblem` says. */
  readonly untaken?: string;
}

/** One page of a list. */
export interface DeadLetterPage<Item> {
  readonly items: readonly Item[];
  /** Goes on behind the last document that was looked at; there may be one although the page is not full. */
  readonly cursor?: string;
}

/** Documents that one call reads at most; with a filter that takes few of them the page is short, and has a cursor. */
export const LETTERS_LOOKED_AT_MAX = 5_000;
/** Documents of one read of the store. */
const STORE_PAGE = 100;

/** Where a list stands: consumer, stored state, and the store's own cursor. */
type Place = readonly [consumer: string, state: string, cursor?: string];

function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Place;
    if (Array.isArray(place) && place.length >= 2) return place;
  } catch {
    // said below
  }
  throw new ChoreographyError('INVALID_CURSOR', 'The cursor does not come from a list; begin again without one.', {
    details: { cursor },
  });
}

function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

async function placesOf(access: OperatorAccess, { consumer, filter = {}, cursor }: DeadLetterQuery): Promise<readonly Place[]> {
  const names = consumer === undefined ? (await access.consumers()).map(({ name }) => name) : [(await findConsumer(access, consumer)).name];
  const all = names.flatMap((name) => storedStates(filter).map((state): Place => [name, state]));
  const begin = readCursor(cursor);
  if (!begin) return all;
  const index = all.findIndex(([name, state]) => name === begin[0] && state === begin[1]);
  return index < 0 ? [] : [begin, ...all.slice(index + 1)];
}

/** Whole documents, unredacted: for the other tools. @throws UNKNOWN_SERVICE, INVALID_CURSOR */
export async function findDeadLetters(access: OperatorAccess, query: DeadLetterQuery): Promise<DeadLetterPage<DeadLetter>> {
  const { filter = {}, limit } = query;
  const items: DeadLetter[] = [];
  const places = [...(await placesOf(access, query))];
  let left = LETTERS_LOOKED_AT_MAX;
  for (let place = places.shift(); place; place = places.shift()) {
    const [consumer, state, begin] = place;
    const store = access.store(consumer);
    for (let cursor = begin, more = true; more; ) {
      const size = Math.min(STORE_PAGE, limit - items.length, left);
      if (size <= 0) return { items, cursor: writeCursor(cursor === undefined ? [consumer, state] : [consumer, state, cursor]) };
      const from = cursor === undefined ? {} : { cursor };
      const page = await withPatience(access.clock, () =>
        store.listDeadLetters({ state: state as DeadLetter['state'], limit: size, ...from }),
      );
      items.push(...page.items.filter((letter) => isMatch(letter, filter, access.clock.now())));
      left -= Math.max(1, page.items.length);
      cursor = page.cursor;
      more = cursor !== undefined;
    }
  }
  return { items };
}

/** What a list shows of a document. */
export function summaryOf(letter: DeadLetter, nowMs: number, untaken?: string): DeadLetterSummary {
  const { id, consumer, reactions, phase, attempts, redrives, message, error, firstFailedAt, lastFailedAt } = letter;
  const about = message ? { type: message.type, correlationId: message.correlationid, messageId: message.id } : {};
  const { code, message: text } = error;
  const unheard = unheardSince(letter, nowMs);
  const when = { firstFailedAt, lastFailedAt, ...(unheard === undefined ? {} : { unheardSince: unheard }) };
  return {
    id,
    consumer,
    reactions,
    phase,
    attempts,
    redrives,
    state: stateOf(letter, nowMs),
    ...about,
    code,
    error: text,
    problem: problemOf(letter),
    ...when,
    ...(untaken === undefined ? {} : { untaken }),
  };
}

/**
 * Lists dead letters: consumer by consumer, the open ones first, then those that are on their way, then the quarantined,
 * each newest first. @throws UNKNOWN_SERVICE, INVALID_CURSOR
 */
export async function listDeadLetters(access: OperatorAccess, query: DeadLetterQuery): Promise<DeadLetterPage<DeadLetterSummary>> {
  const { items, cursor } = await findDeadLetters(access, query);
  const untaken = await untakenIn(access);
  const summaries = items.map((letter) => summaryOf(letter, access.clock.now(), untaken(letter)));
  return cursor === undefined ? { items: summaries } : { items: summaries, cursor };
}

/** All documents of a filter, page by page, up to a number looked at. `more`: there are others. */
export async function collectDeadLetters<Kept>(
  access: OperatorAccess,
  query: Pick<DeadLetterQuery, 'consumer' | 'filter'>,
  keep: (letter: DeadLetter) => Kept,
  max: number,
): Promise<{ readonly kept: readonly Kept[]; readonly more: boolean }> {
  const kept: Kept[] = [];
  let cursor: string | undefined;
  do {
    const page = await findDeadLetters(access, {
      ...query,
      limit: Math.min(LETTERS_LOOKED_AT_MAX, max - kept.length),
      ...(cursor ? { cursor } : {}),
    });
    kept.push(...page.items.map(keep));
    cursor = page.cursor;
  } while (cursor !== undefined && kept.length < max);
  return { kept, more: cursor !== undefined };
}
