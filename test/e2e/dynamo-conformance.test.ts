import { afterAll, describe, test } from 'vitest';
import { createDynamoControl } from '../../lib/aws/dynamo/control.ts';
import { createDynamoControlRecords } from '../../lib/aws/dynamo/control-records.ts';
import { createDynamoStore } from '../../lib/aws/dynamo/store.ts';
import { systemClock as clock } from '../../lib/aws/system-clock.ts';
import { controlConformance, controlRecordsConformance, storeConformance } from '../../lib/testing/conformance/index.ts';
import { createTables } from './dynamo-tables.ts';

const { client, journal, control, removeAll } = createTables();
afterAll(removeAll);

describe('the journal in DynamoDB', () => {
  for (const { name, run } of storeConformance) {
    test(name, () => run(async () => ({ store: createDynamoStore({ client, table: await journal(), clock }), clock })));
  }
});

describe('the control table in DynamoDB', () => {
  for (const { name, run } of controlConformance) {
    test(name, () => run(async () => ({ control: createDynamoControl({ client, table: await control() }) })));
  }
  for (const { name, run } of controlRecordsConformance) {
    test(name, () => run(async () => ({ records: createDynamoControlRecords({ client, table: await control(), clock }), clock })));
  }
});
