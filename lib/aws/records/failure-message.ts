import { fieldOf, isRecord, jsonOrText, jsonText, textOf } from '../json-value.ts';
import { messageAttributes } from '../message-attributes.ts';

/** Envelopes inside envelopes that are opened: SNS to a queue, and one more for a topic that is fed by another. */
const ENVELOPES_MAX = 3;

/** A message out of its transport form. */
export interface FailureMessage {
  /** As it stood in the queue. */
  readonly body: string;
  /** The body as JSON, or the text. */
  readonly content: unknown;
  /** As text by name. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId?: string;
  /** The queue that gave up on it, when SQS moved it. */
  readonly sourceQueueArn?: string;
}

/** Opens text, an object, a message received from SQS or a record of a Lambda event (SQS or SNS). Never throws. */
export function openMessage(input: unknown): FailureMessage {
  if (typeof input === 'string') return { body: input, content: jsonOrText(input), attributes: {} };
  const body = textOf(input, 'Body');
  if (body !== undefined) return received(body, input, 'MessageAttributes', 'MessageId', 'Attributes');
  const lambdaBody = textOf(input, 'body');
  // Many payloads have a `body`; only a record of a queue has these beside it.
  const isSqsRecord =
    textOf(input, 'eventSource') === 'aws:sqs' ||
    textOf(input, 'receiptHandle') !== undefined ||
    isRecord(fieldOf(input, 'messageAttributes'));
  if (lambdaBody !== undefined && isSqsRecord) return received(lambdaBody, input, 'messageAttributes', 'messageId', 'attributes');
  const notification = fieldOf(input, 'Sns');
  const content = isNotification(notification) ? notification : input;
  return { body: jsonText(content) ?? '', content, attributes: {} };
}

/** The message, then what SNS notifications inside it hold, outermost first. */
export function messageLayers(message: FailureMessage): readonly FailureMessage[] {
  const layers = [message];
  for (let { content } = message; isNotification(content) && layers.length <= ENVELOPES_MAX; ) {
    const body = textOf(content, 'Message') ?? '';
    const layer = { ...message, body, content: jsonOrText(body), attributes: messageAttributes(fieldOf(content, 'MessageAttributes')) };
    layers.push(layer);
    content = layer.content;
  }
  return layers;
}

function received(body: string, input: unknown, attributes: string, id: string, system: string): FailureMessage {
  return {
    body,
    content: jsonOrText(body),
    attributes: messageAttributes(fieldOf(input, attributes)),
    messageId: textOf(input, id),
    sourceQueueArn: textOf(fieldOf(input, system), 'DeadLetterQueueSourceArn'),
  };
}

function isNotification(value: unknown): boolean {
  return textOf(value, 'Type') === 'Notification' && textOf(value, 'Message') !== undefined;
}
