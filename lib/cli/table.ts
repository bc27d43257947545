import type { Paint } from './terminal.ts';

/** Spaces between two columns. */
const GAP = 2;

/** Rows under their headings; each column is as wide as its widest cell, numbers stand to the right. */
export function tableText(headings: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  const isNumber = headings.map((_, column) => rows.length > 0 && rows.every((row) => /^[\d,.+~-]*$/.test(row[column] ?? '')));
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [paint('dim', line(headings)), ...rows.map(line), ''].join('\n');
}

const units: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** `0 s`, `90 s`, `15 min`, `3 h`, `9 d`: two digits are enough to know what to do. */
export function spanText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  const [size, name] = units.find(([unit]) => seconds >= 2 * unit) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${name}`;
}

/** `2026-01-31 09:30:05`, UTC. */
export function timeText(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
