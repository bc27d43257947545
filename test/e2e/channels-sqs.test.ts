import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, test } from 'vitest';
import { hideFor } from '../../lib/aws/sqs/hide.ts';
import { queueFigures } from '../../lib/aws/sqs/queue-figures.ts';
import { replayDeliveryOf } from '../../lib/aws/sqs/replay-delivery.ts';
import { createSqsReplayQueue } from '../../lib/aws/sqs/replay-queue.ts';
import { systemClock } from '../../lib/aws/system-clock.ts';
import { type ReplayQueueHarness, replayQueueConformance } from '../../lib/testing/conformance/replay-queue.ts';
import { emulatorClients } from './emulator-clients.ts';

const aws = emulatorClients();
const client = aws.of(SQSClient);
const made: string[] = [];

async function makeQueue(): Promise<string> {
  const Attributes = {
    FifoQueue: 'true',
    VisibilityTimeout: '60',
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
  };
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: `channels-${randomUUID()}.fifo`, Attributes }));
  made.push(QueueUrl);
  return QueueUrl;
}

/** A received message in the form that Lambda hands it over. */
function lambdaRecord({ MessageId, ReceiptHandle, Body, Attributes }: Message): object {
  const eventSourceARN = 'arn:aws:sqs:us-east-1:000000000000:replay.fifo';
  return { messageId: MessageId, receiptHandle: ReceiptHandle, body: Body, attributes: Attributes, eventSource: 'aws:sqs', eventSourceARN };
}

async function harnessOf(queueUrl: string): Promise<ReplayQueueHarness> {
  return {
    queue: createSqsReplayQueue({ client, queueUrl }),
    async receive() {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 1, MessageSystemAttributeNames: ['All'] }),
      );
      const [message] = Messages;
      if (message === undefined) return undefined;
      const read = replayDeliveryOf(lambdaRecord(message));
      if (read.status === 'malformed') throw new Error(read.problem);
      return { task: read.delivery.task, attempt: read.delivery.attempt, handle: read.receiptHandle };
    },
    done: async ({ handle }) => void (await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: String(handle) }))),
    retry: async ({ handle }, seconds) => expect(await hideFor(client, queueUrl, String(handle), seconds)).toBe(true),
    pass: (seconds) => systemClock.sleep(seconds * 1_000),
  };
}

afterAll(async () => {
  for (const QueueUrl of made) await client.send(new DeleteQueueCommand({ QueueUrl }));
  aws.destroy();
});

describe('the replay queue on SQS', () => {
  for (const { name, run } of replayQueueConformance) test(name, () => run(async () => harnessOf(await makeQueue())));

  test('its figures tell what waits and what is in work', async () => {
    const queueUrl = await makeQueue();
    const { queue, receive } = await harnessOf(queueUrl);
    await queue.send(['a', 'b', 'c'].map((saga) => ({ task: { kind: 'wake', saga }, group: saga, deduplicationId: saga })));
    await receive();
    expect(await queueFigures(client, queueUrl)).toEqual({ visible: 2, inFlight: 1, delayed: 0 });
  });

  test('a receipt that is used up does not hide anything', async () => {
    const queueUrl = await makeQueue();
    expect(await hideFor(client, queueUrl, 'no receipt', 5)).toBe(false);
  });
});
