import { describe, expect, test } from 'vitest';
import type { AwsClientClass, AwsClients } from '../../../lib/aws/calls/clients.ts';
import { deployedManifests } from '../../../lib/aws/operator/deployed-manifests.ts';
import { openOperatorAccess } from '../../../lib/aws/operator/operator-access.ts';
import { registeredSchemas } from '../../../lib/aws/operator/registered-schemas.ts';
import { readLag } from '../../../lib/operations/lag.ts';
import { glueDefinition } from '../../../lib/schema/glue-definition.ts';
import { schemaUri } from '../../../lib/schema/uri.ts';
import type { ServiceManifest } from '../../../lib/topology/manifest.ts';
import { envelope } from '../../runtime/message/sample.ts';
import { type FakeCall, fakeClient, sdkError } from '../fake-client.ts';

const queue = (name: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`;
const address = { stream: 'shop-events', bus: 'shop', busArn: 'arn', registry: 'shop', controlTable: 'shop-control' };
const queues = { deadLetterQueue: queue('dead'), replayDeadLetterQueue: queue('dead.fifo') };
const search = {
  source: 'bus',
  table: 'search-journal',
  busQueue: queue('search-bus'),
  replayQueue: queue('search.fifo'),
  worker: 'search-worker',
  ...queues,
};
const order = {
  source: 'stream',
  messageAgeSecondsMax: 86_400,
  redrivesMax: 9,
  table: 'order-journal',
  tables: { orders: 'old-orders' },
  replayQueue: queue('order.fifo'),
  worker: 'order-worker',
  ...queues,
};
const manifest = { manifestVersion: 1, service: 'order', source: 'stream', reactions: [], inbounds: [], lifts: [] };
const text = JSON.stringify(manifest);

const parameters: Readonly<Record<string, string>> = {
  '/choreo/shop/backbone': JSON.stringify(address),
  '/choreo/shop/services/search': JSON.stringify(search),
  '/choreo/shop/services/order': JSON.stringify(order),
  '/choreo/shop/manifests/order/002': text.slice(40),
  '/choreo/shop/manifests/order/001': text.slice(0, 40),
};

type Answers = Readonly<Record<string, (input: FakeCall['input']) => unknown>>;

const answers: Answers = {
  GetParameterCommand({ Name }) {
    if (parameters[Name] === undefined) throw sdkError('ParameterNotFound', 400);
    return { Parameter: { Value: parameters[Name] } };
  },
  GetParametersByPathCommand: ({ Path }) => ({
    Parameters: Object.entries(parameters).flatMap(([Name, Value]) => (Name.startsWith(`${Path}/`) ? [{ Name, Value }] : [])),
  }),
  DescribeStreamSummaryCommand: () => ({ StreamDescriptionSummary: { RetentionPeriodHours: 168 } }),
  GetQueueAttributesCommand: () => ({
    Attributes: { ApproximateNumberOfMessages: '5', ApproximateNumberOfMessagesNotVisible: '2', ApproximateNumberOfMessagesDelayed: '0' },
  }),
  GetMetricStatisticsCommand: ({ MetricName }) => ({
    Datapoints: [
      { Timestamp: new Date(1_000), Maximum: 1 },
      { Timestamp: new Date(61_000), Maximum: MetricName === 'IteratorAge' ? 90_000 : 45 },
    ],
  }),
  QueryCommand: () => ({ Items: [] }),
  GetItemCommand: () => ({}),
  SendMessageBatchCommand: ({ Entries }) => ({ Successful: Entries }),
};

function fakes(more: Answers = {}) {
  const client = fakeClient(({ command, input }) => {
    const answer = { ...answers, ...more }[command];
    if (!answer) throw new Error(`${command} is not answered here`);
    return answer(input);
  });
  const clients: AwsClients = { of: <Client>(_: AwsClientClass<Client>) => client as unknown as Client, destroy() {} };
  return { client, clients };
}

function open(more: Answers = {}) {
  const { client, clients } = fakes(more);
  const clock = { now: () => 100_000, sleep: async () => {} };
  return {
    client,
    access: openOperatorAccess<ServiceManifest>({ backbone: 'shop', who: 'ada', clients, clock, openSchemas: registeredSchemas }),
  };
}

const callsOf = (client: ReturnType<typeof fakeClient>, command: string) =>
  client.calls.filter((call) => call.command === command).map(({ input }) => input);

describe('the access of an operator on AWS', () => {
  test('finds the services by their parameters, and puts manifests together in order', async () => {
    const access = await open().access;
    expect(await access.consumers()).toEqual([
      { name: 'order', source: 'stream', messageAgeSecondsMax: 86_400, redrivesMax: 9, manifest },
      { name: 'search', source: 'bus' },
    ]);
    expect(access).toMatchObject({ who: 'ada', retentionSeconds: 604_800 });
  });

  test('finds a service whose manifest cannot be read, as in the middle of a deploy, and the others', async () => {
    const torn: Readonly<Record<string, string>> = { ...parameters, '/choreo/shop/manifests/order/002': '"of":"another deploy"}' };
    const torned: Answers = {
      GetParametersByPathCommand: ({ Path }) => ({
        Parameters: Object.entries(torn).flatMap(([Name, Value]) => (Name.startsWith(`${Path}/`) ? [{ Name, Value }] : [])),
      }),
    };
    expect((await (await open(torned).access).consumers()).map(({ name, manifest: found }) => [name, found])).toEqual([
      ['order', undefined],
      ['search', undefined],
    ]);
    const { clients } = fakes(torned);
    await expect(deployedManifests(clients, 'shop')).rejects.toMatchObject({ code: 'BACKBONE_UNREADABLE' }); // checks must not go without it
  });

  test('names table, queue and control table of the service that is asked for', async () => {
    const { client, access: opened } = open();
    const access = await opened;
    await access.store('order').listClaims('s', 1);
    await access.control.consumer('order');
    await access.records.get('audit', 'a');
    await access.replayQueue('search').send([{ task: { kind: 'wake', saga: 's' }, group: 'g', deduplicationId: 'd' }]);
    expect(callsOf(client, 'QueryCommand')).toMatchObject([{ TableName: 'order-journal' }]);
    expect(callsOf(client, 'GetItemCommand')).toMatchObject([{ TableName: 'shop-control' }, { TableName: 'shop-control' }]);
    expect(callsOf(client, 'SendMessageBatchCommand')).toMatchObject([{ QueueUrl: search.replayQueue }]);
    expect(() => access.store('nobody')).toThrow(expect.objectContaining({ code: 'UNKNOWN_SERVICE' }));
  });

  test('takes lag from the queue, and from what Lambda measures; nobody knows the shards', async () => {
    const { client, access } = open();
    const [first, second] = await readLag(await access);
    expect(first).toMatchObject({
      consumer: 'order',
      shards: [],
      milliseconds: 90_000,
      replayQueue: { depth: 7, oldestAgeMilliseconds: 45_000 },
    });
    expect(first).not.toHaveProperty('messages');
    expect(second).toMatchObject({ consumer: 'search', messages: 7, milliseconds: 45_000 });
    expect(callsOf(client, 'GetMetricStatisticsCommand').map(({ Dimensions: [{ Name, Value }] }) => `${Name} ${Value}`)).toEqual([
      'FunctionName order-worker',
      'QueueName order.fifo',
      'QueueName search-bus',
      'QueueName search.fifo',
    ]);
  });

  test('shows the rest where metrics may not be seen', async () => {
    const refused = () => {
      throw sdkError('AccessDenied', 403);
    };
    const lags = await readLag(await open({ GetMetricStatisticsCommand: refused }).access);
    expect(lags[0]).not.toHaveProperty('milliseconds');
    expect(lags[1]).toMatchObject({ messages: 7 });
  });

  test('checks a message by the schema that Glue has, and asks nothing before', async () => {
    const schema = { type: 'object', required: ['id'], properties: { id: { type: 'string', maxLength: 9 } } } as const;
    const definition = glueDefinition({ type: 'OrderPlaced', version: 2, schema });
    const { client, access: opened } = open({
      GetSchemaCommand: ({ SchemaId: { SchemaName } }) => {
        if (SchemaName !== 'OrderPlaced') throw sdkError('EntityNotFoundException', 400);
        return { LatestSchemaVersion: 1 };
      },
      GetSchemaVersionCommand: () => ({
        SchemaVersionId: 'v',
        SchemaArn: 'arn:aws:glue:eu-west-1:123456789012:schema/shop/OrderPlaced',
        VersionNumber: 1,
        Status: 'AVAILABLE',
        SchemaDefinition: definition,
      }),
      GetRegistryCommand: () => ({}),
    });
    const access = await opened;
    expect(client.calls.some(({ command }) => command.includes('Schema'))).toBe(false);
    const placed = envelope({ type: 'OrderPlaced', dataschema: schemaUri('OrderPlaced', 2), data: { id: 7 } });
    expect(await access.checkMessage(placed)).toMatchObject({ problems: [{ path: '/data/id' }], schema: 'known' });
    expect(await access.checkMessage({ ...placed, data: { id: 'o' } })).toEqual({ problems: [], schema: 'known' });
    expect(await access.checkMessage(envelope())).toMatchObject({ problems: [], schema: 'unknown' });
    expect(callsOf(client, 'GetSchemaCommand')[0]).toMatchObject({ SchemaId: { RegistryName: 'shop' } });
  });

  test('asks CloudWatch for nothing where that is not wanted: the operator function has no right to', async () => {
    const { client, clients } = fakes();
    const access = await openOperatorAccess<ServiceManifest>({ backbone: 'shop', who: 'operator function', clients, metrics: false });
    expect(await access.queueFigures?.('search', 'replay')).toEqual({ depth: 7 });
    expect(callsOf(client, 'GetMetricStatisticsCommand')).toEqual([]);
  });

  test('wakes the operator function without waiting for it, where there is one, and says why it could not', async () => {
    const withOperator = { ...parameters, '/choreo/shop/backbone': JSON.stringify({ ...address, operator: 'shop-operator' }) };
    const GetParameterCommand: Answers[string] = ({ Name }) => ({
      Parameter: { Value: (withOperator as Readonly<Record<string, string>>)[Name] },
    });
    const { client, access } = open({ GetParameterCommand, InvokeCommand: () => ({ StatusCode: 202 }) });
    expect(await (await access).platform?.wake()).toEqual({ woken: true });
    const [{ Payload, ...invoked } = { Payload: undefined }] = callsOf(client, 'InvokeCommand');
    expect([invoked, JSON.parse(new TextDecoder().decode(Payload))]).toEqual([
      { FunctionName: 'shop-operator', InvocationType: 'Event' },
      { task: 'tick' },
    ]);
    const refused = () => {
      throw sdkError('AccessDeniedException', 403);
    };
    const denied = await open({ GetParameterCommand, InvokeCommand: refused }).access;
    expect(await denied.platform?.wake()).toEqual({ woken: false, reason: expect.stringContaining('AccessDeniedException') });
    expect((await open().access).platform).toBeUndefined();
  });

  test('has no stream where the backbone has only a bus, to which it publishes', async () => {
    const { stream: _, ...bus } = address;
    const only: Readonly<Record<string, string>> = { ...parameters, '/choreo/shop/backbone': JSON.stringify(bus) };
    const { client, access: opened } = open({
      GetParameterCommand: ({ Name }) => ({ Parameter: { Value: only[Name] } }),
      PutEventsCommand: () => ({ Entries: [{ EventId: 'e' }] }),
    });
    const access = await opened;
    expect(access.stream).toBeUndefined();
    expect(await access.publisher?.publish([envelope()])).toEqual([{ status: 'published' }]);
    expect(callsOf(client, 'PutEventsCommand')).toMatchObject([{ Entries: [{ EventBusName: 'shop' }] }]);
  });

  test.each([
    [
      'BACKBONE_NOT_FOUND',
      () => {
        throw sdkError('ParameterNotFound', 400);
      },
    ],
    ['BACKBONE_UNREADABLE', () => ({ Parameter: { Value: 'no JSON' } })],
  ])('says %s', async (code, GetParameterCommand) => {
    await expect(open({ GetParameterCommand }).access).rejects.toMatchObject({ code });
  });
});

test('the manifests of what is deployed are read with SSM alone', async () => {
  const { client, clients } = fakes();
  expect([...(await deployedManifests(clients, 'shop'))]).toEqual([['order', manifest]]);
  expect(new Set(client.calls.map(({ command }) => command))).toEqual(new Set(['GetParameterCommand', 'GetParametersByPathCommand']));
  await expect(deployedManifests(clients, 'ship')).rejects.toMatchObject({ code: 'BACKBONE_NOT_FOUND' });
});
