import { CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Function as AnyFunction, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { inventory } from '../../functions/inventory/service.ts';
import { notification } from '../../functions/notification/service.ts';
import { order } from '../../functions/order/service.ts';
import { search } from '../../functions/search/service.ts';
import { Backbone } from '../../lib/cdk/index.ts';
import { defineInbound } from '../../lib/contract/inbound.ts';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { defineService } from '../../lib/contract/service.ts';
import { manifestOf } from '../../lib/topology/manifest.ts';
import { busyService, event } from './messages.ts';
import { codeOf, parametersOf, propertiesOf, resourcesOf, serviceStack, statementsOf, testApp } from './synth.ts';

const on = { order: serviceStack(order), notification: serviceStack(notification), search: serviceStack(search) };

describe('a service on the stream', () => {
  const { stack } = on.order;

  // Each of these has another default, and each default loses records, blocks a shard or repeats what succeeded (AWS, event source mappings).
  test.each([
    ['StartingPosition', 'TRIM_HORIZON'],
    ['FunctionResponseTypes', ['ReportBatchItemFailures']],
    ['BisectBatchOnFunctionError', true],
    ['MaximumRetryAttempts', 1_000],
    ['MaximumRecordAgeInSeconds', 561_600],
    ['DestinationConfig', { OnFailure: { Destination: '<ServiceQueuesDeadLetters.Arn>' } }],
    ['EventSourceArn', '<ServiceStreamConsumer.ConsumerARN>'],
  ])('its mapping sets %s', (name, value) => {
    expect(propertiesOf(stack, 'AWS::Lambda::EventSourceMapping', 'ServiceStreamMapping')[name]).toEqual(value);
  });

  test('is invoked for the events that it reacts to or compensates on, and for no other', () => {
    const { FilterCriteria } = propertiesOf(stack, 'AWS::Lambda::EventSourceMapping', 'ServiceStreamMapping');
    const types = ['InventoryRejected', 'OrderDeadlinePassed', 'OrderExpired', 'PaymentFailed', 'ShipmentCreated', 'ShipmentFailed'];
    expect(FilterCriteria).toEqual({ Filters: [{ Pattern: JSON.stringify({ data: { type: types } }) }] });
  });

  test('splits a long list of events over the filters that a mapping may have', () => {
    const busy = serviceStack(busyService('stream', 250));
    const { FilterCriteria } = propertiesOf(busy.stack, 'AWS::Lambda::EventSourceMapping', 'ServiceStreamMapping') as {
      readonly FilterCriteria: { readonly Filters: readonly { readonly Pattern: string }[] };
    };
    const patterns = FilterCriteria.Filters.map(({ Pattern }) => Pattern);
    expect(patterns.length).toBeGreaterThan(1);
    expect(patterns.length).toBeLessThanOrEqual(5);
    expect(Math.max(...patterns.map((pattern) => pattern.length))).toBeLessThanOrEqual(4_096);
    expect(patterns.flatMap((pattern) => (JSON.parse(pattern) as { data: { type: string[] } }).data.type)).toHaveLength(250);
  });

  test('is read as the team says', () => {
    const shared = serviceStack(order, {
      fanOut: false,
      startAt: new Date('2026-11-01T00:00:00Z'),
      batchSize: 500,
      batchWindow: Duration.seconds(2),
      parallelization: 4,
      maxRecordAge: Duration.days(1),
      retryAttempts: 20,
    });
    expect(propertiesOf(shared.stack, 'AWS::Lambda::EventSourceMapping', 'ServiceStreamMapping')).toMatchObject({
      EventSourceArn: '<ssm:choreoshopbackbonestreamarn>',
      StartingPosition: 'AT_TIMESTAMP',
      StartingPositionTimestamp: 1_793_491_200,
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 2,
      ParallelizationFactor: 4,
      MaximumRecordAgeInSeconds: 86_400,
      MaximumRetryAttempts: 20,
    });
  });
});

describe('a service on the bus', () => {
  const { stack } = on.notification;

  test('gets the events that it reacts to through a queue, and nothing is dropped on the way', () => {
    expect(propertiesOf(stack, 'AWS::Events::Rule', 'ServiceBus')).toMatchObject({
      EventBusName: '<part 1 by / of <part 5 by : of <ssm:choreoshopbackbonebusarn>>>',
      EventPattern: { 'detail-type': ['OrderCancelled', 'OrderCompleted'] },
      Targets: [
        {
          Arn: '<ServiceQueuesBus.Arn>',
          DeadLetterConfig: { Arn: '<ServiceQueuesDeadLetters.Arn>' },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        },
      ],
    });
    expect(propertiesOf(stack, 'AWS::Lambda::EventSourceMapping', 'ServiceBusQueueMapping')).toEqual({
      EventSourceArn: '<ServiceQueuesBus.Arn>',
      FunctionName: '<ServiceWorkerFunction>',
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test.each(['ServiceQueuesBusPolicy', 'ServiceQueuesDeadLettersPolicy'])('lets only its own rule and only over TLS into %s', (id) => {
    const { PolicyDocument } = propertiesOf(stack, 'AWS::SQS::QueuePolicy', id) as {
      readonly PolicyDocument: { readonly Statement: readonly unknown[] };
    };
    expect(PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    expect(PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': '<ServiceBusRule1.Arn>' } },
      }),
    );
  });

  test('tells the bridge what it subscribes to, in a parameter of its own', () => {
    expect(parametersOf(stack)['/choreo/shop/subscriptions/notification']).toBe('OrderCancelled,OrderCompleted');
    expect(Object.keys(parametersOf(on.order.stack)).filter((name) => name.includes('subscriptions'))).toEqual([]);
  });

  test('splits a long list of events over rules with one target each', () => {
    const rules = resourcesOf(serviceStack(busyService('bus', 60)).stack, 'AWS::Events::Rule').filter(({ id }) => id.includes('Bus'));
    expect(rules.map(({ properties }) => (properties['Targets'] as readonly unknown[]).length)).toEqual([1]);
    const many = resourcesOf(serviceStack(busyService('bus', 62)).stack, 'AWS::Events::Rule').filter(({ id }) => id.includes('Bus'));
    expect(many.every(({ properties }) => JSON.stringify(properties['EventPattern']).length <= 4_096)).toBe(true);
  });
});

describe('the queues of a service', () => {
  const queues = (name: string) => propertiesOf(on.notification.stack, 'AWS::SQS::Queue', name);

  test('keep messages as long as SQS can, hidden for six times the worker, under the backbone’s key', () => {
    for (const { properties } of resourcesOf(on.notification.stack, 'AWS::SQS::Queue')) {
      expect(properties).toMatchObject({
        MessageRetentionPeriod: 1_209_600,
        VisibilityTimeout: 360,
        KmsMasterKeyId: '<ssm:choreoshopbackbonekeyarn>',
      });
    }
  });

  test('give a message a thousand receives before SQS moves it on', () => {
    expect(queues('QueuesBus')['RedrivePolicy']).toEqual({
      deadLetterTargetArn: '<ServiceQueuesDeadLetters.Arn>',
      maxReceiveCount: 1_000,
    });
  });

  test('replay in order within a saga, at a concurrency of their own', () => {
    const replay = resourcesOf(on.notification.stack, 'AWS::SQS::Queue').find(({ id }) => id === 'ServiceQueuesReplay')?.properties;
    expect(replay).toMatchObject({
      FifoQueue: true,
      FifoThroughputLimit: 'perMessageGroupId',
      DeduplicationScope: 'messageGroup',
      RedrivePolicy: { deadLetterTargetArn: '<ServiceQueuesReplayDeadLetters.Arn>', maxReceiveCount: 1_000 },
    });
    expect(replay?.['ContentBasedDeduplication']).toBeUndefined();
    const mapping = (id: string) => propertiesOf(on.notification.stack, 'AWS::Lambda::EventSourceMapping', id);
    expect(mapping('ServiceReplayQueueMapping')).toMatchObject({
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(mapping('ServiceBusQueueMapping')['ScalingConfig']).toBeUndefined();
  });

  test('are taken by as many at a time as the team says', () => {
    const { stack } = serviceStack(notification, { busConcurrency: 7, replayConcurrency: 9 });
    const scaling = (id: string) => propertiesOf(stack, 'AWS::Lambda::EventSourceMapping', id)['ScalingConfig'];
    const of = ['ServiceBusQueueMapping', 'ServiceReplayQueueMapping', 'ServiceDeadLetterQueueMapping'];
    expect(of.map(scaling)).toEqual([7, 9, 2].map((most) => ({ MaximumConcurrency: most })));
  });

  test.each(['ServiceDeadLetterQueueMapping', 'ServiceReplayDeadLetterQueueMapping'])('are drained by the worker: %s', (id) => {
    expect(propertiesOf(on.order.stack, 'AWS::Lambda::EventSourceMapping', id)).toMatchObject({
      FunctionName: '<ServiceWorkerFunction>',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });
});

describe('the functions of a service', () => {
  test('are a worker and, for a service with a command, a command function', () => {
    const handlers = (stack: Stack) => resourcesOf(stack, 'AWS::Lambda::Function').map(({ properties }) => properties['Handler']);
    expect(handlers(on.order.stack)).toEqual(['index.worker', 'index.command']);
    expect(handlers(on.notification.stack)).toEqual(['index.worker']);
  });

  test('run on Node 24 and ARM64, find everything in their environment, and write to a log group that ends', () => {
    for (const { properties } of resourcesOf(on.order.stack, 'AWS::Lambda::Function')) {
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], MemorySize: 512, Timeout: 60 });
      expect(properties['ReservedConcurrentExecutions']).toBeUndefined();
      expect(properties['Environment']).toEqual({
        Variables: {
          NODE_OPTIONS: '--enable-source-maps',
          CHOREO_BACKBONE: 'shop',
          CHOREO_SERVICE: 'order',
          CHOREO_STREAM: '<part 1 by / of <part 5 by : of <ssm:choreoshopbackbonestreamarn>>>',
          CHOREO_BUS: '<part 1 by / of <part 5 by : of <ssm:choreoshopbackbonebusarn>>>',
          CHOREO_REGISTRY: '<ssm:choreoshopbackboneregistry>',
          CHOREO_CONTROL_TABLE: '<ssm:choreoshopbackbonecontroltable>',
          CHOREO_TABLE: '<ServiceJournal>',
          CHOREO_REPLAY_QUEUE: '<ServiceQueuesReplay>',
          CHOREO_DEAD_LETTER_QUEUE: '<ServiceQueuesDeadLetters>',
          CHOREO_REPLAY_DEAD_LETTER_QUEUE: '<ServiceQueuesReplayDeadLetters>',
        },
      });
    }
    for (const { properties } of resourcesOf(on.order.stack, 'AWS::Logs::LogGroup')) expect(properties['RetentionInDays']).toBe(180);
  });

  test('take what the team passes in', () => {
    const { stack } = serviceStack(order, {
      functions: { memorySize: 1_024, timeout: Duration.seconds(20), environment: { SECRET: 'arn' } },
      settings: { giveUpAgeSeconds: 60 },
    });
    const worker = resourcesOf(stack, 'AWS::Lambda::Function')[0]?.properties;
    expect(worker).toMatchObject({ MemorySize: 1_024, Timeout: 20, Description: 'worker of order in shop' });
    expect(worker?.['Environment']).toMatchObject({ Variables: { SECRET: 'arn', CHOREO_SETTINGS: '{"giveUpAgeSeconds":60}' } });
    expect(resourcesOf(stack, 'AWS::SQS::Queue')[0]?.properties['VisibilityTimeout']).toBe(120);
  });

  test('are refused settings that are none, or that the runtime would not take, before they are deployed', () => {
    expect(() => serviceStack(order, { settings: { parkedSagaMax: 10 } as never })).toThrow(
      expect.objectContaining({
        code: 'INVALID_SETTINGS',
        message: expect.stringMatching(/Service: There is no setting parkedSagaMax; the settings are .*parkedSagasMax/),
      }),
    );
    expect(() => serviceStack(order, { settings: { messageAgeSecondsMax: 2_000_000 } })).toThrow(/a message could be applied twice/);
    expect(codeOf(() => serviceStack(order, { settings: { attemptSecondsMax: 1_000 } }))).toBe(
      'INVALID_SETTINGS shop-order/Service: The setting attemptSecondsMax is 1000: give a number from 0 to 900.',
    );
    const stack = new Stack(testApp(), 'parameter');
    const count = new CfnParameter(stack, 'Count', { type: 'Number' }).valueAsNumber; // a large negative number until the deploy
    expect(() => serviceStack(order, { settings: { redrivesMax: count } }, stack)).not.toThrow();
  });

  test('have more time than the margin in which nothing is begun', () => {
    expect(codeOf(() => serviceStack(order, { functions: { timeout: Duration.seconds(5) } }))).toBe(
      'INVALID_SETTINGS shop-order/Service: `functions.timeout` is 5 seconds, and no reaction is begun in the last 5000 ms of it (`settings.deadlineMarginMilliseconds`), so none ever would be: give the functions more time.',
    );
    expect(() => serviceStack(order, { functions: { timeout: Duration.seconds(6) } })).not.toThrow();
    const short = { functions: { timeout: Duration.seconds(5) }, settings: { deadlineMarginMilliseconds: 1_000 } };
    expect(() => serviceStack(order, short)).not.toThrow();
  });

  test('may be in a network', () => {
    const stack = new Stack(testApp(), 'net', { env: { account: '111122223333', region: 'eu-west-1' } });
    serviceStack(notification, { functions: { vpc: new Vpc(stack, 'Vpc', { maxAzs: 1 }) } }, stack);
    expect(JSON.stringify(propertiesOf(stack, 'AWS::IAM::Role', 'Worker')['ManagedPolicyArns'])).toContain(
      'AWSLambdaVPCAccessExecutionRole',
    );
  });

  test('sweep each minute; a sweep that comes late is left out', () => {
    expect(propertiesOf(on.order.stack, 'AWS::Events::Rule', 'Sweep')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [
        {
          Arn: '<ServiceWorkerFunction.Arn>',
          Input: '{"task":"sweep"}',
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        },
      ],
    });
    for (const { properties } of resourcesOf(on.order.stack, 'AWS::Lambda::EventInvokeConfig')) {
      expect(properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    }
  });
});

describe('the logs of a service', () => {
  const logsOf = (props = {}) => resourcesOf(serviceStack(order, props).stack, 'AWS::Logs::LogGroup');

  test('stay when the stack goes, as all that holds data; each has a name of its own, and is in no later deploy’s way', () => {
    expect(logsOf().map(({ deletionPolicy }) => deletionPolicy)).toEqual(['RetainExceptOnCreate', 'RetainExceptOnCreate']);
    expect(logsOf().map(({ properties }) => properties['LogGroupName'])).toEqual([undefined, undefined]); // CloudFormation names them
  });

  test('go with it where nothing is to stay', () => {
    const gone = logsOf({ removalPolicy: RemovalPolicy.DESTROY });
    expect(gone.map(({ deletionPolicy }) => deletionPolicy)).toEqual(['Delete', 'Delete']);
  });
});

describe('commands', () => {
  test('come to a URL that only signed requests reach, and that others find by the service’s name', () => {
    expect(propertiesOf(on.order.stack, 'AWS::Lambda::Url')).toEqual({
      AuthType: 'AWS_IAM',
      TargetFunctionArn: '<ServiceCommandFunction.Arn>',
    });
    expect(parametersOf(on.order.stack)['/choreo/shop/commands/order']).toBe('<ServiceCommandFunctionFunctionUrl.FunctionUrl>');
  });

  test('need no URL', () => {
    const { stack, service } = serviceStack(order, { commandAccess: 'none' });
    expect(resourcesOf(stack, 'AWS::Lambda::Url')).toEqual([]);
    expect(service.commandUrl).toBeUndefined();
    expect(codeOf(() => service.grantSendCommand(new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() })))).toBe(
      "COMMAND_URL_MISSING shop-order/Service: order has no URL for commands: give it a reaction to a command, and leave `commandAccess: 'none'` out.",
    );
  });

  test('may be sent by whom they are granted to', () => {
    const { stack, service } = serviceStack(order);
    service.grantSendCommand(new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() }));
    expect(statementsOf(stack, 'Caller')).toEqual([
      {
        Action: 'ssm:GetParameter',
        Resource: 'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/choreo/shop/commands/order',
      },
      {
        Action: 'lambda:InvokeFunctionUrl',
        Resource: '<ServiceCommandFunction.Arn>',
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      },
      {
        Action: 'lambda:InvokeFunction',
        Resource: '<ServiceCommandFunction.Arn>',
        Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': true } },
      },
    ]);
  });
});

describe('the journal', () => {
  test('has the keys and the index of the contract, expires, can be restored, and stays', () => {
    expect(propertiesOf(on.order.stack, 'AWS::DynamoDB::Table')).toMatchObject({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-value',
          KeySchema: [
            { AttributeName: 'ipk', KeyType: 'HASH' },
            { AttributeName: 'isk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEType: 'KMS', KMSMasterKeyId: '<ssm:choreoshopbackbonekeyarn>' },
      DeletionProtectionEnabled: true,
    });
    expect(resourcesOf(on.order.stack, 'AWS::DynamoDB::Table')[0]?.deletionPolicy).toBe('Retain');
    const gone = serviceStack(order, { removalPolicy: RemovalPolicy.DESTROY });
    expect(resourcesOf(gone.stack, 'AWS::DynamoDB::Table')[0]?.deletionPolicy).toBe('Delete');
  });

  test.each([{}, { removalPolicy: RemovalPolicy.RETAIN }])(
    'stays with the queues when the stack goes; queues that a failed deploy made are taken back (%o)',
    (props) => {
      const { stack } = serviceStack(order, props);
      expect(new Set(resourcesOf(stack, 'AWS::SQS::Queue').map(({ deletionPolicy }) => deletionPolicy))).toEqual(
        new Set(['RetainExceptOnCreate']),
      );
      expect(resourcesOf(stack, 'AWS::DynamoDB::Table')[0]?.deletionPolicy).toBe('Retain');
    },
  );

  test('is read by whom it is granted to, without a scan', () => {
    const { stack, service } = serviceStack(order);
    service.grantRead(new Role(stack, 'Reader', { assumedBy: new AccountRootPrincipal() }));
    expect(statementsOf(stack, 'Reader').map(({ Action, Resource }) => [Action, Resource])).toContainEqual([
      ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
      ['<ServiceJournal.Arn>', '<ServiceJournal.Arn>/index/by-value'],
    ]);
  });

  test('is used by a function of the team’s own', () => {
    const { stack, service } = serviceStack(order);
    const api = new AnyFunction(stack, 'Api', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('//') });
    service.attach(api);
    const variables = (part: string) =>
      (propertiesOf(stack, 'AWS::Lambda::Function', part)['Environment'] as { readonly Variables: object }).Variables;
    expect(variables('ServiceCommandFunction')).toMatchObject(variables('Api'));
    expect(Object.keys(variables('Api'))).toContain('CHOREO_TABLE');
    expect(statementsOf(stack, 'Api').flatMap(({ Action }) => Action)).toContain('dynamodb:PutItem');
  });
});

describe('what others find of a service', () => {
  test('is its manifest, in parts that a parameter can hold', () => {
    const parameters = parametersOf(on.order.stack);
    expect(JSON.parse(parameters['/choreo/shop/manifests/order/001'] ?? '')).toEqual(JSON.parse(JSON.stringify(manifestOf(order))));
    const busy = busyService('bus', 60);
    const parts = Object.entries(parametersOf(serviceStack(busy).stack)).filter(([name]) =>
      name.startsWith('/choreo/shop/manifests/busy/'),
    );
    expect(parts.length).toBeGreaterThan(1);
    expect(Math.max(...parts.map(([, part]) => part.length))).toBeLessThanOrEqual(4_000);
    expect(
      parts
        .sort()
        .map(([, part]) => part)
        .join(''),
    ).toBe(JSON.stringify(manifestOf(busy)));
  });

  test('is its address, for the tools', () => {
    expect(JSON.parse(parametersOf(on.order.stack)['/choreo/shop/services/order'] ?? '')).toEqual({
      source: 'stream',
      table: '<ServiceJournal>',
      replayQueue: '<ServiceQueuesReplay>',
      deadLetterQueue: '<ServiceQueuesDeadLetters>',
      replayDeadLetterQueue: '<ServiceQueuesReplayDeadLetters>',
      worker: '<ServiceWorkerFunction>',
      command: '<ServiceCommandFunction>',
    });
    const bounds = { messageAgeSecondsMax: 86_400, redrivesMax: 9 };
    const short = serviceStack(order, { settings: { ...bounds, claimLifeSeconds: 172_800 } });
    expect(JSON.parse(parametersOf(short.stack)['/choreo/shop/services/order'] ?? '')).toMatchObject(bounds);
    expect(JSON.parse(parametersOf(on.notification.stack)['/choreo/shop/services/notification'] ?? '')).toMatchObject({
      source: 'bus',
      busQueue: '<ServiceQueuesBus>',
    });
  });
});

describe('messages of other systems', () => {
  const foreign = event('OrderImported');
  const take = defineReaction({ name: 'take', on: foreign, react: () => {} });
  const raw = { id: () => 'i', correlationId: () => 'c', data: () => ({ id: 'i' }) };
  const queueService = defineService({
    name: 'imports',
    source: 'bus',
    reactions: [take],
    inbound: [defineInbound(foreign, { from: { queue: 'erp' }, ...raw })],
  });
  const streamService = defineService({
    name: 'imports',
    source: 'bus',
    reactions: [take],
    inbound: [defineInbound(foreign, { from: { stream: 'erp' }, ...raw })],
  });

  test('come from the default bus by a rule, as they are', () => {
    const { stack } = on.search;
    expect(propertiesOf(stack, 'AWS::Events::Rule', 'Inbound')).toMatchObject({
      EventBusName: 'default',
      EventPattern: { source: ['com.example.oldshop'], 'detail-type': ['order.created'] },
      Targets: [{ Arn: '<ServiceQueuesInbound.Arn>', DeadLetterConfig: { Arn: '<ServiceQueuesDeadLetters.Arn>' } }],
    });
    expect(
      (propertiesOf(stack, 'AWS::Lambda::Function')['Environment'] as { readonly Variables: Record<string, string> }).Variables[
        'CHOREO_INBOUNDS'
      ],
    ).toBe('{"<ServiceQueuesInbound.QueueName>":"rules"}');
  });

  test('come from a queue that the team brings', () => {
    const stack = new Stack(testApp(), 's');
    serviceStack(queueService, { queues: { erp: new Queue(stack, 'Erp') } }, stack);
    expect(propertiesOf(stack, 'AWS::Lambda::EventSourceMapping', 'InboundQueueerp')).toMatchObject({
      EventSourceArn: '<Erp.Arn>',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(statementsOf(stack, 'Worker')).toContainEqual({
      Action: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      Resource: expect.arrayContaining(['<Erp.Arn>']),
    });
    expect(JSON.stringify(propertiesOf(stack, 'AWS::Lambda::Function'))).toContain('{\\"<Erp.QueueName>\\":\\"erp\\"}');
  });

  test('come from a stream that the team brings, all of them', () => {
    const stack = new Stack(testApp(), 's');
    serviceStack(streamService, { streams: { erp: new Stream(stack, 'Erp') }, startAt: 'latest', fanOut: false }, stack);
    const mapping = propertiesOf(stack, 'AWS::Lambda::EventSourceMapping', 'InboundStreamerp');
    expect(mapping).toMatchObject({ EventSourceArn: '<Erp.Arn>', StartingPosition: 'LATEST', MaximumRetryAttempts: 1_000 });
    expect(mapping['FilterCriteria']).toBeUndefined();
  });

  test('are refused where nobody says what a name stands for', () => {
    expect(codeOf(() => serviceStack(queueService))).toBe(
      'INBOUND_UNMAPPED shop-imports/Service: an inbound takes messages from "erp", and `queues` has none: add `queues: { \'erp\': … }`.',
    );
  });
});

describe('the alarms of a service', () => {
  test('name commands that can be pasted: with the backbone', () => {
    const texts = resourcesOf(on.order.stack, 'AWS::CloudWatch::Alarm').map(({ properties }) => String(properties['AlarmDescription']));
    expect(texts.flatMap((text) => text.match(/choreo .*/) ?? []).sort()).toEqual([
      'choreo consumer list order --backbone shop',
      'choreo consumer list order --backbone shop',
      'choreo consumer resume order --backbone shop',
      'choreo dead-letter list order --backbone shop',
      'choreo saga list --stuck --backbone shop',
      'choreo saga list --stuck --backbone shop',
    ]);
  });

  test('ring for everything that an operator must see', () => {
    const alarms = resourcesOf(on.order.stack, 'AWS::CloudWatch::Alarm').map(({ id, properties }) => [
      id,
      properties['MetricName'],
      properties['Threshold'],
    ]);
    expect(alarms).toEqual([
      ['ServiceAlarmsLag', 'IteratorAge', 300_000],
      ['ServiceAlarmsFarBehind', 'IteratorAge', 280_800_000],
      ['ServiceAlarmsErrors', 'Errors', 1],
      ['ServiceAlarmsDeadLetterQueue', 'ApproximateNumberOfMessagesVisible', 1],
      ['ServiceAlarmsReplayDeadLetterQueue', 'ApproximateNumberOfMessagesVisible', 1],
      ['ServiceAlarmsDeadLetters', 'DeadLetters', 1],
      ['ServiceAlarmsOutboxAge', 'OutboxAge', 300_000],
      ['ServiceAlarmsSweep', 'DueFired', 1],
      ['ServiceAlarmsConsumerPaused', 'ConsumerPaused', 1],
      ['ServiceAlarmsParkedAge', 'ParkedAge', 900_000],
      ['ServiceAlarmsStuckSagas', 'StuckSagas', 1],
    ]);
  });

  test('watch what the functions of their own backbone write', () => {
    const stack = new Stack(testApp(), 's');
    serviceStack(order, { backbone: Backbone.fromName(stack, 'Backbone', 'shop-2') }, stack);
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm', 'AlarmsDeadLetters')).toMatchObject({
      Namespace: 'Choreography',
      Dimensions: [
        { Name: 'backbone', Value: 'shop-2' },
        { Name: 'service', Value: 'order' },
      ],
      TreatMissingData: 'notBreaching',
    });
  });

  test('ring when nothing has been swept for fifteen minutes', () => {
    expect(propertiesOf(on.order.stack, 'AWS::CloudWatch::Alarm', 'AlarmsSweep')).toMatchObject({
      Namespace: 'Choreography',
      Dimensions: [
        { Name: 'backbone', Value: 'shop' },
        { Name: 'service', Value: 'order' },
      ],
      Statistic: 'SampleCount',
      ComparisonOperator: 'LessThanThreshold',
      Period: 300,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    });
  });

  test('go by the lag that the team allows, in the unit of its source', () => {
    const { stack } = serviceStack(notification, { maxLag: Duration.minutes(2) });
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm', 'Lag')).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Threshold: 120,
    });
  });

  test('ring where the service promises to be, unless the deploy says otherwise', () => {
    const prompt = { ...order, lagSecondsMax: 30 };
    expect(propertiesOf(serviceStack(prompt).stack, 'AWS::CloudWatch::Alarm', 'Lag')).toMatchObject({ Threshold: 30_000 });
    const { stack } = serviceStack(prompt, { maxLag: Duration.minutes(2) });
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm', 'Lag')).toMatchObject({ Threshold: 120_000 });
  });

  test('ring again when half of the time is over after which AWS gives up', () => {
    const alarm = (stack: Stack) => propertiesOf(stack, 'AWS::CloudWatch::Alarm', 'FarBehind');
    expect(alarm(on.notification.stack)).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 7 * 86_400 });
    expect(alarm(serviceStack(order, { maxRecordAge: Duration.hours(20) }).stack)).toMatchObject({
      Threshold: 36_000_000,
      AlarmDescription: expect.stringContaining('(20 hours)'),
    });
  });

  test('call whom they are told to, or are left out', () => {
    const action = { bind: () => ({ alarmActionArn: 'arn:aws:sns:eu-west-1:111122223333:ops' }) };
    const { stack } = serviceStack(order, { alarmActions: [action] });
    for (const { properties } of resourcesOf(stack, 'AWS::CloudWatch::Alarm'))
      expect(properties['AlarmActions']).toEqual(['arn:aws:sns:eu-west-1:111122223333:ops']);
    expect(resourcesOf(serviceStack(order, { alarms: false }).stack, 'AWS::CloudWatch::Alarm')).toEqual([]);
  });
});

describe('everything of a service can be brought', () => {
  test('its journal, its tables, its dead-letter queue', () => {
    const stack = new Stack(testApp(), 's');
    const { service } = serviceStack(
      order,
      {
        table: Table.fromTableName(stack, 'T', 'orders-production'),
        tables: { customers: Table.fromTableName(stack, 'C', 'customers-production') },
        deadLetterQueue: Queue.fromQueueArn(stack, 'Q', 'arn:aws:sqs:eu-west-1:111122223333:orders-failed'),
      },
      stack,
    );
    expect(resourcesOf(stack, 'AWS::DynamoDB::Table')).toEqual([]);
    expect(resourcesOf(stack, 'AWS::SQS::Queue').map(({ id }) => id)).toEqual(['ServiceQueuesReplayDeadLetters', 'ServiceQueuesReplay']);
    const worker = resourcesOf(stack, 'AWS::Lambda::Function')[0]?.properties['Environment'];
    expect(worker).toMatchObject({
      Variables: { CHOREO_TABLE: 'orders-production', CHOREO_TABLES: '{"customers":"customers-production"}' },
    });
    expect(statementsOf(stack, 'Worker')).toContainEqual({
      Action: [
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      Resource: 'arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/customers-production',
    });
    expect(service.deadLetterQueue.queueName).toBe('orders-failed');
  });
});

describe('a service that is used wrongly', () => {
  test('does not say where it begins', () => {
    expect(codeOf(() => serviceStack(order, { startAt: undefined as never }))).toMatch(
      /^START_AT_MISSING shop-order\/Service: order reads the stream/,
    );
  });

  test('reads a stream that the backbone does not have', () => {
    const stack = new Stack(testApp(), 'shop-order');
    const backbone = Backbone.fromName(stack, 'Backbone', 'shop', { stream: false });
    expect(codeOf(() => serviceStack(order, { backbone }, stack))).toMatch(
      /^STREAM_MISSING shop-order\/Service: order reads from a stream/,
    );
  });

  test('subscribes to more than AWS takes', () => {
    expect(codeOf(() => serviceStack(busyService('stream', 400)))).toMatch(
      /^TOO_MANY_SUBSCRIPTIONS shop-busy\/Service: 400 event types need 6 filters/,
    );
    expect(codeOf(() => serviceStack(busyService('bus', 200)))).toMatch(
      /^TOO_MANY_SUBSCRIPTIONS shop-busy\/Service\/Parameters: the names of 200 event types/,
    );
  });

  test('has no schema for what it publishes', () => {
    expect(codeOf(() => serviceStack(inventory, { schemas: 'test' }))).toMatch(
      /^SCHEMA_MISSING shop-inventory\/Service\/Schemas: .*InventoryRejected/,
    );
  });
});
