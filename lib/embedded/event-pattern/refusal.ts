import { ChoreographyError } from '../../contract/errors.ts';

/** Ends the reading of a pattern: names the place as `detail.amount[0].numeric`. @throws INVALID_EVENT_PATTERN */
export function refusePattern(path: string, reason: string, cause?: unknown): never {
  const where = path === '' ? 'The event pattern' : `The event pattern at ${path}`;
  throw new ChoreographyError('INVALID_EVENT_PATTERN', `${where} ${reason}.`, { details: { path }, cause });
}

/** Whether `value` is a JSON object: no list, no null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of `value` for a message, cut: patterns are written by hand and may hold anything. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** A path one step further down. */
export function below(path: string, step: string): string {
  return path === '' ? step : `${path}.${step}`;
}
