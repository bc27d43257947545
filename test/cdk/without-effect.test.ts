import { Duration, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { notification } from '../../functions/notification/service.ts';
import { order } from '../../functions/order/service.ts';
import type { BackboneProps, ChoreographyServiceProps } from '../../lib/cdk/index.ts';
import { defineInbound } from '../../lib/contract/inbound.ts';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { defineService } from '../../lib/contract/service.ts';
import { event } from './messages.ts';
import { backboneStack, codeOf, propertiesOf, resourcesOf, serviceStack, statementsOf, testApp } from './synth.ts';

const foreign = event('OrderImported');
const take = defineReaction({ name: 'take', on: foreign, react: () => {} });
const raw = { id: () => 'i', correlationId: () => 'c', data: () => ({ id: 'i' }) };
const imports = (from: { queue: string } | { stream: string }) =>
  defineService({ name: 'imports', source: 'bus', reactions: [take], inbound: [defineInbound(foreign, { from, ...raw })] });
const placed = defineReaction({ name: 'place', on: event('OrderPlaced'), react: () => {} });

describe('what has no effect on a service is refused', () => {
  const ofStream = {
    batchSize: 50,
    batchWindow: Duration.seconds(1),
    parallelization: 2,
    maxRecordAge: Duration.days(1),
    retryAttempts: 20,
  } satisfies Partial<ChoreographyServiceProps>;

  test.each(Object.entries(ofStream))('%s, if it reads no stream', (name, value) => {
    expect(codeOf(() => serviceStack(notification, { [name]: value }))).toBe(
      `OPTION_WITHOUT_EFFECT shop-notification/Service: \`${name}\` has no effect, since notification reads no stream: leave it out.`,
    );
  });

  test('all of them at once', () => {
    expect(codeOf(() => serviceStack(notification, { batchSize: 50, retryAttempts: 20 }))).toBe(
      'OPTION_WITHOUT_EFFECT shop-notification/Service: `batchSize` has no effect, since notification reads no stream: leave it out. `retryAttempts` has no effect, since notification reads no stream: leave it out.',
    );
  });

  test('but not if an inbound brings a stream to a service on the bus', () => {
    const stack = new Stack(testApp(), 's');
    const streams = { erp: new Stream(stack, 'Erp') };
    expect(() => serviceStack(imports({ stream: 'erp' }), { ...ofStream, streams }, stack)).not.toThrow();
  });

  test('what an app gives to all of its services is taken by every one', () => {
    const stack = new Stack(testApp(), 's');
    const shared = { startAt: 'earliest', fanOut: false, inboundBus: EventBus.fromEventBusName(stack, 'Bus', 'partner') } as const;
    expect(() => serviceStack(notification, shared, stack)).not.toThrow();
  });

  test('busConcurrency, if it reads the stream', () => {
    expect(codeOf(() => serviceStack(order, { busConcurrency: 5 }))).toBe(
      'OPTION_WITHOUT_EFFECT shop-order/Service: `busConcurrency` has no effect, since order reads the stream: leave it out; `parallelization` is the number of concurrent batches of a shard.',
    );
    expect(() => serviceStack(notification, { busConcurrency: 5 })).not.toThrow();
  });

  test('but queues and streams that an app gives to all of its services alike are not; a misspelled one is missing', () => {
    const stack = new Stack(testApp(), 's');
    const shared = {
      queues: { erp: new Queue(stack, 'Erp'), spare: new Queue(stack, 'Spare') },
      streams: { log: new Stream(stack, 'Log') },
    };
    serviceStack(imports({ queue: 'erp' }), shared, stack);
    const mapped = resourcesOf(stack, 'AWS::Lambda::EventSourceMapping').map(({ properties }) => JSON.stringify(properties));
    expect(['<Erp.', '<Spare.', '<Log.'].map((source) => mapped.some((one) => one.includes(source)))).toEqual([true, false, false]);
    expect(codeOf(() => serviceStack(imports({ queue: 'epr' }), shared, new Stack(testApp(), 's')))).toBe(
      'INBOUND_UNMAPPED s/Service: an inbound takes messages from "epr", and `queues` has erp, spare: add `queues: { \'epr\': … }`.',
    );
  });

  test.each(['entry', 'handler', 'description'])('functions.%s, which the construct itself decides', (name) => {
    expect(codeOf(() => serviceStack(order, { functions: { [name]: 'mine' } }))).toBe(
      `OPTION_WITHOUT_EFFECT shop-order/Service/Worker: \`functions.${name}\` has no effect, since the construct sets it itself: leave it out.`,
    );
  });

  test('a schema that is registered elsewhere and that the service does not publish, also where none is registered', () => {
    expect(codeOf(() => serviceStack(notification, { schemasElsewhere: ['OrderPlacd'] }))).toMatch(
      /^SCHEMA_MISSING shop-notification\/Service: `schemasElsewhere` names OrderPlacd, which the service neither publishes nor owns/,
    );
  });
});

describe('what has no effect on a backbone is refused', () => {
  test.each<[keyof BackboneProps, Partial<BackboneProps>]>([
    ['shards', { shards: 2 }],
    ['retention', { retention: Duration.days(14) }],
    ['forward', { forward: ['*'] }],
    ['forwardRefresh', { forwardRefresh: Duration.seconds(5) }],
    ['publishers', { publishers: ['arn:aws:iam::111122223333:role/partner'] }],
  ])('%s, if there is no stream', (name, props) => {
    expect(codeOf(() => backboneStack({ stream: false, ...props }))).toBe(
      `OPTION_WITHOUT_EFFECT shop-backbone/Backbone: \`${name}\` has no effect, since \`stream\` is false: leave it out.`,
    );
    expect(() => backboneStack(props)).not.toThrow();
  });

  test.each<[keyof BackboneProps, Partial<BackboneProps>]>([
    ['shards', { shards: 2 }],
    ['retention', { retention: Duration.days(14) }],
  ])('%s, if the stream is brought', (name, props) => {
    const stack = new Stack(testApp(), 's');
    const stream = new Stream(stack, 'Mine');
    expect(codeOf(() => backboneStack({ stream, ...props }))).toBe(
      `OPTION_WITHOUT_EFFECT shop-backbone/Backbone: \`${name}\` has no effect, since you bring the stream: set it where the stream is made, and leave it out here.`,
    );
  });

  test('publishers, if the bus is brought', () => {
    const stack = new Stack(testApp(), 's');
    expect(codeOf(() => backboneStack({ bus: new EventBus(stack, 'Mine'), publishers: ['arn:aws:iam::111122223333:role/partner'] }))).toBe(
      'OPTION_WITHOUT_EFFECT shop-backbone/Backbone: `publishers` has no effect, since you bring the bus: say in its own policy who may publish, and leave it out here.',
    );
  });

  test('all of them at once, and none twice', () => {
    const stack = new Stack(testApp(), 's');
    const brought = { bus: new EventBus(stack, 'Mine'), publishers: ['arn:aws:iam::111122223333:role/partner'], shards: 2 };
    const options = (props: Partial<BackboneProps>) =>
      [...codeOf(() => backboneStack(props)).matchAll(/`(\w+)` has/g)].map(([, name]) => name);
    expect(options({ ...brought, stream: false })).toEqual(['shards', 'publishers']);
    expect(options({ ...brought, stream: new Stream(stack, 'Own') })).toEqual(['shards', 'publishers']);
  });

  test('what an app gives to all of its stages is taken also without a stream', () => {
    const shared = { startAt: 'latest', fanOut: false, functions: { memorySize: 1_024 } } as const;
    expect(() => backboneStack({ stream: false, ...shared })).not.toThrow();
  });

  test('but not a list that has nothing in it', () => {
    expect(() => backboneStack({ stream: false, forward: [], publishers: [] })).not.toThrow();
  });
});

test('a log group that is brought takes the place of a new one, and the function may write to it', () => {
  const stack = new Stack(testApp(), 's');
  const logGroup = new LogGroup(stack, 'Mine');
  serviceStack(defineService({ name: 'order', reactions: [placed] }), { functions: { logGroup } }, stack);
  expect(resourcesOf(stack, 'AWS::Logs::LogGroup').map(({ id }) => id)).toEqual(['Mine']);
  expect(propertiesOf(stack, 'AWS::Lambda::Function')['LoggingConfig']).toMatchObject({ LogGroup: '<Mine>' });
  expect(statementsOf(stack, 'Worker')).toContainEqual({
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: 'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:<Mine>:*',
  });
});
