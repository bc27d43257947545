import type { ExistingTable } from '../../contract/entity.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Version } from '../../runtime/journal/claim.ts';
import type { EntityRecord } from '../../runtime/journal/unit.ts';
import { type Item, number, numberOf, text, textOf } from './attributes.ts';
import { type Condition, isAbsent, versionIs } from './condition.ts';
import { attributeOf, jsonOf } from './existing-attributes.ts';

/** The version of an item that somebody else wrote: it is there, but no commit of ours has been. */
const FOREIGN_VERSION = '';
/** Properties of one state: an update expression may have 300 operators and 4 KB (AWS). */
const PROPERTIES_MAX = 250;

/** Holds the version of the stored shape. */
function shapeAttribute({ versionAttribute }: ExistingTable): string {
  return `${versionAttribute}Shape`;
}

/** Holds the names of the attributes that reactions wrote last: what of the item is ours to remove. */
function fieldsAttribute({ versionAttribute }: ExistingTable): string {
  return `${versionAttribute}Fields`;
}

function reservedNames(table: ExistingTable): ReadonlySet<string> {
  return new Set([table.versionAttribute, shapeAttribute(table), fieldsAttribute(table)]);
}

/** The key of an entity in the team's table. */
export function existingKey({ key }: ExistingTable, id: string): Item {
  return Object.fromEntries(
    Object.entries(key(id)).map(([name, value]) => [name, typeof value === 'number' ? number(value) : text(value)]),
  );
}

/** The version of an item, and the attributes that reactions wrote in it. */
export interface Fields {
  readonly version: string;
  readonly names: readonly string[];
}

/** What of an item is ours. */
export function fieldsOf(table: ExistingTable, item: Item): Fields {
  return { version: textOf(item, table.versionAttribute) ?? FOREIGN_VERSION, names: item[fieldsAttribute(table)]?.SS ?? [] };
}

/**
 * The record that an item of the team's table is: each of its attributes is a property of the state, also what others
 * wrote, but for what JSON would change. The key is part of it when a reaction put it there, or when nobody of ours wrote.
 * @throws STORE_UNAVAILABLE when the version attribute is something else's
 */
export function existingRecord(table: ExistingTable, id: string, item: Item): EntityRecord {
  const { version, names } = fieldsOf(table, item);
  if (version === FOREIGN_VERSION && item[table.versionAttribute] !== undefined) {
    throw new ChoreographyError(
      'STORE_UNAVAILABLE',
      `The attribute ${table.versionAttribute} of the table ${table.name} is no text: it is something else's. Name an attribute as versionAttribute that nobody else uses.`,
      { details: { table: table.name, attribute: table.versionAttribute }, retryable: true },
    );
  }
  const hidden = new Set(reservedNames(table));
  if (version !== FOREIGN_VERSION) for (const name of Object.keys(table.key(id))) if (!names.includes(name)) hidden.add(name);
  const state: [string, unknown][] = [];
  for (const [name, attribute] of Object.entries(item)) {
    const value = hidden.has(name) ? undefined : jsonOf(attribute);
    if (value !== undefined) state.push([name, value]);
  }
  return { state: Object.fromEntries(state), shapeVersion: numberOf(item, shapeAttribute(table)) ?? 1, version, indexes: {} };
}

/** The condition that an item of the team's table has the version that was read. */
export function existingCondition(table: ExistingTable, key: Item, expect: Version): Condition {
  const [keyName = ''] = Object.keys(key);
  if (expect === null) return isAbsent(keyName);
  if (expect !== FOREIGN_VERSION) return versionIs(expect, table.versionAttribute);
  return {
    ConditionExpression: 'attribute_exists(#k) AND attribute_not_exists(#v)',
    ExpressionAttributeNames: { '#k': keyName, '#v': table.versionAttribute },
  };
}

/** Why a state has no place in the team's table, if so. */
export function existingFlaw(table: ExistingTable, id: string, state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) {
    return `The state is no object; in the table ${table.name} each of its properties becomes an attribute.`;
  }
  const names = Object.keys(state);
  if (names.length > PROPERTIES_MAX)
    return `The state has ${names.length} properties; in a table of your own it may have ${PROPERTIES_MAX}.`;
  const reserved = reservedNames(table);
  const taken = names.find((name) => reserved.has(name));
  if (taken !== undefined) return `The property ${taken} of the state is an attribute that the runtime keeps in the table ${table.name}.`;
  const key = Object.entries(table.key(id));
  const [other] = key.find(([name, value]) => Object.hasOwn(state, name) && (state as Record<string, unknown>)[name] !== value) ?? [];
  return other === undefined ? undefined : `The property ${other} of the state is not what the key of the table ${table.name} has there.`;
}

/** What an update does to an item. */
export interface ChangeExpression {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Item;
}

/**
 * The change that makes a state the one that is stored: sets each property, and removes what reactions had written before
 * and the state has no more. What others wrote stays, unless the state has it.
 */
export function existingUpdate(
  table: ExistingTable,
  key: Item,
  { state, version, shapeVersion }: EntityRecord,
  before: readonly string[],
): ChangeExpression {
  const properties = Object.entries(state as Readonly<Record<string, unknown>>).filter(([, value]) => value !== undefined);
  const fields = properties.map(([name]) => name);
  const sets: Item = { [table.versionAttribute]: text(version), [shapeAttribute(table)]: number(shapeVersion) };
  for (const [name, value] of properties) if (!Object.hasOwn(key, name)) sets[name] = attributeOf(value);
  const removed = before.filter((name) => !fields.includes(name) && !Object.hasOwn(key, name));
  if (fields.length > 0) sets[fieldsAttribute(table)] = { SS: fields };
  else removed.push(fieldsAttribute(table));
  const names: Record<string, string> = {};
  const values: Item = {};
  const set = Object.keys(sets).map((name, index) => {
    names[`#s${index}`] = name;
    values[`:s${index}`] = sets[name] as Item[string];
    return `#s${index} = :s${index}`;
  });
  const remove = removed.map((name, index) => {
    names[`#r${index}`] = name;
    return `#r${index}`;
  });
  const expression = `SET ${set.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.join(', ')}` : ''}`;
  return { UpdateExpression: expression, ExpressionAttributeNames: names, ExpressionAttributeValues: values };
}
