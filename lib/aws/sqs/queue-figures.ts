import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { numberOf } from '../json-value.ts';
import { queueError } from './queue-errors.ts';

/** How much is in a queue; SQS counts roughly. */
export interface QueueFigures {
  /** Messages that can be received. */
  readonly visible: number;
  /** Messages that were received and are hidden: in work, or put off. */
  readonly inFlight: number;
  /** Messages that were sent with a delay which is not over. */
  readonly delayed: number;
}

/** Reads the figures of one queue. @throws QUEUE_UNAVAILABLE (retryable) */
export async function queueFigures(client: Pick<SQSClient, 'send'>, queueUrl: string): Promise<QueueFigures> {
  const names = {
    visible: 'ApproximateNumberOfMessages',
    inFlight: 'ApproximateNumberOfMessagesNotVisible',
    delayed: 'ApproximateNumberOfMessagesDelayed',
  } as const;
  try {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: Object.values(names) });
    const { Attributes } = await client.send(command);
    const figure = (name: string): number => numberOf(Attributes, name) ?? 0;
    return { visible: figure(names.visible), inFlight: figure(names.inFlight), delayed: figure(names.delayed) };
  } catch (error) {
    throw queueError('tell its figures', queueUrl, error);
  }
}
