import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import type { ItemKey } from '../../runtime/journal/item-key.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { Store } from '../../runtime/ports/store.ts';
import { createAttempts } from './attempts.ts';
import { number } from './attributes.ts';
import type { ReadOptions } from './batch-get.ts';
import { commitUnits } from './commit.ts';
import { deleteItems } from './delete.ts';
import { clearDue } from './due.ts';
import { createKnownFields } from './existing-fields.ts';
import { putGenerations, readGenerations } from './generations.ts';
import { keyItem, outboxKey } from './item-keys.ts';
import { read } from './read.ts';
import { answeredOnCondition, watchAttempts } from './send.ts';
import { lastSuccess, noteSuccess } from './success.ts';

/** What `createDynamoStore` takes. */
export interface DynamoStoreOptions {
  readonly client: DynamoDBClient;
  /** Name of the service's journal table. */
  readonly table: string;
  /** Tables that the team brought: logical name → name. @default - none */
  readonly tables?: Readonly<Record<string, string>>;
  /** Decides which claims are expired, and waits between calls. */
  readonly clock: Clock;
}

/** Loaded at the first of these calls. */
const later = () => import('./later-calls.ts');

/** An expired claim is left to DynamoDB: it counts as gone, and must not come back. */
async function keepClaim({ client, table, clock }: ReadOptions, key: ItemKey): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: keyItem(key),
    UpdateExpression: 'REMOVE #e',
    ConditionExpression: '#e > :now',
    ExpressionAttributeNames: { '#e': journalTable.expiry },
    ExpressionAttributeValues: { ':now': number(clock.now() / 1000) },
  });
  await answeredOnCondition(client.send(command));
}

/**
 * The journal of one service in a DynamoDB table with the keys of `journalTable` (`journalTableDefinition` describes one).
 * A commit of one item is one conditional write, any other one transaction; reads are strongly consistent and batched. The
 * values are JSON in one attribute, beside the few that conditions, expiry and the index need; only an entity in a table
 * that the team brought is an item of plain attributes.
 * @throws STORE_THROTTLED, STORE_UNAVAILABLE, COMMIT_AMBIGUOUS, TABLE_UNMAPPED (all retryable), INVALID_CURSOR
 */
export function createDynamoStore({ client, table, tables = {}, clock }: DynamoStoreOptions): Store {
  watchAttempts(client);
  const options: ReadOptions = { client, table, existing: tables, clock };
  const fields = createKnownFields();
  const commitOptions = { ...options, fields, attempts: createAttempts() };
  return {
    read: (request) => read(request, options, fields),
    commit: (units) => commitUnits(units, commitOptions),
    listOutbox: async (query) => (await later()).listOutbox(options, query),
    clearOutbox: (ids) => deleteItems(ids.map(outboxKey), options),
    keepClaim: (key) => keepClaim(options, key),
    listDue: async (query) => (await later()).listDue(options, query),
    clearDue: (ids) => clearDue(ids, options),
    sweptTo: async (kind) => (await later()).sweptTo(options, kind),
    noteSwept: async (kind, id) => (await later()).noteSwept(options, kind, id),
    listParkedSagas: async (query) => (await later()).listParkedSagas(options, query),
    listParked: async (saga, limit) => (await later()).listParked(options, saga, limit),
    listDeadLetters: async (query) => (await later()).listDeadLetters(options, query),
    listClaims: async (saga, limit) => (await later()).listClaims(options, saga, limit),
    scanClaims: async (query) => (await later()).scanClaims(options, query),
    queryEntities: async (query) => (await later()).queryEntities(options, query),
    generations: () => readGenerations(options),
    putGenerations: (next, expect) => putGenerations(options, next, expect),
    scanEntities: async (query) => (await later()).scanEntities(options, query),
    dropGeneration: async (query) => (await later()).dropGeneration(options, query),
    noteSuccess: (reaction, at) => noteSuccess(options, reaction, at),
    lastSuccess: (reaction) => lastSuccess(options, reaction),
  };
}
