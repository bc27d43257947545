import { randomUUID } from 'node:crypto';
import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, describe, test } from 'vitest';
import { createBusPublisher } from '../../lib/aws/bus/publisher.ts';
import type { Envelope } from '../../lib/contract/envelope.ts';
import { publisherConformance } from '../../lib/testing/conformance/publisher.ts';
import { emulatorClients } from './emulator-clients.ts';

const aws = emulatorClients();
const client = aws.of(EventBridgeClient);
const sqs = aws.of(SQSClient);
const made: { readonly bus: string; readonly queueUrl: string }[] = [];

/** A bus whose events all go to a queue, as they are published. */
async function makeBus(): Promise<{ readonly bus: string; readonly queueUrl: string }> {
  const bus = `channels-${randomUUID()}`;
  await client.send(new CreateEventBusCommand({ Name: bus }));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: bus }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  await client.send(new PutRuleCommand({ EventBusName: bus, Name: 'all', EventPattern: JSON.stringify({ source: [{ prefix: '' }] }) }));
  const target = { Id: 'queue', Arn: Attributes?.['QueueArn'] ?? '', InputPath: '$.detail' };
  await client.send(new PutTargetsCommand({ EventBusName: bus, Rule: 'all', Targets: [target] }));
  made.push({ bus, queueUrl: QueueUrl });
  return { bus, queueUrl: QueueUrl };
}

/** Takes out what is there, until nothing has come for a second. */
async function receiveAll(queueUrl: string): Promise<readonly Envelope[]> {
  const found: Envelope[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (Messages.length === 0) return found;
    found.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as Envelope));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

afterAll(async () => {
  for (const { bus, queueUrl } of made) {
    await client.send(new RemoveTargetsCommand({ EventBusName: bus, Rule: 'all', Ids: ['queue'] }));
    await client.send(new DeleteRuleCommand({ EventBusName: bus, Name: 'all' }));
    await client.send(new DeleteEventBusCommand({ Name: bus }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
  }
  aws.destroy();
});

// A bus keeps no order; the suite's rule on it is for streams.
const cases = publisherConformance.filter(({ name }) => !name.includes('in the order of the calls'));

describe('the publisher of an EventBridge bus', () => {
  for (const { name, run } of cases) {
    test(name, () =>
      run(async () => {
        const { bus, queueUrl } = await makeBus();
        const received: Envelope[] = [];
        return {
          publisher: createBusPublisher({ client, bus }),
          published: async () => {
            received.push(...(await receiveAll(queueUrl)));
            return received;
          },
          throttleOnce: undefined,
          refusable: (event) => ({ ...event, data: 'x'.repeat(1_000_000) }),
        };
      }),
    );
  }
});
