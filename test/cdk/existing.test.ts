import { Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, test } from 'vitest';
import shop from '../../functions/choreography.ts';
import { order } from '../../functions/order/service.ts';
import { Backbone, ChoreographyService } from '../../lib/cdk/index.ts';
import { defineInbound } from '../../lib/contract/inbound.ts';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { defineService } from '../../lib/contract/service.ts';
import { event } from './messages.ts';
import { keyActions, resourcesOf, serviceStack, statementsOf, testApp } from './synth.ts';

// What docs/existing.md shows.
test('a team that has everything already makes only what is new to it', () => {
  const app = testApp();
  const platform = new Stack(app, 'platform', { env: { account: '111122223333', region: 'eu-west-1' } });
  const encryptionKey = Key.fromKeyArn(platform, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/9a1f');
  new Backbone(platform, 'Backbone', {
    choreography: shop,
    stream: Stream.fromStreamAttributes(platform, 'Stream', {
      streamArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/company-events',
      encryptionKey,
    }),
    bus: EventBus.fromEventBusName(platform, 'Bus', 'company'),
    registryName: 'company-schemas',
    startAt: 'latest',
  });
  const stack = new Stack(app, 'orders', { env: { account: '111122223333', region: 'eu-west-1' } });
  const orders = new ChoreographyService(stack, 'Service', {
    backbone: Backbone.fromName(stack, 'Backbone', 'shop'),
    service: order,
    entry: 'functions/order/handler.ts',
    startAt: 'latest',
    table: Table.fromTableName(stack, 'Journal', 'orders-journal'),
    tables: { customers: Table.fromTableName(stack, 'Customers', 'customers-production') },
    deadLetterQueue: Queue.fromQueueArn(stack, 'Failed', 'arn:aws:sqs:eu-west-1:111122223333:orders-failed'),
    commandAccess: 'none',
  });
  const api = new LambdaFunction(stack, 'Api', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('//') });
  orders.attach(api);

  const made = [...resourcesOf(platform), ...resourcesOf(stack)].map(({ type }) => type);
  for (const type of ['AWS::Kinesis::Stream', 'AWS::Events::EventBus', 'AWS::KMS::Key', 'AWS::Glue::Registry', 'AWS::Lambda::Url']) {
    expect(made, type).not.toContain(type);
  }
  expect(resourcesOf(stack, 'AWS::DynamoDB::Table')).toEqual([]);
});

// Whoever reads or writes encrypted data needs the key as well: without it a brought table, queue or stream answers nothing but refusals.
test('keys of what a team brings are used by the functions, each through the service that it is for', () => {
  const stack = new Stack(testApp(), 's');
  const keyOf = (name: string) => Key.fromKeyArn(stack, name, `arn:aws:kms:eu-west-1:111122223333:key/${name}`);
  const tableOf = (name: string) => Table.fromTableAttributes(stack, `${name}s`, { tableName: name, encryptionKey: keyOf(name) });
  const arrived = event('OrderImported');
  const raw = { id: () => 'i', correlationId: () => 'c', data: () => ({ id: 'i' }) };
  const imports = defineService({
    name: 'imports',
    source: 'bus',
    reactions: [defineReaction({ name: 'take', on: arrived, react: () => {} })],
    inbound: [
      defineInbound(arrived, { from: { queue: 'erp' }, ...raw }),
      defineInbound(event('OrderMoved'), { from: { stream: 'warehouse' }, ...raw }),
    ],
  });
  const queueOf = (name: string) => new Queue(stack, `${name}s`, { encryptionMasterKey: keyOf(name) });
  const { service } = serviceStack(
    imports,
    {
      backbone: Backbone.fromName(stack, 'Backbone', 'shop', { encryptionKey: false }),
      table: tableOf('journal'),
      tables: { customers: tableOf('customer') },
      queues: { erp: queueOf('erp') },
      streams: { warehouse: new Stream(stack, 'Moves', { encryptionKey: keyOf('warehouse') }) },
      deadLetterQueue: queueOf('failed'),
    },
    stack,
  );
  service.grantRead(new Role(stack, 'Reader', { assumedBy: new AccountRootPrincipal() }));
  const keys = (part: string) =>
    statementsOf(stack, part)
      .filter(({ Action }) => JSON.stringify(Action) === JSON.stringify(keyActions))
      .flatMap(({ Resource, Condition }) => {
        const [through] = JSON.stringify(Condition).match(/dynamodb|kinesis|sqs/g) ?? [];
        return [Resource].flat().map((arn) => `${String(arn).split('/')[1]} by ${through}`);
      })
      .sort();
  expect(keys('Worker')).toEqual(['customer by dynamodb', 'erp by sqs', 'failed by sqs', 'journal by dynamodb', 'warehouse by kinesis']);
  expect(keys('Reader')).toEqual(['journal by dynamodb']);
});
