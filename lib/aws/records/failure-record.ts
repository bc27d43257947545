import { compact, fieldOf, isRecord, jsonOrText, numberOf, textOf } from '../json-value.ts';
import { type FailureMessage, messageLayers, openMessage } from './failure-message.ts';
import { type LambdaEvent, recordsFromLambdaEvent } from './lambda-event.ts';

/** A batch of a stream that a mapping or a pipe gave up on: where the records are, and with an S3 destination the records. */
export interface StreamFailure {
  readonly kind: 'kinesis' | 'dynamodb';
  /** The function with its version or alias. @default - a pipe gave up */
  readonly functionArn?: string;
  /** The pipe. @default - a function's mapping gave up */
  readonly pipeArn?: string;
  /** `RetryAttemptsExhausted` or `RecordAgeExceeded`. */
  readonly condition?: string;
  /** Invocations, as AWS counted them. */
  readonly attempts?: number;
  readonly streamArn: string;
  readonly shardId: string;
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
  /** Records of the failed batch; the range may hold more. */
  readonly batchSize?: number;
  /** ISO 8601. */
  readonly firstArrival?: string;
  /** ISO 8601. */
  readonly lastArrival?: string;
  /** Only from an S3 destination. */
  readonly records?: LambdaEvent['records'];
}

/** An asynchronous invocation that Lambda gave up on: a destination's record, or a message of the function's own dead-letter queue. */
export interface AsyncFailure {
  readonly kind: 'lambda-async';
  /** Only in a destination's record. */
  readonly functionArn?: string;
  readonly requestId: string;
  /** `RetriesExhausted` or `EventAgeExceeded`; a destination for successes writes `Success`. Only in a destination's record. */
  readonly condition?: string;
  /** Only in a destination's record. */
  readonly attempts?: number;
  /** HTTP status. Only from a dead-letter queue. */
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** What the function was invoked with. @default - Lambda left it out: too large for the destination */
  readonly payload?: unknown;
}

/** An event that an EventBridge rule could not deliver to its target. */
export interface RuleFailure {
  readonly kind: 'eventbridge';
  readonly ruleArn: string;
  readonly targetArn?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly retryAttempts?: number;
  /** `MaximumRetryAttempts` or `MaximumEventAgeInSeconds`. @default - the error was not retried */
  readonly condition?: string;
  readonly event: unknown;
}

/** Anything else: a message as it stood in a queue, moved by a redrive policy. */
export interface QueueFailure {
  readonly kind: 'sqs';
  readonly body: string;
  /** As text by name. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId?: string;
  /** The queue whose redrive policy moved it. */
  readonly sourceQueueArn?: string;
}

/** What AWS writes when it gives up. */
export type FailureRecord = StreamFailure | AsyncFailure | RuleFailure | QueueFailure;

/**
 * Reads what AWS leaves in a dead-letter queue, topic or bucket: text or an object, an SNS notification around it, a message
 * received from SQS or a record of a Lambda event. Never throws: what is not recognised is `sqs` with the body as it came.
 * Give the message with its attributes where there is one: some forms differ by nothing else.
 */
export function parseFailureRecord(body: unknown): FailureRecord {
  const message = openMessage(body);
  for (const layer of messageLayers(message)) {
    const failure =
      ruleFailure(layer) ?? deadLetterQueueFailure(layer) ?? streamFailure(layer.content) ?? destinationFailure(layer.content);
    if (failure !== undefined) return compact(failure);
  }
  const { body: text, attributes, messageId, sourceQueueArn } = message;
  return compact({ kind: 'sqs', body: text, attributes, messageId, sourceQueueArn });
}

function ruleFailure({ attributes, content }: FailureMessage): RuleFailure | undefined {
  const ruleArn = textOf(attributes, 'RULE_ARN');
  if (ruleArn === undefined) return undefined;
  return {
    kind: 'eventbridge',
    ruleArn,
    targetArn: textOf(attributes, 'TARGET_ARN'),
    errorCode: textOf(attributes, 'ERROR_CODE'),
    errorMessage: textOf(attributes, 'ERROR_MESSAGE'),
    retryAttempts: numberOf(attributes, 'RETRY_ATTEMPTS'),
    condition: textOf(attributes, 'EXHAUSTED_RETRY_CONDITION'),
    event: content,
  };
}

function deadLetterQueueFailure({ attributes, content }: FailureMessage): AsyncFailure | undefined {
  const requestId = textOf(attributes, 'RequestID');
  const errorCode = textOf(attributes, 'ErrorCode');
  const errorMessage = textOf(attributes, 'ErrorMessage');
  if (requestId === undefined || (errorCode === undefined && errorMessage === undefined)) return undefined;
  return { kind: 'lambda-async', requestId, errorCode, errorMessage, payload: content };
}

function streamFailure(content: unknown): StreamFailure | undefined {
  const kinesis = fieldOf(content, 'KinesisBatchInfo');
  const batch = kinesis ?? fieldOf(content, 'DDBStreamBatchInfo');
  const [streamArn, shardId] = [textOf(batch, 'streamArn'), textOf(batch, 'shardId')];
  const [startSequenceNumber, endSequenceNumber] = [textOf(batch, 'startSequenceNumber'), textOf(batch, 'endSequenceNumber')];
  if (streamArn === undefined || shardId === undefined || startSequenceNumber === undefined || endSequenceNumber === undefined)
    return undefined;
  const request = fieldOf(content, 'requestContext');
  // Pipes write `context` where mappings write `requestContext`.
  const pipe = fieldOf(content, 'context');
  return {
    kind: kinesis === undefined ? 'dynamodb' : 'kinesis',
    functionArn: textOf(request, 'functionArn'),
    pipeArn: textOf(pipe, 'partnerResourceArn'),
    condition: textOf(request, 'condition') ?? textOf(pipe, 'condition'),
    attempts: numberOf(request, 'approximateInvokeCount'),
    streamArn,
    shardId,
    startSequenceNumber,
    endSequenceNumber,
    batchSize: numberOf(batch, 'batchSize'),
    firstArrival: textOf(batch, 'approximateArrivalOfFirstRecord'),
    lastArrival: textOf(batch, 'approximateArrivalOfLastRecord'),
    records: payloadRecords(fieldOf(content, 'payload')),
  };
}

function payloadRecords(payload: unknown): LambdaEvent['records'] | undefined {
  const event = recordsFromLambdaEvent(typeof payload === 'string' ? jsonOrText(payload) : payload);
  return event.source === 'unknown' ? undefined : event.records;
}

function destinationFailure(content: unknown): AsyncFailure | undefined {
  // A destination that is a bus gets the record as the detail of an event.
  const onBus = textOf(content, 'detail-type')?.startsWith('Lambda Function Invocation Result') === true;
  const record = onBus ? fieldOf(content, 'detail') : content;
  const request = fieldOf(record, 'requestContext');
  const [functionArn, requestId, condition] = ['functionArn', 'requestId', 'condition'].map((name) => textOf(request, name));
  // The records of mappings begin alike, and name their batch.
  const isBatch = isRecord(record) && Object.keys(record).some((name) => name.endsWith('BatchInfo'));
  if (isBatch || functionArn === undefined || requestId === undefined || condition === undefined) return undefined;
  return {
    kind: 'lambda-async',
    functionArn,
    requestId,
    condition,
    attempts: numberOf(request, 'approximateInvokeCount'),
    errorMessage: textOf(fieldOf(record, 'responsePayload'), 'errorMessage'),
    payload: fieldOf(record, 'requestPayload'),
  };
}
