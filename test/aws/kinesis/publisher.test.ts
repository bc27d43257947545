import { describe, expect, test } from 'vitest';
import { createKinesisPublisher } from '../../../lib/aws/kinesis/publisher.ts';
import type { Envelope } from '../../../lib/contract/envelope.ts';
import { publisherConformance } from '../../../lib/testing/conformance/publisher.ts';
import { sampleEnvelope } from '../../../lib/testing/conformance/sample-items.ts';
import { type FakeCall, fakeClient, sdkError } from '../fake-client.ts';

const taken = { SequenceNumber: '1', ShardId: 'shardId-000000000000' };

function eventsOf(count: number, changes: Partial<Envelope> = {}): readonly Envelope[] {
  return Array.from({ length: count }, (_, position) => sampleEnvelope(`event-${position}`, changes));
}

function keysOf({ input }: FakeCall): readonly string[] {
  return input.Records.map((record: { PartitionKey: string }) => record.PartitionKey);
}

function takingAll(call: FakeCall) {
  return { Records: keysOf(call).map(() => taken) };
}

describe('the suite of the port, on a stream that answers as Kinesis does', () => {
  for (const { name, run } of publisherConformance) {
    test(name, () =>
      run(async () => {
        const channel: Envelope[] = [];
        const throttled = new Set<string>();
        const client = fakeClient(({ input }) => {
          const events: Envelope[] = input.Records.map(({ Data }: { Data: Buffer }) => JSON.parse(Data.toString()));
          const results = events.map((event) => {
            if (throttled.delete(event.id)) return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' };
            channel.push(event);
            return taken;
          });
          return { Records: results, FailedRecordCount: results.filter((result) => 'ErrorCode' in result).length };
        });
        return {
          publisher: createKinesisPublisher({ client, stream: 'log' }),
          published: async () => channel,
          throttleOnce: (id) => void throttled.add(id),
          refusable: (event) => ({ ...event, data: 'x'.repeat(1_048_576) }),
        };
      }),
    );
  }
});

describe('calls', () => {
  test('no call has more than 500 records or 2 MiB, and records keep their order over the calls', async () => {
    const client = fakeClient(takingAll);
    const publisher = createKinesisPublisher({ client, stream: 'log' });
    await publisher.publish(eventsOf(1_001));
    expect(client.calls.map((call) => keysOf(call).length)).toEqual([500, 500, 1]);
    expect(client.calls.flatMap(keysOf)).toEqual(eventsOf(1_001).map(({ partitionkey }) => partitionkey));
    client.calls.length = 0;
    await publisher.publish(eventsOf(12, { data: 'x'.repeat(1_000_000) }));
    expect(client.calls.map((call) => keysOf(call).length)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('a stream is named by its name or its ARN, and anything else is refused when the publisher is made', async () => {
    const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/log';
    for (const [stream, named] of [
      ['log', { StreamName: 'log' }],
      [arn, { StreamARN: arn }],
    ] as const) {
      const client = fakeClient(takingAll);
      await createKinesisPublisher({ client, stream }).publish(eventsOf(1));
      expect(client.calls[0]?.input).toMatchObject(named);
    }
    const client = fakeClient(takingAll);
    expect(() => createKinesisPublisher({ client, stream: 'my stream' })).toThrow(expect.objectContaining({ code: 'INVALID_CHANNEL' }));
  });
});

describe('what did not get through', () => {
  test.each(['ProvisionedThroughputExceededException', 'InternalFailure', 'SomethingNew'])(
    'an entry with %s is to be sent again',
    async (ErrorCode) => {
      const client = fakeClient(() => ({ Records: [taken, { ErrorCode, ErrorMessage: 'why' }, taken] }));
      const outcomes = await createKinesisPublisher({ client, stream: 'log' }).publish(eventsOf(3));
      expect(outcomes).toEqual([{ status: 'published' }, { status: 'retry', reason: `${ErrorCode} why` }, { status: 'published' }]);
    },
  );

  test('an entry without an answer, or without a place in the stream, is to be sent again', async () => {
    const client = fakeClient(() => ({ Records: [taken, {}] }));
    const outcomes = await createKinesisPublisher({ client, stream: 'log' }).publish(eventsOf(3));
    expect(outcomes.map(({ status }) => status)).toEqual(['published', 'retry', 'retry']);
  });

  test.each([
    ['throttling', sdkError('ProvisionedThroughputExceededException', 400)],
    ['a missing stream', sdkError('ResourceNotFoundException', 400)],
    ['a missing permission', sdkError('AccessDeniedException', 400)],
    ['a key that is not usable', sdkError('KMSAccessDeniedException', 400)],
    ['a time-out', sdkError('TimeoutError')],
    ['a fault of the service', sdkError('InternalFailureException', 500)],
  ])('%s concerns all events of the call and is repaired by time or by somebody: all are to be sent again', async (_, error) => {
    const client = fakeClient((call, index) => {
      if (index === 0) throw error;
      return takingAll(call);
    });
    const outcomes = await createKinesisPublisher({ client, stream: 'log' }).publish(eventsOf(501));
    expect(outcomes.filter(({ status }) => status === 'retry')).toHaveLength(500);
    expect(outcomes[500]).toEqual({ status: 'published' });
    expect(client.calls).toHaveLength(2);
  });

  test('a call that one malformed record spoils is cut until that record stands alone and is refused', async () => {
    const taking: string[] = [];
    const client = fakeClient((call) => {
      if (keysOf(call).includes('saga-event-123')) throw sdkError('InvalidArgumentException', 400, 'bad record');
      taking.push(...keysOf(call));
      return takingAll(call);
    });
    const outcomes = await createKinesisPublisher({ client, stream: 'log' }).publish(eventsOf(400));
    const refused = { status: 'refused', code: 'PUBLISH_REFUSED', message: 'InvalidArgumentException: bad record' };
    expect(outcomes.map((outcome, index) => (outcome.status === 'published' ? -1 : index)).filter((index) => index >= 0)).toEqual([123]);
    expect(outcomes[123]).toEqual(refused);
    const others = eventsOf(400).toSpliced(123, 1);
    expect(taking).toEqual(others.map(({ partitionkey }) => partitionkey));
  });

  test('cutting ends after a bounded number of calls', async () => {
    const client = fakeClient(() => {
      throw sdkError('ValidationException', 400);
    });
    const outcomes = await createKinesisPublisher({ client, stream: 'log' }).publish(eventsOf(500));
    expect(client.calls).toHaveLength(65);
    expect(outcomes.filter(({ status }) => status === 'retry').length).toBeGreaterThan(400);
  });

  test('a partition key that no stream takes, and a record above the limit, are refused without a call', async () => {
    const client = fakeClient(takingAll);
    const publisher = createKinesisPublisher({ client, stream: 'log', recordBytesMax: 1_000 });
    const events = [
      sampleEnvelope('a', { partitionkey: '' }),
      sampleEnvelope('b', { partitionkey: 'x'.repeat(257) }),
      sampleEnvelope('c', { data: 'x'.repeat(1_000) }),
    ];
    const outcomes = await publisher.publish(events);
    expect(outcomes.map((outcome) => (outcome.status === 'refused' ? outcome.code : outcome.status))).toEqual([
      'PUBLISH_REFUSED',
      'PUBLISH_REFUSED',
      'MESSAGE_TOO_LARGE',
    ]);
    expect(client.calls).toEqual([]);
  });

  test('the partition key counts as part of the record', async () => {
    const event = sampleEnvelope('a', { partitionkey: 'ä'.repeat(100) });
    const bytes = Buffer.byteLength(JSON.stringify(event)) + 200;
    for (const [recordBytesMax, status] of [
      [bytes, 'published'],
      [bytes - 1, 'refused'],
    ] as const) {
      const publisher = createKinesisPublisher({ client: fakeClient(takingAll), stream: 'log', recordBytesMax });
      expect((await publisher.publish([event])).map((outcome) => outcome.status)).toEqual([status]);
    }
  });
});
