import { counted } from '../text-layout.ts';
import type { Paint } from '../terminal.ts';
import type { DeadLetterReport, DemoPart } from './report.ts';
import { sagaLine, sagaShape, sagaText } from './saga-text.ts';
import { summaryText, troublesText } from './summary-text.ts';

function openingText({ options, services }: DemoPart & { kind: 'opening' }, paint: Paint): string {
  const { orders, faults, seed, fail } = options;
  const broken = fail === undefined ? '' : `, ${fail} broken`;
  return [
    paint('bold', `A shop of ${services.length} services that only react to each other's events, in this process and in virtual time.`),
    `${counted(orders, 'order')}, faults: ${faults}${broken}, seed ${seed}. Services: ${services.join(', ')}.`,
    paint('dim', 'Each line: when, which service, the event it got, what it did, the event that it sent. ↩ undoes a step.'),
    '',
    '',
  ].join('\n');
}

function letterText({ service, code, message, type }: DeadLetterReport, paint: Paint): string {
  return `${paint('red', '✗')} dead letter in ${service}${type === undefined ? '' : ` for ${type}`}: ${paint('red', code)}\n${' '.repeat(11)}${paint('dim', message)}\n`;
}

/** The text of each part as it comes. The first saga of a kind is shown in full, the others like it in one line. */
export function createDemoText(paint: Paint): (part: DemoPart) => string {
  const shown = new Set<string>();
  return (part) => {
    switch (part.kind) {
      case 'opening':
        return openingText(part, paint);
      case 'note':
        return `\n${paint('bold', `• ${part.text}`)}\n`;
      case 'meanwhile': {
        const troubles = troublesText(part.troubles);
        return troubles === '' ? '' : `${paint('dim', `  meanwhile: ${troubles}`)}\n`;
      }
      case 'dead-letter':
        return letterText(part.letter, paint);
      case 'saga': {
        const shape = sagaShape(part.saga);
        if (shown.has(shape)) return sagaLine(part.saga, paint);
        shown.add(shape);
        return sagaText(part.saga, paint);
      }
      case 'summary':
        return summaryText(part.result, paint);
    }
  };
}
