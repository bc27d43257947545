import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadHistory } from 'aws-choreography/operations';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStream } from '../../lib/lambda/open-stream.ts';
import { begun } from '../operations/desk.ts';
import { messageOf } from '../runtime/rig.ts';

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('CHOREO_STREAM', '');
});
afterEach(() => vi.unstubAllEnvs());

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

/** Stands for Kinesis. */
async function stream(): Promise<{ readonly url: string; readonly bodies: string[]; close(): void }> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    bodies.push(body);
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answers[action]));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, close: () => void server.close() };
}

describe('the stream in a function of a team', () => {
  test('is that of its environment, and a history is read from it', async () => {
    const kinesis = await stream();
    vi.stubEnv('AWS_ENDPOINT_URL', kinesis.url);
    vi.stubEnv('CHOREO_STREAM', 'shop-events');
    const history = await loadHistory(openStream(), { subject: 'o-1' }, (count) => count + 1, 0);
    kinesis.close();
    expect(history).toEqual({ state: 1, events: 1, read: 3, complete: true, gaps: [] });
    expect(kinesis.bodies[0]).toContain('shop-events');
  });

  test('is asked for where there is none', () => {
    expect(() => openStream()).toThrow(expect.objectContaining({ code: 'ENVIRONMENT_MISSING' }));
    expect(openStream({ stream: 'arn:aws:kinesis:eu-west-1:123456789012:stream/events' }).stream).toBeDefined();
  });
});
