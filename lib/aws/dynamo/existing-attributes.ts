import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A JSON value as DynamoDB has it. */
export function attributeOf(value: unknown): AttributeValue {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, attributeOf(inner)])) };
}

/** The digits that count, whatever the sign, the exponent and the form. */
function digitsOf(number: string): string {
  return number
    .replace(/e.*$/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '');
}

function numberAsJson(number: string): unknown {
  const value = Number(number);
  return Number.isFinite(value) && digitsOf(String(value)) === digitsOf(number) ? value : undefined;
}

/** All of it or nothing: half a list would be written back as the whole. */
function listAsJson(list: readonly AttributeValue[]): unknown {
  const values = list.map(jsonOf);
  return values.includes(undefined) ? undefined : values;
}

function mapAsJson(map: Readonly<Record<string, AttributeValue>>): unknown {
  const entries = Object.entries(map).map(([name, inner]) => [name, jsonOf(inner)] as const);
  return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
}

/** The other way round; `undefined` for what JSON would change: sets, binary data, numbers of more digits than a double has. */
export function jsonOf(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return numberAsJson(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L) return listAsJson(value.L);
  if (value.M) return mapAsJson(value.M);
  return value.NULL ? null : undefined;
}
