import { randomUUID } from 'node:crypto';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { afterAll, describe, expect, test } from 'vitest';
import { createKinesisPublisher } from '../../lib/aws/kinesis/publisher.ts';
import { createKinesisStreamReader } from '../../lib/aws/kinesis/stream-reader.ts';
import { systemClock } from '../../lib/aws/system-clock.ts';
import type { Envelope } from '../../lib/contract/envelope.ts';
import { followStream } from '../../lib/operations/follow-stream.ts';
import type { StreamReader, StreamShard } from '../../lib/runtime/ports/stream-reader.ts';
import { publisherConformance } from '../../lib/testing/conformance/publisher.ts';
import { streamReaderConformance } from '../../lib/testing/conformance/stream-reader.ts';
import { emulatorClients } from './emulator-clients.ts';

const aws = emulatorClients();
const client = aws.of(KinesisClient);
const made: string[] = [];

async function whenActive(stream: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: stream }));
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
    await systemClock.sleep(50);
  }
  throw new Error(`The stream ${stream} does not become active.`);
}

async function makeStream(shards: number): Promise<string> {
  const stream = `channels-${randomUUID()}`;
  made.push(stream);
  await client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: shards }));
  await whenActive(stream);
  return stream;
}

async function readAll(reader: StreamReader, shard: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  let page = await reader.read({ shard, from: { kind: 'start' }, limit: 1_000 });
  for (let empty = 0; ; ) {
    bodies.push(...page.records.map(({ body }) => body));
    empty = page.records.length === 0 && page.behindMilliseconds === 0 ? empty + 1 : 0;
    if (page.cursor === undefined || empty === 2) return bodies;
    page = await reader.read({ shard, from: { kind: 'cursor', cursor: page.cursor }, limit: 1_000 });
  }
}

async function splitShard(stream: string, shard: string): Promise<void> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
  const range = Shards.find(({ ShardId }) => ShardId === shard)?.HashKeyRange;
  const middle = (BigInt(range?.StartingHashKey ?? 0) + BigInt(range?.EndingHashKey ?? 0)) / 2n;
  await client.send(new SplitShardCommand({ StreamName: stream, ShardToSplit: shard, NewStartingHashKey: String(middle) }));
  await whenActive(stream);
}

/** Every closed shard of kinesis-local ends at 2^63 - 1, which lies before its first record. */
function withEnd(shard: StreamShard): StreamShard {
  return shard.lastSequenceNumber === '9223372036854775807' ? { ...shard, lastSequenceNumber: '9'.repeat(56) } : shard;
}

afterAll(async () => {
  for (const StreamName of made) await client.send(new DeleteStreamCommand({ StreamName }));
  aws.destroy();
});

describe('the publisher of a Kinesis stream', () => {
  for (const { name, run } of publisherConformance) {
    test(name, () =>
      run(async () => {
        const stream = await makeStream(2);
        const reader = createKinesisStreamReader({ client, stream });
        return {
          publisher: createKinesisPublisher({ client, stream }),
          published: async () => {
            const shards = await reader.shards();
            const bodies = await Promise.all(shards.map(({ id }) => readAll(reader, id)));
            return bodies.flat().map((body) => JSON.parse(body) as Envelope);
          },
          throttleOnce: undefined,
          refusable: (event) => ({ ...event, data: 'x'.repeat(1_048_576) }),
        };
      }),
    );
  }
});

describe('the reader of a Kinesis stream', () => {
  for (const { name, run } of streamReaderConformance) {
    test(name, () =>
      run(async () => {
        const stream = await makeStream(2);
        const reader = createKinesisStreamReader({ client, stream });
        return {
          reader: { ...reader, shards: async () => (await reader.shards()).map(withEnd) },
          async put(records) {
            const places: { readonly shard: string; readonly sequenceNumber: string }[] = [];
            for (const { body, partitionKey } of records) {
              const command = new PutRecordCommand({ StreamName: stream, PartitionKey: partitionKey, Data: Buffer.from(body) });
              const { ShardId = '', SequenceNumber = '' } = await client.send(command);
              places.push({ shard: ShardId, sequenceNumber: SequenceNumber });
            }
            return places;
          },
          // kinesis-local tells times apart by the second.
          pass: () => systemClock.sleep(1_010),
          expireCursors: undefined,
          split: (shard) => splitShard(stream, shard),
        };
      }),
    );
  }
});

describe('a follower of a Kinesis stream', () => {
  test('follows it over a split: what was put after its start comes once, in order for each key', async () => {
    const stream = await makeStream(2);
    const put = async (key: string, body: string) =>
      client.send(new PutRecordCommand({ StreamName: stream, PartitionKey: key, Data: Buffer.from(body) }));
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const putAll = async (round: string) => {
      for (const key of keys) await put(key, `${key}${round}`);
    };
    await putAll('0');
    const reader = createKinesisStreamReader({ client, stream });
    const shards = await reader.shards();
    const seen: string[] = [];
    const started = new Set<string>();
    let split: Promise<void> | undefined;
    const putAround = async () => {
      await putAll('1');
      for (const { id } of shards) await splitShard(stream, id);
      await putAll('2');
    };
    for await (const { shard, records } of followStream({ stream: reader, clock: systemClock })) {
      started.add(shard);
      if (started.size === shards.length) split ??= putAround();
      seen.push(...records.map(({ body }) => body));
      if (seen.length >= 2 * keys.length) break;
    }
    await split;
    expect(keys.map((key) => seen.filter((body) => body.startsWith(key)))).toEqual(keys.map((key) => [`${key}1`, `${key}2`]));
  });
});
