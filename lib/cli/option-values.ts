import { InvalidArgumentError } from '@commander-js/extra-typings';

/** Reads a whole number in a range. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

/** Reads the number of a TCP port. */
export const port = whole(1, 65_535);

/** Reads a number above 0. */
export function rate(text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('It is a number above 0.');
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Reads `90s`, `15m`, `2h` or `7d`, as seconds. */
export function duration(text: string): number {
  const [, number, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * (unitSeconds[unit] as number);
  throw new InvalidArgumentError('It is a number with a unit: 90s, 15m, 2h, 7d.');
}

/** Reads an ISO time, as milliseconds since 1970. */
export function time(text: string): number {
  const value = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new InvalidArgumentError('It is an ISO time: 2026-01-31 or 2026-01-31T09:30:00Z.');
}

/** Adds a value to those that were given before. */
export function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
