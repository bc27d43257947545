import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { OperatorAccess } from '../access.ts';
import { type DeadLetterFilter, problemOf, stateOf } from './filter.ts';
import { collectDeadLetters } from './list.ts';

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
}

/** Documents that are grouped at most. */
export const GROUPED_MAX = 20_000;

type Entry = Pick<DeadLetter, 'id' | 'consumer' | 'reactions' | 'phase' | 'state' | 'firstFailedAt' | 'lastFailedAt'> & {
  readonly problem: string;
  readonly code: string;
  readonly error: string;
  readonly type: string;
};

function entryOf(letter: DeadLetter, nowMs: number): Entry {
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
  };
}

function groupOf(entries: readonly Entry[]): DeadLetterGroup {
  const sorted = [...entries].sort((left, right) => (left.lastFailedAt < right.lastFailedAt ? 1 : -1));
  const [newest] = sorted as [Entry, ...Entry[]];
  const { problem, consumer, reactions, phase, code, error, id, lastFailedAt } = newest;
  const byState: Partial<Record<DeadLetter['state'], number>> = {};
  for (const { state } of entries) byState[state] = (byState[state] ?? 0) + 1;
  const firstFailedAt = entries.map((entry) => entry.firstFailedAt).sort()[0] ?? newest.firstFailedAt;
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
  const { kept, more } = await collectDeadLetters(access, query, (letter) => entryOf(letter, access.clock.now()), GROUPED_MAX);
  const groups = new Map<string, Entry[]>();
  for (const entry of kept) {
    const group = groups.get(entry.problem);
    if (group) group.push(entry);
    else groups.set(entry.problem, [entry]);
  }
  return { groups: [...groups.values()].map(groupOf).sort((left, right) => right.count - left.count), more };
}
