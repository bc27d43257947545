import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderShards } from '../../../lib/aws/kinesis/shard-order.ts';
import { createKinesisStreamReader } from '../../../lib/aws/kinesis/stream-reader.ts';
import type { ShardPosition, StreamShard } from '../../../lib/runtime/ports/stream-reader.ts';
import { fakeClient, sdkError } from '../fake-client.ts';

const shard = 'shardId-000000000001';
const sequenceNumber = '49600000000000000000000000000000000000000000000000000001';

function failing(error: Error) {
  return createKinesisStreamReader({
    stream: 'log',
    client: fakeClient(() => {
      throw error;
    }),
  });
}

function shardOf(id: string, ...parents: readonly string[]): StreamShard {
  return { id, parents, firstSequenceNumber: '0' };
}

describe('positions', () => {
  test.each<[ShardPosition, object]>([
    [{ kind: 'start' }, { ShardIteratorType: 'TRIM_HORIZON' }],
    [{ kind: 'latest' }, { ShardIteratorType: 'LATEST' }],
    [
      { kind: 'at', sequenceNumber },
      { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: sequenceNumber },
    ],
    [
      { kind: 'after', sequenceNumber },
      { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: sequenceNumber },
    ],
    [
      { kind: 'time', at: 1_000 },
      { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(1_000) },
    ],
  ])('%j asks for an iterator and reads with it', async (from, asked) => {
    const client = fakeClient(({ command }) =>
      command === 'GetShardIteratorCommand'
        ? { ShardIterator: 'i-1' }
        : {
            Records: [
              {
                SequenceNumber: sequenceNumber,
                PartitionKey: 'p',
                Data: Buffer.from('{"a":"ä"}'),
                ApproximateArrivalTimestamp: new Date(5_000),
              },
            ],
            NextShardIterator: 'i-2',
            MillisBehindLatest: 12,
          },
    );
    const page = await createKinesisStreamReader({ client, stream: 'log' }).read({ shard, from, limit: 10 });
    expect(client.calls.map(({ input }) => input)).toEqual([
      { StreamName: 'log', ShardId: shard, ...asked },
      { ShardIterator: 'i-1', Limit: 10 },
    ]);
    expect(page).toEqual({
      records: [{ sequenceNumber, partitionKey: 'p', body: '{"a":"ä"}', arrivedAt: 5_000 }],
      cursor: 'i-2',
      behindMilliseconds: 12,
    });
  });

  test('a cursor is read with as it is, and a closed shard has none at its end', async () => {
    const client = fakeClient(() => ({ Records: [], MillisBehindLatest: 0, ChildShards: [] }));
    const page = await createKinesisStreamReader({ client, stream: 'log' }).read({
      shard,
      from: { kind: 'cursor', cursor: 'i-9' },
      limit: 5,
    });
    expect(client.calls).toEqual([{ command: 'GetRecordsCommand', input: { ShardIterator: 'i-9', Limit: 5 } }]);
    expect(page).toEqual({ records: [], behindMilliseconds: 0 });
  });

  test.each([
    [0, 1],
    [2.7, 2],
    [1_000_000, 10_000],
  ])('a limit of %d asks for %d records', async (limit, Limit) => {
    const client = fakeClient(() => ({ Records: [] }));
    await createKinesisStreamReader({ client, stream: 'log' }).read({ shard, from: { kind: 'cursor', cursor: 'i' }, limit });
    expect(client.calls[0]?.input).toMatchObject({ Limit });
  });

  test('a body that is not UTF-8 has replacement characters', async () => {
    const client = fakeClient(() => ({ Records: [{ SequenceNumber: '1', PartitionKey: 'p', Data: Uint8Array.of(0x61, 0xff) }] }));
    const { records } = await createKinesisStreamReader({ client, stream: 'log' }).read({
      shard,
      from: { kind: 'cursor', cursor: 'i' },
      limit: 1,
    });
    expect(records[0]?.body).toBe('a\uFFFD');
  });

  test('a stream that is given by its ARN is named by it in every call', async () => {
    const stream = 'arn:aws:kinesis:eu-west-1:123456789012:stream/log';
    const client = fakeClient(({ command }, index) =>
      command === 'ListShardsCommand' ? { Shards: [], ...(index === 0 ? { NextToken: 't' } : {}) } : { ShardIterator: 'i', Records: [] },
    );
    const reader = createKinesisStreamReader({ client, stream });
    await reader.shards();
    await reader.read({ shard, from: { kind: 'start' }, limit: 1 });
    expect(client.calls.map(({ input }) => input.StreamARN)).toEqual([stream, stream, stream, stream]);
  });
});

describe('failures', () => {
  const cursor = { kind: 'cursor', cursor: 'i' } as const;
  const start = { kind: 'start' } as const;
  test.each([
    ['an iterator that expired', 'ExpiredIteratorException', 400, cursor, 'CURSOR_EXPIRED', false],
    ['a cursor that is none', 'InvalidArgumentException', 400, cursor, 'CURSOR_EXPIRED', false],
    ['a shard that is not there', 'ResourceNotFoundException', 400, start, 'UNKNOWN_SHARD', false],
    ['a shard that is gone while it is read', 'ResourceNotFoundException', 400, cursor, 'UNKNOWN_SHARD', false],
    ['a position that the shard does not have', 'InvalidArgumentException', 400, start, 'INVALID_POSITION', false],
    ['throttling', 'ProvisionedThroughputExceededException', 400, cursor, 'STREAM_UNAVAILABLE', true],
    ['a time-out', 'TimeoutError', undefined, cursor, 'STREAM_UNAVAILABLE', true],
    ['a fault of the service', 'InternalFailureException', 500, start, 'STREAM_UNAVAILABLE', true],
    ['a missing permission', 'AccessDeniedException', 400, start, 'STREAM_UNAVAILABLE', false],
  ] as const)('%s', async (_, name, status, from, code, retryable) => {
    const error = sdkError(name, status);
    await expect(failing(error).read({ shard, from, limit: 1 })).rejects.toMatchObject({ code, retryable, cause: error });
  });

  test.each([
    ['LimitExceededException', true],
    ['ExpiredNextTokenException', true],
    ['ResourceInUseException', true],
    ['ResourceNotFoundException', false],
  ] as const)('a listing that fails with %s', async (name, retryable) => {
    await expect(failing(sdkError(name, 400)).shards()).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE', retryable });
  });
});

describe('shards', () => {
  test('all pages are listed; later ones by their token alone', async () => {
    const range = { StartingSequenceNumber: '10', EndingSequenceNumber: '20' };
    const client = fakeClient((_, index) =>
      index === 0
        ? {
            Shards: [
              { ShardId: 'b', ParentShardId: 'a', AdjacentParentShardId: '', SequenceNumberRange: { StartingSequenceNumber: '21' } },
            ],
            NextToken: 't',
          }
        : { Shards: [{ ShardId: 'a', ParentShardId: 'gone', SequenceNumberRange: range }] },
    );
    expect(await createKinesisStreamReader({ client, stream: 'log' }).shards()).toEqual([
      { id: 'a', parents: [], firstSequenceNumber: '10', lastSequenceNumber: '20' },
      { id: 'b', parents: ['a'], firstSequenceNumber: '21' },
    ]);
    expect(client.calls.map(({ input }) => input)).toEqual([
      { StreamName: 'log', MaxResults: 1_000 },
      { NextToken: 't', MaxResults: 1_000 },
    ]);
  });

  test('a listing that does not end is given up', async () => {
    const client = fakeClient(() => ({ Shards: [], NextToken: 't' }));
    await expect(createKinesisStreamReader({ client, stream: 'log' }).shards()).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE' });
    expect(client.calls).toHaveLength(50);
  });

  test('a merged shard comes after both of its parents', () => {
    const shards = [shardOf('d', 'b', 'c'), shardOf('c', 'a'), shardOf('b', 'a'), shardOf('a', 'expired')];
    expect(orderShards(shards).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('whatever the lineage, each shard is there once and after its parents', () => {
    const lineage = fc.array(fc.array(fc.nat({ max: 60 }), { maxLength: 2 }), { maxLength: 60 });
    fc.assert(
      fc.property(lineage, fc.integer(), (parents, seed) => {
        // A shard's parents are older: they have lower numbers. Some are not listed any more.
        const shards = parents.map((older, id) =>
          shardOf(`s${id}`, ...older.map((number) => (number < id ? `s${number}` : `gone${number}`))),
        );
        const mixed = [...shards].sort((left, right) => Math.sin(seed + left.id.length) - Math.sin(seed * 31 + right.id.charCodeAt(1)));
        const ids = orderShards(mixed).map(({ id }) => id);
        expect([...ids].sort()).toEqual(shards.map(({ id }) => id).sort());
        for (const { id, parents: listed } of orderShards(mixed)) {
          for (const parent of listed) expect(ids.indexOf(parent)).toBeLessThan(ids.indexOf(id));
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
