import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { CreateEventSourceMappingCommand, type CreateEventSourceMappingCommandInput } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { KinesisStreamEvent } from 'aws-lambda';
import { expectThat, type Probe, pause, type Rig, until } from './probe.ts';

const AGE_SECONDS_MIN = 60; // the least that Lambda takes

async function createStream({ kinesis, nameOf, undo }: Rig, shards = 1): Promise<{ readonly name: string; readonly arn: string }> {
  const StreamName = nameOf('stream');
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: shards }));
  undo.push(() => kinesis.send(new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true })));
  const arn = await until('the stream', async () => {
    const { StreamDescription: found } = await kinesis.send(new DescribeStreamCommand({ StreamName }));
    return found?.StreamStatus === 'ACTIVE' && found.StreamARN;
  });
  return { name: StreamName, arn };
}

async function put({ kinesis }: Rig, stream: string, ...records: readonly (readonly [key: string, data: string])[]): Promise<void> {
  const Records = records.map(([PartitionKey, data]) => ({ PartitionKey, Data: Buffer.from(data) }));
  await kinesis.send(new PutRecordsCommand({ StreamName: stream, Records }));
}

async function map(
  { lambda }: Rig,
  name: string,
  arn: string,
  settings: Partial<CreateEventSourceMappingCommandInput> = {},
): Promise<void> {
  await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: name,
      EventSourceArn: arn,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
      ...settings,
    }),
  );
}

const dataOf = ({ Records }: KinesisStreamEvent) => Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());

async function consumerOf({ kinesis, nameOf }: Rig, arn: string): Promise<string> {
  const { Consumer } = await kinesis.send(new RegisterStreamConsumerCommand({ StreamARN: arn, ConsumerName: nameOf('consumer') }));
  return Consumer?.ConsumerARN ?? '';
}

/** What Lambda sends to the on-failure queue. */
interface FailureRecord {
  readonly requestContext: { readonly condition: string };
  readonly KinesisBatchInfo: { readonly batchSize: number; readonly startSequenceNumber: string; readonly endSequenceNumber: string };
}

async function failureRecord({ sqs }: Rig, url: string, seconds: number): Promise<FailureRecord> {
  const Body = await until(
    'a failure record',
    async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 1 }))).Messages?.[0]?.Body,
    seconds,
  );
  return JSON.parse(Body) as FailureRecord;
}

/** Streams before functions. */
export const kinesisProbes: readonly Probe[] = [
  {
    area: 'Kinesis → Lambda',
    rule: 'a poison record is isolated by bisect and its numbers end in the on-failure queue',
    async run(rig) {
      const [{ name: stream, arn }, { url, arn: queue }] = [await createStream(rig), await rig.createQueue()];
      const { name, calls } = await rig.createFunction((event: KinesisStreamEvent) => {
        if (dataOf(event).includes('poison')) throw new Error('poison');
      });
      await put(rig, stream, ['k', '1'], ['k', '2'], ['k', 'poison'], ['k', '4']);
      await map(rig, name, arn, {
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queue } },
      });
      const { KinesisBatchInfo: info, requestContext } = await failureRecord(rig, url, 30);
      const { batchSize, startSequenceNumber, endSequenceNumber } = info;
      expectThat(batchSize === 1 && startSequenceNumber === endSequenceNumber, `batch of ${batchSize}`);
      expectThat(requestContext.condition === 'RetryAttemptsExhausted', JSON.stringify(requestContext));
      await until('the record after it', () => calls.some(({ event }) => dataOf(event as KinesisStreamEvent).join() === '4'));
    },
  },
  {
    area: 'Kinesis → Lambda',
    rule: 'MaximumRecordAgeInSeconds gives up a record that fails for longer',
    slow: true,
    async run(rig) {
      const [{ name: stream, arn }, { url, arn: queue }] = [await createStream(rig), await rig.createQueue()];
      const { name } = await rig.createFunction(() => {
        throw new Error('always');
      });
      await put(rig, stream, ['k', '1']);
      const from = Date.now();
      await map(rig, name, arn, { MaximumRecordAgeInSeconds: AGE_SECONDS_MIN, DestinationConfig: { OnFailure: { Destination: queue } } });
      const { condition } = (await failureRecord(rig, url, AGE_SECONDS_MIN * 3)).requestContext;
      const seconds = (Date.now() - from) / 1000;
      expectThat(condition === 'RecordAgeExceeded' && seconds > AGE_SECONDS_MIN - 2, `${condition} after ${seconds} s`);
    },
  },
  {
    area: 'Kinesis → Lambda',
    rule: 'ParallelizationFactor: two keys of a shard at the same time, one key in order',
    async run(rig) {
      const { name: stream, arn } = await createStream(rig);
      const seen: string[] = [];
      let [now, most] = [0, 0];
      const { name } = await rig.createFunction(async (event: KinesisStreamEvent) => {
        now += 1;
        most = Math.max(most, now);
        seen.push(...dataOf(event));
        await pause(800);
        now -= 1;
      });
      for (const round of [1, 2, 3]) await put(rig, stream, ...['a', 'b', 'c', 'd'].map((key) => [key, `${key}${round}`] as const));
      await map(rig, name, arn, { ParallelizationFactor: 4, BatchSize: 100 });
      await until('all records', () => seen.length === 12);
      const order = ['a', 'b', 'c', 'd'].map((key) => seen.filter((data) => data.startsWith(key)).join(''));
      expectThat(order.join() === 'a1a2a3,b1b2b3,c1c2c3,d1d2d3', order.join());
      expectThat(most > 1, 'one batch at a time');
    },
  },
  {
    area: 'Kinesis → Lambda',
    rule: 'after a reshard the parent is read to its end before its children; nothing is lost or repeated',
    async run(rig) {
      const { name: stream, arn } = await createStream(rig);
      const { name, calls } = await rig.createFunction(() => pause(300));
      const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
      await put(rig, stream, ...keys.map((key) => [key, `${key}1`] as const));
      await rig.kinesis.send(new UpdateShardCountCommand({ StreamName: stream, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' }));
      await until('the reshard', async () => {
        const { StreamDescription: found } = await rig.kinesis.send(new DescribeStreamCommand({ StreamName: stream }));
        return found?.StreamStatus === 'ACTIVE' && (found.Shards?.length ?? 0) > 1;
      });
      await put(rig, stream, ...keys.map((key) => [key, `${key}2`] as const));
      await map(rig, name, arn, { BatchSize: 2 });
      const seen = () => calls.flatMap(({ event }) => dataOf(event as KinesisStreamEvent));
      await until('all records', () => seen().length >= keys.length * 2);
      await pause(1500);
      const found = seen();
      expectThat(found.length === keys.length * 2, `${found.length} records, ${new Set(found).size} of them different`);
      expectThat(
        found.slice(0, keys.length).every((data) => data.endsWith('1')),
        found.join(),
      );
    },
  },
  {
    area: 'Kinesis fan-out',
    rule: 'a registered consumer is pushed to by SubscribeToShard',
    async run(rig) {
      const { name: stream, arn } = await createStream(rig);
      const ConsumerARN = await consumerOf(rig, arn);
      await rig.kinesis.send(new PutRecordCommand({ StreamName: stream, PartitionKey: 'k', Data: Buffer.from('hello') }));
      const { EventStream = [] } = await rig.kinesis.send(
        new SubscribeToShardCommand({ ConsumerARN, ShardId: 'shardId-000000000000', StartingPosition: { Type: 'TRIM_HORIZON' } }),
      );
      for await (const { SubscribeToShardEvent: event } of EventStream) {
        const data = event?.Records?.map(({ Data }) => Buffer.from(Data ?? []).toString()).join();
        if (data) return expectThat(data === 'hello', `pushed ${data}`);
      }
      throw new Error('the subscription ended without a record');
    },
  },
  {
    area: 'Kinesis fan-out',
    rule: 'a mapping of a consumer ARN delivers',
    async run(rig) {
      const { name: stream, arn } = await createStream(rig);
      const { name, calls } = await rig.createFunction(() => undefined);
      await map(rig, name, await consumerOf(rig, arn));
      await put(rig, stream, ['k', '1'], ['k', '2']);
      await until('the records', () => calls.flatMap(({ event }) => dataOf(event as KinesisStreamEvent)).join() === '1,2');
    },
  },
];
