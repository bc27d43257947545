import { CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeContinuousBackupsCommand, DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { GetSchemaByDefinitionCommand, RegisterSchemaVersionCommand } from '@aws-sdk/client-glue';
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { DeleteParametersCommand, GetParametersByPathCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { expectThat, type Probe, type Rig, until } from './probe.ts';

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown; readonly DependsOn?: string }>>;
type Outputs = Readonly<Record<string, string>>;

const ref = (Ref: string) => ({ Ref });
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const key = { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true, KeyPolicy: { Version: '2012-10-17', Statement: [] } } };

/** Deploys a stack and returns its outputs; fails with the reason of the first resource that failed. */
async function deploy(
  { cloudformation, nameOf, undo }: Rig,
  Resources_: Resources,
  outputs: Readonly<Record<string, unknown>>,
): Promise<Outputs> {
  const StackName = nameOf('stack');
  const Outputs = Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }]));
  const TemplateBody = JSON.stringify({ Resources: Resources_, Outputs });
  await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }));
  undo.push(() => cloudformation.send(new DeleteStackCommand({ StackName })));
  const stack = await until('the stack', async () => {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    return /(?:COMPLETE|FAILED)$/.test(Stacks?.[0]?.StackStatus ?? '') && Stacks?.[0];
  });
  if (stack.StackStatus !== 'CREATE_COMPLETE') {
    const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName }));
    const reason = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED').at(-1);
    throw new Error(`${reason?.ResourceType ?? stack.StackStatus}: ${reason?.ResourceStatusReason ?? stack.StackStatusReason}`);
  }
  return Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']));
}

const table = (properties: object) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    ...properties,
  },
});

const index = { IndexName: 'by-value', KeySchema: [{ AttributeName: 'sk', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } };
const schemaText = (required: readonly string[]) =>
  JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', properties: { id: { type: 'string' } }, required });

/** A registry with one schema in it. */
const registered = (registry: string, Name: string, Compatibility: 'NONE' | 'BACKWARD'): Resources => ({
  Registry: { Type: 'AWS::Glue::Registry', Properties: { Name: registry } },
  Schema: {
    Type: 'AWS::Glue::Schema',
    Properties: { Name, Registry: { Arn: arnOf('Registry') }, DataFormat: 'JSON', Compatibility, SchemaDefinition: schemaText([]) },
  },
});

/** Resources by CloudFormation, as a backbone and a service need them; and parameters by path. */
export const cloudFormationProbes: readonly Probe[] = [
  {
    area: 'CloudFormation',
    rule: 'a table has its index and its time to live',
    async run(rig) {
      const ttl = { AttributeName: 'expiresAt', Enabled: true };
      const made = await deploy(
        rig,
        { Table: table({ GlobalSecondaryIndexes: [index], TimeToLiveSpecification: ttl }) },
        { table: ref('Table') },
      );
      const { Table } = await rig.dynamodb.send(new DescribeTableCommand({ TableName: made['table'] }));
      expectThat(Table?.GlobalSecondaryIndexes?.[0]?.IndexName === 'by-value', 'no index');
      const { TimeToLiveDescription } = await rig.dynamodb.send(new DescribeTimeToLiveCommand({ TableName: made['table'] }));
      expectThat(TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED', `time to live ${TimeToLiveDescription?.TimeToLiveStatus}`);
    },
  },
  {
    area: 'CloudFormation',
    rule: 'a table has point-in-time recovery',
    async run(rig) {
      const recovery = { PointInTimeRecoveryEnabled: true };
      const made = await deploy(rig, { Table: table({ PointInTimeRecoverySpecification: recovery }) }, { table: ref('Table') });
      const { ContinuousBackupsDescription: found } = await rig.dynamodb.send(
        new DescribeContinuousBackupsCommand({ TableName: made['table'] }),
      );
      const status = found?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
      expectThat(status === 'ENABLED', `deployed, but ${status}`);
    },
  },
  {
    area: 'CloudFormation',
    rule: 'a table is encrypted with a key of the account',
    async run(rig) {
      const sse = { SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: arnOf('Key') } };
      const made = await deploy(rig, { Key: key, Table: table(sse) }, { table: ref('Table'), key: arnOf('Key') });
      const { Table } = await rig.dynamodb.send(new DescribeTableCommand({ TableName: made['table'] }));
      expectThat(Table?.SSEDescription?.KMSMasterKeyArn === made['key'], `key ${Table?.SSEDescription?.KMSMasterKeyArn}`);
    },
  },
  {
    area: 'CloudFormation',
    rule: 'a stream is encrypted with a key of the account, and keeps records 7 days',
    async run(rig) {
      const Properties = { ShardCount: 1, RetentionPeriodHours: 168, StreamEncryption: { EncryptionType: 'KMS', KeyId: arnOf('Key') } };
      const made = await deploy(rig, { Key: key, Stream: { Type: 'AWS::Kinesis::Stream', Properties } }, { stream: ref('Stream') });
      const { StreamDescriptionSummary: found } = await rig.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: made['stream'] }));
      expectThat(found?.RetentionPeriodHours === 168, `kept for ${found?.RetentionPeriodHours} hours`);
      expectThat(found?.EncryptionType === 'KMS', `deployed, but encryption ${found?.EncryptionType}`);
    },
  },
  {
    area: 'CloudFormation',
    rule: 'a queue is encrypted with a key of the account, and has its policy',
    async run(rig) {
      const statement = {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: arnOf('Queue'),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      };
      const policy = { Queues: [ref('Queue')], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } };
      const made = await deploy(
        rig,
        {
          Key: key,
          Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, KmsMasterKeyId: arnOf('Key') } },
          Policy: { Type: 'AWS::SQS::QueuePolicy', Properties: policy },
        },
        { queue: ref('Queue') },
      );
      const { Attributes } = await rig.sqs.send(new GetQueueAttributesCommand({ QueueUrl: made['queue'], AttributeNames: ['All'] }));
      expectThat(Attributes?.['KmsMasterKeyId'] && Attributes['Policy']?.includes('SecureTransport'), JSON.stringify(Attributes));
    },
  },
  {
    area: 'CloudFormation',
    rule: 'a policy of a role may have a condition without quotes, as the CDK writes for a function URL',
    async run(rig) {
      const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
      const statement = {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: '*',
        Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': true } },
      };
      const of = (one: object) => ({ Version: '2012-10-17', Statement: [one] });
      const policy = { PolicyName: 'plain', Roles: [ref('Role')], PolicyDocument: of(statement) };
      await deploy(
        rig,
        {
          Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: of(trust) } },
          Policy: { Type: 'AWS::IAM::Policy', Properties: policy },
        },
        {},
      );
    },
  },
  {
    area: 'CloudFormation',
    rule: 'an alarm is there, with its actions',
    async run(rig) {
      const AlarmName = rig.nameOf('alarm');
      const metric = {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateAgeOfOldestMessage',
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
      };
      const Properties = { AlarmName, ...metric, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold', AlarmActions: [ref('Topic')] };
      await deploy(rig, { Topic: { Type: 'AWS::SNS::Topic' }, Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties } }, {});
      const { MetricAlarms } = await rig.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
      expectThat(MetricAlarms?.[0]?.AlarmActions?.length === 1, JSON.stringify(MetricAlarms));
    },
  },
  {
    area: 'Glue',
    rule: 'registry, schema and schema version by CloudFormation, found by definition',
    async run(rig) {
      const [registry, schema] = [rig.nameOf('registry'), rig.nameOf('schema')];
      const made = await deploy(
        rig,
        {
          ...registered(registry, schema, 'NONE'),
          Version: {
            Type: 'AWS::Glue::SchemaVersion',
            Properties: { Schema: { SchemaArn: arnOf('Schema') }, SchemaDefinition: schemaText(['id']) },
          },
        },
        { version: { 'Fn::GetAtt': ['Version', 'VersionId'] } },
      );
      const SchemaId = { RegistryName: registry, SchemaName: schema };
      const { SchemaVersionId } = await rig.glue.send(new GetSchemaByDefinitionCommand({ SchemaId, SchemaDefinition: schemaText(['id']) }));
      expectThat(SchemaVersionId === made['version'], `found ${SchemaVersionId}, deployed ${made['version']}`);
    },
  },
  {
    area: 'Glue',
    rule: 'a version that breaks BACKWARD compatibility is refused',
    deviates: true,
    async run(rig) {
      const [registry, schema] = [rig.nameOf('registry'), rig.nameOf('schema')];
      await deploy(rig, registered(registry, schema, 'BACKWARD'), {});
      const SchemaId = { RegistryName: registry, SchemaName: schema };
      const { Status } = await rig.glue.send(new RegisterSchemaVersionCommand({ SchemaId, SchemaDefinition: schemaText(['id']) }));
      expectThat(Status === 'FAILURE', `the version became ${Status}`);
    },
  },
  {
    area: 'SSM',
    rule: 'GetParametersByPath finds what is below, and continues after a page',
    async run(rig) {
      const root = `/${rig.nameOf('path')}`;
      const Values = ['a/1', 'a/2', 'b/c/3'];
      for (const path of Values) await rig.ssm.send(new PutParameterCommand({ Name: `${root}/${path}`, Value: path, Type: 'String' }));
      rig.undo.push(() => rig.ssm.send(new DeleteParametersCommand({ Names: Values.map((path) => `${root}/${path}`) })));
      const found: string[] = [];
      for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
        const page = await rig.ssm.send(new GetParametersByPathCommand({ Path: root, Recursive: true, MaxResults: 2, NextToken }));
        found.push(...(page.Parameters ?? []).map(({ Value = '' }) => Value));
        NextToken = page.NextToken;
      }
      const { Parameters } = await rig.ssm.send(new GetParametersByPathCommand({ Path: root }));
      expectThat(
        found.sort().join() === Values.join() && Parameters?.length === 0,
        `found ${found.join()} and ${Parameters?.length} at the root`,
      );
    },
  },
];
