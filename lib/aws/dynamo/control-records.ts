import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { controlTable } from '../../contract/deployment.ts';
import { type ItemKey, keyPart } from '../../runtime/journal/item-key.ts';
import type { ControlRecord, ControlRecords } from '../../runtime/ports/control-records.ts';
import { attributes, type Item, number, numberOf, storedValue, text, textOf } from './attributes.ts';
import { storedLive } from './condition.ts';
import { keyItem } from './item-keys.ts';
import { queryPartition } from './query.ts';
import { answered, answeredOnCondition } from './send.ts';

/** Where a document is: by its id as it is, for listings are in the order of the ids and by what they begin with. */
function keyOf(collection: string, id: string): ItemKey {
  return { partition: `records#${keyPart(collection)}`, sort: id };
}

function recordOf(item: Item): ControlRecord {
  const record = storedValue<ControlRecord>(item);
  const expiresAt = numberOf(item, controlTable.expiry);
  return expiresAt === undefined ? record : { ...record, expiresAt };
}

function itemOf({ expiresAt, ...record }: ControlRecord): Item {
  return {
    ...keyItem(keyOf(record.collection, record.id)),
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
      const command = new GetItemCommand({ TableName: table, Key: keyItem(keyOf(collection, id)), ConsistentRead: true });
      const { Item: item } = await answered(client.send(command));
      const record = item && recordOf(item);
      return record && isLive(record) ? record : undefined;
    },
    async put(record, expect) {
      const condition = { ...storedLive(expect, clock.now()), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
      const answer = await answeredOnCondition(client.send(new PutItemCommand({ TableName: table, Item: itemOf(record), ...condition })));
      // Each change has a version of its own: one that is in already is in by an attempt that got no answer.
      return answer.held || textOf(answer.found, attributes.version) === record.version;
    },
    async list(collection, { limit, cursor, prefix, descending = false }) {
      const { partition } = keyOf(collection, '');
      const after = cursor === undefined ? undefined : keyItem(keyOf(collection, cursor));
      const part = { client, table, partition, limit, descending, after, consistent: true };
      const { items, next } = await queryPartition(prefix === undefined ? part : { ...part, prefix });
      const last = textOf(next, controlTable.sortKey);
      const records = items.map(recordOf).filter(isLive);
      return last === undefined ? { items: records } : { items: records, cursor: last };
    },
  };
}
