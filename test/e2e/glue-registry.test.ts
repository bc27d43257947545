import { randomUUID } from 'node:crypto';
import { CreateRegistryCommand, DeleteRegistryCommand, GetSchemaCommand, GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGlueRegistry } from '../../lib/aws/glue/registry.ts';
import { systemClock } from '../../lib/aws/system-clock.ts';
import type { SchemaRegistry } from '../../lib/schema/registry.ts';
import { emulatorClients } from './emulator-clients.ts';

const aws = emulatorClients();
const client = aws.of(GlueClient);
const registry = `channels-${randomUUID()}`;
const first = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', properties: { orderId: { type: 'string' } } };
const second = { ...first, required: ['orderId'] };

function open(name = registry): SchemaRegistry {
  return createGlueRegistry({ client, registry: name, sleep: systemClock.sleep });
}

beforeAll(async () => {
  await client.send(new CreateRegistryCommand({ RegistryName: registry }));
});

afterAll(async () => {
  await client.send(new DeleteRegistryCommand({ RegistryId: { RegistryName: registry } }));
  aws.destroy();
});

test('versions are registered, found and listed by another process', async () => {
  const one = await open().register({ type: 'OrderPlaced', version: 1, schema: first });
  const two = await open().register({ type: 'OrderPlaced', version: 2, schema: second });
  const other = open();
  expect(await other.find('OrderPlaced', 2)).toEqual(two);
  expect(await open().findById(one.id ?? '')).toEqual(one);
  expect(await open().history('OrderPlaced')).toEqual([one, two]);
  expect(one).toEqual({ type: 'OrderPlaced', version: 1, schema: first, id: one.id });
});

test('registering again answers the same id, and another schema is refused', async () => {
  const { id } = await open().register({ type: 'OrderPaid', version: 1, schema: first });
  expect(await open().register({ type: 'OrderPaid', version: 1, schema: first })).toMatchObject({ id });
  await expect(open().register({ type: 'OrderPaid', version: 1, schema: second })).rejects.toMatchObject({ code: 'SCHEMA_CHANGED' });
  const { LatestSchemaVersion } = await client.send(
    new GetSchemaCommand({ SchemaId: { RegistryName: registry, SchemaName: 'OrderPaid' } }),
  );
  expect(LatestSchemaVersion).toBe(1);
});

test('many processes that register the same schema at once agree on one version', async () => {
  const schema = { type: 'OrderClosed', version: 1, schema: first };
  const registered = await Promise.all(Array.from({ length: 6 }, () => open().register(schema)));
  expect(new Set(registered.map(({ id }) => id)).size).toBe(1);
});

test('what is not there is undefined, and a registry that is not there is an error', async () => {
  expect(await open().find('Unknown', 1)).toBeUndefined();
  expect(await open().findById(randomUUID())).toBeUndefined();
  expect(await open().history('Unknown')).toEqual([]);
  await expect(open(`not-${registry}`).find('OrderPlaced', 1)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retryable: false });
});
