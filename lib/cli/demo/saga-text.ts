import { counted } from '../text-layout.ts';
import type { Paint } from '../terminal.ts';
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
  if (result === 'blocked') return 'nothing was done yet; will be refused';
  if (result === 'refused') return 'refused: undone before it came';
  if (result === 'asked') return 'still open; undone when it is known';
  if (result === 'dead-lettered') return `dead letter ${code ?? ''}`.trimEnd();
  return result === 'failed' ? (code ?? 'refused') : 'done';
}

function tries({ failedTries }: TimelineStep): string {
  return failedTries === 0 ? '' : `   after ${counted(failedTries, 'failed try', 'failed tries')}`;
}

/** One line: when, who, on which message, what it did, and what went out. Compensation has its own mark and stands further in. */
function stepLine(step: TimelineStep, paint: Paint): string {
  const { afterMilliseconds, service, message, reaction, result } = step;
  const undo = isUndo(step);
  const time = `+${duration(afterMilliseconds)}`.padStart(9);
  const who = service.padEnd(undo ? 11 : 13);
  const did = (undo ? `undo ${reaction}` : reaction).padEnd(21);
  const tone = result === 'failed' || result === 'dead-lettered' ? 'red' : undo ? 'yellow' : 'cyan';
  const outcome = paint(tone, `${arrows[result]} ${outcomeOf(step)}`);
  const note = paint('dim', tries(step));
  return `${paint('dim', time)}  ${undo ? paint('yellow', '↩ ') : ''}${who} ${message.padEnd(19)} ${did} ${outcome}${note}`;
}

function endingText({ ending, because, tookMilliseconds }: SagaReport): string {
  const took = duration(tookMilliseconds);
  if (ending === 'open') return `not ended after ${took}`;
  return ending === 'completed' ? `completed in ${took}` : `undone in ${took}: ${because ?? 'it failed'}`;
}

function headLine(saga: SagaReport, paint: Paint): string {
  const { order, label, ending } = saga;
  return `${paint(tones[ending], marks[ending])} ${paint('bold', `order ${order}`.padEnd(9))} ${label.padEnd(34)} ${paint(tones[ending], endingText(saga))}`;
}

function duplicatesText({ duplicates }: SagaReport): string | undefined {
  const entries = Object.entries(duplicates);
  const count = entries.reduce((sum, [, each]) => sum + each, 0);
  if (count === 0) return undefined;
  return `${counted(count, 'copy', 'copies')} refused (${entries.map(([service, each]) => (each === 1 ? service : `${service} ${each}`)).join(', ')})`;
}

/** A saga with every step. */
export function sagaText(saga: SagaReport, paint: Paint): string {
  const duplicates = duplicatesText(saga);
  const lines = [headLine(saga, paint), ...saga.steps.map((step) => stepLine(step, paint))];
  if (duplicates !== undefined) lines.push(`${' '.repeat(11)}${paint('dim', `= ${duplicates}`)}`);
  return `${lines.join('\n')}\n`;
}

/** A saga in one line, when one like it has been shown. */
export function sagaLine(saga: SagaReport, paint: Paint): string {
  const duplicates = duplicatesText(saga);
  return `${headLine(saga, paint)}${duplicates === undefined ? '' : paint('dim', ` = ${duplicates}`)}\n`;
}

/** Sagas with the same one went the same way, times and copies apart. */
export function sagaShape({ ending, because, steps }: SagaReport): string {
  const unusual = steps.filter(({ result, failedTries }) => failedTries > 0 || result === 'blocked' || result === 'refused' || result === 'asked' || result === 'dead-lettered');
  return JSON.stringify([ending, because, [...new Set(unusual.map(({ result, failedTries }) => (failedTries > 0 ? 'tried again' : result)))].sort()]);
}
