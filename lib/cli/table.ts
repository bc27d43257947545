import type { Paint } from './terminal.ts';
import { oneLine } from './text-layout.ts';

export { spanText, timeText } from '../operations/time-text.ts';

/** Spaces between two columns. */
const GAP = 2;

/** Rows under their headings; each column is as wide as its widest cell, numbers stand to the right. */
export function tableText(headings: readonly string[], given: readonly (readonly string[])[], paint: Paint): string {
  const rows = given.map((cells) => cells.map(oneLine));
  const isNumber = headings.map((_, column) => rows.length > 0 && rows.every((row) => /^[\d,.+~-]*$/.test(row[column] ?? '')));
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [paint('dim', line(headings)), ...rows.map(line), ''].join('\n');
}
