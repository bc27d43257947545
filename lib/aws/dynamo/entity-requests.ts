import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { ExistingTable } from '../../contract/entity.ts';
import type { Version } from '../../runtime/journal/claim.ts';
import { entityKey } from '../../runtime/journal/item-key.ts';
import type { EntityRecord, Write } from '../../runtime/journal/unit.ts';
import type { Item } from './attributes.ts';
import { type Condition, stored } from './condition.ts';
import type { KnownFields } from './existing-fields.ts';
import { existingCondition, existingFlaw, existingUpdate } from './existing-table.ts';
import { furtherIndexKey, indexKeyItem, keyItem, valueItem, valuePartition } from './item-keys.ts';
import { entityPlace, type Place, type Tables } from './place.ts';

/** A change or a check of an entity. */
export type EntityWrite = Write & { readonly kind: 'entity' | 'entity-check' };

/** What requests are made from. */
export interface RequestOptions extends Tables {
  readonly fields: KnownFields;
  readonly nowMs: number;
}

/**
 * The first index of an entity is on the entity's own item, so that the usual commit stays one write an item. Each further
 * one is an item beside it in the same transaction. One that is left over, when a value or the entity is gone, finds
 * nothing: a query reads the entity and judges by what it is now.
 */
function journalPuts(
  TableName: string,
  { entity, id }: EntityWrite['key'],
  record: EntityRecord,
  condition: Condition,
): readonly TransactWriteItem[] {
  const { version, state, shapeVersion, indexes } = record;
  const key = entityKey(entity, id);
  const item = valueItem(key, { id, state, shapeVersion, indexes }, version);
  const found = (index: string, value: string): Item => indexKeyItem({ partition: valuePartition(entity, index, value), sort: id });
  const [first, ...others] = Object.entries(indexes);
  if (first) Object.assign(item, found(...first));
  const beside = others.map(([index, value]): TransactWriteItem => {
    return { Put: { TableName, Item: { ...keyItem(furtherIndexKey(key.partition, index)), ...found(index, value) } } };
  });
  return [{ Put: { TableName, Item: item, ...condition } }, ...beside];
}

/** What the item has of ours is known from the read that gave `expect`. */
function existingChange(
  place: Place,
  table: ExistingTable,
  write: { readonly id: string; readonly expect: Version; readonly put: EntityRecord },
  { fields }: RequestOptions,
): readonly TransactWriteItem[] | string {
  const flaw = existingFlaw(table, write.id, write.put.state);
  if (flaw !== undefined) return flaw;
  const before = write.expect === null ? [] : (fields.of(place, write.expect) ?? []);
  const update = existingUpdate(table, place.key, write.put, before);
  const condition = existingCondition(table, place.key, write.expect);
  return [
    {
      Update: {
        TableName: place.table,
        Key: place.key,
        UpdateExpression: update.UpdateExpression,
        ConditionExpression: condition.ConditionExpression,
        ExpressionAttributeNames: { ...update.ExpressionAttributeNames, ...condition.ExpressionAttributeNames },
        ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ...condition.ExpressionAttributeValues },
      },
    },
  ];
}

/** The requests for an entity, the one with the condition first; a text says why there are none. */
export function entityRequests(write: EntityWrite, options: RequestOptions): readonly TransactWriteItem[] | string {
  const { key, expect } = write;
  const place = entityPlace(key, options);
  const condition = key.table ? existingCondition(key.table, place.key, expect) : stored(expect);
  const at = { TableName: place.table, Key: place.key };
  if (write.kind === 'entity-check') return [{ ConditionCheck: { ConditionExpression: undefined, ...at, ...condition } }];
  if (write.put === null) return [{ Delete: { ...at, ...condition } }];
  if (key.table) return existingChange(place, key.table, { id: key.id, expect, put: write.put }, options);
  return journalPuts(place.table, key, write.put, condition);
}

/** Items of brought tables of which a commit must know what is ours, and does not yet. */
export function unknownFields(writes: readonly Write[], options: RequestOptions): readonly (Place & { readonly brought: ExistingTable })[] {
  const unknown: (Place & { readonly brought: ExistingTable })[] = [];
  for (const write of writes) {
    if (write.kind !== 'entity' || !write.key.table || write.put === null || write.expect === null) continue;
    const place = entityPlace(write.key, options);
    if (!options.fields.of(place, write.expect)) unknown.push({ ...place, brought: write.key.table });
  }
  return unknown;
}
