import type { ReplayPlan } from '../../operations/replay/plan.ts';
import type { ReplayReport } from '../../operations/replay/report.ts';
import type { ReplaySpec } from '../../operations/replay/spec.ts';
import { spanText, tableText, timeText } from '../table.ts';
import type { Paint } from '../terminal.ts';
import { counted, oneLine } from '../text-layout.ts';
import type { NextCommand } from '../world/next-command.ts';

function fromText({ from, correlationId, types, mode = 'recover' }: ReplaySpec): string {
  const begin = {
    start: () => 'the oldest record on',
    time: () => `${timeText(new Date((from as { readonly at: number }).at).toISOString())} on`,
    positions: () =>
      (from as { readonly positions: readonly { shard: string; sequenceNumber: string }[] }).positions
        .map(({ shard, sequenceNumber }) => `${shard}:${sequenceNumber}`)
        .join(', '),
    'dead-letters': () => 'dead letters',
  }[from.kind]();
  const saga = correlationId === undefined ? '' : `, saga ${correlationId}`;
  return `from ${begin}${saga}, ${types ? types.join(', ') : 'all types'}, mode ${mode}`;
}

/** Records that are gone. */
function gapsText(gaps: ReplayReport['gaps'], paint: Paint): readonly string[] {
  return gaps.map(
    ({ shard, sequenceNumber = 'its beginning', found }) =>
      `${paint('red', '✗')} ${shard} is not kept from ${sequenceNumber} on; ${found === undefined ? 'nothing of it is left' : `the first record is ${found}`}`,
  );
}

/** Where a replay with mode reprocess goes, and what it cannot have. */
function intoText({ generation, retentionSeconds }: ReplayPlan): readonly string[] {
  if (generation === undefined) return [];
  const kept = retentionSeconds === undefined ? '' : `; the stream does not keep what is older than ${spanText(retentionSeconds * 1000)}`;
  return [`  into generation ${generation}, which nobody reads before the switch${kept}`];
}

/** What a replay would do. */
export function planText(plan: ReplayPlan, paint: Paint): string {
  const { spec, read, messages, unreadable, byType, wouldRun, gaps, firstAt, lastAt, seconds, more } = plan;
  const rows = Object.entries(byType).map(([type, counts]) => [
    type,
    ...[counts.messages, counts.claimed, counts.wouldRun, counts.open].map(String),
  ]);
  const runs = Object.entries(wouldRun).map(([reaction, count]) => `${reaction} ${count}`);
  return [
    `${paint('bold', `would send ${counted(messages, 'message')} to ${spec.consumer}`)}, ${fromText(spec)}`,
    `  ${counted(read, spec.from.kind === 'dead-letters' ? 'dead letter' : 'record')} read${unreadable > 0 ? `, ${unreadable} of them unreadable` : ''}; ${spanText(seconds * 1000)} at its rate${more ? '; there are more' : ''}`,
    ...intoText(plan),
    ...(firstAt === undefined || lastAt === undefined ? [] : [`  messages of ${timeText(firstAt)} to ${timeText(lastAt)}`]),
    ...(rows.length > 0 ? ['', tableText(['type', 'messages', 'done already', 'would run', 'open'], rows, paint).trimEnd()] : []),
    ...(runs.length > 0 ? ['', `would run: ${runs.join(', ')}`] : []),
    ...gapsText(gaps, paint),
    '',
  ].join('\n');
}

const percent = (part: number) => `${Math.round(part * 100)} %`;

/** How many records there are is known once all are read; how many dead letters, from the start. */
function sentText({ state, counts: { sent, read }, letters }: ReplayReport): string {
  const messages = `${counted(sent, 'message')} sent`;
  if (letters) return `${messages} of ${counted(letters.selected, 'dead letter')}`;
  if (state === 'done') return `${messages} of ${counted(read, 'record')}`;
  const soFar = state === 'stopped' ? messages : `${messages} so far`;
  // A record is read once its whole page is done with, so the last messages may be of later ones.
  return read === 0 ? soFar : `${soFar}, ${counted(read, 'record')} done with`;
}

/** One line while it runs. */
export function progressText(report: ReplayReport): string {
  const { progress, sentPerSecond, secondsLeft } = report;
  const parts = [
    sentText(report),
    ...(progress === undefined ? [] : [percent(progress)]),
    ...(sentPerSecond === undefined ? [] : [`${sentPerSecond.toFixed(1)} a second`]),
    ...(secondsLeft === undefined ? [] : [`${spanText(secondsLeft * 1000)} left`]),
  ];
  return parts.join(', ');
}

/** Where one that is to be run is run now, and since when. */
function placeText({ state, on, run, updatedAt }: ReplayReport): readonly string[] {
  if (state !== 'running') return on === 'platform' && state === 'paused' ? ['  on the platform'] : [];
  if (!run) return [on === 'platform' ? '  on the platform, which takes it at its next tick' : '  it is not running now'];
  const since = `run since ${timeText(run.since)}`;
  if (run.until === undefined) return [`  ${since} in a terminal, last heard of at ${timeText(updatedAt)}`];
  return [`  ${since} by the platform, until ${timeText(new Date(run.until).toISOString())} at the latest; then its next tick continues`];
}

/** What it met on the platform. */
function problemText({ problem }: ReplayReport, paint: Paint): readonly string[] {
  if (!problem) return [];
  const { code, message, at, runs } = problem;
  return [`  ${paint('red', '✗')} ${code}: ${oneLine(message)}`, `    ended ${counted(runs, 'run')} in a row, last at ${timeText(at)}`];
}

/** What is to be done next with it. */
function nextText({ id, state, on, generation, switchedAt, spec: { consumer } }: ReplayReport, next: NextCommand): readonly string[] {
  if (state === 'running' && on === 'platform') return [];
  if (state === 'running' || state === 'paused') return [`  next: ${next(`choreo replay resume ${id}`)}`];
  if (generation === undefined || switchedAt !== undefined) return [];
  const command = state === 'done' ? `choreo generation switch ${consumer}` : `choreo generation discard ${consumer} ${generation}`;
  return [`  next: ${next(command)}`];
}

/** One replay. */
export function replayText(report: ReplayReport, paint: Paint, next: NextCommand): string {
  const { id, by, createdAt, spec, state, counts, shards, letters, gaps, unreadableAt, generation, switchedAt } = report;
  const rows = shards.map(({ shard, done, sequenceNumber = '-', arrivedAt }) => [
    shard,
    done ? 'done' : 'open',
    sequenceNumber,
    arrivedAt === undefined ? '-' : timeText(new Date(arrivedAt).toISOString()),
  ]);
  return [
    `${paint('bold', id)}  ${state}`,
    `  to ${spec.consumer}, ${fromText(spec)}`,
    `  started by ${by} at ${timeText(createdAt)}${spec.reason === undefined ? '' : `: ${spec.reason}`}`,
    ...placeText(report),
    `  ${progressText(report)}`,
    ...problemText(report, paint),
    ...(generation === undefined
      ? []
      : [
          `  into generation ${generation}, ${switchedAt ? `current since ${timeText(switchedAt)}` : 'which nobody reads before the switch'}`,
        ]),
    ...(letters ? [`  ${letters.done} of ${counted(letters.selected, 'dead letter')}${letters.more ? '; there are more' : ''}`] : []),
    ...(counts.unreadable > 0
      ? [`  ${counted(counts.unreadable, 'record')} held no message, e.g. ${unreadableAt[0]?.shard}:${unreadableAt[0]?.sequenceNumber}`]
      : []),
    ...gapsText(gaps, paint),
    ...(rows.length > 0 ? ['', tableText(['shard', 'state', 'last record', 'arrived'], rows, paint).trimEnd()] : []),
    ...nextText(report, next),
    '',
  ].join('\n');
}

/** Several, newest first. */
export function replaysText(
  { items, cursor }: { readonly items: readonly ReplayReport[]; readonly cursor?: string },
  paint: Paint,
): string {
  if (items.length === 0) return 'no replays\n';
  const rows = items.map(({ id, spec, on, state, counts, progress, problem }) => [
    id,
    spec.consumer,
    on,
    problem ? `${state}, ${problem.code}` : state,
    String(counts.sent),
    progress === undefined ? '?' : percent(progress),
  ]);
  const more = cursor === undefined ? '' : `${paint('dim', `there are more: --cursor ${cursor}`)}\n`;
  return `${tableText(['replay', 'consumer', 'on', 'state', 'sent', 'done'], rows, paint)}${more}`;
}
