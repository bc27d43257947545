import { fieldOf, numberOf, textOf } from '../json-value.ts';
import { messageAttributes } from '../message-attributes.ts';
import { type LambdaRecord, withProblems } from './lambda-record.ts';

/** One message of an SQS queue, read from a Lambda event. `itemIdentifier` is the message id. */
export interface SqsRecord extends LambdaRecord {
  readonly receiptHandle?: string;
  readonly queueArn?: string;
  /** Deliveries so far, this one included. */
  readonly receiveCount?: number;
  /** Milliseconds since 1970. */
  readonly sentTimestamp?: number;
  readonly messageGroupId?: string;
  readonly messageDeduplicationId?: string;
  /** FIFO queues only. */
  readonly sequenceNumber?: string;
  /** As text by name. */
  readonly messageAttributes: Readonly<Record<string, string>>;
}

/** Never throws; what is missing is in `problem`. */
export function readSqsRecord(record: unknown): SqsRecord {
  const messageId = textOf(record, 'messageId');
  const body = textOf(record, 'body');
  const attributes = fieldOf(record, 'attributes');
  return withProblems<SqsRecord>(
    {
      itemIdentifier: messageId ?? '',
      body: body ?? '',
      receiptHandle: textOf(record, 'receiptHandle'),
      queueArn: textOf(record, 'eventSourceARN'),
      receiveCount: numberOf(attributes, 'ApproximateReceiveCount'),
      sentTimestamp: numberOf(attributes, 'SentTimestamp'),
      messageGroupId: textOf(attributes, 'MessageGroupId'),
      messageDeduplicationId: textOf(attributes, 'MessageDeduplicationId'),
      sequenceNumber: textOf(attributes, 'SequenceNumber'),
      messageAttributes: messageAttributes(fieldOf(record, 'messageAttributes')),
    },
    [
      messageId === undefined ? 'the SQS record has no message id' : undefined,
      body === undefined ? 'the SQS record has no body' : undefined,
    ],
  );
}
