import { expect, test } from 'vitest';
import { createKinesisStreamReader } from '../../../lib/aws/kinesis/stream-reader.ts';
import { followStream } from '../../../lib/operations/follow-stream.ts';
import { type FakeCall, fakeClient } from '../fake-client.ts';

const shard = (id: string, ended: boolean, parent?: string) => ({
  ShardId: id,
  ...(parent === undefined ? {} : { ParentShardId: parent }),
  SequenceNumberRange: { StartingSequenceNumber: '1', ...(ended ? { EndingSequenceNumber: '9' } : {}) },
});
const listings = [
  { Shards: [shard('old', true), shard('parent', false, 'old')] },
  { Shards: [shard('old', true), shard('parent', true, 'old'), shard('child', false, 'parent')] },
];
const record = (SequenceNumber: string) => ({ SequenceNumber, PartitionKey: 'k', Data: Buffer.from('{}') });
/** Pages by their iterator: the parent is closed behind its second one. */
const pages: Readonly<Record<string, object>> = {
  'parent LATEST': { Records: [], NextShardIterator: 'parent 2' },
  'parent 2': { Records: [record('7')] },
  'child TRIM_HORIZON': { Records: [record('11')], NextShardIterator: 'child 2' },
};

test('a reshard is followed with the iterators that lose nothing: LATEST where it begins, TRIM_HORIZON in what comes of it', async () => {
  let listed = 0;
  const client = fakeClient(({ command, input }: FakeCall) => {
    if (command === 'ListShardsCommand') return listings[listed++];
    if (command === 'GetShardIteratorCommand') return { ShardIterator: `${input.ShardId} ${input.ShardIteratorType}` };
    return { MillisBehindLatest: 0, ...pages[input.ShardIterator] };
  });
  let now = 0;
  const waits: number[] = [];
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
  const seen: string[] = [];
  for await (const page of followStream({ stream: createKinesisStreamReader({ client, stream: 'log' }), clock })) {
    seen.push(...page.records.map(({ sequenceNumber }) => `${page.shard} ${sequenceNumber}`));
    if (seen.length === 2) break;
  }
  expect(seen).toEqual(['parent 7', 'child 11']);
  expect(client.calls.map(({ command, input }) => `${command} ${input.ShardIterator ?? input.ShardId ?? ''}`)).toEqual([
    'ListShardsCommand ',
    'GetShardIteratorCommand parent',
    'GetRecordsCommand parent LATEST',
    'GetRecordsCommand parent 2',
    'ListShardsCommand ',
    'GetShardIteratorCommand child',
    'GetRecordsCommand child TRIM_HORIZON',
  ]);
  expect(waits).toEqual([1_000, 250]);
});
