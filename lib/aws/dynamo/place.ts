import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import type { ExistingTable } from '../../contract/entity.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { entityKey, type ItemKey } from '../../runtime/journal/item-key.ts';
import type { EntityKey } from '../../runtime/journal/unit.ts';
import type { Item } from './attributes.ts';
import { existingKey } from './existing-table.ts';
import { keyItem } from './item-keys.ts';

/** The tables of one service. */
export interface Tables {
  readonly table: string;
  /** Tables that the team brought: logical name → name. */
  readonly existing: Readonly<Record<string, string>>;
}

/** Where one item is. */
export interface Place {
  readonly table: string;
  readonly key: Item;
  /** The same text for the same item. */
  readonly text: string;
}

function partOf(value: AttributeValue | undefined): string {
  // DynamoDB gives a number back in its own form: 5.0 as 5, 1e21 with all its zeros.
  const part = value?.S ?? `n${Number(value?.N)}`;
  return `${part.length}:${part}`;
}

/** One text per item of a table: its key, whatever the order of its attributes. */
export function placeText(table: string, keyNames: readonly string[], item: Item): string {
  let text = table;
  for (const name of keyNames) text += `|${partOf(item[name])}`;
  return text;
}

/** The names of a key's attributes, in one order. */
export function keyNamesOf(key: Item): readonly string[] {
  return Object.keys(key).sort();
}

/** A place in any table. */
export function placeOf(table: string, key: Item): Place {
  return { table, key, text: placeText(table, keyNamesOf(key), key) };
}

/** The names of the journal's key, as `keyNamesOf` gives them. */
const journalKeyNames: readonly string[] = [journalTable.partitionKey, journalTable.sortKey].sort();

/** A place in the journal. */
export function journalPlace({ table }: Tables, itemKey: ItemKey): Place {
  const key = keyItem(itemKey);
  return { table, key, text: placeText(table, journalKeyNames, key) };
}

/** Retryable: what needs the table waits for a deploy that gives it, and is not given up. */
export function unmapped(entity: string, { name }: ExistingTable): ChoreographyError {
  return new ChoreographyError(
    'TABLE_UNMAPPED',
    `${entity} is kept in the table \`${name}\`, and the function was given none by that name: \`tables: { ${name}: … }\` of ChoreographyService does.`,
    { details: { entity, table: name }, retryable: true },
  );
}

/** The name of a table that the team brought. `undefined`: the function was not given it. */
export function tableOf({ name }: ExistingTable, { existing }: Tables): string | undefined {
  return Object.hasOwn(existing, name) ? existing[name] : undefined;
}

/** Where an entity is: in the journal, or in the table that the team brought. @throws TABLE_UNMAPPED (retryable) */
export function entityPlace({ entity, id, table }: EntityKey, tables: Tables): Place {
  if (!table) return journalPlace(tables, entityKey(entity, id));
  const name = tableOf(table, tables);
  if (name === undefined) throw unmapped(entity, table);
  return placeOf(name, existingKey(table, id));
}
