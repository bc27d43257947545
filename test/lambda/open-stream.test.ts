import { loadHistory } from 'aws-choreography/operations';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStream } from '../../lib/lambda/open-stream.ts';
import { awsServer } from '../aws/calls/aws-server.ts';
import { begun } from '../operations/desk.ts';
import { messageOf } from '../runtime/rig.ts';

const record = (id: string, SequenceNumber: string) => ({
  SequenceNumber,
  PartitionKey: 'k',
  ApproximateArrivalTimestamp: 1,
  Data: Buffer.from(JSON.stringify(messageOf(begun, id))).toString('base64'),
});
/** A closed shard with three records. */
const answers: Readonly<Record<string, object>> = {
  ListShards: { Shards: [{ ShardId: 's-0', SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '9' } }] },
  GetShardIterator: { ShardIterator: 'i' },
  GetRecords: { Records: [record('o-1', '1'), record('o-2', '2'), record('o-1', '3')], MillisBehindLatest: 0 },
};

const bodies: string[] = [];
const kinesis = awsServer(({ operation, body }, response) => {
  bodies.push(body);
  response.end(JSON.stringify(answers[operation]));
});

beforeEach(async () => {
  await kinesis.start();
  vi.stubEnv('CHOREO_STREAM', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  kinesis.stop();
});

describe('the stream in a function of a team', () => {
  test('is that of its environment, and a history is read from it', async () => {
    vi.stubEnv('CHOREO_STREAM', 'shop-events');
    const history = await loadHistory(openStream(), { subject: 'o-1' }, (count) => count + 1, 0);
    expect(history).toEqual({ state: 1, events: 1, read: 3, complete: true, gaps: [] });
    expect(bodies[0]).toContain('shop-events');
  });

  test('is asked for where there is none', () => {
    expect(() => openStream()).toThrow(expect.objectContaining({ code: 'ENVIRONMENT_MISSING' }));
    expect(openStream({ stream: 'arn:aws:kinesis:eu-west-1:123456789012:stream/events' }).stream).toBeDefined();
  });
});
