import type { ResumeReport } from '../../operations/consumers.ts';
import { standstillText } from '../../operations/generations/standstill-text.ts';
import type { ConsumerLag } from '../../operations/lag.ts';
import { behindText, countText, UNKNOWN } from '../../operations/lag-text.ts';
import { spanText, tableText, timeText } from '../table.ts';
import type { Paint } from '../terminal.ts';
import { oneLine } from '../text-layout.ts';
import type { NextCommand } from '../world/next-command.ts';

const headings = ['consumer', 'source', 'behind', 'oldest', 'replay queue', 'dead letters', 'parked', 'state'];

function rowOf(lag: ConsumerLag): readonly string[] {
  const { consumer, source, messages, milliseconds, replayQueue, deadLetters, parkedSagas, pause, generation } = lag;
  return [
    consumer,
    source,
    behindText(lag),
    milliseconds === undefined ? UNKNOWN : messages === 0 ? '-' : spanText(milliseconds),
    replayQueue ? String(replayQueue.depth) : UNKNOWN,
    countText(deadLetters),
    countText(parkedSagas),
    pause ? `paused${pause.tooLong ? ', too long' : ''}` : generation?.closed ? 'waits for a switch' : 'runs',
  ];
}

/** Where nobody keeps account, one consumer alone is worth a search. */
function unknownLines(lags: readonly ConsumerLag[], next: NextCommand): readonly string[] {
  const names = lags.flatMap(({ source, messages, consumer }) => (source === 'stream' && messages === undefined ? [consumer] : []));
  if (names.length === 0) return [];
  const start = `nothing tracks where in the stream ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'}`;
  if (lags.length > 1) return [`${start}; to estimate it for one consumer from its journal: ${next(`choreo consumer list ${names[0]}`)}`];
  return [
    `${start}, and its journal does not show it: no record that the stream keeps has left a claim there, or the service has no manifest`,
  ];
}

function detailsOf(lag: ConsumerLag, now: number, next: NextCommand): readonly string[] {
  const { consumer, unknownShards, known, pause, parkedMilliseconds, parkedSagas, late } = lag;
  const { milliseconds = 0, lagSecondsMax = 0, generation } = lag;
  return [
    ...(generation?.standstill ? [standstillText(consumer, generation.standstill, next)] : []),
    ...(known === 'at-most' ? [`${consumer} is behind by at most that, judging by the last claims in its journal`] : []),
    ...(late ? [`${consumer} is ${spanText(milliseconds)} behind, and promises at most ${spanText(lagSecondsMax * 1000)}`] : []),
    ...(pause ? [`${consumer} has been paused for ${spanText(now - (pause.since ?? now))}: ${pause.reason ?? 'no reason was given'}`] : []),
    ...(pause?.tooLong
      ? [`${consumer} has been paused for more than half of the stream's retention: resume it, or records will be lost`]
      : []),
    ...(parkedSagas.count > 0 ? [`${consumer} has parked sagas, the longest for ${spanText(parkedMilliseconds)}`] : []),
    ...(unknownShards.length > 0 ? [`it is not known how far ${consumer} is in ${unknownShards.join(', ')}`] : []),
  ];
}

/** All consumers in a table; of a single one also its shards. */
export function lagText(consumers: readonly ConsumerLag[], now: number, paint: Paint, next: NextCommand): string {
  const [only, ...others] = consumers;
  const shards = others.length === 0 ? (only?.shards ?? []) : [];
  const rows = shards.map(({ shard, messages, more, milliseconds, sequenceNumber = '-', arrivedAt }) => [
    shard,
    `${messages}${more ? '+' : ''}`,
    messages === 0 ? '-' : spanText(milliseconds),
    sequenceNumber,
    arrivedAt === undefined ? '-' : timeText(new Date(arrivedAt).toISOString()),
  ]);
  return [
    tableText(headings, consumers.map(rowOf), paint),
    ...(rows.length > 0 ? [`\n${tableText(['shard', 'behind', 'oldest', 'last record', 'arrived'], rows, paint)}`] : []),
    ...[...consumers.flatMap((lag) => detailsOf(lag, now, next)), ...unknownLines(consumers, next)].map(
      (line) => `${paint('yellow', '!')} ${oneLine(line)}\n`,
    ),
  ].join('');
}

/** What is known of a consumer that goes on. */
export function resumeText({ consumer, pausedMilliseconds, gaps, gapsUnknown }: ResumeReport, paint: Paint, next: NextCommand): string {
  const runs = pausedMilliseconds > 0 ? `runs again; it was paused for ${spanText(pausedMilliseconds)}` : 'runs, and was not paused';
  const lost = gaps.map(
    ({ shard, after, before }) =>
      `${paint('red', '✗')} ${shard}: records between ${after} and ${before ?? 'its end'} are gone; see ${next('choreo saga list --stuck')}\n`,
  );
  const unknown = gapsUnknown ? [`${paint('yellow', '!')} it is not known whether records were lost, nor how far it had got\n`] : [];
  return [`${paint('green', '✓')} ${consumer} ${runs}\n`, ...lost, ...unknown].join('');
}
