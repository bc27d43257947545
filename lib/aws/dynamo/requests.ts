import type { Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import type { Version } from '../../runtime/journal/claim.ts';
import { entityKey, keyPart } from '../../runtime/journal/item-key.ts';
import type { EntityRecord, Write } from '../../runtime/journal/unit.ts';
import { attributes, type Item, number, text } from './attributes.ts';
import { existingItem, existingKey, FOREIGN_VERSION } from './existing-table.ts';
import { deadLetterKey, dueKey, keyItem, markerKey, outboxKey, parkedKey } from './item-keys.ts';

/** Where the items of one service are. */
export interface Tables {
  readonly table: string;
  /** Tables that the team brought, by logical name. */
  readonly existing: Readonly<Record<string, string>>;
}

/** A condition with its names and values. */
type Condition = Pick<Put, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;

const withOldItem: { readonly ReturnValuesOnConditionCheckFailure: ReturnValuesOnConditionCheckFailure } = {
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
};
const { partitionKey, expiry, entityIndex } = journalTable;

/** The stored version is `expect`. What has expired counts as absent, also while DynamoDB has not deleted it yet. */
function versionIs(expect: Version | 'any', nowSeconds: number | undefined, version: string = attributes.version): Condition {
  if (expect === 'any') return {};
  const live = nowSeconds === undefined ? {} : { names: { '#e': expiry }, values: { ':now': number(nowSeconds) } };
  if (expect === null) {
    return {
      ConditionExpression: nowSeconds === undefined ? 'attribute_not_exists(#k)' : 'attribute_not_exists(#k) OR #e <= :now',
      ExpressionAttributeNames: { '#k': partitionKey, ...live.names },
      ...(live.values ? { ExpressionAttributeValues: live.values } : {}),
    };
  }
  const same = '#v = :v';
  return {
    ConditionExpression: nowSeconds === undefined ? same : `${same} AND (attribute_not_exists(#e) OR #e > :now)`,
    ExpressionAttributeNames: { '#v': version, ...live.names },
    ExpressionAttributeValues: { ':v': text(expect), ...live.values },
  };
}

function put(TableName: string, item: Item, condition: Condition = {}): TransactWriteItem {
  return { Put: { TableName, Item: item, ...condition, ...(condition.ConditionExpression ? withOldItem : {}) } };
}

function remove(TableName: string, Key: Item, condition: Condition = {}): TransactWriteItem {
  return { Delete: { TableName, Key, ...condition } };
}

function valueItem(key: Item, value: unknown, version?: string): Item {
  return {
    ...key,
    [attributes.json]: text(JSON.stringify(value)),
    ...(version === undefined ? {} : { [attributes.version]: text(version) }),
  };
}

/** The value by which entities are found in the index. */
export function indexPartition(entity: string, index: string, value: string): string {
  return `${keyPart(entity)}#${keyPart(index)}#${keyPart(value)}`;
}

function indexed(key: Item, entity: string, id: string, [index, value]: readonly [string, string]): Item {
  return { ...key, [entityIndex.partitionKey]: text(indexPartition(entity, index, value)), [entityIndex.sortKey]: text(id) };
}

/**
 * The first index of an entity is on the entity's own item, so that the usual commit stays one write an item. Each further
 * one is an item beside it; one that is left over when a value is gone is recognised when it is found, by reading the entity.
 */
function entityPuts(table: string, entity: string, id: string, record: EntityRecord, condition: Condition): readonly TransactWriteItem[] {
  const key = keyItem(entityKey(entity, id));
  const [first, ...others] = Object.entries(record.indexes);
  const item = valueItem(first ? indexed(key, entity, id, first) : key, { id, ...record }, record.version);
  const beside = others.map((pair) => {
    const { partition } = entityKey(entity, id);
    return put(table, indexed(keyItem({ partition, sort: `index#${keyPart(pair[0])}` }), entity, id, pair));
  });
  return [put(table, item, condition), ...beside];
}

function existingCondition(keyName: string, versionAttribute: string, expect: Version): Condition {
  if (expect === FOREIGN_VERSION) {
    return {
      ConditionExpression: 'attribute_exists(#k) AND attribute_not_exists(#v)',
      ExpressionAttributeNames: { '#k': keyName, '#v': versionAttribute },
    };
  }
  if (expect !== null) return versionIs(expect, undefined, versionAttribute);
  return { ConditionExpression: 'attribute_not_exists(#k)', ExpressionAttributeNames: { '#k': keyName } };
}

function entityRequests(
  write: Write & { readonly kind: 'entity' | 'entity-check' },
  { table, existing }: Tables,
): readonly TransactWriteItem[] {
  const { entity, id, table: brought } = write.key;
  const TableName = brought ? (existing[brought.name] ?? brought.name) : table;
  const Key = brought ? existingKey(brought, id) : keyItem(entityKey(entity, id));
  const condition = brought
    ? existingCondition(Object.keys(Key)[0] ?? '', brought.versionAttribute, write.expect)
    : versionIs(write.expect, undefined);
  if (write.kind === 'entity-check') return [{ ConditionCheck: { TableName, Key, ConditionExpression: '', ...condition } }];
  if (write.put === null) return [remove(TableName, Key, condition)];
  if (brought) return [put(TableName, existingItem(brought, id, write.put), condition)];
  return entityPuts(TableName, entity, id, write.put, condition);
}

/** The requests of one write; the first one carries its condition. */
export function requestsOf(write: Write, tables: Tables, nowMs: number): readonly TransactWriteItem[] {
  const { table } = tables;
  switch (write.kind) {
    case 'claim': {
      const { expiresAt, ...claim } = write.put;
      const item = valueItem(keyItem(write.key), claim, claim.version);
      if (expiresAt !== undefined) item[expiry] = number(expiresAt);
      return [put(table, item, versionIs(write.expect, Math.floor(nowMs / 1000)))];
    }
    case 'entity':
    case 'entity-check':
      return entityRequests(write, tables);
    case 'saga': {
      const [key, condition] = [keyItem(markerKey(write.saga)), versionIs(write.expect, undefined)];
      return [write.put ? put(table, valueItem(key, write.put, write.put.version), condition) : remove(table, key, condition)];
    }
    case 'parked': {
      const key = keyItem(parkedKey(write.saga, write.order));
      return [write.put ? put(table, valueItem(key, write.put)) : remove(table, key)];
    }
    case 'dead-letter': {
      const item = valueItem(keyItem(deadLetterKey(write.id)), write.put, write.put.version);
      return [put(table, { ...item, [attributes.state]: text(write.put.state) }, versionIs(write.expect, undefined))];
    }
    case 'outbox':
      return [put(table, valueItem(keyItem(outboxKey(write.put.id)), write.put))];
    case 'due':
      return [put(table, valueItem(keyItem(dueKey(write.put.id)), write.put))];
  }
}
