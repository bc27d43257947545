import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import type { Claim, Version } from '../../runtime/journal/claim.ts';
import type { ItemKey } from '../../runtime/journal/item-key.ts';
import type { DueItem } from '../../runtime/journal/outbox.ts';
import type { Write } from '../../runtime/journal/unit.ts';
import { attributes, type Item, number, text } from './attributes.ts';
import { type Condition, stored, storedLive } from './condition.ts';
import { entityRequests, type RequestOptions } from './entity-requests.ts';
import {
  deadLetterKey,
  dueKey,
  indexKeyItem,
  isTimeOrdered,
  keyItem,
  letterPartition,
  markerKey,
  outboxKey,
  parkedKey,
  valueItem,
} from './item-keys.ts';

/**
 * The expiry is an attribute of its own, as DynamoDB looks for it there, and `keepClaim` takes it off. What the item says
 * beside the JSON is not said in it again: the version, and the key, which in a later generation is another one.
 */
function claimItem(key: ItemKey, claim: Claim): Item {
  const { expiresAt, version, key: named } = claim;
  const same = named.partition === key.partition && named.sort === key.sort;
  const item = valueItem(key, { ...claim, expiresAt: undefined, version: undefined, key: same ? undefined : named }, version);
  if (expiresAt !== undefined) item[journalTable.expiry] = number(expiresAt);
  return item;
}

function putOrDelete(
  TableName: string,
  key: ItemKey,
  value: object | null,
  { version, condition = {} }: { readonly version?: string | undefined; readonly condition?: Condition } = {},
): TransactWriteItem {
  if (value === null) return { Delete: { TableName, Key: keyItem(key), ...condition } };
  return { Put: { TableName, Item: valueItem(key, value, version), ...condition } };
}

function claimPut(TableName: string, key: ItemKey, expect: Version, put: Claim, nowMs: number): TransactWriteItem {
  // Whoever finds a claim taken wants to know by whom.
  const condition = { ...storedLive(expect, nowMs), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  return { Put: { TableName, Item: claimItem(key, put), ...condition } };
}

function duePut(TableName: string, put: DueItem): readonly TransactWriteItem[] | string {
  const key = dueKey(put);
  if (!key) return `The due item ${put.id} begins with another time than it is due at.`;
  const item = valueItem(key, put);
  if (!isTimeOrdered(put.id)) item[attributes.dueId] = text(put.id);
  return [{ Put: { TableName, Item: item } }];
}

/** The requests of one write, the one with its condition first; a text says why the table never takes it. */
export function requestsOf(write: Write, options: RequestOptions): readonly TransactWriteItem[] | string {
  const { table, nowMs } = options;
  switch (write.kind) {
    case 'claim':
      return [claimPut(table, write.key, write.expect, write.put, nowMs)];
    case 'entity':
    case 'entity-check':
      return entityRequests(write, options);
    case 'saga':
      return [putOrDelete(table, markerKey(write.saga), write.put, { version: write.put?.version, condition: stored(write.expect) })];
    case 'parked':
      return [putOrDelete(table, parkedKey(write.saga, write.order), write.put)];
    case 'dead-letter': {
      const item = valueItem(deadLetterKey(write.id), write.put, write.put.version);
      Object.assign(item, indexKeyItem({ partition: letterPartition(write.put.state), sort: write.id }));
      return [{ Put: { TableName: table, Item: item, ...stored(write.expect) } }];
    }
    case 'outbox':
      return [putOrDelete(table, outboxKey(write.put.id), write.put)];
    case 'due':
      return duePut(table, write.put);
  }
}
