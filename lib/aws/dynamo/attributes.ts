import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** One item as the SDK has it. */
export type Item = Record<string, AttributeValue>;

/** Names of an item's attributes beside the keys; short, as every item pays for them. */
export const attributes = {
  /** Version: the id of the commit that wrote the item. */
  version: 'v',
  /** The value as JSON: exact, and a tenth of the work of a document client. */
  json: 'j',
  /** State of a dead letter, for the filter of a listing. */
  state: 's',
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

/** The value that an item of the journal holds. */
export function storedValue<Value>(item: Item): Value {
  return JSON.parse(textOf(item, attributes.json) ?? 'null') as Value;
}
