import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGlueRegistry } from '../../../lib/aws/glue/registry.ts';
import { ChoreographyError } from '../../../lib/contract/errors.ts';
import { glueDefinition } from '../../../lib/schema/glue-definition.ts';
import { type GlueServer, glueFault, startGlueServer } from './glue-server.ts';

const schema = { type: 'OrderPlaced', version: 1, schema: { type: 'object', properties: { orderId: { type: 'string' } } } };
const id = '00000000-0000-4000-8000-000000000001';
const creating = ['GetSchema', 'GetRegistry', 'GetSchemaByDefinition', 'RegisterSchemaVersion', 'CreateSchema'];
let server: GlueServer;
let waits: number[];

beforeEach(async () => {
  server = await startGlueServer();
  waits = [];
});
afterEach(() => server.stop());

const registryOf = (attemptsMax?: number, name = 'events') =>
  createGlueRegistry({ client: server.client(attemptsMax), registry: name, sleep: async (milliseconds) => void waits.push(milliseconds) });

/** What somebody reads of an error: all but its stack and its cause. */
async function errorOf(call: Promise<unknown>): Promise<unknown> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ChoreographyError)) return error;
  const { code, message, retryable, details } = error;
  return { code, message, retryable, details };
}

describe('over HTTP, a version that Glue', () => {
  test('is still checking is looked at again, ever more slowly, until it is there', async () => {
    server.glue.goThrough('PENDING', 'PENDING', 'PENDING', 'AVAILABLE');
    expect(await registryOf().register(schema)).toEqual({ ...schema, id });
    expect(waits).toEqual([100, 200, 400]);
    const looks = Array.from({ length: 3 }, () => 'GetSchemaVersion');
    expect(server.requests).toEqual([...creating, ...looks, 'GetSchema', 'GetSchemaVersion']);
  });

  test('never finishes checking is given up after 20 looks, and may be registered again', async () => {
    server.glue.goThrough('PENDING');
    expect(await errorOf(registryOf().register(schema))).toEqual({
      code: 'REGISTRY_UNAVAILABLE',
      message: `The Glue registry events is still checking the version ${id} after 20 looks: register the same schema again later.`,
      retryable: true,
      details: { registry: 'events', id },
    });
    expect(waits).toEqual([100, 200, 400, 800, 1600, ...Array.from({ length: 15 }, () => 2000)]);
    expect(server.requests.filter((operation) => operation === 'GetSchemaVersion')).toHaveLength(20);
  });

  test('was still checking is waited for when it is registered again, and becomes no second version', async () => {
    server.glue.goThrough('PENDING');
    await errorOf(registryOf().register(schema));
    const [version] = server.glue.schemas.get(schema.type) ?? [];
    if (version) version.status = 'AVAILABLE';
    expect(await registryOf().register(schema)).toEqual({ ...schema, id });
    expect(server.glue.schemas.get(schema.type)).toHaveLength(1);
  });

  test.each([
    ['refuses after a while', ['PENDING', 'FAILURE']],
    ['refuses at once', ['FAILURE']],
  ])('%s is REGISTRATION_FAILED, also the second time, and is not found', async (_, statuses) => {
    server.glue.goThrough(...statuses);
    const registry = registryOf();
    for (const _time of ['first', 'second']) {
      expect(await errorOf(registry.register(schema))).toEqual({
        code: 'REGISTRATION_FAILED',
        message: `Version 1 of OrderPlaced was not registered in the Glue registry events: Glue set its version ${id} to FAILURE. Delete that version in Glue, correct the schema, and register it again.`,
        retryable: false,
        details: { registry: 'events', type: 'OrderPlaced', version: 1 },
      });
    }
    expect(await registry.find('OrderPlaced', 1)).toBeUndefined();
  });

  test('is still checking is not found, because it may yet fail', async () => {
    server.glue.goThrough('PENDING', 'PENDING', 'AVAILABLE');
    server.glue.add(schema.type, glueDefinition(schema));
    expect(await registryOf().find('OrderPlaced', 1)).toBeUndefined();
    expect(await registryOf().find('OrderPlaced', 1)).toEqual({ ...schema, id });
  });

  test('does not have is undefined, by name and by id', async () => {
    server.glue.add(schema.type, glueDefinition(schema));
    const registry = registryOf();
    expect([await registry.find('OrderPlaced', 2), await registry.find('Other', 1), await registry.findById(id.replace('1', '2'))]).toEqual(
      [undefined, undefined, undefined],
    );
    expect(await registry.findById(id)).toEqual({ ...schema, id });
  });
});

describe('over HTTP, metadata', () => {
  const commit = { commit: '4f2a1c', 'built-by': 'ci@example.com' };

  test('are kept beside the version, and read by its id; registering it again changes nothing of them', async () => {
    const registry = registryOf();
    await registry.register(schema, commit);
    expect(await registry.register(schema, { commit: 'another', branch: 'main' })).toEqual({ ...schema, id });
    expect(await registryOf().metadata(id.toUpperCase())).toEqual(commit);
    expect([await registry.metadata(id.replace('1', '2')), await registry.metadata('no id')]).toEqual([{}, {}]);
  });

  test('that are there already are fine: two deploys that register the same at once do not fail each other', async () => {
    server.glue.onCall(({ command, input }) => {
      if (command !== 'PutSchemaVersionMetadataCommand') return;
      server.glue.onCall(undefined);
      server.faults.push(glueFault('AlreadyExistsException', input.MetadataKeyValue.MetadataKey));
    });
    expect(await registryOf().register(schema, commit)).toEqual({ ...schema, id });
    expect(server.requests.filter((operation) => operation === 'PutSchemaVersionMetadata')).toHaveLength(2);
  });

  test('are not kept beside a version that Glue refuses', async () => {
    server.glue.goThrough('FAILURE');
    await errorOf(registryOf().register(schema, commit));
    expect(server.requests).not.toContain('PutSchemaVersionMetadata');
  });

  const taken = 'letters, digits and + - = . _ / @, at most 128 of them in a name and 256 in a value';
  test.each([
    [{ 'who is it': 'me' }, `Glue does not take the metadata "who is it=me"; it takes ${taken}.`],
    [{ who: '' }, `Glue does not take the metadata "who="; it takes ${taken}.`],
    [{ ['w'.repeat(129)]: 'me' }, `Glue does not take the metadata "${'w'.repeat(129)}=me"; it takes ${taken}.`],
    [{ who: 'm'.repeat(257) }, `Glue does not take the metadata "who=${'m'.repeat(257)}"; it takes ${taken}.`],
    [
      Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`name${index}`, 'x'])),
      '11 metadata were given, and Glue keeps 10 beside a version.',
    ],
  ])('that Glue would refuse are refused before anything is registered', async (metadata, reason) => {
    expect(await errorOf(registryOf().register(schema, metadata))).toEqual({
      code: 'REGISTRATION_FAILED',
      message: `Version 1 of OrderPlaced was not registered in the Glue registry events: ${reason}`,
      retryable: false,
      details: { registry: 'events', type: 'OrderPlaced', version: 1 },
    });
    expect(server.requests).toEqual([]);
  });
});

describe('over HTTP, a registry that', () => {
  test('throttles is REGISTRY_UNAVAILABLE, to be tried again', async () => {
    server.faults.push(glueFault('ThrottlingException', 'Rate exceeded'));
    expect(await errorOf(registryOf().find('OrderPlaced', 1))).toEqual({
      code: 'REGISTRY_UNAVAILABLE',
      message: 'The Glue registry events did not tell a schema: ThrottlingException: Rate exceeded',
      retryable: true,
      details: { registry: 'events', name: 'ThrottlingException' },
    });
  });

  test('throttles one call in the middle of registering is asked again by the client, and nobody notices', async () => {
    server.faults.push(glueFault('ThrottlingException', 'Rate exceeded'));
    expect(await registryOf(2).register(schema)).toEqual({ ...schema, id });
    expect(server.requests.slice(0, 2)).toEqual(['GetSchema', 'GetSchema']);
  });

  test('throttles while a version is looked at keeps it: registering again finds it', async () => {
    server.glue.goThrough('PENDING', 'AVAILABLE');
    server.glue.onCall(({ command }) => {
      if (command === 'CreateSchemaCommand') server.faults.push(glueFault('ThrottlingException', 'Rate exceeded'));
    });
    expect(await errorOf(registryOf().register(schema))).toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: 'The Glue registry events did not tell a version: ThrottlingException: Rate exceeded',
      retryable: true,
    });
    expect(await registryOf().register(schema)).toEqual({ ...schema, id });
    expect(server.glue.schemas.get(schema.type)).toHaveLength(1);
  });

  test('is not there is an error of the caller', async () => {
    expect(await errorOf(registryOf(1, 'evnets').find('OrderPlaced', 1))).toEqual({
      code: 'REGISTRY_UNAVAILABLE',
      message: 'There is no Glue registry evnets: check its name, the Region and the account.',
      retryable: false,
      details: { registry: 'evnets' },
    });
  });

  test('lets the role not in is an error of the caller', async () => {
    server.faults.push(glueFault('AccessDeniedException', 'User: worker is not authorized to perform: glue:GetSchema'));
    expect(await errorOf(registryOf().find('OrderPlaced', 1))).toEqual({
      code: 'REGISTRY_UNAVAILABLE',
      message:
        'The Glue registry events did not tell a schema: AccessDeniedException: User: worker is not authorized to perform: glue:GetSchema',
      retryable: false,
      details: { registry: 'events', name: 'AccessDeniedException' },
    });
  });

  test('is hidden behind something that fails is REGISTRY_UNAVAILABLE, to be tried again', async () => {
    server.faults.push({ status: 503, body: '<html>busy</html>' });
    expect(await errorOf(registryOf().find('OrderPlaced', 1))).toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retryable: true });
    const registry = registryOf();
    await server.stop();
    expect(await errorOf(registry.find('OrderPlaced', 1))).toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retryable: true });
    server = await startGlueServer();
  });
});
