/** Whether `value` is a JSON object: no list, no null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of an unknown value; `undefined` when there is none. Fields of the prototype are none. */
export function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A field that holds text. */
export function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : undefined;
}

/** A field that holds a finite number, also as text: SQS sends its numbers as text. */
export function numberOf(value: unknown, name: string): number | undefined {
  const field = fieldOf(value, name);
  const number = typeof field === 'string' && field.trim() !== '' ? Number(field) : field;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** JSON text of a value; `undefined` for what has none (functions, cycles, nesting beyond the stack). */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The value of JSON text, or the text itself when it is not JSON. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The same object without the fields that are `undefined`, so that logs and comparisons show what was there. */
export function compact<T extends object>(value: T): T {
  const names = Object.keys(value) as (keyof T)[];
  if (names.every((name) => value[name] !== undefined)) return value;
  const kept: Partial<T> = {};
  for (const name of names) if (value[name] !== undefined) kept[name] = value[name];
  return kept as T;
}
