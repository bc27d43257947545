import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ExistingTable } from '../../contract/entity.ts';
import type { EntityRecord } from '../../runtime/journal/unit.ts';
import { type Item, number, numberOf, text, textOf } from './attributes.ts';

/** The version of an item that somebody else wrote: it is there, but no commit of ours has been. */
export const FOREIGN_VERSION = '';

/** Holds the version of the stored shape, beside the version attribute of the team's own table. */
function shapeAttribute({ versionAttribute }: ExistingTable): string {
  return `${versionAttribute}Shape`;
}

/** A JSON value as DynamoDB has it. */
export function attributeOf(value: unknown): AttributeValue {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, attributeOf(inner)])) };
}

/** The other way round; sets become arrays, binary data base64 text. */
export function jsonOf(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L) return value.L.map(jsonOf);
  if (value.M) return Object.fromEntries(Object.entries(value.M).map(([name, inner]) => [name, jsonOf(inner)]));
  if (value.SS) return value.SS;
  if (value.NS) return value.NS.map(Number);
  if (value.B) return Buffer.from(value.B).toString('base64');
  return null;
}

/** The key of an entity in the team's table. */
export function existingKey({ key }: ExistingTable, id: string): Item {
  return Object.fromEntries(
    Object.entries(key(id)).map(([name, value]) => [name, typeof value === 'number' ? number(value) : text(value)]),
  );
}

/**
 * The item that a reaction's state becomes: one attribute for each property. The item is replaced as a whole, so a reaction
 * that spreads what it read keeps the attributes of others.
 */
export function existingItem(table: ExistingTable, id: string, { state, version, shapeVersion }: EntityRecord): Item {
  const properties = Object.entries(state as Readonly<Record<string, unknown>>).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(properties.map(([name, value]) => [name, attributeOf(value)])),
    ...existingKey(table, id),
    [table.versionAttribute]: text(version),
    [shapeAttribute(table)]: number(shapeVersion),
  };
}

/** The record that an item of the team's table is: all its attributes but the key and the versions are the state. */
export function existingRecord(table: ExistingTable, id: string, item: Item): EntityRecord {
  const ours = new Set([...Object.keys(table.key(id)), table.versionAttribute, shapeAttribute(table)]);
  const state = Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => !ours.has(name))
      .map(([name, value]) => [name, jsonOf(value)]),
  );
  return {
    state,
    shapeVersion: numberOf(item, shapeAttribute(table)) ?? 1,
    version: textOf(item, table.versionAttribute) ?? FOREIGN_VERSION,
    indexes: {},
  };
}
