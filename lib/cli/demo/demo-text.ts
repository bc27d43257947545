import type { Paint } from '../terminal.ts';
import { counted, wrap } from '../text-layout.ts';
import type { DeadLetterReport, DemoPart, SagaReport } from './report.ts';
import { sagaLine, sagaShape, sagaText } from './saga-text.ts';
import { summaryText, troublesText } from './summary-text.ts';
import type { Troubles } from './troubles.ts';

function openingText({ options, services, broken }: DemoPart & { kind: 'opening' }, paint: Paint): string {
  const { orders, faults, seed } = options;
  return [
    paint('bold', `A shop of ${services.length} services that only react to each other's events, in this process and in virtual time.`),
    `Services: ${services.join(', ')}.`,
    `${counted(orders, 'order')}, faults: ${faults}${broken === undefined ? '' : `, ${broken}`}, seed ${seed}.`,
    '',
    paint('dim', 'Each line shows when, which service, on which event, what it did, and the event that it sent.'),
    paint('dim', '✓ succeeded   ↩ undoes a step that was done   ✗ failed   = arrived twice, was done once'),
    '',
  ].join('\n');
}

function letterText({ service, code, message, type }: DeadLetterReport, paint: Paint): string {
  const head = `${paint('red', '✗')} dead letter in ${service}${type === undefined ? '' : ` for ${type}`}: ${paint('red', code)}`;
  return `${[head, ...wrap(message, 86).map((line) => `${' '.repeat(11)}${paint('dim', line)}`)].join('\n')}\n`;
}

function meanwhileText(troubles: Troubles, paint: Paint): string {
  const text = troublesText(troubles);
  if (text === '') return '';
  return `  ${paint('dim', `meanwhile: ${wrap(text, 84).join(`\n${' '.repeat(13)}`)}`)}\n`;
}

/** The first saga of a kind in full, the others like it in one line. */
function sagaOrLine(saga: SagaReport, shown: Set<string>, paint: Paint): string {
  const shape = sagaShape(saga);
  if (shown.has(shape)) return sagaLine(saga, paint);
  shown.add(shape);
  return sagaText(saga, paint);
}

/** The text of each part as it comes. */
export function createDemoText(paint: Paint): (part: DemoPart) => string {
  const shown = new Set<string>();
  let before: DemoPart['kind'] | undefined;
  const textOf = (part: DemoPart): string => {
    switch (part.kind) {
      case 'opening':
        return openingText(part, paint);
      case 'note':
        return `${paint('bold', `• ${part.text}`)}\n`;
      case 'meanwhile':
        return meanwhileText(part.troubles, paint);
      case 'dead-letter':
        return letterText(part.letter, paint);
      case 'saga':
        return sagaOrLine(part.saga, shown, paint);
      case 'summary':
        return summaryText(part.result, paint);
    }
  };
  return (part) => {
    const apart = before !== undefined && (before === 'opening' || part.kind === 'note');
    before = part.kind;
    return `${apart ? '\n' : ''}${textOf(part)}`;
  };
}
