import type { Paint } from '../terminal.ts';
import { wrap } from '../text-layout.ts';

/** What a finding about a schema says, whoever found it. */
export interface ShownFinding {
  readonly where: string;
  /** The rule, and against what. */
  readonly what: string;
  readonly message: string;
  readonly fix: string;
}

/** Characters of a line. */
const WIDTH = 100;
const INDENT = 9;

function part(label: string, text: string, paint: Paint): string {
  return `    ${paint('dim', label)}  ${wrap(text, WIDTH - INDENT).join(`\n${' '.repeat(INDENT)}`)}`;
}

/** Where it is, why it is wrong, and what to do. */
export function findingText({ where, what, message, fix }: ShownFinding, paint: Paint): string {
  return [`${paint('red', '✗')} ${where}  ${paint('dim', what)}`, part('why', message, paint), part('fix', fix, paint)].join('\n');
}
