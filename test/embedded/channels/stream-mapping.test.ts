import { describe, expect, test } from 'vitest';
import type { StreamFailureRecord } from '../../../lib/embedded/channels/failure-record.ts';
import { createStream } from '../../../lib/embedded/channels/stream.ts';
import { createStreamMapping, type StreamMappingOptions } from '../../../lib/embedded/channels/stream-mapping.ts';
import { createRandom } from '../../../lib/embedded/random.ts';
import { createScheduler } from '../../../lib/embedded/time/scheduler.ts';
import type { Delivery, DeliveryResult } from '../../../lib/runtime/ports/delivery.ts';

type Handler = (bodies: readonly string[], invocation: number) => readonly DeliveryResult[] | Promise<readonly DeliveryResult[]>;

const done: DeliveryResult = { status: 'done' };
const unfinished: DeliveryResult = { status: 'unfinished', reason: 'a test' };
const allDone = (bodies: readonly string[]) => bodies.map(() => done);

function world(handler: Handler, options: Partial<StreamMappingOptions> & { shards?: number } = {}) {
  const scheduler = createScheduler({ startAt: 0 });
  const stream = createStream({ name: 'events', clock: scheduler, shards: options.shards ?? 1 });
  const batches: string[][] = [];
  const failures: StreamFailureRecord[] = [];
  const mapping = createStreamMapping({
    stream,
    consumer: 'payment',
    scheduler,
    random: createRandom(1),
    onFailure: (record) => failures.push(record),
    async invoke(deliveries: readonly Delivery[]) {
      const bodies = deliveries.map(({ body }) => body);
      batches.push(bodies);
      return handler(bodies, batches.length);
    },
    ...options,
  });
  const put = (...bodies: readonly string[]) => {
    for (const data of bodies) stream.put({ data, partitionKey: 'saga' });
  };
  const rest = () => scheduler.run({ done: () => !scheduler.busy, until: scheduler.now() + 10_000_000 });
  return { scheduler, stream, batches, failures, mapping, put, rest };
}

describe('a stream mapping', () => {
  test('hands over what is there, in batches, in order', async () => {
    const { put, rest, batches, mapping } = world(allDone, { batchSize: 3 });
    put('a', 'b', 'c', 'd');
    expect(mapping.behind()).toBe(4);
    await rest();
    expect(batches).toEqual([['a', 'b', 'c'], ['d']]);
    expect(mapping.behind()).toBe(0);
    put('e');
    await rest();
    expect(batches.at(-1)).toEqual(['e']);
  });

  test('runs one invocation per shard at a time, and shards side by side', async () => {
    let running = 0;
    let most = 0;
    const { scheduler, stream, rest, batches } = world(
      async (bodies) => {
        running += 1;
        most = Math.max(most, running);
        await scheduler.sleep(1_000);
        running -= 1;
        return allDone(bodies);
      },
      { shards: 2, batchSize: 1 },
    );
    for (let key = 0; key < 20; key += 1) stream.put({ data: `${key}`, partitionKey: `saga-${key}` });
    await rest();
    expect([most, batches.length]).toEqual([2, 20]);
  });

  test('hands over nothing of a shard before all that it came of is through, however far back that lies', async () => {
    let tries = 0;
    const { scheduler, stream, put, rest, batches, mapping } = world((bodies) => {
      tries += 1;
      return bodies.map(() => (tries < 4 ? unfinished : done));
    });
    put('a');
    const [child = ''] = stream.split(stream.shards[0] as string) ?? [];
    stream.split(child); // one in between that stays empty
    for (const data of ['b', 'c', 'd']) for (const key of ['saga', 'x', 'y', 'z']) stream.put({ data, partitionKey: key });
    await scheduler.run({ done: () => batches.length > 0, until: 10_000 });
    expect(mapping.behind()).toBe(13);
    await rest();
    expect(batches.slice(0, 4)).toEqual([['a'], ['a'], ['a'], ['a']]);
    expect([batches.slice(4).flat().length, mapping.behind()]).toEqual([12, 0]);
  });

  test('goes on from the lowest unfinished record, with what was done after it', async () => {
    const { put, rest, batches, scheduler } = world((bodies, invocation) =>
      bodies.map((body) => (invocation < 3 && body === 'b' ? unfinished : done)),
    );
    put('a', 'b', 'c');
    await rest();
    expect(batches).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
      ['b', 'c'],
    ]);
    expect(scheduler.now()).toBeGreaterThan(100);
  });

  test('takes missing results as unfinished', async () => {
    const { put, rest, batches } = world((bodies, invocation) => (invocation === 1 ? [] : allDone(bodies)));
    put('a', 'b');
    await rest();
    expect(batches).toHaveLength(2);
  });

  test('cuts a batch in two when the function fails as a whole, down to the record that does it', async () => {
    const { put, rest, batches, failures } = world(
      (bodies) => {
        if (bodies.includes('bad')) throw new Error('out of memory');
        return allDone(bodies);
      },
      { retriesMax: 2 },
    );
    put('a', 'b', 'bad', 'c');
    await rest();
    expect(batches).toEqual([['a', 'b', 'bad', 'c'], ['a', 'b'], ['bad', 'c'], ['bad'], ['bad'], ['bad'], ['c']]);
    expect(failures.map(({ requestContext: { condition, approximateInvokeCount } }) => [condition, approximateInvokeCount])).toEqual([
      ['RetryAttemptsExhausted', 3],
    ]);
  });

  test('without bisecting, gives up the whole batch', async () => {
    const { put, rest, failures, stream } = world(
      () => {
        throw new Error('out of memory');
      },
      { retriesMax: 1, bisect: false },
    );
    put('a', 'b');
    await rest();
    const [shard = ''] = stream.shards;
    const [first, last] = stream.read(shard, 0, 2).records;
    expect(failures).toMatchObject([
      {
        KinesisBatchInfo: {
          shardId: shard,
          batchSize: 2,
          startSequenceNumber: first?.sequenceNumber,
          endSequenceNumber: last?.sequenceNumber,
        },
      },
    ]);
  });

  test('gives up records that are too old, and no others', async () => {
    const { put, rest, scheduler, batches, failures } = world(
      (bodies) => bodies.map(() => (scheduler.now() < 200_000 ? unfinished : done)),
      {
        recordAgeSecondsMax: 60,
      },
    );
    put('old');
    scheduler.at(150_000, () => put('young'));
    await rest();
    expect(failures).toMatchObject([{ requestContext: { condition: 'RecordAgeExceeded' }, KinesisBatchInfo: { batchSize: 1 } }]);
    expect(batches.at(-1)).toEqual(['young']);
  });

  test('waits while its consumer is paused, and goes on when it is woken', async () => {
    let paused = true;
    const { put, rest, batches, mapping } = world(allDone, { isPaused: () => paused });
    put('a');
    await rest();
    expect([batches.length, mapping.behind()]).toEqual([0, 1]);
    paused = false;
    mapping.wake();
    await rest();
    expect(batches).toEqual([['a']]);
  });
});
