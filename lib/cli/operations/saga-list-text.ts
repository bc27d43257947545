import type { RecentSaga, RecentSagas } from '../../operations/sagas/recent.ts';
import type { StuckFinding } from '../../operations/sagas/stuck-finding.ts';
import { spanText, tableText, timeText } from '../table.ts';
import type { Paint } from '../terminal.ts';
import { counted, oneLine } from '../text-layout.ts';
import type { NextCommand } from '../world/next-command.ts';

function findingText(
  { kind, correlationId, service, reaction, state, undoRequested, event, since, failure, deadLetters, paused }: StuckFinding,
  now: number,
  paint: Paint,
): string {
  const why = {
    parked: `${event?.type ?? 'a message'} waits in ${service} for another try${failure ? `: ${failure.error.message}` : ''}`,
    open: `${service} ${reaction} ${state === 'gave-up' ? 'gave up' : `is ${state}`}${undoRequested ? ', its undo was requested' : ''}${deadLetters.length > 0 ? `, dead letter ${deadLetters.join(', ')}` : ''}`,
    'given-up': `${service} gave up on ${event?.type} (${reaction}): ${failure?.error.code}, dead letter ${deadLetters.join(', ')}`,
    missing: `${service} has not taken ${event?.type} (${reaction})`,
    unpublished: `${service} has not published ${event?.type}`,
  }[kind];
  const age = spanText(now - Date.parse(since));
  return `${paint('bold', correlationId)}  ${paint('red', kind)} for ${age}\n  ${oneLine(why)}${paused ? `; ${service} is paused` : ''}\n`;
}

/** What was found of stuck sagas, and what was looked for. */
export interface StuckList {
  readonly items: readonly StuckFinding[];
  /** Claims that were looked at. */
  readonly looked: number;
  readonly olderThanSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The last line of a list. */
function nextText(paint: Paint, next: NextCommand): string {
  return `${paint('dim', `next: ${next('choreo saga show <correlation id>')}`)}\n`;
}

/** Sagas that do not go on, and what to look at next. */
export function stuckText({ items, looked, olderThanSeconds, now }: StuckList, paint: Paint, next: NextCommand): string {
  const sagas = new Set(items.map(({ correlationId }) => correlationId)).size;
  const since = `been stuck for ${spanText(olderThanSeconds * 1000)} or longer`;
  if (items.length === 0) return `${paint('green', '✓')} no saga has ${since}; looked at ${counted(looked, 'claim')}\n`;
  const head = `${counted(sagas, 'saga')} ${sagas === 1 ? 'has' : 'have'} ${since}\n`;
  return [paint('bold', head), ...items.map((item) => findingText(item, now, paint)), nextText(paint, next)].join('\n');
}

/** What a list of recent sagas was asked for. */
export interface RecentAsked {
  /** @default - all that the stream keeps of a saved run */
  readonly sinceSeconds?: number;
  readonly type?: string;
  readonly subject?: string;
  /** Seconds for which the stream keeps records, if it is known. */
  readonly retentionSeconds?: number;
}

const HOUR_SECONDS = 3_600;
/** How far to look back, if nothing was found in a shorter time. */
const furtherBack: readonly (readonly [seconds: number, option: string])[] = [
  [HOUR_SECONDS, '1h'],
  [24 * HOUR_SECONDS, '1d'],
  [168 * HOUR_SECONDS, '7d'],
];

/** Characters of a subject that are shown. */
const SUBJECT_LENGTH = 32;

function subjectText(subject: string): string {
  const line = subject.replace(/\s+/g, ' ');
  return line.length > SUBJECT_LENGTH ? `${line.slice(0, SUBJECT_LENGTH - 1)}…` : line;
}

function whichText({ type, subject, sinceSeconds }: RecentAsked): string {
  return [
    ...(type === undefined ? [] : [` with ${type}`]),
    ...(subject === undefined ? [] : [` about ${subject}`]),
    sinceSeconds === undefined ? ' in this run' : ` in the last ${spanText(sinceSeconds * 1000)}`,
  ].join('');
}

/** Nothing was found; `retentionSeconds` says whether it helps to look further back. */
function noneText(asked: RecentAsked): string {
  const { sinceSeconds, retentionSeconds = Number.POSITIVE_INFINITY } = asked;
  const none = `no saga${whichText(asked)}`;
  if (sinceSeconds === undefined) return `${none}\n`;
  if (sinceSeconds >= retentionSeconds) return `${none}; the stream keeps ${spanText(retentionSeconds * 1000)}\n`;
  const option = furtherBack.find(([seconds]) => seconds > sinceSeconds)?.[1];
  return option === undefined ? `${none}\n` : `${none}; --since ${option} looks further back\n`;
}

function rowOf({ correlationId, first, last, messages, fromStart }: RecentSaga, now: number): readonly string[] {
  return [
    correlationId,
    timeText(last.time),
    spanText(now - Date.parse(last.time)),
    `${fromStart ? '' : '… '}${first.type}`,
    subjectText(first.subject),
    last.type,
    String(messages),
  ];
}

const headings = ['saga', 'last active', 'ago', 'first event', 'subject', 'last event', 'events'];

/** What the list does not show, and why. */
function limitsOf({ items, read, from, more, unreadable }: RecentSagas): readonly string[] {
  return [
    ...(items.some(({ fromStart }) => !fromStart)
      ? ['…: the saga began earlier, or through an inbound; choreo saga show has more of it']
      : []),
    ...(items.some(({ last }) => last.time < from)
      ? ['some events happened before that time, and were published late or once more in it; they are shown with their own time']
      : []),
    ...(more ? [`only the newest ${counted(read, 'record')} were read, back to ${timeText(from)}; what is older is not in this list`] : []),
    ...(unreadable > 0 ? [`${counted(unreadable, 'record')} could not be read as an event`] : []),
  ];
}

/** Sagas of which something happened lately, in a table. */
export function recentText(recent: RecentSagas, asked: RecentAsked, paint: Paint, next: NextCommand): string {
  const { items, found, until } = recent;
  const limits = limitsOf(recent).map((line) => `${paint('yellow', '!')} ${line}\n`);
  if (items.length === 0) return [noneText(asked), ...limits].join('');
  const isPart = found > items.length;
  const head = `${isPart ? `the newest ${items.length} of ` : ''}${counted(found, 'saga')}${whichText(asked)}${isPart ? '; --limit shows more' : ''}`;
  const rows = items.map((item) => rowOf(item, Date.parse(until)));
  return [`${paint('bold', head)}\n\n`, tableText(headings, rows, paint), ...limits, `\n${nextText(paint, next)}`].join('');
}
