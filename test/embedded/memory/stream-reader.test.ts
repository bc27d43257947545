import { describe, expect, test } from 'vitest';
import { createStream } from '../../../lib/embedded/channels/stream.ts';
import { createMemoryStreamReader } from '../../../lib/embedded/memory/stream-reader.ts';
import { type StreamReaderHarness, streamReaderConformance } from '../../../lib/testing/conformance/stream-reader.ts';

async function make(): Promise<StreamReaderHarness & { readonly clock: { time: number } }> {
  const clock = {
    time: 1_767_225_600_000,
    now: () => clock.time,
    pass(milliseconds: number) {
      clock.time += milliseconds;
    },
  };
  const stream = createStream({ name: 'log', clock, shards: 3, retentionSeconds: 3_600 });
  return {
    clock,
    reader: createMemoryStreamReader({ stream, clock }),
    put: async (records) => records.map(({ body, partitionKey }) => stream.put({ data: body, partitionKey })),
    pass: async () => clock.pass(5),
    expireCursors: async () => clock.pass(300_001),
    split: async (shard) => void stream.split(shard),
  };
}

describe('the reader of the embedded stream', () => {
  for (const { name, run } of streamReaderConformance) test(name, () => run(make));

  test('reading at a number whose record has expired begins with the oldest that is kept', async () => {
    const { reader, put, clock } = await make();
    const [old] = await put([{ body: 'old', partitionKey: 'a' }]);
    clock.time += 3_600_001;
    await put([{ body: 'kept', partitionKey: 'a' }]);
    const { shard = '', sequenceNumber = '' } = old ?? {};
    const page = await reader.read({ shard, from: { kind: 'at', sequenceNumber }, limit: 10 });
    expect(page.records.map(({ body }) => body)).toEqual(['kept']);
  });

  test('a page that ends before the newest record says how old the next one is', async () => {
    const { reader, put, clock } = await make();
    const [first] = await put([
      { body: '1', partitionKey: 'a' },
      { body: '2', partitionKey: 'a' },
    ]);
    clock.time += 700;
    const page = await reader.read({ shard: first?.shard ?? '', from: { kind: 'start' }, limit: 1 });
    expect(page.behindMilliseconds).toBe(700);
  });

  test('a number before the first record of the shard begins with that one, also for `after`', async () => {
    const { reader, put } = await make();
    const [first] = await put([{ body: '1', partitionKey: 'a' }]);
    const page = await reader.read({ shard: first?.shard ?? '', from: { kind: 'after', sequenceNumber: '5' }, limit: 1 });
    expect(page.records.map(({ body }) => body)).toEqual(['1']);
  });
});
