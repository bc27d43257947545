import {
  type _Record,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorInput,
  type KinesisClient,
  ListShardsCommand,
  type ListShardsOutput,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { ChoreographyError } from '../../contract/errors.ts';
import type { ShardPosition, StreamReader, StreamRecord, StreamShard } from '../../runtime/ports/stream-reader.ts';
import { orderShards } from './shard-order.ts';
import { streamError } from './stream-errors.ts';
import { streamTarget } from './stream-target.ts';

/** What `createKinesisStreamReader` takes. */
export interface KinesisStreamReaderOptions {
  readonly client: Pick<KinesisClient, 'send'>;
  /** Name or ARN. */
  readonly stream: string;
}

/** Shards of one page, and pages of one listing. */
const PAGE_SHARDS = 1_000;
const PAGES_MAX = 50;
/** Records of one GetRecords. */
const RECORDS_MAX = 10_000;

function shardOf({ ShardId = '', ParentShardId, AdjacentParentShardId, SequenceNumberRange }: Shard): StreamShard {
  const last = SequenceNumberRange?.EndingSequenceNumber;
  return {
    id: ShardId,
    parents: [ParentShardId, AdjacentParentShardId].flatMap((parent) => (parent ? [parent] : [])),
    firstSequenceNumber: SequenceNumberRange?.StartingSequenceNumber ?? '0',
    ...(last === undefined ? {} : { lastSequenceNumber: last }),
  };
}

function recordOf({ SequenceNumber = '', PartitionKey = '', Data, ApproximateArrivalTimestamp }: _Record): StreamRecord {
  return {
    sequenceNumber: SequenceNumber,
    partitionKey: PartitionKey,
    body: Buffer.from(Data ?? []).toString('utf8'),
    arrivedAt: ApproximateArrivalTimestamp?.getTime() ?? 0,
  };
}

function iteratorFields(from: ShardPosition): Pick<GetShardIteratorInput, 'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'> {
  switch (from.kind) {
    case 'start':
      return { ShardIteratorType: 'TRIM_HORIZON' };
    case 'latest':
      return { ShardIteratorType: 'LATEST' };
    case 'time':
      return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(from.at) };
    case 'at':
      return { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: from.sequenceNumber };
    case 'after':
      return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: from.sequenceNumber };
  }
}

/**
 * Reads a Kinesis stream with shared reads: five a second and 2 MiB a second per shard, for all readers together. A cursor
 * is Kinesis's iterator and lives for five minutes. Besides the port's errors it throws INVALID_POSITION for a sequence
 * number of another shard and for a time that is still to come.
 * @throws INVALID_CHANNEL
 */
export function createKinesisStreamReader({ client, stream }: KinesisStreamReaderOptions): StreamReader {
  const target = streamTarget(stream);
  // With an ARN, iterators go to the stream's own endpoint.
  const { StreamARN } = target;
  async function listPage(NextToken: string | undefined): Promise<ListShardsOutput> {
    const place = NextToken === undefined ? target : { NextToken, ...(StreamARN === undefined ? {} : { StreamARN }) };
    try {
      return await client.send(new ListShardsCommand({ ...place, MaxResults: PAGE_SHARDS }));
    } catch (error) {
      throw streamError({ stream }, error);
    }
  }
  async function iteratorOf(shard: string, from: ShardPosition): Promise<string> {
    try {
      const command = new GetShardIteratorCommand({ ...target, ShardId: shard, ...iteratorFields(from) });
      return (await client.send(command)).ShardIterator ?? '';
    } catch (error) {
      throw streamError({ stream, shard }, error);
    }
  }
  return {
    async shards() {
      const found: StreamShard[] = [];
      let token: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const { Shards = [], NextToken } = await listPage(token);
        found.push(...Shards.map(shardOf));
        if (NextToken === undefined) return orderShards(found);
        token = NextToken;
      }
      throw new ChoreographyError('STREAM_UNAVAILABLE', `The stream ${stream} has more than ${PAGES_MAX * PAGE_SHARDS} shards to read.`, {
        details: { stream },
      });
    },
    async read({ shard, from, limit }) {
      const cursor = from.kind === 'cursor';
      const ShardIterator = cursor ? from.cursor : await iteratorOf(shard, from);
      const Limit = Math.min(RECORDS_MAX, Math.max(1, Math.floor(limit)));
      try {
        const command = new GetRecordsCommand({ ShardIterator, Limit, ...(StreamARN === undefined ? {} : { StreamARN }) });
        const { Records = [], NextShardIterator, MillisBehindLatest = 0 } = await client.send(command);
        return {
          records: Records.map(recordOf),
          ...(NextShardIterator ? { cursor: NextShardIterator } : {}),
          behindMilliseconds: MillisBehindLatest,
        };
      } catch (error) {
        throw streamError({ stream, shard, cursor }, error);
      }
    },
  };
}
