import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { environmentNames as names } from '../../../lib/contract/deployment.ts';
import type { Envelope } from '../../../lib/contract/envelope.ts';
import { ChoreographyError } from '../../../lib/contract/errors.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { createNewerSchemas } from '../../../lib/lambda/ports/newer-schemas.ts';
import { createServicePorts } from '../../../lib/lambda/ports/service-ports.ts';
import { lazyWriterSchemas } from '../../../lib/lambda/ports/writer-schemas.ts';
import { glueDefinition } from '../../../lib/schema/glue-definition.ts';
import type { RegisteredSchema, SchemaRegistry } from '../../../lib/schema/registry.ts';
import type { SchemaObject } from '../../../lib/schema/schema-set.ts';
import { schemaUri } from '../../../lib/schema/uri.ts';
import { type GlueServer, startGlueServer } from '../../aws/glue/glue-server.ts';
import { envelope, payment } from '../../runtime/message/sample.ts';
import { claims, createRig, letters } from '../../runtime/rig.ts';
import { variables } from '../bench.ts';

// The service knows version 3: `orderId` and `cents`.
const type = 'PaymentRequested';
const fourth: SchemaObject = {
  type: 'object',
  required: ['orderId', 'currency'],
  properties: {
    orderId: { type: 'string', maxLength: 9 },
    cents: { type: 'integer' },
    currency: { type: 'string', pattern: '^[A-Z]{3}$', maxLength: 3 },
  },
};
const good = { orderId: 'o-1', cents: 1, currency: 'EUR' };
const newer = (id: string, data: unknown = good, version = 4): Envelope =>
  envelope({ id, correlationid: `saga-${id}`, partitionkey: `saga-${id}`, dataschema: schemaUri(type, version), data });

/** A service beside a registry that is asked through the cache, and what it was asked for. */
function setUp(schema: SchemaObject = fourth) {
  const state = { down: false, asked: [] as string[], schemas: [{ type, version: 4, schema }] as RegisteredSchema[] };
  const registry = {
    async find(name: string, version: number) {
      state.asked.push(`${name}:${version}`);
      if (state.down) throw new ChoreographyError('REGISTRY_UNAVAILABLE', 'down', { retryable: true });
      return state.schemas.find((one) => one.type === name && one.version === version);
    },
  } as SchemaRegistry;
  const clock = { now: (): number => rig.clock.now() };
  const rig = createRig(payment, { writerSchemas: createNewerSchemas({ registry, clock, entropy: { random: () => 0 } }) });
  return { state, rig };
}

const parked = ({ store }: ReturnType<typeof createRig>) => store.allMarkers().map(({ saga }) => saga);

describe('a message in a version that the function was not built with', () => {
  test('is checked against the schema in the registry, which is asked once for the life of the process', async () => {
    const { state, rig } = setUp();
    await rig.deliver(newer('a'), newer('b'), envelope({ id: 'c', correlationid: 'saga-c' }));
    rig.later(7_200);
    await rig.deliver(newer('d'), newer('e', { ...good, currency: 'euro' }));
    expect(claims(rig)).toEqual(['pay a done', 'pay b done', 'pay c done', 'pay d done']);
    expect(letters(rig)).toEqual(['SCHEMA_VIOLATION e']);
    expect(state.asked).toEqual(['PaymentRequested:4']);
  });

  test('waits if the function would not understand it, although the registry knows the version', async () => {
    const { rig } = setUp();
    await rig.deliver(newer('a', { orderId: 'o-1', currency: 'EUR' }));
    expect([claims(rig), letters(rig), parked(rig)]).toEqual([[], [], ['saga-a']]);
  });

  test('is never accepted while the registry is down, which is not asked more than once in 5 seconds', async () => {
    const { state, rig } = setUp();
    state.down = true;
    const from = rig.clock.now();
    for (const id of ['a', 'b', 'c']) await rig.deliver(newer(id));
    expect([claims(rig), letters(rig), parked(rig)]).toEqual([[], [], ['saga-a', 'saga-b', 'saga-c']]);
    const span = Math.ceil((rig.clock.now() - from) / 5_000);
    expect(state.asked.length).toBeLessThanOrEqual(span + 1);
    state.down = false;
    for (const id of ['a', 'b', 'c'])
      for (let tries = 0; tries < 5 && parked(rig).includes(`saga-${id}`); tries += 1) await rig.wake(`saga-${id}`);
    expect([claims(rig), letters(rig), parked(rig)]).toEqual([['pay a done', 'pay b done', 'pay c done'], [], []]);
  });

  test('waits until its version is registered', async () => {
    const { state, rig } = setUp();
    const schemas = state.schemas.splice(0);
    await rig.deliver(newer('a'));
    expect([claims(rig), parked(rig)]).toEqual([[], ['saga-a']]);
    state.schemas.push(...schemas);
    for (let tries = 0; tries < 5 && claims(rig).length === 0; tries += 1) await rig.wake('saga-a');
    expect(claims(rig)).toEqual(['pay a done']);
  });

  test('waits if its schema in the registry is not safe to run, and the log says why', async () => {
    const { rig } = setUp({ ...fourth, properties: { currency: { type: 'string', maxLength: 99, pattern: '^(a+)+$' } } });
    await rig.deliver(newer('a'));
    expect([claims(rig), letters(rig), parked(rig)]).toEqual([[], [], ['saga-a']]);
    expect(rig.log.find(({ message }) => message === 'the schema of a newer version cannot be used')).toMatchObject({
      level: 'warn',
      fields: { service: 'payment', type, version: 4, error: expect.stringContaining('the pattern ^(a+)+$ may take too long') },
    });
  });
});

describe('the port', () => {
  test('is opened at the first question, once; an opening that failed is tried again', async () => {
    const opened: string[] = [];
    const schemas = lazyWriterSchemas(async () => {
      opened.push('open');
      if (opened.length === 1) throw new Error('no such file');
      return { find: async () => undefined };
    });
    expect(opened).toEqual([]);
    await expect(schemas.find(type, 4)).rejects.toThrow('no such file');
    await Promise.all([schemas.find(type, 4), schemas.find(type, 5)]);
    await schemas.find(type, 4);
    expect(opened).toEqual(['open', 'open']);
  });

  const telemetry = { count() {}, time() {}, log() {} };
  const portsOf = (changes: Readonly<Record<string, string>>) =>
    createServicePorts(readEnvironment({ ...variables, ...changes }), telemetry);

  test('is there where the environment names a registry, and only there', () => {
    expect(portsOf({}).writerSchemas).toBeUndefined();
    expect(portsOf({ [names.registry]: 'events' }).writerSchemas).toBeDefined();
  });

  describe('on Glue', () => {
    let server: GlueServer;
    beforeEach(async () => {
      server = await startGlueServer();
      const environment = {
        AWS_ENDPOINT_URL_GLUE: server.endpoint,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'x',
        AWS_SECRET_ACCESS_KEY: 'x',
      };
      for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      await server.stop();
    });

    test('finds the version in the registry of the environment, with no more rights than the role of the function has', async () => {
      for (const version of [3, 4]) server.glue.add(type, glueDefinition({ type, version, schema: fourth }));
      const { writerSchemas } = portsOf({ [names.registry]: 'events' });
      const [schema, again] = await Promise.all([writerSchemas?.find(type, 4), writerSchemas?.find(type, 4)]);
      expect(schema?.validate({ ...good, currency: 'euro' })).toEqual([
        { path: '/currency', expected: 'at most 3 characters', received: '"euro"' },
        { path: '/currency', expected: 'text that matches ^[A-Z]{3}$', received: '"euro"' },
      ]);
      expect([schema?.uri, again?.uri]).toEqual(['urn:aws-choreography:PaymentRequested:4', 'urn:aws-choreography:PaymentRequested:4']);
      expect(await writerSchemas?.find('OrderPlaced', 1)).toBeUndefined();
      expect(server.requests).toEqual(['GetSchema', 'GetSchemaVersion', 'GetSchemaVersion', 'GetSchema', 'GetRegistry']);
    });

    test('does not hold a batch up for long: one more attempt, and what is down is left alone for some seconds', async () => {
      server.faults.push(
        ...Array.from({ length: 9 }, () => ({ status: 500, body: '{"__type":"InternalServiceException","Message":"oh"}' })),
      );
      const { writerSchemas } = portsOf({ [names.registry]: 'events' });
      for (const _ of ['first', 'second']) {
        await expect(writerSchemas?.find(type, 4)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retryable: true });
      }
      expect(server.requests).toEqual(['GetSchema', 'GetSchema']);
    });
  });
});
