import { Duration, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { describe, expect, test } from 'vitest';
import { notification } from '../../functions/notification/service.ts';
import { order } from '../../functions/order/service.ts';
import { Backbone } from '../../lib/cdk/index.ts';
import { backboneStack, keyActions, parametersOf, propertiesOf, resourcesOf, serviceStack, statementsOf, testApp } from './synth.ts';

const parameter = (path: string) => `arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/choreo/shop/${path}`;
const journalActions = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan'];
const via = (service: string) => `${service}.<AWS::Region>.<AWS::URLSuffix>`;
const roleArn = '<ssm:choreoshopbackboneoperatorrolearn>';

describe('the operator function', () => {
  const { stack } = backboneStack();

  test('is invoked each minute; a tick that is late is dropped', () => {
    expect(propertiesOf(stack, 'AWS::Events::Rule', 'Operator')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [
        {
          Arn: '<BackboneOperatorHandlerFunction.Arn>',
          Input: '{"task":"tick"}',
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        },
      ],
    });
    expect(propertiesOf(stack, 'AWS::Lambda::EventInvokeConfig', 'Operator')).toMatchObject({
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
    });
  });

  test('is a function as all are, with a log of its own', () => {
    expect(propertiesOf(stack, 'AWS::Lambda::Function', 'Operator')).toMatchObject({
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      MemorySize: 512,
      Timeout: 60,
      Environment: { Variables: { CHOREO_BACKBONE: 'shop', CHOREO_CONTROL_TABLE: '<BackboneControl>' } },
      LoggingConfig: { LogGroup: '<BackboneOperatorHandlerLogs>' },
    });
    expect(propertiesOf(stack, 'AWS::Logs::LogGroup', 'Operator')['RetentionInDays']).toBe(180);
  });

  test('may read the stream, find services, see who is paused, and write replays and its own documents; nothing else', () => {
    expect(statementsOf(stack, 'Operator')).toEqual([
      { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '<BackboneOperatorHandlerLogs.Arn>' },
      { Action: 'ssm:GetParameter', Resource: parameter('backbone') },
      { Action: 'ssm:GetParametersByPath', Resource: [parameter('manifests'), parameter('services')] },
      {
        Action: 'dynamodb:GetItem',
        Resource: '<BackboneControl.Arn>',
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['consumers'] } },
      },
      {
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: '<BackboneControl.Arn>',
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['records#platform', 'records#replay'] } },
      },
      {
        Action: ['kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
        Resource: '<BackboneStream.Arn>',
      },
      {
        Action: keyActions,
        Resource: '<BackboneKey.Arn>',
        Condition: { StringEquals: { 'kms:ViaService': [via('dynamodb'), via('kinesis'), via('sqs')] } },
      },
    ]);
  });

  test('rings at one tick that failed', () => {
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm', 'OperatorErrorAlarm')).toMatchObject({
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: '<BackboneOperatorHandlerFunction>' }],
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
    expect(resourcesOf(backboneStack({ alarms: false }).stack, 'AWS::CloudWatch::Alarm')).toEqual([]);
  });

  test('rings when no tick has come for fifteen minutes', () => {
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm', 'OperatorSilenceAlarm')).toMatchObject({
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'FunctionName', Value: '<BackboneOperatorHandlerFunction>' }],
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      Period: 300,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    });
  });

  test('is found by the tools by its name, and by services by its role', () => {
    const parameters = parametersOf(stack);
    expect(parameters['/choreo/shop/backbone/operator-role-arn']).toBe('<BackboneOperatorHandlerRole.Arn>');
    expect(JSON.parse(parameters['/choreo/shop/backbone'] ?? '')).toMatchObject({ operator: '<BackboneOperatorHandlerFunction>' });
  });

  test('takes what a team gives to it, and the bridge does not', () => {
    const { stack: slow } = backboneStack({ operator: { timeout: Duration.minutes(5), memorySize: 1_024 } });
    expect(propertiesOf(slow, 'AWS::Lambda::Function', 'Operator')).toMatchObject({ Timeout: 300, MemorySize: 1_024 });
    expect(propertiesOf(slow, 'AWS::Lambda::Function', 'Bridge')).toMatchObject({ Timeout: 60, MemorySize: 512 });
  });

  test('is not there where it is switched off, or where there is no stream and nobody asks for it', () => {
    for (const { stack: without } of [backboneStack({ operator: false }), backboneStack({ stream: false }, [notification])]) {
      expect(resourcesOf(without).filter(({ id }) => id.includes('Operator'))).toEqual([]);
      expect(Object.keys(parametersOf(without))).not.toContain('/choreo/shop/backbone/operator-role-arn');
      expect(JSON.parse(parametersOf(without)['/choreo/shop/backbone'] ?? '')).not.toHaveProperty('operator');
    }
    const { stack: asked } = backboneStack({ stream: false, operator: {} }, [notification]);
    const actions = statementsOf(asked, 'Operator').flatMap(({ Action }) => Action);
    expect(actions.filter((action) => String(action).startsWith('kinesis:'))).toEqual([]);
  });
});

describe('a service', () => {
  const statementOf = (policy: unknown) =>
    ((policy as { readonly Statement?: readonly { readonly Sid?: string }[] } | undefined)?.Statement ?? []).filter(
      ({ Sid }) => Sid === 'OperatorFunction',
    );
  const letIn = (stack: Stack) => ({
    queues: resourcesOf(stack, 'AWS::SQS::QueuePolicy').flatMap(({ properties }) => statementOf(properties['PolicyDocument'])),
    tables: resourcesOf(stack, 'AWS::DynamoDB::Table').flatMap(({ properties }) =>
      statementOf((properties['ResourcePolicy'] as { readonly PolicyDocument?: unknown } | undefined)?.PolicyDocument),
    ),
  });

  test('lets the operator function of its backbone into its replay queue and its journal, and into nothing else', () => {
    const same = { Sid: 'OperatorFunction', Effect: 'Allow', Principal: { AWS: roleArn } };
    expect(letIn(serviceStack(order).stack)).toEqual({
      queues: [{ ...same, Action: ['sqs:GetQueueAttributes', 'sqs:SendMessage'], Resource: '<ServiceQueuesReplay.Arn>' }],
      tables: [{ ...same, Action: journalActions, Resource: '*' }],
    });
  });

  test('changes no policy of a journal that was brought', () => {
    const stack = new Stack(testApp(), 's');
    serviceStack(order, { table: new Table(stack, 'Brought', { partitionKey: { name: 'pk', type: 'S' as never } }) }, stack);
    expect(letIn(stack).tables).toEqual([]);
    expect(letIn(stack).queues).toHaveLength(1);
  });

  test('of a backbone without the function looks for none', () => {
    const lookups = [{ operator: false }, { stream: false }] as const;
    for (const [index, lookup] of lookups.entries()) {
      const stack = new Stack(testApp(), `s${index}`);
      const backbone = Backbone.fromName(stack, 'Backbone', 'shop', lookup);
      serviceStack(notification, { backbone }, stack);
      expect(letIn(stack)).toEqual({ queues: [], tables: [] });
      expect(resourcesOf(stack, 'AWS::CloudWatch::Alarm').filter(({ id }) => id.includes('StuckSagas'))).toEqual([]);
      expect(backbone.operatorRoleArn).toBeUndefined();
    }
  });
});
