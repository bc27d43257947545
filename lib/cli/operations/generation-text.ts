import { isoOf } from '../../operations/access.ts';
import { type Comparison, DIFFERENCES_MAX } from '../../operations/generations/compare.ts';
import type { DiscardedGeneration } from '../../operations/generations/discard.ts';
import type { GenerationsReport } from '../../operations/generations/list.ts';
import { standstillText } from '../../operations/generations/standstill-text.ts';
import type { SwitchReport } from '../../operations/generations/switch.ts';
import { spanText, tableText, timeText } from '../table.ts';
import type { Paint } from '../terminal.ts';
import { counted, oneLine } from '../text-layout.ts';
import type { NextCommand } from '../world/next-command.ts';
import { progressText } from './replay-text.ts';

/** How far the one is that is filled, and what comes next. */
function buildingLines({ consumer, building }: GenerationsReport, paint: Paint, next: NextCommand): readonly string[] {
  if (!building) return [];
  const { number, replay, closed, problem, startedAt, standstill } = building;
  const goOn = replay.state === 'done' ? `choreo generation switch ${consumer}` : `choreo replay resume ${replay.id}`;
  const of = problem?.event ? ` on ${problem.event.type} ${problem.event.id}` : '';
  return [
    '',
    `generation ${number} is being filled by ${replay.id} since ${timeText(isoOf(startedAt))}`,
    `  ${replay.state}: ${progressText(replay)}`,
    ...(closed ? ['  a switch is under way: live messages wait for it'] : []),
    ...(problem
      ? [`${paint('yellow', '!')} it last failed at ${timeText(isoOf(problem.at))}${of}: ${oneLine(problem.message)} (${problem.code})`]
      : []),
    ...(standstill ? [`${paint('yellow', '!')} ${standstillText(consumer, standstill, next)}`] : [`  next: ${next(goOn)}`]),
  ];
}

/** All generations of one consumer. */
export function generationsText(report: GenerationsReport, paint: Paint, next: NextCommand): string {
  const { current, kept, building } = report;
  const rows = [
    ...(building ? [[String(building.number), 'filled, and read by nobody']] : []),
    [String(current), 'current'],
    ...kept.map((number) => [String(number), 'kept']),
  ];
  return [tableText(['generation', 'state'], rows, paint).trimEnd(), ...buildingLines(report, paint, next), ''].join('\n');
}

/** How two generations differ. */
export function compareText(comparison: Comparison, paint: Paint): string {
  const { consumer, left, right, equal, different, onlyLeft, onlyRight, differences } = comparison;
  const count = different + onlyLeft + onlyRight;
  const mark = count === 0 ? paint('green', '✓') : paint('yellow', '!');
  const rows = differences.map(({ entity, id, in: where }) => [entity, id, where === 'both' ? 'differs' : `only in ${where}`]);
  return [
    `${mark} ${consumer}, generations ${left} and ${right}: ${equal} equal, ${different} different, ${onlyLeft} only in ${left}, ${onlyRight} only in ${right}`,
    ...(rows.length > 0 ? ['', tableText(['entity', 'id', 'where'], rows, paint).trimEnd()] : []),
    ...(count > DIFFERENCES_MAX ? [`and ${count - DIFFERENCES_MAX} more`] : []),
    '',
  ].join('\n');
}

/** What a switch came to. */
export function switchText(
  { consumer, generation, before, caughtUp, closedMilliseconds }: SwitchReport,
  paint: Paint,
  next: NextCommand,
): string {
  return [
    `${paint('green', '✓')} ${consumer} is in generation ${generation}; ${caughtUp === 0 ? 'nothing has arrived since it was filled' : `${counted(caughtUp, 'message')} that came since it was filled went into it, too`}`,
    `  live messages waited ${spanText(closedMilliseconds)}; generation ${before} is kept`,
    `  next: ${next(`choreo generation discard ${consumer} ${before}`)}`,
    '',
  ].join('\n');
}

/** What a discard came to. */
export function discardText({ consumer, generation, dropped }: DiscardedGeneration, paint: Paint): string {
  return `${paint('green', '✓')} discarded generation ${generation} of ${consumer}: ${dropped === 1 ? '1 entity' : `${dropped} entities`} deleted\n`;
}
