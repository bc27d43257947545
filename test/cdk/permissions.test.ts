import { Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import { notification } from '../../functions/notification/service.ts';
import { order } from '../../functions/order/service.ts';
import { search } from '../../functions/search/service.ts';
import { Backbone } from '../../lib/cdk/index.ts';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { defineService } from '../../lib/contract/service.ts';
import { busyService, event } from './messages.ts';
import { keyActions, resourcesOf, serviceStack, statementsOf, testApp } from './synth.ts';

const journal = '<ServiceJournal.Arn>';
const arn = (service: string, rest: string) => `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${rest}`;
const schema = (type: string) => arn('glue', `schema/<ssm:choreoshopbackboneregistry>/${type}`);
const via = (service: string) => `${service}.<AWS::Region>.<AWS::URLSuffix>`;

describe('the role of a function', () => {
  test('of commands: its log, its journal, its consumer’s state, publishing, waking, newer schemas, the key; nothing else', () => {
    expect(statementsOf(serviceStack(order).stack, 'Command')).toEqual([
      { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '<ServiceCommandLogs.Arn>' },
      { Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], Resource: [journal, `${journal}/index/by-value`] },
      {
        Action: [
          'dynamodb:BatchWriteItem',
          'dynamodb:ConditionCheckItem',
          'dynamodb:DeleteItem',
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
        ],
        Resource: journal,
      },
      {
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: arn('dynamodb', 'table/<ssm:choreoshopbackbonecontroltable>'),
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['consumers'] } },
      },
      { Action: 'kinesis:PutRecords', Resource: '<ssm:choreoshopbackbonestreamarn>' },
      { Action: 'sqs:SendMessage', Resource: '<ServiceQueuesReplay.Arn>' },
      {
        Action: ['glue:GetRegistry', 'glue:GetSchema', 'glue:GetSchemaVersion'],
        Resource: [
          arn('glue', 'registry/<ssm:choreoshopbackboneregistry>'),
          ...[
            'InventoryRejected',
            'OrderDeadlinePassed',
            'OrderExpired',
            'PaymentFailed',
            'PlaceOrder',
            'ShipmentCreated',
            'ShipmentFailed',
          ].map(schema),
        ],
      },
      {
        Action: keyActions,
        Resource: '<ssm:choreoshopbackbonekeyarn>',
        Condition: { StringEquals: { 'kms:ViaService': [via('dynamodb'), via('kinesis'), via('sqs')] } },
      },
    ]);
  });

  test('of a worker: the same, its stream and its queues', () => {
    const { stack } = serviceStack(order);
    const command = statementsOf(stack, 'Command').map(({ Resource }) => JSON.stringify(Resource));
    const more = statementsOf(stack, 'Worker').filter(({ Resource }) => !command.includes(JSON.stringify(Resource)));
    expect(more).toEqual([
      { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '<ServiceWorkerLogs.Arn>' },
      { Action: 'sqs:SendMessage', Resource: ['<ServiceQueuesDeadLetters.Arn>', '<ServiceQueuesReplay.Arn>'] },
      { Action: ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'], Resource: '<ServiceStreamConsumer.ConsumerARN>' },
      {
        Action: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        Resource: ['<ServiceQueuesDeadLetters.Arn>', '<ServiceQueuesReplayDeadLetters.Arn>', '<ServiceQueuesReplay.Arn>'],
      },
    ]);
    expect(statementsOf(stack, 'Worker').find(({ Resource }) => Resource === '<ssm:choreoshopbackbonestreamarn>')?.['Action']).toEqual([
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'kinesis:PutRecords',
      'kinesis:SubscribeToShard',
    ]);
  });

  test('of a service that publishes nothing: no publishing', () => {
    const actions = statementsOf(serviceStack(search).stack, 'Worker').flatMap(({ Action }) => Action);
    expect(actions.filter((action) => String(action).startsWith('kinesis:') || String(action).startsWith('events:'))).toEqual([]);
  });

  test('on a backbone without a stream: what the reactions declare, under the service’s own name', () => {
    const stack = new Stack(testApp(), 's');
    const backbone = Backbone.fromName(stack, 'Backbone', 'shop', { stream: false });
    const [placed, sent, failed, late, undone] = ['OrderPlaced', 'MailSent', 'MailFailed', 'MailOverdue', 'MailRevoked'].map(
      event,
    ) as ReturnType<typeof event>[];
    const reaction = defineReaction({
      name: 'send',
      on: placed as never,
      emits: [sent as never],
      fails: [failed as never],
      schedules: [late as never],
      react: () => ({}),
      compensation: { on: late as never, emits: [undone as never], undo: () => {} },
    });
    serviceStack(defineService({ name: 'mail', source: 'bus', reactions: [reaction] }), { backbone }, stack);
    expect(statementsOf(stack, 'Worker')).toContainEqual({
      Action: 'events:PutEvents',
      Resource: '<ssm:choreoshopbackbonebusarn>',
      Condition: {
        StringEquals: { 'events:source': 'mail', 'events:detail-type': ['MailFailed', 'MailOverdue', 'MailRevoked', 'MailSent'] },
      },
    });
  });

  test('of anything: no action and no resource with a wildcard', () => {
    for (const service of [order, notification, search]) {
      for (const { properties } of resourcesOf(serviceStack(service).stack, 'AWS::IAM::Policy')) {
        const { Statement } = properties['PolicyDocument'] as {
          readonly Statement: readonly { readonly Action: unknown; readonly Resource: unknown }[];
        };
        expect(Statement.filter(({ Action, Resource }) => JSON.stringify([Action, Resource]).includes('*'))).toEqual([]);
      }
    }
  });

  test('names no schema one by one when they would crowd out the rest', () => {
    const { Resource } =
      statementsOf(serviceStack(busyService('bus', 60)).stack, 'Worker').find(({ Action }) => JSON.stringify(Action).includes('glue')) ??
      {};
    expect(Resource).toEqual([arn('glue', 'registry/<ssm:choreoshopbackboneregistry>'), schema('*')]);
  });

  test('of a publisher that is no service: the stream and its key', () => {
    const stack = new Stack(testApp(), 's');
    const role = new Role(stack, 'Publisher', { assumedBy: new AccountRootPrincipal() });
    const backbone = new Backbone(stack, 'Backbone', { choreography: { name: 'shop', services: [] } });
    backbone.grantPublish(role, 'OrderPlaced');
    expect(statementsOf(stack, 'Publisher')).toEqual([
      { Action: keyActions, Resource: '<BackboneKey.Arn>', Condition: { StringEquals: { 'kms:ViaService': [via('kinesis')] } } },
      { Action: 'kinesis:PutRecords', Resource: '<BackboneStream.Arn>' },
    ]);
  });
});
