// A function that was built with version 3, on AWS's own services, while the producer has registered version 4.
import { randomUUID } from 'node:crypto';
import { CreateRegistryCommand, DeleteRegistryCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDynamoStore } from '../../lib/aws/dynamo/store.ts';
import { createGlueRegistry } from '../../lib/aws/glue/registry.ts';
import { systemClock } from '../../lib/aws/system-clock.ts';
import { environmentNames as names } from '../../lib/contract/deployment.ts';
import { createHandlersOn } from '../../lib/lambda/create-handlers.ts';
import type { LogRecord } from '../../lib/runtime/ports/telemetry.ts';
import { schemaUri } from '../../lib/schema/uri.ts';
import { context, kinesisEvent, variables } from '../lambda/bench.ts';
import { envelope, payment } from '../runtime/message/sample.ts';
import { createTables } from './dynamo-tables.ts';
import { emulatorClients } from './emulator-clients.ts';

const type = 'PaymentRequested';
const fourth = {
  type: 'object',
  required: ['orderId', 'currency'],
  properties: { orderId: { type: 'string', maxLength: 64 }, cents: { type: 'integer' }, currency: { type: 'string', maxLength: 3 } },
};
const aws = emulatorClients();
const glue = aws.of(GlueClient);
const tables = createTables();
const RegistryName = `newer-${randomUUID()}`;
let QueueUrl: string | undefined;

beforeAll(async () => {
  await glue.send(new CreateRegistryCommand({ RegistryName }));
  const registry = createGlueRegistry({ client: glue, registry: RegistryName, sleep: systemClock.sleep });
  for (const version of [3, 4]) await registry.register({ type, version, schema: fourth });
  const FifoQueue = { FifoQueue: 'true' };
  ({ QueueUrl } = await aws.of(SQSClient).send(new CreateQueueCommand({ QueueName: `newer-${randomUUID()}.fifo`, Attributes: FifoQueue })));
});

afterAll(async () => {
  await tables.removeAll();
  await aws.of(SQSClient).send(new DeleteQueueCommand({ QueueUrl }));
  await glue.send(new DeleteRegistryCommand({ RegistryId: { RegistryName } }));
  aws.destroy();
});

test('takes what both versions accept, gives up what its own schema refuses, and leaves waiting what nobody knows', async () => {
  const [table, controlTable] = await Promise.all([tables.journal(), tables.control()]);
  const environment = { ...variables, [names.table]: table, [names.controlTable]: controlTable, [names.registry]: RegistryName };
  const log: LogRecord[] = [];
  const { worker } = createHandlersOn({
    service: payment,
    clients: {},
    variables: () => ({ ...environment, [names.replayQueue]: QueueUrl }),
    createTelemetry: () => ({ count() {}, time() {}, log: (record) => log.push(record), flush() {} }),
  });
  const time = new Date(systemClock.now()).toISOString();
  const newer = (id: string, data: object, version = 4) =>
    envelope({ id, time, correlationid: `saga-${id}`, partitionkey: `saga-${id}`, dataschema: schemaUri(type, version), data });
  const good = { orderId: 'o-1', cents: 1, currency: 'EUR' };
  const batch = kinesisEvent(newer('good', good), newer('bad', { ...good, currency: 'euro' }), newer('unknown', good, 5));
  expect(await worker(batch, context())).toEqual({ batchItemFailures: [] });
  const store = createDynamoStore({ client: tables.client, table, tables: {}, clock: systemClock });
  const sagas = await Promise.all(['good', 'bad', 'unknown'].map((id) => store.listClaims(`saga-${id}`, 5)));
  expect(sagas.map((claims) => claims.map(({ state }) => state))).toEqual([['done'], [], []]);
  const { items: letters } = await store.listDeadLetters({ limit: 5 });
  expect(letters.map(({ error, message }) => [error.code, message?.id])).toEqual([['SCHEMA_VIOLATION', 'bad']]);
  const parked = await store.listParkedSagas({ wakeBefore: Number.MAX_SAFE_INTEGER, limit: 5 });
  expect(parked.map(({ saga }) => saga)).toEqual(['saga-unknown']);
  expect(log.filter(({ message }) => message.includes('newer version'))).toEqual([]);
});
