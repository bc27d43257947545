import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, test } from 'vitest';
import { createDynamoControl } from '../../lib/aws/dynamo/control.ts';
import { createDynamoControlRecords } from '../../lib/aws/dynamo/control-records.ts';
import { createDynamoStore } from '../../lib/aws/dynamo/store.ts';
import { systemClock } from '../../lib/aws/system-clock.ts';
import { controlTable, journalTable } from '../../lib/contract/deployment.ts';
import { controlConformance, controlRecordsConformance, storeConformance } from '../../lib/testing/conformance/index.ts';

const client = new DynamoDBClient({ maxAttempts: 3 });
const tables: string[] = [];

async function createTable(index: boolean): Promise<string> {
  const TableName = `conformance-${randomUUID()}`;
  const { partitionKey, sortKey, entityIndex } = journalTable;
  const names = [partitionKey, sortKey, ...(index ? [entityIndex.partitionKey, entityIndex.sortKey] : [])];
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys(partitionKey, sortKey),
      ...(index
        ? {
            GlobalSecondaryIndexes: [
              {
                IndexName: entityIndex.name,
                KeySchema: keys(entityIndex.partitionKey, entityIndex.sortKey),
                Projection: { ProjectionType: 'KEYS_ONLY' as const },
              },
            ],
          }
        : {}),
    }),
  );
  tables.push(TableName);
  return TableName;
}

afterAll(async () => {
  for (const TableName of tables) await client.send(new DeleteTableCommand({ TableName }));
});

describe('the journal in DynamoDB', () => {
  for (const { name, run } of storeConformance) {
    test(name, () =>
      run(async () => ({ store: createDynamoStore({ client, table: await createTable(true), clock: systemClock }), clock: systemClock })),
    );
  }
});

describe('the control table in DynamoDB', () => {
  for (const { name, run } of controlConformance) {
    test(name, () => run(async () => ({ control: createDynamoControl({ client, table: await createTable(false) }) })));
  }
  for (const { name, run } of controlRecordsConformance) {
    test(name, () =>
      run(async () => ({
        records: createDynamoControlRecords({ client, table: await createTable(false), clock: systemClock }),
        clock: systemClock,
      })),
    );
  }
  test('uses the keys that the constructs lay down', () => {
    if (controlTable.partitionKey !== journalTable.partitionKey || controlTable.sortKey !== journalTable.sortKey)
      throw new Error('this file creates both kinds of table with the same keys');
  });
});
