import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { createServicePorts } from '../../../lib/lambda/ports/service-ports.ts';
import { noTelemetry } from '../../../lib/runtime/ports/telemetry.ts';
import { awsServer } from '../../aws/calls/aws-server.ts';
import { event, messageOf } from '../../runtime/rig.ts';
import { variables } from '../bench.ts';

/** Calls as they arrive: the operation, and what names the place. */
const calls: string[] = [];
const answers: Readonly<Record<string, object>> = {
  PutRecords: { FailedRecordCount: 0, Records: [{ SequenceNumber: '1', ShardId: 'shardId-0' }] },
  PutEvents: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] },
  ListShards: { Shards: [] },
};

const aws = awsServer(({ operation, body }, response) => {
  const { StreamName, QueueUrl, Entries } = JSON.parse(body) as {
    StreamName?: string;
    QueueUrl?: string;
    Entries?: readonly { EventBusName?: string }[];
  };
  calls.push(`${operation} ${StreamName ?? QueueUrl ?? Entries?.[0]?.EventBusName}`);
  response.end(JSON.stringify(answers[operation] ?? {}));
});

beforeAll(aws.start);
afterAll(() => {
  vi.unstubAllEnvs();
  aws.stop();
});
beforeEach(() => {
  calls.length = 0;
});

const placed = messageOf(event('OrderPlaced'), 'o-1');
/** The client goes to the host of the queue's URL. */
const replayUrl = () => `${aws.url()}/1/replay.fifo`;
const portsOf = (changes: Readonly<Record<string, string>> = {}) =>
  createServicePorts(readEnvironment({ ...variables, CHOREO_REPLAY_QUEUE: replayUrl(), ...changes }), noTelemetry);

test('each port reaches its own service and place, though its client is loaded at the first use only', async () => {
  const ports = portsOf();
  expect(await ports.publisher.publish([placed])).toEqual([{ status: 'published' }]);
  await ports.streamReader?.('feed-stream').shards();
  await ports.hideTask('receipt', 7);
  expect(calls).toEqual(['PutRecords shop-events', 'ListShards feed-stream', `ChangeMessageVisibility ${replayUrl()}`]);
});

test('what is published goes to the bus where there is no stream', async () => {
  expect(await portsOf({ CHOREO_STREAM: '' }).publisher.publish([placed])).toEqual([{ status: 'published' }]);
  expect(calls).toEqual(['PutEvents shop-bus']);
});

test('a channel that cannot be is refused when something is published to it', async () => {
  const publishing = portsOf({ CHOREO_STREAM: 'not a stream' }).publisher.publish([placed]);
  await expect(publishing).rejects.toMatchObject({ code: 'INVALID_CHANNEL' });
  expect(calls).toEqual([]);
});
