import type { Paint } from '../terminal.ts';
import { counted } from '../text-layout.ts';
import type { SagaReport } from './report.ts';
import { isUndo, type TimelineStep } from './saga-timeline.ts';

const marks = { completed: '✓', undone: '↩', open: '✗' } as const;
const tones = { completed: 'green', undone: 'yellow', open: 'red' } as const;

/** `1.2 s`; from two minutes on in minutes. */
export function duration(milliseconds: number): string {
  return milliseconds < 120_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${(milliseconds / 60_000).toFixed(1)} min`;
}

const arrows: Readonly<Record<TimelineStep['result'], string>> = {
  done: '→',
  failed: '✗',
  undone: '→',
  blocked: '·',
  refused: '·',
  asked: '·',
  'dead-lettered': '✗',
};

function outcomeOf({ result, emitted, code }: TimelineStep): string {
  if (emitted.length > 0) return emitted.join(', ');
  if (result === 'blocked') return 'not done yet: blocked';
  if (result === 'refused') return 'refused: cancelled before it ran';
  if (result === 'asked') return 'still open: undone when known';
  if (result === 'dead-lettered') return code ?? 'dead letter';
  return result === 'failed' ? (code ?? 'refused') : 'done';
}

/** What was not plain about it. */
function noteOf({ failedTries, deliveries, crash }: TimelineStep): string {
  if (crash === 'after') return '  then crashed';
  const tries = Math.max(failedTries + 1, crash === undefined ? 1 : deliveries);
  return tries === 1 ? '' : `  ${crash === undefined ? '' : 'crash, '}try ${tries}`;
}

/** One line: when, who, on which message, what it did, and what went out. Compensation has its own mark and stands further in. */
function stepLine(step: TimelineStep, paint: Paint): string {
  const { afterMilliseconds, service, message, reaction, result } = step;
  const undo = isUndo(step);
  const time = `+${duration(afterMilliseconds)}`.padStart(9);
  const who = service.padEnd(undo ? 10 : 12);
  const did = (undo ? `undo ${reaction}` : reaction).padEnd(21);
  const tone = result === 'failed' || result === 'dead-lettered' ? 'red' : undo ? 'yellow' : 'cyan';
  const outcome = paint(tone, `${arrows[result]} ${outcomeOf(step)}`);
  const note = paint('dim', noteOf(step));
  return `${paint('dim', time)}  ${undo ? paint('yellow', '↩ ') : ''}${who} ${message.padEnd(19)} ${did} ${outcome}${note}`;
}

function endingText({ ending, because, tookMilliseconds }: SagaReport): string {
  const took = duration(tookMilliseconds);
  if (ending === 'open') return `not ended after ${took}`;
  return ending === 'completed' ? `completed in ${took}` : `undone in ${took}: ${because ?? 'it failed'}`;
}

function headLine(saga: SagaReport, paint: Paint): string {
  const { order, label, ending } = saga;
  return `${paint(tones[ending], marks[ending])} ${paint('bold', `order ${order}`.padEnd(9))} ${label.padEnd(30)} ${paint(tones[ending], endingText(saga))}`;
}

function copiesRefused({ duplicates }: SagaReport): string | undefined {
  const count = Object.values(duplicates).reduce((sum, each) => sum + each, 0);
  return count === 0 ? undefined : `= ${counted(count, 'copy', 'copies')} refused`;
}

/** A saga with every step. */
export function sagaText(saga: SagaReport, paint: Paint): string {
  const copies = copiesRefused(saga);
  const services = Object.entries(saga.duplicates).map(([service, count]) => (count === 1 ? service : `${service} ${count}`));
  const lines = [headLine(saga, paint), ...saga.steps.map((step) => stepLine(step, paint))];
  if (copies !== undefined) lines.push(`${' '.repeat(11)}${paint('dim', `${copies} (${services.join(', ')})`)}`);
  return `${lines.join('\n')}\n`;
}

/** A saga in one line, when one like it has been shown. */
export function sagaLine(saga: SagaReport, paint: Paint): string {
  const copies = copiesRefused(saga);
  return `${headLine(saga, paint)}${copies === undefined ? '' : paint('dim', `  ${copies}`)}\n`;
}

function unusual({ result, failedTries, crash }: TimelineStep): readonly string[] {
  const special = result === 'blocked' || result === 'refused' || result === 'asked' || result === 'dead-lettered' ? [result] : [];
  return [...special, ...(failedTries > 0 ? ['tried again'] : []), ...(crash === undefined ? [] : [`crash ${crash}`])];
}

/** Sagas with the same one went the same way, times and copies apart. */
export function sagaShape({ ending, because, steps }: SagaReport): string {
  return JSON.stringify([ending, because, [...new Set(steps.flatMap(unusual))].sort()]);
}
