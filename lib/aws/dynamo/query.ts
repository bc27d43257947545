import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import { type Item, text } from './attributes.ts';
import { storeError } from './store-error.ts';

/** Pages of one query: a listing is bounded by its limit, and a filter may leave pages empty. */
const PAGES_MAX = 200;

/** Which part of a partition. */
export interface PartitionQuery {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly partition: string;
  /** Items that are wanted. */
  readonly limit: number;
  /** Sort keys up to this one. @default - all */
  readonly upTo?: string;
  /** Sort keys that begin so. @default - all */
  readonly prefix?: string;
  /** Behind this sort key, in the direction of the query. */
  readonly after?: string;
  /** @default false */
  readonly descending?: boolean;
  /** @default false */
  readonly consistent?: boolean;
  /** Only items whose attribute has this text. */
  readonly filter?: { readonly attribute: string; readonly value: string };
  /** @default - the table itself */
  readonly index?: { readonly name: string; readonly partitionKey: string; readonly sortKey: string };
}

function sortCondition({ upTo, prefix }: PartitionQuery): { readonly text: string; readonly value?: string } {
  if (upTo !== undefined) return { text: ' AND #sk <= :sk', value: upTo };
  return prefix ? { text: ' AND begins_with(#sk, :sk)', value: prefix } : { text: '' };
}

function inputOf(query: PartitionQuery): QueryCommandInput {
  const { table, partition, index, filter, descending = false, consistent = false } = query;
  const condition = sortCondition(query);
  const keys = index ?? journalTable;
  return {
    TableName: table,
    ...(index ? { IndexName: index.name } : { ConsistentRead: consistent }),
    KeyConditionExpression: `#pk = :pk${condition.text}`,
    ...(filter ? { FilterExpression: '#f = :f' } : {}),
    ExpressionAttributeNames: {
      '#pk': keys.partitionKey,
      ...(condition.value === undefined ? {} : { '#sk': keys.sortKey }),
      ...(filter ? { '#f': filter.attribute } : {}),
    },
    ExpressionAttributeValues: {
      ':pk': text(partition),
      ...(condition.value === undefined ? {} : { ':sk': text(condition.value) }),
      ...(filter ? { ':f': text(filter.value) } : {}),
    },
    ScanIndexForward: !descending,
  };
}

/** One partition's items in the order of their sort keys; at most `limit`. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function queryPartition(
  query: PartitionQuery,
  startKey?: Item,
): Promise<{ readonly items: readonly Item[]; readonly next?: Item }> {
  const { client, partition, limit, after } = query;
  const input = inputOf(query);
  const items: Item[] = [];
  let from: Item | undefined =
    startKey ?? (after === undefined ? undefined : { [journalTable.partitionKey]: text(partition), [journalTable.sortKey]: text(after) });
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const command = new QueryCommand({ ...input, Limit: limit - items.length, ...(from ? { ExclusiveStartKey: from } : {}) });
    const found = await client.send(command).catch((error: unknown) => {
      throw storeError(error, false);
    });
    items.push(...(found.Items ?? []));
    from = found.LastEvaluatedKey;
    if (!from) return { items };
    if (items.length >= limit) return { items, next: from };
  }
  return from ? { items, next: from } : { items };
}
