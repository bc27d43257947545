import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, test } from 'vitest';
import { notification } from '../../functions/notification/service.ts';
import { order } from '../../functions/order/service.ts';
import { Backbone } from '../../lib/cdk/index.ts';
import { defineChoreography } from '../../lib/contract/choreography.ts';
import { backboneStack, codeOf, keyActions, parametersOf, propertiesOf, resourcesOf, statementsOf } from './synth.ts';

describe('a backbone', () => {
  const { stack } = backboneStack();

  test('keeps the events of a saga in one shard, encrypted, for a week', () => {
    expect(propertiesOf(stack, 'AWS::Kinesis::Stream')).toMatchObject({
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      RecordDistributionStrategy: 'USER_PARTITION_KEY',
      RetentionPeriodHours: 168,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: '<BackboneKey.Arn>' },
    });
  });

  test('has a key that rotates, and that rules may use for queues of other stacks', () => {
    const key = propertiesOf(stack, 'AWS::KMS::Key');
    expect(key['EnableKeyRotation']).toBe(true);
    expect((key['KeyPolicy'] as { readonly Statement: readonly unknown[] }).Statement).toContainEqual({
      Sid: 'RulesToQueues',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
    });
  });

  test('has a control table that can be restored', () => {
    expect(propertiesOf(stack, 'AWS::DynamoDB::Table')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: '<BackboneKey.Arn>' },
      DeletionProtectionEnabled: true,
    });
  });

  test('keeps what holds data when the stack goes', () => {
    const kept = resourcesOf(stack).filter(({ deletionPolicy }) => deletionPolicy?.startsWith('Retain'));
    expect(kept.map(({ type }) => type).sort()).toEqual([
      'AWS::DynamoDB::Table',
      'AWS::Glue::Registry',
      'AWS::KMS::Key',
      'AWS::Kinesis::Stream',
      'AWS::Logs::LogGroup',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
    ]);
  });

  test('leaves nothing behind that the next try needs the name of, or that costs much, when its first deploy fails', () => {
    const { stack: kept } = backboneStack({ removalPolicy: RemovalPolicy.RETAIN });
    const left = (policy: string) => resourcesOf(kept).flatMap(({ id, deletionPolicy }) => (deletionPolicy === policy ? [id] : []));
    expect(left('RetainExceptOnCreate').sort()).toEqual([
      'BackboneBridgeDeadLetters',
      'BackboneBridgeHandlerLogs',
      'BackboneOperatorHandlerLogs',
      'BackboneRegistry',
      'BackboneStream',
    ]);
    // A protected table cannot be taken back, and needs its key.
    expect(left('Retain').sort()).toEqual(['BackboneControl', 'BackboneKey']);
  });

  test('has a bus on which only the bridge publishes', () => {
    expect(propertiesOf(stack, 'AWS::Events::EventBusPolicy')['Statement']).toEqual({
      Sid: 'cdk-UnknownPublishers',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'events:PutEvents',
      Resource: '<BackboneBus.Arn>',
      Condition: {
        ArnNotLike: { 'aws:PrincipalArn': ['<BackboneBridgeHandlerRole.Arn>'] },
        Bool: { 'aws:PrincipalIsAWSService': 'false' },
      },
    });
  });

  test('is found part by part by CloudFormation, and as one object by the tools', () => {
    const parameters = parametersOf(stack);
    expect(parameters).toMatchObject({
      '/choreo/shop/backbone/stream-arn': '<BackboneStream.Arn>',
      '/choreo/shop/backbone/bus-arn': '<BackboneBus.Arn>',
      '/choreo/shop/backbone/registry': 'shop',
      '/choreo/shop/backbone/control-table': '<BackboneControl>',
      '/choreo/shop/backbone/key-arn': '<BackboneKey.Arn>',
    });
    expect(JSON.parse(parameters['/choreo/shop/backbone'] ?? '')).toEqual({
      stream: '<BackboneStream>',
      streamArn: '<BackboneStream.Arn>',
      bus: '<BackboneBus>',
      busArn: '<BackboneBus.Arn>',
      registry: 'shop',
      controlTable: '<BackboneControl>',
      key: '<BackboneKey.Arn>',
      bridge: '<BackboneBridgeHandlerFunction>',
      bridgeDeadLetterQueue: '<BackboneBridgeDeadLetters>',
      operator: '<BackboneOperatorHandlerFunction>',
    });
  });
});

describe('the bridge', () => {
  const { stack } = backboneStack();

  test('reads everything, so that malformed records are seen, and never drops a record silently', () => {
    expect(propertiesOf(stack, 'AWS::Lambda::EventSourceMapping')).toEqual({
      EventSourceArn: '<BackboneBridgeStreamConsumer.ConsumerARN>',
      FunctionName: '<BackboneBridgeHandlerFunction>',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1_000,
      MaximumRecordAgeInSeconds: 561_600,
      DestinationConfig: { OnFailure: { Destination: '<BackboneBridgeDeadLetters.Arn>' } },
    });
  });

  test('may publish, read the stream and the subscriptions, and nothing else', () => {
    expect(statementsOf(stack, 'Bridge')).toEqual([
      { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '<BackboneBridgeHandlerLogs.Arn>' },
      { Action: 'events:PutEvents', Resource: '<BackboneBus.Arn>' },
      {
        Action: 'ssm:GetParametersByPath',
        Resource: 'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/choreo/shop/subscriptions',
      },
      { Action: 'sqs:SendMessage', Resource: '<BackboneBridgeDeadLetters.Arn>' },
      {
        Action: keyActions,
        Resource: '<BackboneKey.Arn>',
        Condition: {
          StringEquals: { 'kms:ViaService': ['kinesis.<AWS::Region>.<AWS::URLSuffix>', 'sqs.<AWS::Region>.<AWS::URLSuffix>'] },
        },
      },
      {
        Action: ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'],
        Resource: '<BackboneBridgeStreamConsumer.ConsumerARN>',
      },
      {
        Action: [
          'kinesis:DescribeStream',
          'kinesis:DescribeStreamSummary',
          'kinesis:GetRecords',
          'kinesis:GetShardIterator',
          'kinesis:ListShards',
          'kinesis:SubscribeToShard',
        ],
        Resource: '<BackboneStream.Arn>',
      },
    ]);
  });

  test('finds the bus, its queue and what is always forwarded in its environment', () => {
    const forwarding = backboneStack({ forward: ['*'], forwardRefresh: Duration.seconds(2) });
    const { Environment } = propertiesOf(forwarding.stack, 'AWS::Lambda::Function', 'Bridge');
    expect(Environment).toEqual({
      Variables: {
        NODE_OPTIONS: '--enable-source-maps',
        CHOREO_BACKBONE: 'shop',
        CHOREO_BUS: '<BackboneBus>',
        CHOREO_DEAD_LETTER_QUEUE: '<BackboneBridgeDeadLetters>',
        CHOREO_BRIDGE_REFRESH_SECONDS: '2',
        CHOREO_BRIDGE_TYPES: '*',
      },
    });
  });

  test('shares its reads where readers of their own are not wanted', () => {
    const shared = backboneStack({ fanOut: false });
    expect(resourcesOf(shared.stack, 'AWS::Kinesis::StreamConsumer')).toEqual([]);
    expect(propertiesOf(shared.stack, 'AWS::Lambda::EventSourceMapping')['EventSourceArn']).toBe('<BackboneStream.Arn>');
  });
});

describe('a backbone without a stream', () => {
  const { stack } = backboneStack({ stream: false }, [notification]);

  test('has no bridge, and lets everybody of this account publish what their own policies allow', () => {
    expect(resourcesOf(stack, 'AWS::Lambda::Function')).toEqual([]);
    expect(Object.keys(parametersOf(stack))).not.toContain('/choreo/shop/backbone/stream-arn');
    const { Condition } = propertiesOf(stack, 'AWS::Events::EventBusPolicy')['Statement'] as { readonly Condition: unknown };
    expect(Condition).toEqual({
      StringNotEquals: { 'aws:PrincipalAccount': '<AWS::AccountId>' },
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
    });
  });

  test('grants publishing of the given types alone', () => {
    const granting = backboneStack({ stream: false });
    const role = new Role(granting.stack, 'Publisher', { assumedBy: new AccountRootPrincipal() });
    granting.backbone.grantPublish(role, 'OrderPlaced', 'OrderExpired');
    expect(statementsOf(granting.stack, 'Publisher')).toEqual([
      {
        Action: 'events:PutEvents',
        Resource: '<BackboneBus.Arn>',
        Condition: { StringEquals: { 'events:detail-type': ['OrderPlaced', 'OrderExpired'] } },
      },
    ]);
  });

  test('is refused for services that read a stream', () => {
    expect(codeOf(() => backboneStack({ stream: false }, [notification, order]))).toBe(
      "STREAM_MISSING shop-backbone/Backbone: `stream` is false, and the service order reads from a stream: give the service `source: 'bus'`, or leave `stream` out.",
    );
  });
});

describe('everything of a backbone can be brought', () => {
  test('stream, bus, key and registry are used and not made', () => {
    const { stack: other } = backboneStack();
    const stack = new Stack(other.node.root as never, 'brought');
    const backbone = new Backbone(stack, 'Backbone', {
      choreography: defineChoreography({ name: 'shop', services: [] }),
      stream: Stream.fromStreamArn(stack, 'S', 'arn:aws:kinesis:eu-west-1:111122223333:stream/events'),
      bus: EventBus.fromEventBusArn(stack, 'B', 'arn:aws:events:eu-west-1:111122223333:event-bus/events'),
      encryptionKey: Key.fromKeyArn(stack, 'K', 'arn:aws:kms:eu-west-1:111122223333:key/one'),
      registryName: 'schemas',
    });
    for (const type of [
      'AWS::Kinesis::Stream',
      'AWS::Events::EventBus',
      'AWS::Events::EventBusPolicy',
      'AWS::KMS::Key',
      'AWS::Glue::Registry',
    ]) {
      expect(resourcesOf(stack, type), type).toEqual([]);
    }
    expect(propertiesOf(stack, 'AWS::Lambda::EventSourceMapping')['StartingPosition']).toBe('LATEST');
    expect(parametersOf(stack)).toMatchObject({
      '/choreo/shop/backbone/stream-arn': 'arn:aws:kinesis:eu-west-1:111122223333:stream/events',
      '/choreo/shop/backbone/bus-arn': 'arn:aws:events:eu-west-1:111122223333:event-bus/events',
      '/choreo/shop/backbone/registry': 'schemas',
      '/choreo/shop/backbone/key-arn': 'arn:aws:kms:eu-west-1:111122223333:key/one',
    });
    expect(backbone.registryName).toBe('schemas');
  });

  test('the key of a stream that is brought serves for the rest', () => {
    const stack = new Stack(backboneStack().stack.node.root as never, 'brought');
    const key = new Key(stack, 'K');
    const stream = new Stream(stack, 'S', { encryptionKey: key });
    const backbone = new Backbone(stack, 'Backbone', { choreography: defineChoreography({ name: 'shop', services: [] }), stream });
    expect(backbone.encryptionKey).toBe(key);
  });

  test('without a key, AWS owns the keys', () => {
    const { stack } = backboneStack({ encryptionKey: false });
    expect(resourcesOf(stack, 'AWS::KMS::Key')).toEqual([]);
    expect(propertiesOf(stack, 'AWS::Kinesis::Stream')['StreamEncryption']).toEqual({ EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
    expect(propertiesOf(stack, 'AWS::SQS::Queue')['SqsManagedSseEnabled']).toBe(true);
  });
});

describe('the alarms of a backbone', () => {
  test('ring when the bridge is late, fails, or gave up', () => {
    const { stack } = backboneStack();
    const ofBridge = resourcesOf(stack, 'AWS::CloudWatch::Alarm').filter(({ id }) => id.includes('Bridge'));
    const alarms = ofBridge.map(({ properties }) => [properties['MetricName'], properties['Threshold'], properties['TreatMissingData']]);
    expect(alarms).toEqual([
      ['IteratorAge', 300_000, 'notBreaching'],
      ['ApproximateNumberOfMessagesVisible', 1, 'notBreaching'],
      ['Errors', 1, 'notBreaching'],
    ]);
  });
});

describe('a backbone for a small stage', () => {
  test('has shards, a name of its own, and goes without a trace', () => {
    const { stack } = backboneStack({ shards: 1, name: 'shop-2', removalPolicy: RemovalPolicy.DESTROY, alarms: false });
    expect(propertiesOf(stack, 'AWS::Kinesis::Stream')).toMatchObject({ ShardCount: 1, StreamModeDetails: { StreamMode: 'PROVISIONED' } });
    expect(propertiesOf(stack, 'AWS::Events::EventBus')['Name']).toBe('shop-2');
    expect(resourcesOf(stack).filter(({ deletionPolicy }) => deletionPolicy?.startsWith('Retain'))).toEqual([]);
    expect(propertiesOf(stack, 'AWS::DynamoDB::Table')['DeletionProtectionEnabled']).toBe(false);
    expect(resourcesOf(stack, 'AWS::CloudWatch::Alarm')).toEqual([]);
  });

  test('is refused when events would not outlive a week-end', () => {
    expect(codeOf(() => backboneStack({ retention: Duration.days(1) }))).toBe(
      'RETENTION_TOO_SHORT shop-backbone/Backbone: `retention` is 1 day: give 7 days or more, so that an event outlives a weekend.',
    );
  });
});
