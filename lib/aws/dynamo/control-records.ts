import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { controlTable } from '../../contract/deployment.ts';
import { keyPart } from '../../runtime/journal/item-key.ts';
import type { ControlRecord, ControlRecords } from '../../runtime/ports/control-records.ts';
import { sdkErrorName } from '../sdk-error.ts';
import { attributes, type Item, number, numberOf, storedValue, text } from './attributes.ts';
import { queryPartition } from './query.ts';
import { storeError } from './store-error.ts';

function partitionOf(collection: string): string {
  return `records#${keyPart(collection)}`;
}

function recordOf(item: Item): ControlRecord {
  const record = storedValue<ControlRecord>(item);
  const expiresAt = numberOf(item, controlTable.expiry);
  return expiresAt === undefined ? record : { ...record, expiresAt };
}

function itemOf({ expiresAt, ...record }: ControlRecord): Item {
  return {
    [controlTable.partitionKey]: text(partitionOf(record.collection)),
    [controlTable.sortKey]: text(record.id),
    [attributes.version]: text(record.version),
    [attributes.json]: text(JSON.stringify(record)),
    ...(expiresAt === undefined ? {} : { [controlTable.expiry]: number(expiresAt) }),
  };
}

/** Documents of operators in the backbone's control table. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export function createDynamoControlRecords(options: {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly clock: { now(): number };
}): ControlRecords {
  const { client, table, clock } = options;
  const isLive = ({ expiresAt }: ControlRecord): boolean => expiresAt === undefined || expiresAt * 1000 > clock.now();
  return {
    async get(collection, id) {
      const Key = { [controlTable.partitionKey]: text(partitionOf(collection)), [controlTable.sortKey]: text(id) };
      const { Item: item } = await client
        .send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
        .catch((error: unknown) => {
          throw storeError(error, false);
        });
      const record = item && recordOf(item);
      return record && isLive(record) ? record : undefined;
    },
    async put(record, expect) {
      const names: Record<string, string> = expect === null ? { '#k': controlTable.partitionKey } : { '#v': attributes.version };
      const condition = expect === null ? 'attribute_not_exists(#k) OR #e <= :now' : '#v = :v AND (attribute_not_exists(#e) OR #e > :now)';
      const command = new PutItemCommand({
        TableName: table,
        Item: itemOf(record),
        ConditionExpression: condition,
        ExpressionAttributeNames: { ...names, '#e': controlTable.expiry },
        ExpressionAttributeValues: { ':now': number(Math.floor(clock.now() / 1000)), ...(expect === null ? {} : { ':v': text(expect) }) },
      });
      try {
        await client.send(command);
        return true;
      } catch (error) {
        if (sdkErrorName(error) === 'ConditionalCheckFailedException') return false;
        throw storeError(error, false);
      }
    },
    async list(collection, { limit, cursor, prefix, descending = false }) {
      const { items, next } = await queryPartition({
        client,
        table,
        partition: partitionOf(collection),
        limit,
        descending,
        consistent: true,
        ...(cursor === undefined ? {} : { after: cursor }),
        ...(prefix === undefined ? {} : { prefix }),
      });
      const records = items.map(recordOf);
      const last = next && records.at(-1)?.id;
      return { items: records.filter(isLive), ...(last === undefined ? {} : { cursor: last }) };
    },
  };
}
