import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import { type Item, text } from './attributes.ts';
import { answered } from './send.ts';

/** Pages of one query: a listing is bounded by its limit, and a filter may leave pages empty. */
const PAGES_MAX = 200;
/** Items that a page with a filter looks at, at least. */
const FILTERED_PAGE = 100;

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
  /** The keys behind which to go on, in the direction of the query. @default - from its beginning */
  readonly after?: Item | undefined;
  /** @default false */
  readonly descending?: boolean;
  /** @default false */
  readonly consistent?: boolean;
  /** Only items for which an expression holds. @default - all */
  readonly filter?: { readonly expression: string; readonly names: Readonly<Record<string, string>>; readonly values: Item };
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
    ...(filter ? { FilterExpression: filter.expression } : {}),
    ExpressionAttributeNames: {
      '#pk': keys.partitionKey,
      ...(condition.value === undefined ? {} : { '#sk': keys.sortKey }),
      ...filter?.names,
    },
    ExpressionAttributeValues: {
      ':pk': text(partition),
      ...(condition.value === undefined ? {} : { ':sk': text(condition.value) }),
      ...filter?.values,
    },
    ScanIndexForward: !descending,
  };
}

/**
 * One partition's items in the order of their sort keys; at most `limit`. `next`: where the next page goes on; absent when
 * there is none, and with a filter. @throws STORE_THROTTLED, STORE_UNAVAILABLE
 */
export async function queryPartition(query: PartitionQuery): Promise<{ readonly items: readonly Item[]; readonly next?: Item }> {
  const { client, limit, filter } = query;
  const input = inputOf(query);
  const items: Item[] = [];
  let from = query.after;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const wanted = limit - items.length;
    const Limit = filter ? Math.max(wanted, FILTERED_PAGE) : wanted;
    const command = new QueryCommand({ ...input, Limit, ...(from ? { ExclusiveStartKey: from } : {}) });
    const { Items: found = [], LastEvaluatedKey: last } = await answered(client.send(command));
    items.push(...found.slice(0, wanted));
    if (!last || (filter && items.length >= limit)) return { items };
    if (items.length >= limit) return { items, next: last };
    from = last;
  }
  return from && !filter ? { items, next: from } : { items };
}
