import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFailureRecord } from '../../../lib/aws/records/failure-record.ts';

const streamArn = 'arn:aws:kinesis:us-east-1:123456789012:stream/orders';
const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:payment-worker:live';
const batch = {
  requestContext: {
    requestId: '9a1b7a3c-8a3a-4f5e-9d4c-0c7d2c1f0b11',
    functionArn,
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: 3,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: '2026-11-20T00:38:06.021Z',
  KinesisBatchInfo: {
    shardId: 'shardId-000000000001',
    startSequenceNumber: '49601189658422359378836298521827638475320189012309704722',
    endSequenceNumber: '49601189658422359378836298522902373528957594348623495186',
    approximateArrivalOfFirstRecord: '2026-11-20T00:38:04.835Z',
    approximateArrivalOfLastRecord: '2026-11-20T00:38:05.580Z',
    batchSize: 500,
    streamArn,
  },
};
const kinesis = {
  kind: 'kinesis',
  functionArn,
  condition: 'RetryAttemptsExhausted',
  attempts: 3,
  streamArn,
  shardId: 'shardId-000000000001',
  startSequenceNumber: '49601189658422359378836298521827638475320189012309704722',
  endSequenceNumber: '49601189658422359378836298522902373528957594348623495186',
  batchSize: 500,
  firstArrival: '2026-11-20T00:38:04.835Z',
  lastArrival: '2026-11-20T00:38:05.580Z',
};
const tableBatch = {
  context: { partnerResourceArn: 'arn:aws:pipes:eu-west-2:123456789012:pipe/outbox', condition: 'RecordAgeExceeded' },
  version: '1.0',
  timestamp: '2026-11-20T00:00:00Z',
  DDBStreamBatchInfo: {
    shardId: 'shardId-00000001655817861112-aaa1abcd',
    startSequenceNumber: '202328600001712385967261751',
    endSequenceNumber: '202328600001712385967261759',
    approximateArrivalOfFirstRecord: '2026-11-20T00:00:00Z',
    approximateArrivalOfLastRecord: '2026-11-20T00:00:01Z',
    batchSize: 2,
    streamArn: 'arn:aws:dynamodb:eu-west-2:123456789012:table/journal/stream/2026-01-01T00:00:00.000',
  },
};
const destination = {
  version: '1.0',
  timestamp: '2026-11-20T08:03:12.021Z',
  requestContext: {
    requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    functionArn,
    condition: 'RetriesExhausted',
    approximateInvokeCount: 3,
  },
  requestPayload: { 'detail-type': 'OrderPlaced', detail: { id: 'e1' } },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorMessage: 'no such order', errorType: 'Error', trace: ['Error: no such order'] },
};
const asyncFailure = {
  kind: 'lambda-async',
  functionArn,
  requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  condition: 'RetriesExhausted',
  attempts: 3,
  errorMessage: 'no such order',
  payload: { 'detail-type': 'OrderPlaced', detail: { id: 'e1' } },
};
const busEvent = { version: '0', id: '53dc4d37', 'detail-type': 'OrderPlaced', source: 'order', resources: [], detail: { total: 5 } };

/** The same attributes as each service writes them. */
const sqsApi = (values: Record<string, string>) => shaped(values, (StringValue) => ({ DataType: 'String', StringValue }));
const lambdaForm = (values: Record<string, string>) =>
  shaped(values, (stringValue) => ({ stringValue, stringListValues: [], binaryListValues: [], dataType: 'String' }));
const snsForm = (values: Record<string, string>) => shaped(values, (Value) => ({ Type: 'String', Value }));

const received = (Body: string, attributes: Record<string, string> = {}) => ({
  MessageId: 'm-1',
  ReceiptHandle: 'AQEB',
  MD5OfBody: 'x',
  Body,
  Attributes: { ApproximateReceiveCount: '1', DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:123456789012:replay' },
  MessageAttributes: sqsApi(attributes),
});
const lambdaRecord = (body: string, attributes: Record<string, string> = {}) => ({
  messageId: 'm-1',
  receiptHandle: 'AQEB',
  body,
  attributes: { ApproximateReceiveCount: '1', DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:123456789012:replay' },
  messageAttributes: lambdaForm(attributes),
  eventSource: 'aws:sqs',
});
const notification = (Message: string, attributes?: Record<string, string>) => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:us-east-1:123456789012:failures',
  Message,
  Timestamp: '2026-11-20T00:38:07.000Z',
  SignatureVersion: '1',
  ...(attributes === undefined ? {} : { MessageAttributes: snsForm(attributes) }),
});

/** Every way a record comes out of SQS, SNS or Lambda. */
const transports: readonly (readonly [string, (record: object) => unknown])[] = [
  ['text', (record) => JSON.stringify(record)],
  ['an object', (record) => record],
  ['a message received from SQS', (record) => received(JSON.stringify(record))],
  ['an SQS record of a Lambda event', (record) => lambdaRecord(JSON.stringify(record))],
  ['an SNS notification', (record) => notification(JSON.stringify(record))],
  ['an SNS notification in a queue', (record) => received(JSON.stringify(notification(JSON.stringify(record))))],
  ['an SNS record of a Lambda event', (record) => ({ EventSource: 'aws:sns', Sns: notification(JSON.stringify(record)) })],
];

describe.each(transports)('as %s', (_transport, wrap) => {
  test('a Kinesis batch gives the place of its records', () => {
    expect(parseFailureRecord(wrap(batch))).toStrictEqual(kinesis);
  });

  test('a batch of a table stream, from a pipe, gives the place of its records', () => {
    const { context, DDBStreamBatchInfo: info } = tableBatch;
    expect(parseFailureRecord(wrap(tableBatch))).toStrictEqual({
      kind: 'dynamodb',
      pipeArn: context.partnerResourceArn,
      condition: 'RecordAgeExceeded',
      streamArn: info.streamArn,
      shardId: info.shardId,
      startSequenceNumber: info.startSequenceNumber,
      endSequenceNumber: info.endSequenceNumber,
      batchSize: 2,
      firstArrival: '2026-11-20T00:00:00Z',
      lastArrival: '2026-11-20T00:00:01Z',
    });
  });

  test('an asynchronous invocation gives what it was invoked with', () => {
    expect(parseFailureRecord(wrap(destination))).toStrictEqual(asyncFailure);
  });

  test('an asynchronous invocation whose destination is a bus is the detail of an event', () => {
    const event = {
      version: '0',
      id: 'i',
      'detail-type': 'Lambda Function Invocation Result - Failure',
      source: 'lambda',
      detail: destination,
    };
    expect(parseFailureRecord(wrap(event))).toStrictEqual(asyncFailure);
  });
});

describe('stream batches', () => {
  const records = [
    { eventSource: 'aws:kinesis', eventID: 'shardId-1:7', kinesis: { sequenceNumber: '7', data: 'e30=', partitionKey: 'k' } },
  ];

  test.each([
    ['an object', { Records: records }],
    ['text', JSON.stringify({ Records: records })],
  ])('from S3 the records come with it, as %s', (_form, payload) => {
    expect(parseFailureRecord({ ...batch, payload })).toMatchObject({ ...kinesis, records: [{ itemIdentifier: '7', body: '{}' }] });
  });

  test('a batch that never reached the function has no response', () => {
    const { responseContext, ...record } = batch;
    expect(responseContext).toBeDefined();
    expect(parseFailureRecord(record)).toStrictEqual(kinesis);
  });

  test('a batch without its place is not recognised', () => {
    const record = { ...batch, KinesisBatchInfo: { ...batch.KinesisBatchInfo, endSequenceNumber: undefined } };
    expect(parseFailureRecord(record)).toEqual({ kind: 'sqs', body: JSON.stringify(record), attributes: {} });
  });

  test('a batch of another kind of source is not taken for an invocation', () => {
    const { KinesisBatchInfo, ...rest } = batch;
    expect(parseFailureRecord({ ...rest, KafkaBatchInfo: KinesisBatchInfo }).kind).toBe('sqs');
  });
});

describe('asynchronous invocations', () => {
  const attributes = { RequestID: 'r-1', ErrorCode: '200', ErrorMessage: 'boom' };
  const failure = { kind: 'lambda-async', requestId: 'r-1', errorCode: '200', errorMessage: 'boom', payload: busEvent };

  test.each<readonly [string, unknown]>([
    ['received from SQS', received(JSON.stringify(busEvent), attributes)],
    ['in a Lambda event', lambdaRecord(JSON.stringify(busEvent), attributes)],
    ['through SNS', notification(JSON.stringify(busEvent), attributes)],
    ['through SNS to a queue', received(JSON.stringify(notification(JSON.stringify(busEvent), attributes)))],
  ])("a function's own dead-letter queue tells the request and the payload, %s", (_transport, message) => {
    expect(parseFailureRecord(message)).toStrictEqual(failure);
  });

  test('a payload that looks like a failure of its own is still the payload', () => {
    expect(parseFailureRecord(received(JSON.stringify(batch), attributes))).toMatchObject({ kind: 'lambda-async', payload: batch });
    const inner = notification(JSON.stringify(batch));
    expect(parseFailureRecord(received(JSON.stringify(inner), attributes))).toMatchObject({ kind: 'lambda-async', payload: inner });
  });

  test('a payload that is not JSON stays text', () => {
    expect(parseFailureRecord(received('{oops', attributes))).toMatchObject({ payload: '{oops' });
  });

  test('a request id alone is no sign of a dead-letter queue', () => {
    expect(parseFailureRecord(received('{}', { RequestID: 'r-1' })).kind).toBe('sqs');
  });

  test('a record whose payload was too large for the destination is recognised without it', () => {
    const { requestPayload, responsePayload, ...rest } = destination;
    expect([requestPayload, responsePayload]).not.toContain(undefined);
    const { payload, errorMessage, ...known } = asyncFailure;
    expect([payload, errorMessage]).not.toContain(undefined);
    expect(parseFailureRecord(rest)).toStrictEqual(known);
  });

  test('an API request with a request context is not taken for an invocation', () => {
    expect(parseFailureRecord({ requestContext: { requestId: 'r', http: {} }, requestPayload: {} }).kind).toBe('sqs');
  });
});

describe('rules', () => {
  const attributes = {
    RULE_ARN: 'arn:aws:events:us-east-1:123456789012:rule/orders/payment',
    TARGET_ARN: functionArn,
    ERROR_CODE: 'SDK_CLIENT_ERROR',
    ERROR_MESSAGE: 'Throttled',
    RETRY_ATTEMPTS: '185',
    EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
  };
  const failure = {
    kind: 'eventbridge',
    ruleArn: attributes.RULE_ARN,
    targetArn: functionArn,
    errorCode: 'SDK_CLIENT_ERROR',
    errorMessage: 'Throttled',
    retryAttempts: 185,
    condition: 'MaximumRetryAttempts',
    event: busEvent,
  };

  test.each<readonly [string, unknown]>([
    ['received from SQS', received(JSON.stringify(busEvent), attributes)],
    ['in a Lambda event', lambdaRecord(JSON.stringify(busEvent), attributes)],
  ])('a target that could not be reached gives the rule, the reason and the event, %s', (_transport, message) => {
    expect(parseFailureRecord(message)).toStrictEqual(failure);
  });

  test('an error that is not retried has no condition', () => {
    const { EXHAUSTED_RETRY_CONDITION, ...rest } = attributes;
    expect(EXHAUSTED_RETRY_CONDITION).toBeDefined();
    const parsed = parseFailureRecord(received(JSON.stringify(busEvent), { ...rest, RETRY_ATTEMPTS: '0' }));
    expect(parsed).toMatchObject({ kind: 'eventbridge', retryAttempts: 0 });
    expect(parsed).not.toHaveProperty('condition');
  });

  test('without the attributes an event is only a message', () => {
    expect(parseFailureRecord(JSON.stringify(busEvent))).toEqual({ kind: 'sqs', body: JSON.stringify(busEvent), attributes: {} });
  });
});

describe('anything else', () => {
  const moved = { messageId: 'm-1', sourceQueueArn: 'arn:aws:sqs:us-east-1:123456789012:replay' };

  test.each<readonly [string, unknown]>([
    ['received from SQS', received('{"type":"OrderPlaced"}', { consumer: 'payment' })],
    ['in a Lambda event', lambdaRecord('{"type":"OrderPlaced"}', { consumer: 'payment' })],
  ])('a message that a queue moved keeps its body, attributes and queue, %s', (_transport, message) => {
    expect(parseFailureRecord(message)).toStrictEqual({
      kind: 'sqs',
      body: '{"type":"OrderPlaced"}',
      attributes: { consumer: 'payment' },
      ...moved,
    });
  });

  test('an ordinary notification in a queue keeps the envelope: redriving must send what was there', () => {
    const body = JSON.stringify(notification('hello'));
    expect(parseFailureRecord(received(body))).toMatchObject({ kind: 'sqs', body });
  });

  test('an object with a body that is no SQS record is taken as a whole', () => {
    const request = { body: JSON.stringify(batch), headers: {} };
    expect(parseFailureRecord(request)).toEqual({ kind: 'sqs', body: JSON.stringify(request), attributes: {} });
  });

  test.each<readonly [string, unknown, string]>([
    ['nothing', undefined, ''],
    ['null', null, 'null'],
    ['a number', 5, '5'],
    ['text', '{"half', '{"half'],
    ['a list', [batch], JSON.stringify([batch])],
  ])('%s is a message as it came', (_what, input, body) => {
    expect(parseFailureRecord(input)).toEqual({ kind: 'sqs', body, attributes: {} });
  });

  test('notifications in notifications come to an end', () => {
    const nested = (levels: number): object => (levels === 0 ? batch : notification(JSON.stringify(nested(levels - 1))));
    expect(parseFailureRecord(nested(3)).kind).toBe('kinesis');
    expect(parseFailureRecord(nested(4)).kind).toBe('sqs');
  });

  test('no JSON value makes it throw', () => {
    const names = [
      'Body',
      'body',
      'Message',
      'Type',
      'Sns',
      'MessageAttributes',
      'messageAttributes',
      'KinesisBatchInfo',
      'DDBStreamBatchInfo',
    ];
    const more = [
      'requestContext',
      'requestPayload',
      'responsePayload',
      'detail',
      'detail-type',
      'RULE_ARN',
      'StringValue',
      'payload',
      '__proto__',
    ];
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom('Notification', JSON.stringify(batch), JSON.stringify(destination)),
        fc.dictionary(fc.constantFrom(...names, ...more), tie('value'), { maxKeys: 6 }),
        tie('value').map((inner) => JSON.stringify(inner)),
      ),
    }));
    const kinds = ['kinesis', 'dynamodb', 'lambda-async', 'eventbridge', 'sqs'];
    fc.assert(fc.property(fc.oneof(value, fc.jsonValue()), (any) => kinds.includes(parseFailureRecord(any).kind)));
  });
});

function shaped(values: Record<string, string>, shape: (value: string) => object): Record<string, object> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shape(value)]));
}
