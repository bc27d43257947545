import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** One item as the SDK has it. */
export type Item = Record<string, AttributeValue>;

/** Names of an item's attributes beside the keys; short, as every item pays for them. */
export const attributes = {
  /** Version: the id of the commit that wrote the item. */
  version: 'v',
  /** The value as JSON: exact, and a tenth of the work of a document client. */
  json: 'j',
  /** Id of a due item whose sort key does not show it. */
  dueId: 'i',
  /** Milliseconds of a reaction's last success. */
  succeededAt: 'at',
} as const;

/** A text attribute. */
export function text(value: string): AttributeValue {
  return { S: value };
}

/** A number attribute; DynamoDB takes numbers as text. */
export function number(value: number): AttributeValue {
  return { N: String(value) };
}

/** The text under a name, if it is one. */
export function textOf(item: Item | undefined, name: string): string | undefined {
  const value = item && Object.hasOwn(item, name) ? item[name] : undefined;
  return value?.S;
}

/** The number under a name, if it is one. */
export function numberOf(item: Item | undefined, name: string): number | undefined {
  const value = item && Object.hasOwn(item, name) ? item[name] : undefined;
  return value?.N === undefined ? undefined : Number(value.N);
}

/** The value that an item holds as JSON. */
export function storedValue<Value>(item: Item): Value {
  return JSON.parse(textOf(item, attributes.json) ?? 'null') as Value;
}

/** Bytes of a number at most: 38 digits, two a byte, and its exponent. */
const NUMBER_BYTES_MAX = 21;
/** Bytes of a list or map beside what is in it. */
const CONTAINER_BYTES = 3;

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return NUMBER_BYTES_MAX;
  if (value.L) return value.L.reduce((sum, element) => sum + 1 + valueBytes(element), CONTAINER_BYTES);
  if (value.M) return CONTAINER_BYTES + Object.keys(value.M).length + itemBytes(value.M);
  if (value.SS) return value.SS.reduce((sum, element) => sum + Buffer.byteLength(element), CONTAINER_BYTES);
  return 1;
}

/** What DynamoDB counts as the size of an item: names and values, as UTF-8. A few bytes too many for numbers. */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const name in item) bytes += Buffer.byteLength(name) + valueBytes(item[name] as AttributeValue);
  return bytes;
}
