/** What stands in a log where a sensitive value was. */
const REDACTED = '[redacted]';

function redactAt(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return REDACTED;
  if (Array.isArray(value)) return value.map((element, index) => (key === '*' || key === `${index}` ? redactAt(element, rest) : element));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  return { ...value, [key]: redactAt((value as Record<string, unknown>)[key], rest) };
}

/** A copy of a message's data for logs: what the schema marks as sensitive (JSON Pointers, `*` for any element) is taken out. */
export function redact(data: unknown, sensitive: readonly string[]): unknown {
  return sensitive.reduce<unknown>((copied, pointer) => {
    const path = pointer.split('/').slice(1);
    return redactAt(
      copied,
      path.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')),
    );
  }, data);
}
