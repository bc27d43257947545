import { describe, expect, test } from 'vitest';
import { createGlueRegistry } from '../../../lib/aws/glue/registry.ts';
import { glueDefinition, readGlueDefinition } from '../../../lib/schema/glue-definition.ts';
import { fakeClient, sdkError } from '../fake-client.ts';
import { createFakeGlue } from './fake-glue.ts';

const type = 'OrderPlaced';
const first = { type: 'object', properties: { orderId: { type: 'string' } } };
const second = { ...first, required: ['orderId'] };

function setUp() {
  const glue = createFakeGlue();
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  return { glue, waits, registry: createGlueRegistry({ client: glue.client, registry: 'events', sleep }) };
}

describe('registering', () => {
  test('the first version creates the schema, without a compatibility check of Glue', async () => {
    const { glue, registry } = setUp();
    const registered = await registry.register({ type, version: 1, schema: first });
    expect(registered).toEqual({ type, version: 1, schema: first, id: '00000000-0000-4000-8000-000000000001' });
    const created = glue.client.calls.find(({ command }) => command === 'CreateSchemaCommand');
    expect(created?.input).toEqual({
      RegistryId: { RegistryName: 'events' },
      SchemaName: type,
      DataFormat: 'JSON',
      Compatibility: 'NONE',
      SchemaDefinition: glueDefinition({ type, version: 1, schema: first }),
    });
  });

  test('the same schema again answers the same id and writes nothing, whatever the order of its keys', async () => {
    const { glue, registry } = setUp();
    const { id } = await registry.register({ type, version: 1, schema: first });
    glue.client.calls.length = 0;
    const turned = { properties: { orderId: { type: 'string' } }, type: 'object' };
    expect(await registry.register({ type, version: 1, schema: turned })).toMatchObject({ id, schema: first });
    expect(glue.names()).not.toContain('CreateSchema');
    expect(glue.names()).not.toContain('RegisterSchemaVersion');
  });

  test('two versions with the same content are two', async () => {
    const { registry } = setUp();
    await registry.register({ type, version: 1, schema: first });
    await registry.register({ type, version: 2, schema: first });
    expect((await registry.history(type)).map(({ version }) => version)).toEqual([1, 2]);
  });

  test('a version that is there with another schema is SCHEMA_CHANGED, and nothing is written', async () => {
    const { glue, registry } = setUp();
    await registry.register({ type, version: 1, schema: first });
    await expect(registry.register({ type, version: 1, schema: second })).rejects.toMatchObject({
      code: 'SCHEMA_CHANGED',
      retryable: false,
    });
    expect(glue.schemas.get(type)).toHaveLength(1);
  });

  test('of two deploys that register one version at the same time, the one that Glue numbered first stays', async () => {
    const { glue, registry } = setUp();
    glue.onCall(({ command }) => {
      if (command !== 'CreateSchemaCommand') return;
      glue.onCall(undefined);
      glue.add(type, glueDefinition({ type, version: 1, schema: second }));
    });
    await expect(registry.register({ type, version: 1, schema: first })).rejects.toMatchObject({ code: 'SCHEMA_CHANGED' });
    expect(await registry.find(type, 1)).toMatchObject({ schema: second });
  });

  test('a schema that somebody creates meanwhile gets the version', async () => {
    const { glue, registry } = setUp();
    glue.onCall(({ command }) => {
      if (command !== 'CreateSchemaCommand') return;
      glue.onCall(undefined);
      glue.add(type, glueDefinition({ type, version: 1, schema: first }));
    });
    expect(await registry.register({ type, version: 2, schema: second })).toMatchObject({ version: 2, schema: second });
  });

  test('it waits until Glue has accepted the version', async () => {
    const { glue, registry, waits } = setUp();
    glue.goThrough('PENDING', 'PENDING', 'PENDING', 'AVAILABLE');
    expect(await registry.register({ type, version: 1, schema: first })).toMatchObject({ version: 1 });
    expect(waits).toEqual([100, 200, 400]);
  });

  test('a version that stays pending is given up, to be tried again', async () => {
    const { glue, registry, waits } = setUp();
    glue.goThrough('PENDING');
    await expect(registry.register({ type, version: 1, schema: first })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      retryable: true,
    });
    expect(waits).toHaveLength(20);
    expect(Math.max(...waits)).toBe(2_000);
  });

  test('a version that Glue rejects is REGISTRATION_FAILED, now and when it is tried again', async () => {
    const { glue, registry } = setUp();
    glue.goThrough('PENDING', 'FAILURE');
    for (const _ of [1, 2]) {
      await expect(registry.register({ type, version: 1, schema: first })).rejects.toMatchObject({
        code: 'REGISTRATION_FAILED',
        retryable: false,
        message: expect.stringContaining('to FAILURE'),
      });
    }
    expect(await registry.find(type, 1)).toBeUndefined();
  });

  test('numbers that rejected and deleted versions take do not move ours', async () => {
    const { glue, registry } = setUp();
    await registry.register({ type, version: 1, schema: first });
    glue.goThrough('FAILURE');
    await expect(registry.register({ type, version: 2, schema: { type: 'broken' } })).rejects.toMatchObject({
      code: 'REGISTRATION_FAILED',
    });
    glue.schemas.get(type)?.push(undefined);
    glue.goThrough('AVAILABLE');
    await registry.register({ type, version: 2, schema: second });
    expect(glue.schemas.get(type)).toHaveLength(4);
    expect((await registry.history(type)).map(({ version, schema }) => [version, schema])).toEqual([
      [1, first],
      [2, second],
    ]);
  });

  test('a definition of more than 170,000 characters is refused before Glue is asked', async () => {
    const { glue, registry } = setUp();
    const schema = { description: 'x'.repeat(170_000) };
    await expect(registry.register({ type, version: 1, schema })).rejects.toMatchObject({ code: 'REGISTRATION_FAILED' });
    expect(glue.client.calls).toEqual([]);
  });
});

describe('finding', () => {
  test('by type and version, by id, and all of a type, oldest first', async () => {
    const { registry } = setUp();
    const two = await registry.register({ type, version: 2, schema: second });
    const one = await registry.register({ type, version: 1, schema: first });
    expect(await registry.find(type, 2)).toEqual(two);
    expect(await registry.findById(two.id ?? '')).toEqual(two);
    expect(await registry.findById((one.id ?? '').toUpperCase())).toEqual(one);
    expect(await registry.history(type)).toEqual([one, two]);
  });

  test('what is not there is undefined, and no type has no history', async () => {
    const { registry } = setUp();
    await registry.register({ type, version: 1, schema: first });
    expect(await registry.find(type, 2)).toBeUndefined();
    expect(await registry.find('Other', 1)).toBeUndefined();
    expect(await registry.history('Other')).toEqual([]);
    expect(await registry.findById('00000000-0000-4000-8000-999999999999')).toBeUndefined();
    expect(await registry.findById('no id')).toBeUndefined();
  });

  test('a registry that is not there is an error, not an unknown type', async () => {
    const { glue } = setUp();
    const registry = createGlueRegistry({ client: glue.client, registry: 'evnets', sleep: async () => {} });
    await expect(registry.find(type, 1)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retryable: false });
  });

  test('what many ask for at once is asked for once, whichever version they want; afterwards it is asked for anew', async () => {
    const { glue } = setUp();
    const { id } = glue.add(type, glueDefinition({ type, version: 1, schema: first }));
    const registry = createGlueRegistry({ client: glue.client, registry: 'events', sleep: async () => {} });
    const found = await Promise.all([1, 2, 3, 1].map((version) => registry.find(type, version)));
    expect(found.map((schema) => schema?.id)).toEqual([id, undefined, undefined, id]);
    expect(glue.names()).toEqual(['GetSchema', 'GetSchemaVersion']);
    glue.add(type, glueDefinition({ type, version: 2, schema: second }));
    expect(await registry.find(type, 2)).toMatchObject({ schema: second });
  });

  test('a failed read is not remembered', async () => {
    const { glue, registry } = setUp();
    glue.add(type, glueDefinition({ type, version: 1, schema: first }));
    glue.onCall(() => {
      throw sdkError('ThrottlingException', 400);
    });
    await expect(registry.find(type, 1)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retryable: true });
    glue.onCall(undefined);
    expect(await registry.find(type, 1)).toMatchObject({ version: 1 });
  });

  test('definitions of others count as the version that Glue gave them, and give way to ours', async () => {
    const { glue, registry } = setUp();
    glue.add(type, '{"title":"by hand"}');
    glue.add(type, '{"title":"by hand, too"}');
    glue.add(type, glueDefinition({ type, version: 2, schema: second }));
    glue.add(type, glueDefinition({ type: 'Other', version: 5, schema: second }));
    glue.add(type, '[1]');
    expect((await registry.history(type)).map(({ version, schema }) => [version, schema])).toEqual([
      [1, { title: 'by hand' }],
      [2, second],
    ]);
  });

  test('a second text for the same version is found by its id, and by nothing else', async () => {
    const { glue, registry } = setUp();
    glue.add(type, glueDefinition({ type, version: 1, schema: first }));
    const { id } = glue.add(type, glueDefinition({ type, version: 1, schema: second }));
    expect(await registry.findById(id)).toMatchObject({ schema: second });
    expect(await registry.find(type, 1)).toMatchObject({ schema: first });
  });

  test('types are listed over all pages, in order', async () => {
    const { glue, registry } = setUp();
    for (const name of ['PaymentCharged', 'OrderPlaced', 'InventoryReserved']) glue.add(name, '{}');
    expect(await registry.types()).toEqual(['InventoryReserved', 'OrderPlaced', 'PaymentCharged']);
  });
});

describe('a registry that does not answer', () => {
  test.each([
    ['ThrottlingException', 400, true],
    ['InternalServiceException', 500, true],
    ['ConcurrentModificationException', 400, true],
    ['TimeoutError', undefined, true],
    ['AccessDeniedException', 400, false],
  ] as const)('%s is REGISTRY_UNAVAILABLE', async (name, status, retryable) => {
    const client = fakeClient(() => {
      throw sdkError(name, status);
    });
    const registry = createGlueRegistry({ client, registry: 'events', sleep: async () => {} });
    const id = '00000000-0000-4000-8000-000000000001';
    const calls = [
      registry.find(type, 1),
      registry.findById(id),
      registry.history(type),
      registry.types(),
      registry.register({ type, version: 1, schema: first }),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retryable });
  });

  test('a listing that does not end is given up', async () => {
    const client = fakeClient(() => ({ Schemas: [], NextToken: 'more' }));
    await expect(createGlueRegistry({ client, registry: 'events', sleep: async () => {} }).types()).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
    expect(client.calls).toHaveLength(100);
  });

  test('more versions than are read is an error, not a part of them', async () => {
    const client = fakeClient(() => ({ LatestSchemaVersion: 501, NextSchemaVersion: 502 }));
    await expect(createGlueRegistry({ client, registry: 'events', sleep: async () => {} }).history(type)).rejects.toThrow('501 versions');
  });
});

describe('definitions', () => {
  test('name message and version, and are read back without that', () => {
    const text = glueDefinition({ type, version: 3, schema: first });
    expect(JSON.parse(text)).toEqual({ 'x-schema': 'urn:aws-choreography:OrderPlaced:3', ...first });
    expect(readGlueDefinition(text)).toEqual({ type, version: 3, schema: first });
  });

  test.each(['', '1', '[]', '{}', '{"x-schema":1}', '{"x-schema":"urn:other:OrderPlaced:1"}'])('%s is not ours', (text) => {
    expect(readGlueDefinition(text)).toBeUndefined();
  });
});
