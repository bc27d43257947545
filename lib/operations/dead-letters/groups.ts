import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { OperatorAccess } from '../access.ts';
import { type DeadLetterFilter, problemOf, stateOf, unheardSince } from './filter.ts';
import { collectDeadLetters } from './list.ts';
import { untakenIn } from './untaken.ts';

/** Dead letters with one cause, as far as their errors tell. */
export interface DeadLetterGroup {
  /** For `DeadLetterFilter.problem`. */
  readonly problem: string;
  readonly consumer: string;
  readonly reactions: readonly string[];
  readonly phase: DeadLetter['phase'];
  readonly code: string;
  /** The error's text in the newest one. */
  readonly error: string;
  readonly count: number;
  readonly byState: Readonly<Partial<Record<DeadLetter['state'], number>>>;
  /** Message types; `unreadable` where there is no message. */
  readonly types: readonly string[];
  readonly firstFailedAt: string;
  readonly lastFailedAt: string;
  /** The id of the newest one. */
  readonly example: string;
  /** Those of whose redrive nothing was heard for an hour. */
  readonly unheard: number;
  /** Those that a redrive would do nothing about, and why, for the newest of them. Absent: none. */
  readonly untaken?: { readonly count: number; readonly why: string };
}

/** What has to be known before the documents of a group are redriven, in sentences. */
export function groupWarnings({ unheard, untaken }: Pick<DeadLetterGroup, 'unheard' | 'untaken'>): readonly string[] {
  return [
    ...(unheard > 0 ? [`nothing was heard of the last redrive of ${unheard} for an hour: open again`] : []),
    ...(untaken ? [`a redrive would do nothing about ${untaken.count}: ${untaken.count === 1 ? 'it' : 'the newest'} ${untaken.why}`] : []),
  ];
}

/** Documents that are grouped at most. */
export const GROUPED_MAX = 20_000;

type Entry = Pick<DeadLetter, 'id' | 'consumer' | 'reactions' | 'phase' | 'state' | 'firstFailedAt' | 'lastFailedAt'> & {
  readonly problem: string;
  readonly code: string;
  readonly error: string;
  readonly type: string;
  readonly unheard: boolean;
  readonly untaken: string | undefined;
};

function entryOf(letter: DeadLetter, nowMs: number, untaken: string | undefined): Entry {
  const { id, consumer, reactions, phase, error, message, firstFailedAt, lastFailedAt } = letter;
  const problem = problemOf(letter);
  const state = stateOf(letter, nowMs);
  return {
    id,
    consumer,
    reactions,
    phase,
    state,
    firstFailedAt,
    lastFailedAt,
    problem,
    code: error.code,
    error: error.message,
    type: message?.type ?? 'unreadable',
    unheard: unheardSince(letter, nowMs) !== undefined,
    untaken,
  };
}

function groupOf(entries: readonly Entry[]): DeadLetterGroup {
  const sorted = [...entries].sort((left, right) => (left.lastFailedAt < right.lastFailedAt ? 1 : -1));
  const [newest] = sorted as [Entry, ...Entry[]];
  const { problem, consumer, reactions, phase, code, error, id, lastFailedAt } = newest;
  const byState: Partial<Record<DeadLetter['state'], number>> = {};
  for (const { state } of entries) byState[state] = (byState[state] ?? 0) + 1;
  const firstFailedAt = entries.map((entry) => entry.firstFailedAt).sort()[0] ?? newest.firstFailedAt;
  const untaken = sorted.flatMap((entry) => entry.untaken ?? []);
  const [why] = untaken;
  const types = [...new Set(entries.map(({ type }) => type))].sort();
  return {
    problem,
    consumer,
    reactions,
    phase,
    code,
    error,
    count: entries.length,
    byState,
    types,
    firstFailedAt,
    lastFailedAt,
    example: id,
    unheard: entries.filter(({ unheard }) => unheard).length,
    ...(why === undefined ? {} : { untaken: { count: untaken.length, why } }),
  };
}

/**
 * How many different problems there are: by consumer, reaction, code, and the shape of the error's text and stack, where
 * ids and numbers do not count. Largest first. `more`: there are documents beyond `GROUPED_MAX`. @throws UNKNOWN_SERVICE
 */
export async function groupDeadLetters(
  access: OperatorAccess,
  query: { readonly consumer?: string; readonly filter?: DeadLetterFilter } = {},
): Promise<{ readonly groups: readonly DeadLetterGroup[]; readonly more: boolean }> {
  const untaken = await untakenIn(access);
  const keep = (letter: DeadLetter) => entryOf(letter, access.clock.now(), untaken(letter));
  const { kept, more } = await collectDeadLetters(access, query, keep, GROUPED_MAX);
  const groups = new Map<string, Entry[]>();
  for (const entry of kept) {
    const group = groups.get(entry.problem);
    if (group) group.push(entry);
    else groups.set(entry.problem, [entry]);
  }
  return { groups: [...groups.values()].map(groupOf).sort((left, right) => right.count - left.count), more };
}
