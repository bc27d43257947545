import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import type { ItemKey } from '../../runtime/journal/item-key.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { Store } from '../../runtime/ports/store.ts';
import { sdkErrorName } from '../sdk-error.ts';
import { number, numberOf } from './attributes.ts';
import { commitUnits } from './commit.ts';
import { deleteItems } from './delete.ts';
import { dueKey, keyItem, outboxKey, SUCCESSES } from './item-keys.ts';
import { listClaims, listDeadLetters, listDue, listOutbox, listParked, listParkedSagas, queryEntities, scanClaims } from './listings.ts';
import { type ReadOptions, read, readItems } from './read.ts';
import { storeError } from './store-error.ts';

/** What `createDynamoStore` takes. */
export interface DynamoStoreOptions {
  readonly client: DynamoDBClient;
  /** Name of the service's journal table. */
  readonly table: string;
  /** Tables that the team brought: logical name → name. @default - the logical names */
  readonly tables?: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

const SUCCEEDED_AT = 'at';

async function keepClaim({ client, table }: ReadOptions, key: ItemKey): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: keyItem(key),
    UpdateExpression: 'REMOVE #e',
    ConditionExpression: 'attribute_exists(#k)',
    ExpressionAttributeNames: { '#e': journalTable.expiry, '#k': journalTable.partitionKey },
  });
  try {
    await client.send(command);
  } catch (error) {
    if (sdkErrorName(error) !== 'ConditionalCheckFailedException') throw storeError(error, false);
  }
}

function successKey(reaction: string): ItemKey {
  return { partition: SUCCESSES, sort: reaction };
}

async function noteSuccess({ client, table }: ReadOptions, reaction: string, at: number): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: keyItem(successKey(reaction)),
    UpdateExpression: 'SET #at = :at',
    ConditionExpression: 'attribute_not_exists(#at) OR #at < :at',
    ExpressionAttributeNames: { '#at': SUCCEEDED_AT },
    ExpressionAttributeValues: { ':at': number(at) },
  });
  try {
    await client.send(command);
  } catch (error) {
    if (sdkErrorName(error) !== 'ConditionalCheckFailedException') throw storeError(error, false);
  }
}

/**
 * The journal of one service in a DynamoDB table with the keys of `journalTable`. One item is one conditional write, more
 * are one transaction; reads are strongly consistent and batched.
 * @throws STORE_THROTTLED, STORE_UNAVAILABLE, COMMIT_AMBIGUOUS (all retryable), INVALID_CURSOR
 */
export function createDynamoStore({ client, table, tables = {}, clock }: DynamoStoreOptions): Store {
  const where = { client, table };
  const options: ReadOptions = { ...where, existing: tables, clock };
  return {
    read: (request) => read(request, options),
    commit: (units) => commitUnits(units, { ...options, nowMs: clock.now() }),
    listOutbox: (query) => listOutbox(where, query),
    clearOutbox: (ids) => deleteItems(ids.map(outboxKey), options),
    keepClaim: (key) => keepClaim(options, key),
    listDue: (query) => listDue(where, query),
    clearDue: (ids) => deleteItems(ids.map(dueKey), options),
    listParkedSagas: (query) => listParkedSagas(where, query),
    listParked: (saga, limit) => listParked(where, saga, limit),
    listDeadLetters: (query) => listDeadLetters(where, query),
    listClaims: (saga, limit) => listClaims(where, saga, limit, clock.now()),
    scanClaims: (query) => scanClaims(where, query, clock.now()),
    queryEntities: (query) => queryEntities(options, query),
    noteSuccess: (reaction, at) => noteSuccess(options, reaction, at),
    async lastSuccess(reaction) {
      const [item] = await readItems([successKey(reaction)], options);
      return numberOf(item, SUCCEEDED_AT);
    },
  };
}
