import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { sdkErrorName } from '../calls/sdk-error.ts';
import { queueError } from './queue-errors.ts';

/** Longest time that a message can be hidden: 12 hours, in seconds, counted from its receive; a minute of that is left for the attempt. */
export const HIDE_SECONDS_MAX = 43_140;

/** The receipt is used up: the message came again, or is gone. */
const usedUp: ReadonlySet<string> = new Set([
  'MessageNotInflight',
  'ReceiptHandleIsInvalid',
  'InvalidParameterValue',
  'InvalidParameterValueException',
]);

/**
 * Hides a received message, and in a FIFO queue its group with it, for some seconds from now: rounded up, at most
 * `HIDE_SECONDS_MAX`. `false`: it is not ours to hide any more; then it comes again by itself.
 * @throws QUEUE_UNAVAILABLE (retryable)
 */
export async function hideFor(client: Pick<SQSClient, 'send'>, queueUrl: string, receiptHandle: string, seconds: number): Promise<boolean> {
  const VisibilityTimeout = Math.min(HIDE_SECONDS_MAX, Math.max(0, Math.ceil(seconds)));
  try {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout }));
    return true;
  } catch (error) {
    if (usedUp.has(sdkErrorName(error))) return false;
    throw queueError('hide a message', queueUrl, error);
  }
}
