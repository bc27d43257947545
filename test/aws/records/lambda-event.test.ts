import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordsFromLambdaEvent } from '../../../lib/aws/records/lambda-event.ts';

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
const sequenceNumber = '49590338271490256608559692538361571095921575989136588898';

const kinesisRecord = {
  kinesis: {
    kinesisSchemaVersion: '1.0',
    partitionKey: 'order-1',
    sequenceNumber,
    data: base64('{"type":"OrderPlaced","name":"Zoë"}'),
    approximateArrivalTimestamp: 1545084650.987,
  },
  eventSource: 'aws:kinesis',
  eventVersion: '1.0',
  eventID: `shardId-000000000006:${sequenceNumber}`,
  eventName: 'aws:kinesis:record',
  invokeIdentityArn: 'arn:aws:iam::123456789012:role/lambda-role',
  awsRegion: 'us-east-2',
  eventSourceARN: 'arn:aws:kinesis:us-east-2:123456789012:stream/orders',
};
const sqsRecord = {
  messageId: '059f36b4-87a3-44ab-83d2-661975830a7d',
  receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
  body: '{"type":"OrderPlaced"}',
  attributes: {
    ApproximateReceiveCount: '3',
    AWSTraceHeader: 'Root=1-5f84c7a1-d7f3b9a7e3b7c9d1a2b3c4d5',
    SentTimestamp: '1545082649183',
    SequenceNumber: '18849496460467696128',
    MessageGroupId: 'saga-1',
    SenderId: 'AIDAIENQZJOLO23YVJ4VO',
    MessageDeduplicationId: 'dedup-1',
    ApproximateFirstReceiveTimestamp: '1545082649185',
  },
  messageAttributes: {
    attempt: { stringValue: '2', stringListValues: [], binaryListValues: [], dataType: 'Number' },
    consumer: { stringValue: 'payment', stringListValues: [], binaryListValues: [], dataType: 'String' },
    blob: { binaryValue: 'AAEC', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
  },
  md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-2:123456789012:replay.fifo',
  awsRegion: 'us-east-2',
};
const change = {
  ApproximateCreationDateTime: 1479499740,
  Keys: { pk: { S: 'outbox#1' }, sk: { S: '2026' } },
  NewImage: { pk: { S: 'outbox#1' }, sk: { S: '2026' }, count: { N: '1' } },
  SequenceNumber: '13021600000000001596893679',
  SizeBytes: 112,
  StreamViewType: 'NEW_IMAGE',
};
const dynamodbRecord = {
  eventID: 'c4ca4238a0b923820dcc509a6f75849b',
  eventName: 'INSERT',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: 'us-east-1',
  dynamodb: change,
  eventSourceARN: 'arn:aws:dynamodb:us-east-1:123456789012:table/journal/stream/2026-11-20T10:28:48.592',
};
const busEvent = {
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'OrderPlaced',
  source: 'order',
  account: '123456789012',
  time: '2026-11-20T16:53:06Z',
  region: 'us-east-1',
  resources: ['arn:aws:order:1'],
  detail: { specversion: '1.0', data: { total: 5 } },
};
const first = (record: unknown) => recordsFromLambdaEvent({ Records: [record] }).records[0];

describe('Kinesis', () => {
  test('a record is its sequence number and its data as text', () => {
    expect(recordsFromLambdaEvent({ Records: [kinesisRecord] })).toStrictEqual({
      source: 'kinesis',
      records: [
        {
          itemIdentifier: sequenceNumber,
          body: '{"type":"OrderPlaced","name":"Zoë"}',
          partitionKey: 'order-1',
          sequenceNumber,
          shardId: 'shardId-000000000006',
          streamArn: 'arn:aws:kinesis:us-east-2:123456789012:stream/orders',
          approximateArrivalSeconds: 1545084650.987,
        },
      ],
    });
  });

  test('the stream is named also when a registered consumer read it', () => {
    const eventSourceARN = `${kinesisRecord.eventSourceARN}/consumer/payment:1700000000`;
    expect(first({ ...kinesisRecord, eventSourceARN })).toMatchObject({ streamArn: kinesisRecord.eventSourceARN });
  });

  test('empty data is an empty body, not a problem', () => {
    expect(first({ ...kinesisRecord, kinesis: { ...kinesisRecord.kinesis, data: '' } })).not.toHaveProperty('problem');
  });

  test.each([
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe]).toString('base64')],
    ['text that is not base64', 'e30!'],
    ['base64 that was cut', 'e30'],
  ])('%s keep their bytes and say what is wrong', (_why, data) => {
    const record = first({ ...kinesisRecord, kinesis: { ...kinesisRecord.kinesis, data } });
    expect(record).toMatchObject({
      itemIdentifier: sequenceNumber,
      body: '',
      data,
      problem: expect.stringContaining('not base64 of UTF-8 text'),
    });
  });

  test('the sequence number is found in the event id when the record has lost it', () => {
    const record = first({ ...kinesisRecord, kinesis: undefined });
    expect(record).toMatchObject({ itemIdentifier: sequenceNumber, body: '', problem: 'the Kinesis record has no data' });
  });
});

describe('SQS', () => {
  test('a message is its id and body, with what the queue knows', () => {
    expect(recordsFromLambdaEvent({ Records: [sqsRecord] })).toStrictEqual({
      source: 'sqs',
      records: [
        {
          itemIdentifier: '059f36b4-87a3-44ab-83d2-661975830a7d',
          body: '{"type":"OrderPlaced"}',
          receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
          queueArn: 'arn:aws:sqs:us-east-2:123456789012:replay.fifo',
          receiveCount: 3,
          sentTimestamp: 1545082649183,
          messageGroupId: 'saga-1',
          messageDeduplicationId: 'dedup-1',
          sequenceNumber: '18849496460467696128',
          messageAttributes: { attempt: '2', consumer: 'payment', blob: 'AAEC' },
        },
      ],
    });
  });

  test('a standard queue has no group and no sequence number', () => {
    const record = first({ ...sqsRecord, attributes: { ApproximateReceiveCount: '1', SentTimestamp: 'x' }, messageAttributes: {} });
    expect(record).toMatchObject({ receiveCount: 1, messageAttributes: {} });
    expect(record).not.toHaveProperty('messageGroupId');
    expect(record).not.toHaveProperty('sentTimestamp');
  });

  test('a message without a body says so', () => {
    expect(first({ ...sqsRecord, body: 5 })).toMatchObject({ body: '', problem: 'the SQS record has no body' });
  });
});

describe('DynamoDB streams', () => {
  test('a change is its sequence number and the JSON text of the change', () => {
    expect(recordsFromLambdaEvent({ Records: [dynamodbRecord] })).toStrictEqual({
      source: 'dynamodb',
      records: [
        {
          itemIdentifier: '13021600000000001596893679',
          body: JSON.stringify(change),
          eventName: 'INSERT',
          keys: change.Keys,
          sequenceNumber: '13021600000000001596893679',
          streamArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/journal/stream/2026-11-20T10:28:48.592',
          approximateCreationSeconds: 1479499740,
        },
      ],
    });
  });

  test('a record without its change says so', () => {
    const problem = 'the DynamoDB record has no sequence number; the DynamoDB record has no readable `dynamodb` part';
    expect(first({ ...dynamodbRecord, dynamodb: null })).toMatchObject({ itemIdentifier: '', body: '', eventName: 'INSERT', problem });
  });
});

describe('EventBridge', () => {
  test('an event is its id and the JSON text of its detail', () => {
    expect(recordsFromLambdaEvent(busEvent)).toStrictEqual({
      source: 'eventbridge',
      records: [
        {
          itemIdentifier: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
          body: '{"specversion":"1.0","data":{"total":5}}',
          detailType: 'OrderPlaced',
          source: 'order',
          resources: ['arn:aws:order:1'],
          time: '2026-11-20T16:53:06Z',
        },
      ],
    });
  });

  test('an event from an archive names the replay', () => {
    expect(recordsFromLambdaEvent({ ...busEvent, 'replay-name': 'again' }).records[0]).toMatchObject({ replayName: 'again' });
  });

  test('an event without an id or with another detail says so', () => {
    const { id, ...noId } = busEvent;
    expect(id).toBeDefined();
    const problem = 'the EventBridge event has no id; the detail of the EventBridge event is not an object';
    expect(recordsFromLambdaEvent({ ...noId, detail: 'x' }).records).toMatchObject([{ itemIdentifier: '', body: '', problem }]);
  });
});

describe('broken and foreign events', () => {
  test('one broken record neither hides nor drops the others', () => {
    const { source, records } = recordsFromLambdaEvent({ Records: [null, kinesisRecord, sqsRecord] });
    expect(source).toBe('kinesis');
    expect(records.map((record) => record.itemIdentifier)).toEqual(['', sequenceNumber, '']);
    expect(records.map((record) => record.problem)).toEqual([
      expect.stringContaining('the record is from no source, others of the event from aws:kinesis'),
      undefined,
      expect.stringContaining('the record is from aws:sqs'),
    ]);
  });

  test('a record of a foreign source does not decide for the others', () => {
    expect(recordsFromLambdaEvent({ Records: [{ eventSource: 'aws:s3' }, sqsRecord] })).toMatchObject({
      source: 'sqs',
      records: [{ body: '' }, {}],
    });
  });

  test.each<readonly [string, unknown]>([
    ['no event', undefined],
    ['an empty event', {}],
    ['an empty batch', { Records: [] }],
    ['an SNS event', { Records: [{ EventSource: 'aws:sns', Sns: { Message: 'x' } }] }],
    ['an S3 event', { Records: [{ eventSource: 'aws:s3', s3: {} }] }],
    ['an API Gateway event', { version: '2.0', routeKey: 'POST /', body: '{}' }],
    ['a command', { command: 'PlaceOrder', detail: {} }],
  ])('%s is unknown, without records', (_what, event) => {
    expect(recordsFromLambdaEvent(event)).toEqual({ source: 'unknown', records: [] });
  });

  test('no JSON value makes it throw, and no record of a known event is lost', () => {
    const eventSource = fc.constantFrom('aws:kinesis', 'aws:sqs', 'aws:dynamodb', 'aws:sns');
    const part = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('data', 'sequenceNumber', 'SequenceNumber', 'Keys', '__proto__'), fc.jsonValue()),
    );
    const record = fc.record(
      { eventSource, kinesis: part, dynamodb: part, body: part, attributes: part, messageAttributes: part, eventID: part },
      { requiredKeys: [] },
    );
    const event = fc.oneof(
      fc.jsonValue(),
      fc.record({ Records: fc.array(fc.oneof(record, fc.jsonValue()), { maxLength: 4 }) }),
      fc.record({ version: part, 'detail-type': fc.string(), source: fc.string(), detail: part, resources: part }),
    );
    fc.assert(
      fc.property(event, (any) => {
        const read = recordsFromLambdaEvent(any);
        const given = (any as { Records?: unknown[] } | null)?.Records;
        if (read.source !== 'unknown' && read.source !== 'eventbridge') expect(read.records).toHaveLength(given?.length ?? -1);
        for (const { itemIdentifier, body } of read.records) expect([typeof itemIdentifier, typeof body]).toEqual(['string', 'string']);
      }),
    );
  });
});
