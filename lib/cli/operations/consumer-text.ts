import type { ResumeReport } from '../../operations/consumers.ts';
import type { ConsumerLag, Count } from '../../operations/lag.ts';
import { spanText, tableText, timeText } from '../table.ts';
import type { Paint } from '../terminal.ts';

const UNKNOWN = '?';
const headings = ['consumer', 'source', 'behind', 'oldest', 'replay queue', 'dead letters', 'parked', 'state'];

function countText({ count, more }: Count): string {
  return `${count}${more ? '+' : ''}`;
}

function rowOf(lag: ConsumerLag): readonly string[] {
  const { consumer, source, shards, messages, milliseconds, replayQueue, deadLetters, parkedSagas, pause } = lag;
  const more = shards.some((shard) => shard.more) ? '+' : '';
  return [
    consumer,
    source,
    messages === undefined ? UNKNOWN : `${messages}${more}`,
    milliseconds === undefined ? UNKNOWN : messages === 0 ? '-' : spanText(milliseconds),
    replayQueue ? String(replayQueue.depth) : UNKNOWN,
    countText(deadLetters),
    countText(parkedSagas),
    pause ? `paused${pause.tooLong ? ', too long' : ''}` : 'runs',
  ];
}

function detailsOf(lag: ConsumerLag, now: number): readonly string[] {
  const { consumer, shards, unknownShards, pause, parkedMilliseconds, parkedSagas, late, milliseconds = 0, lagSecondsMax = 0 } = lag;
  return [
    ...(late ? [`${consumer} is ${spanText(milliseconds)} behind, and promises at most ${spanText(lagSecondsMax * 1000)}`] : []),
    ...(pause ? [`${consumer} is paused for ${spanText(now - (pause.since ?? now))}: ${pause.reason ?? 'no reason was given'}`] : []),
    ...(pause?.tooLong
      ? [`${consumer} is paused for more than half of the time that the stream keeps records: resume it, or records are lost`]
      : []),
    ...(parkedSagas.count > 0 ? [`${consumer} has parked sagas, the longest for ${spanText(parkedMilliseconds)}`] : []),
    ...(unknownShards.length > 0 && shards.length > 0 ? [`nobody knows how far ${consumer} is in ${unknownShards.join(', ')}`] : []),
  ];
}

/** All consumers in a table; of a single one also its shards. */
export function lagText(consumers: readonly ConsumerLag[], now: number, paint: Paint): string {
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
    ...consumers.flatMap((lag) => detailsOf(lag, now)).map((line) => `${paint('yellow', '!')} ${line}\n`),
  ].join('');
}

/** What is known of a consumer that goes on. */
export function resumeText({ consumer, pausedMilliseconds, gaps, gapsUnknown }: ResumeReport, paint: Paint): string {
  const paused = pausedMilliseconds > 0 ? `after ${spanText(pausedMilliseconds)}` : 'it was not paused';
  const lost = gaps.map(
    ({ shard, after, before }) =>
      `${paint('red', '✗')} ${shard}: records between ${after} and ${before ?? 'its end'} are gone; see choreo saga list --stuck\n`,
  );
  const unknown = gapsUnknown ? [`${paint('yellow', '!')} nobody knows whether records were lost: how far it had got is not known\n`] : [];
  return [`${paint('green', '✓')} ${consumer} goes on; ${paused}\n`, ...lost, ...unknown].join('');
}
