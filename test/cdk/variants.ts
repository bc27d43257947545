// Services that together have everything that a service can need.
import { Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { order } from '../../functions/order/service.ts';
import { search } from '../../functions/search/service.ts';
import { Backbone } from '../../lib/cdk/index.ts';
import { defineInbound } from '../../lib/contract/inbound.ts';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { type AnyService, defineService } from '../../lib/contract/service.ts';
import { command, event } from './messages.ts';
import { serviceStack, testApp } from './synth.ts';

/** A service, and the stack that its construct makes. */
export interface Variant {
  readonly service: AnyService;
  readonly stack: Stack;
  /** Whether its backbone has a stream. */
  readonly stream: boolean;
  /** Whether it has settings, and tables that the team brings. */
  readonly more: boolean;
}

const [arrived, moved] = [event('OrderImported'), event('OrderMoved')];
const sending = defineReaction({ name: 'send', on: command('SendMail'), emits: [moved], react: (_, tx) => tx.emit(moved, { id: 'i' }) });
const raw = { id: () => 'i', correlationId: () => 'c', data: () => ({ id: 'i' }) };

/** Takes messages of other systems, and keeps entities in a table that the team brings. */
const imports = defineService({
  name: 'imports',
  reactions: [sending, defineReaction({ name: 'take', on: arrived, react: () => {} })],
  inbound: [defineInbound(arrived, { from: { queue: 'erp' }, ...raw }), defineInbound(moved, { from: { stream: 'warehouse' }, ...raw })],
});

/** Publishes on a backbone that has only a bus. */
const mail = defineService({
  name: 'mail',
  source: 'bus',
  reactions: [sending, defineReaction({ name: 'take', on: arrived, react: () => {} })],
});

function importsStack(): Stack {
  const stack = new Stack(testApp(), 'shop-imports');
  const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:111122223333:${name}`;
  serviceStack(
    imports,
    {
      tables: { customers: Table.fromTableArn(stack, 'Customers', arn('dynamodb', 'table/customers-production')) },
      queues: { erp: Queue.fromQueueArn(stack, 'Erp', arn('sqs', 'erp-orders')) },
      streams: { warehouse: Stream.fromStreamArn(stack, 'Warehouse', arn('kinesis', 'stream/warehouse-moves')) },
      settings: { parkedSagasMax: 50, messageAgeSecondsMax: 86_400, redrivesMax: 3 },
    },
    stack,
  );
  return stack;
}

function busOnlyStack(): Stack {
  const stack = new Stack(testApp(), 'shop-mail');
  serviceStack(mail, { backbone: Backbone.fromName(stack, 'Backbone', 'shop', { stream: false }) }, stack);
  return stack;
}

/** On the stream with commands; on the bus with a rule of another system; with all that a team can bring; without a stream. */
export function variants(): readonly Variant[] {
  return [
    { service: order, stack: serviceStack(order).stack, stream: true, more: false },
    { service: search, stack: serviceStack(search).stack, stream: true, more: false },
    { service: imports, stack: importsStack(), stream: true, more: true },
    { service: mail, stack: busOnlyStack(), stream: false, more: false },
  ];
}
