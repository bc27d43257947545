/** Levels of nesting that a stored value may have; a cyclic value ends here too. */
const STORED_DEPTH_MAX = 500;

/** Most bytes that one UTF-16 unit takes in JSON: an escaped control character, `\u0001`. */
const BYTES_PER_CHARACTER_MAX = 6;
/** Quotes and a comma or colon around a text. */
const TEXT_BYTES = 3;
/** The longest number in JSON, `-1.2345678901234567e-308`, and a comma. */
const NUMBER_BYTES_MAX = 25;
/** `false` or `null`, brackets, and a comma. */
const SMALL_BYTES_MAX = 6;

/** A deep-frozen copy of plain data. */
export interface FrozenCopy<Value> {
  readonly value: Value;
  /** At least the bytes of its JSON; up to six times too many. Cheap, unlike the exact number. */
  readonly bytesAtMost: number;
}

interface Meter {
  bytes: number;
}

function copyList(list: readonly unknown[], meter: Meter, depth: number): unknown {
  const copy = new Array<unknown>(list.length);
  for (let index = 0; index < list.length; index += 1) copy[index] = copyOf(list[index], meter, depth) ?? null;
  meter.bytes += SMALL_BYTES_MAX + list.length * SMALL_BYTES_MAX;
  return Object.freeze(copy);
}

function copyRecord(record: Readonly<Record<string, unknown>>, meter: Meter, depth: number): unknown {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(record)) {
    const value = copyOf(record[name], meter, depth);
    if (value === undefined) continue;
    meter.bytes += name.length * BYTES_PER_CHARACTER_MAX + TEXT_BYTES;
    // A plain assignment of this name would set the prototype.
    if (name === '__proto__') Object.defineProperty(copy, name, { value, enumerable: true, writable: true, configurable: true });
    else copy[name] = value;
  }
  meter.bytes += SMALL_BYTES_MAX;
  return Object.freeze(copy);
}

function copyObject(value: object, meter: Meter, depth: number): unknown {
  if (depth > STORED_DEPTH_MAX) throw new RangeError(`nested deeper than ${STORED_DEPTH_MAX} levels, or cyclic`);
  if (Array.isArray(value)) return copyList(value, meter, depth + 1);
  if ('toJSON' in value && typeof value.toJSON === 'function') return copyOf(value.toJSON(), meter, depth + 1);
  return copyRecord(value as Readonly<Record<string, unknown>>, meter, depth + 1);
}

function copyOf(value: unknown, meter: Meter, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      meter.bytes += value.length * BYTES_PER_CHARACTER_MAX + TEXT_BYTES;
      return value;
    case 'number':
      meter.bytes += NUMBER_BYTES_MAX;
      return Number.isFinite(value) ? value + 0 : null;
    case 'boolean':
      meter.bytes += SMALL_BYTES_MAX;
      return value;
    case 'object':
      if (value !== null) return copyObject(value, meter, depth);
      meter.bytes += SMALL_BYTES_MAX;
      return null;
    case 'bigint':
      throw new TypeError('a bigint, which JSON cannot hold');
    default:
      return undefined;
  }
}

/**
 * What `JSON.parse(JSON.stringify(value))` gives, deep-frozen, at a third of its cost: the memory store copies every
 * value on its way in, and can then hand out what it holds.
 * @throws RangeError, TypeError when the value is not plain data
 */
export function frozenCopy<Value>(value: Value): FrozenCopy<Value> {
  const meter: Meter = { bytes: 0 };
  const copy = copyOf(value, meter, 0) as Value;
  return { value: copy, bytesAtMost: meter.bytes };
}

/** Bytes of a value as JSON in UTF-8. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
