import { describe, expect, test } from 'vitest';
import { createQueue, type QueueOptions } from '../../../lib/embedded/channels/queue.ts';
import { createQueueMapping } from '../../../lib/embedded/channels/queue-mapping.ts';
import { createRandom } from '../../../lib/embedded/random.ts';
import { createScheduler } from '../../../lib/embedded/time/scheduler.ts';
import type { DeliveryResult } from '../../../lib/runtime/ports/delivery.ts';

function world(options: Partial<QueueOptions> = {}) {
  const scheduler = createScheduler({ startAt: 0 });
  const queue = createQueue({ name: 'q', scheduler, random: createRandom(1), visibilitySeconds: 30, ...options });
  const bodies = (limit = 10) => queue.receive(limit).map(({ body }) => body);
  const pass = (seconds: number) => scheduler.run({ until: scheduler.now() + seconds * 1000 });
  return { scheduler, queue, bodies, pass };
}

describe('a queue', () => {
  test('hides what was received, until it is deleted or its time is over', async () => {
    const { queue, bodies, pass } = world();
    queue.send({ body: 'a' });
    const [first] = queue.receive(10);
    expect([bodies(), queue.size]).toEqual([[], 1]);
    await pass(29);
    expect(bodies()).toEqual([]);
    await pass(1);
    const [second] = queue.receive(10);
    expect([first?.receiveCount, second?.receiveCount]).toEqual([1, 2]);
    queue.delete(first?.receipt ?? '');
    expect(queue.size).toBe(1);
    queue.delete(second?.receipt ?? '');
    expect(queue.size).toBe(0);
    await pass(60);
    expect(bodies()).toEqual([]);
  });

  test('is told how long to hide a message', async () => {
    const { queue, bodies, pass } = world();
    queue.send({ body: 'a' });
    queue.changeVisibility(queue.receive(1)[0]?.receipt ?? '', 5);
    await pass(5);
    expect(bodies()).toEqual(['a']);
  });

  test('delivers later what is sent with a delay', async () => {
    const { queue, bodies, pass } = world();
    queue.send({ body: 'a', delaySeconds: 10 });
    expect(bodies()).toEqual([]);
    await pass(10);
    expect(bodies()).toEqual(['a']);
  });

  test('keeps no order, as a standard queue', () => {
    const { queue, bodies } = world();
    const sent = Array.from({ length: 20 }, (_, index) => `${index}`);
    for (const body of sent) queue.send({ body });
    const received = bodies(20);
    expect([...received].sort()).toEqual([...sent].sort());
    expect(received).not.toEqual(sent);
  });

  test('moves a message that comes back too often to the dead letters', async () => {
    const dead: string[] = [];
    const { queue, bodies, pass } = world({ receivesMax: 2, deadLetters: ({ body }) => dead.push(body) });
    queue.send({ body: 'a' });
    for (let time = 0; time < 2; time += 1) {
      expect(bodies()).toEqual(['a']);
      await pass(30);
    }
    expect([bodies(), dead, queue.size]).toEqual([[], ['a'], 0]);
  });
});

describe('a FIFO queue', () => {
  test('keeps order in a group, and a group whose message is in flight hands out nothing more', async () => {
    const { queue, bodies } = world({ fifo: true });
    for (const [body, group] of [
      ['a1', 'a'],
      ['b1', 'b'],
      ['a2', 'a'],
      ['a3', 'a'],
    ] as const)
      queue.send({ body, group });
    const batch = queue.receive(2);
    expect(batch.map(({ body }) => body)).toEqual(['a1', 'a2']);
    expect(bodies()).toEqual(['b1']);
    for (const { receipt } of batch) queue.delete(receipt);
    expect(bodies()).toEqual(['a3']);
  });

  test('a hidden message holds back its group, not the others, and keeps its place', async () => {
    const { queue, bodies, pass } = world({ fifo: true });
    for (const body of ['a1', 'a2']) queue.send({ body, group: 'a' });
    queue.changeVisibility(queue.receive(1)[0]?.receipt ?? '', 60);
    queue.send({ body: 'b1', group: 'b' });
    expect(bodies()).toEqual(['b1']);
    await pass(60);
    expect(bodies(1)).toEqual(['a1']);
  });

  test('drops a second send with the same deduplication id for five minutes, even after the first was deleted', async () => {
    const { queue, bodies, pass } = world({ fifo: true });
    const send = () => queue.send({ body: 'a', group: 'a', deduplicationId: 'd' });
    send();
    queue.delete(queue.receive(1)[0]?.receipt ?? '');
    await pass(299);
    send();
    expect(bodies()).toEqual([]);
    await pass(1);
    send();
    expect(bodies()).toEqual(['a']);
  });
});

describe('a queue mapping', () => {
  function mapped(
    handler: (body: string, receiveCount: number) => DeliveryResult,
    options: { fifo?: boolean; isPaused?: () => boolean } = {},
  ) {
    const { scheduler, queue } = world({ fifo: options.fifo ?? false });
    const batches: string[][] = [];
    const times: number[] = [];
    const mapping = createQueueMapping({
      queue,
      scheduler,
      random: createRandom(1),
      ...(options.isPaused ? { isPaused: options.isPaused } : {}),
      async invoke(messages) {
        batches.push(messages.map(({ body }) => body));
        times.push(scheduler.now());
        return messages.map(({ body, receiveCount }) => handler(body, receiveCount));
      },
    });
    const rest = () => scheduler.run({ done: () => !scheduler.busy });
    return { queue, mapping, batches, times, rest };
  }

  test('hands over up to ten at a time and deletes what is done', async () => {
    const { queue, batches, rest } = mapped(() => ({ status: 'done' }));
    for (let index = 0; index < 25; index += 1) queue.send({ body: `${index}` });
    await rest();
    expect(batches.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(queue.size).toBe(0);
  });

  test('runs two invocations at a time', async () => {
    const { scheduler, queue } = world();
    let running = 0;
    let most = 0;
    createQueueMapping({
      queue,
      scheduler,
      random: createRandom(1),
      batchSize: 1,
      async invoke() {
        running += 1;
        most = Math.max(most, running);
        await scheduler.sleep(1_000);
        running -= 1;
        return [{ status: 'done' }];
      },
    });
    for (let index = 0; index < 10; index += 1) queue.send({ body: `${index}` });
    await scheduler.run({ done: () => !scheduler.busy });
    expect([most, queue.size]).toEqual([2, 0]);
  });

  test('hands a message over again after the seconds that the receiver asks for', async () => {
    const { queue, times, rest } = mapped(
      (_, receiveCount) => (receiveCount === 1 ? { status: 'retry', afterSeconds: 7 } : { status: 'done' }),
      { fifo: true },
    );
    queue.send({ body: 'a' });
    await rest();
    const [first = 0, second = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(7_000);
    expect(second - first).toBeLessThan(7_100);
  });

  test('hands what is unfinished, or met a failure, over again after the visibility timeout', async () => {
    const { queue, times, batches, rest } = mapped((body, receiveCount) => {
      if (receiveCount === 1) throw new Error('crashed');
      return receiveCount === 2 && body === 'a' ? { status: 'unfinished', reason: 'a test' } : { status: 'done' };
    });
    queue.send({ body: 'a' });
    await rest();
    expect(batches).toEqual([['a'], ['a'], ['a']]);
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(60_000);
  });

  test('waits while its consumer is paused', async () => {
    let paused = true;
    const { queue, mapping, batches, rest } = mapped(() => ({ status: 'done' }), { isPaused: () => paused });
    queue.send({ body: 'a' });
    await rest();
    expect(batches).toEqual([]);
    paused = false;
    mapping.wake();
    await rest();
    expect(batches).toEqual([['a']]);
  });
});
