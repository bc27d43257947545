import { type DeadLetterGroup, groupWarnings } from '../../operations/dead-letters/groups.ts';
import type { DeadLetterPage, DeadLetterSummary } from '../../operations/dead-letters/list.ts';
import type { RedriveReport } from '../../operations/dead-letters/redrive.ts';
import type { ShownDeadLetter } from '../../operations/dead-letters/show.ts';
import { timeText } from '../table.ts';
import type { Paint } from '../terminal.ts';
import { counted, oneLine, wrap } from '../text-layout.ts';

/** `isPart`: only some were asked for. */
function noneText(isPart: boolean): string {
  return isPart ? 'no dead letter is like that; choreo dead-letter list shows all that are not closed\n' : 'no dead letters\n';
}

const WIDTH = 88;

function indented(text: string, indent = 2): string {
  return wrap(text, WIDTH)
    .map((line) => `${' '.repeat(indent)}${line}`)
    .join('\n');
}

function statesText(byState: DeadLetterGroup['byState']): string {
  return Object.entries(byState)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}

/** A line that warns. */
function warning(text: string, paint: Paint): string {
  return indented(`${paint('yellow', '!')} ${text}`);
}

function groupText(group: DeadLetterGroup, paint: Paint): string {
  const { problem, consumer, reactions, phase, code, error, byState, types, firstFailedAt, lastFailedAt, example } = group;
  const where = reactions.length > 0 ? `${consumer} ${reactions.join(', ')}` : consumer;
  return [
    `${paint('red', code)}  ${where} (${phase}) on ${types.join(', ')}: ${statesText(byState)}`,
    indented(error),
    `  ${paint('dim', `failed ${timeText(firstFailedAt)} to ${timeText(lastFailedAt)}`)}`,
    ...groupWarnings(group).map((text) => warning(text, paint)),
    `  ${paint('dim', `--problem ${problem}   newest ${example}`)}`,
    '',
  ].join('\n');
}

/** How many different problems there are. */
export function groupsText(
  { groups, more }: { readonly groups: readonly DeadLetterGroup[]; readonly more: boolean },
  isPart: boolean,
  paint: Paint,
): string {
  if (groups.length === 0) return noneText(isPart);
  const letters = groups.reduce((sum, { count }) => sum + count, 0);
  const head = `${more ? 'more than ' : ''}${counted(letters, 'dead letter')}, ${counted(groups.length, 'problem')}`;
  return [`${paint('bold', head)}\n`, ...groups.map((group) => groupText(group, paint))].join('\n');
}

function unheardText(since: string): string {
  return `nothing was heard of its redrive at ${timeText(since)} for an hour: it is open again`;
}

function summaryText(
  { id, consumer, reactions, type = 'unreadable', code, error, state, attempts, redrives, correlationId, ...more }: DeadLetterSummary,
  paint: Paint,
): string {
  const counts = [counted(attempts, 'attempt'), ...(redrives > 0 ? [counted(redrives, 'redrive')] : [])].join(', ');
  return [
    `${paint('bold', id)}  ${consumer} ${reactions.join(', ')}`.trimEnd(),
    `  ${paint('red', code)}  ${type}, ${state}, ${counts}`,
    indented(error),
    ...(more.unheardSince === undefined ? [] : [warning(unheardText(more.unheardSince), paint)]),
    ...(more.untaken === undefined ? [] : [warning(`a redrive would do nothing: it ${more.untaken}`, paint)]),
    ...(correlationId === undefined ? [] : [`  ${paint('dim', `saga ${correlationId}`)}`]),
    '',
  ].join('\n');
}

/** One by one. */
export function lettersText({ items, cursor }: DeadLetterPage<DeadLetterSummary>, isPart: boolean, paint: Paint): string {
  const next = cursor === undefined ? [] : [paint('dim', `there are more: --cursor ${cursor}`), ''];
  if (items.length === 0) return cursor === undefined ? noneText(isPart) : next.join('\n');
  return [...items.map((item) => summaryText(item, paint)), ...next].join('\n');
}

function claimText({ claim }: ShownDeadLetter): readonly string[] {
  if (!claim) return [];
  const { kind, state, firstCall, undoRequested, told } = claim;
  const more = [
    ...(firstCall ? [`called ${firstCall.client}.${firstCall.method}`] : []),
    ...(undoRequested ? ['its undo was requested'] : []),
    ...(told ? ['other services were told that it failed'] : []),
  ];
  return [`${kind}, ${[state, ...more].join('; ')}`];
}

/** Everything that is known of one. */
export function letterText(shown: ShownDeadLetter, paint: Paint): string {
  const { letter, state, redriveProblem, unheardSince, redacted } = shown;
  const {
    id,
    consumer,
    reactions,
    phase,
    error,
    attempts,
    redrives,
    firstFailedAt,
    lastFailedAt,
    source,
    closedAt,
    message,
    raw,
    notes = [],
  } = letter;
  const part = (label: string, ...lines: readonly string[]) =>
    lines.flatMap((line) => line.split('\n')).map((line, index) => `${paint('dim', (index === 0 ? label : '').padEnd(12))}${line}`);
  const sourceText = Object.values(source).slice(1).join(' ');
  return [
    paint('bold', id),
    ...part(
      'where',
      `${[consumer, ...(reactions.length > 0 ? [reactions.join(', ')] : [])].join(' ')} (${phase}), from ${source.kind} ${sourceText}`,
    ),
    ...part('error', paint('red', error.code), ...wrap(error.message, WIDTH)),
    ...part(
      'state',
      `${state}${closedAt === undefined ? '' : ` since ${timeText(closedAt)}`}, ${counted(attempts, 'attempt')}, ${counted(redrives, 'redrive')}`,
    ),
    ...part('failed', `${timeText(firstFailedAt)} to ${timeText(lastFailedAt)}`),
    ...(unheardSince === undefined ? [] : part('', unheardText(unheardSince))),
    ...part('claim', ...claimText(shown)),
    ...(redriveProblem === undefined ? [] : part('redrive', ...wrap(`not as it is: it ${redriveProblem}`, WIDTH))),
    ...part(
      'notes',
      ...notes.map(({ at, by, action, reason }) => `${timeText(at)} ${action} by ${by}${reason === undefined ? '' : `: ${reason}`}`),
    ),
    ...part('message', ...(message ? JSON.stringify(message, null, 2).split('\n') : [raw ?? 'none'])),
    ...(redacted ? ['', paint('dim', 'The data is withheld; --reveal --reason <text> shows it, and is recorded in the audit.')] : []),
    '',
  ].join('\n');
}

const outcomes = {
  sent: 'sent',
  resent: 'sent again under the same count',
  published: 'published',
  quarantined: 'quarantined',
  skipped: 'left alone',
} as const;

/** What became of those that were selected: `2 sent, 1 left alone`. */
export function redriveCounts(counts: Partial<Readonly<Record<keyof typeof outcomes, unknown>>>): string {
  const parts = Object.entries(outcomes).flatMap(([name, text]) => {
    const count = Number(counts[name as keyof typeof outcomes] ?? 0);
    return count > 0 ? [`${count} ${text}`] : [];
  });
  return parts.join(', ') || 'nothing to do';
}

/** Often one reason holds for many. */
function reasonLines(reasons: RedriveReport['reasons']): readonly string[] {
  const ids = new Map<string, readonly string[]>();
  for (const { id, why } of reasons) ids.set(why, [...(ids.get(why) ?? []), id]);
  return [...ids].map(([why, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` (and ${counted(others.length, 'other')})`;
    return `${first}${more} ${why}`;
  });
}

/** What a redrive did, or would do. */
export function redriveText(report: RedriveReport, isPlan: boolean, paint: Paint): string {
  const { selected, reasons, byType, more } = report;
  const done = isPlan ? 'would redrive' : 'redriven';
  const title = report.sent + report.resent + report.published > 0 ? done : isPlan ? 'nothing to redrive' : 'nothing redriven';
  const types = Object.entries(byType).map(([type, count]) => `${count} ${type}`);
  return [
    `${paint('bold', title)}  ${counted(selected, 'dead letter')} selected: ${redriveCounts(report)}`,
    ...(types.length > 0 ? [`  ${types.join(', ')}`] : []),
    ...reasonLines(reasons).map((line) => `  ${paint('dim', oneLine(line))}`),
    ...(more ? ['  there are more: run it again for the next ones'] : []),
    '',
  ].join('\n');
}
