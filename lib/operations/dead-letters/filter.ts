import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import { isLost } from '../../runtime/journal/redrive.ts';

/** Which dead letters; every part that is given has to hold. */
export interface DeadLetterFilter {
  /** Message type, e.g. `OrderPlaced`. */
  readonly type?: string;
  /** Code of the error. */
  readonly code?: string;
  /** The hash that `groupDeadLetters` gives to one kind of problem. */
  readonly problem?: string;
  readonly reaction?: string;
  readonly phase?: DeadLetter['phase'];
  readonly correlationId?: string;
  /** As `stateOf` says. @default - all but the closed ones */
  readonly state?: DeadLetter['state'];
  /** Failed last at least this long ago. */
  readonly olderThanSeconds?: number;
  /** Failed last at most this long ago. */
  readonly newerThanSeconds?: number;
}

/** The state as an operator sees it: a redriven document of which nothing was heard for an hour is open again. */
export function stateOf(letter: DeadLetter, nowMs: number): DeadLetter['state'] {
  return isLost(letter, nowMs) ? 'open' : letter.state;
}

/** ISO time of a redrive of which nothing was heard for an hour. */
export function unheardSince(letter: DeadLetter, nowMs: number): string | undefined {
  return isLost(letter, nowMs) ? letter.redrivenAt : undefined;
}

/** Lines of a stack that tell one problem from another. */
const SHAPE_FRAMES = 3;

/** What differs between two failures of one kind: ids, numbers, quoted values. */
function shapeOf(text: string): string {
  return text
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
    .replace(/\b[\w-]*\d[\w-]*\b/g, '…')
    .slice(0, 300);
}

/** The functions of the topmost frames, without files and lines: they change with every deploy. */
function framesOf(stack = ''): readonly string[] {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.slice(0, SHAPE_FRAMES).map((line) => /^\s+at (?:async )?([^\s(]+) \(/.exec(line)?.[1] ?? '');
}

/** One kind of problem: the same consumer, reactions, code, shape of the message and of the stack. */
export function problemOf({ consumer, reactions, phase, error }: DeadLetter): string {
  return hashOf('problem', consumer, phase, error.code, shapeOf(error.message), ...framesOf(error.stack), ...reactions).slice(0, 12);
}

/** Whether a filter takes a document. */
export function isMatch(letter: DeadLetter, filter: DeadLetterFilter, nowMs: number): boolean {
  const { type, code, problem, reaction, phase, correlationId, state, olderThanSeconds, newerThanSeconds } = filter;
  const seen = stateOf(letter, nowMs);
  const ageSeconds = (nowMs - Date.parse(letter.lastFailedAt)) / 1000;
  return (
    (type === undefined || letter.message?.type === type) &&
    (code === undefined || letter.error.code === code) &&
    (problem === undefined || problemOf(letter) === problem) &&
    (reaction === undefined || letter.reactions.includes(reaction)) &&
    (phase === undefined || letter.phase === phase) &&
    (correlationId === undefined || letter.message?.correlationid === correlationId) &&
    (state === undefined ? seen !== 'closed' : seen === state) &&
    (olderThanSeconds === undefined || ageSeconds >= olderThanSeconds) &&
    (newerThanSeconds === undefined || ageSeconds <= newerThanSeconds)
  );
}

/** Stored states in which documents of a filter may be: one that nothing was heard of is stored as redriven. */
export function storedStates({ state }: DeadLetterFilter): readonly DeadLetter['state'][] {
  if (state === undefined) return ['open', 'redriven', 'quarantined'];
  return state === 'open' ? ['open', 'redriven'] : [state];
}
