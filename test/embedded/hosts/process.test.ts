import { describe, expect, test } from 'vitest';
import { createProcessPool, type Process } from '../../../lib/embedded/hosts/process.ts';
import { createRandom } from '../../../lib/embedded/random.ts';
import { createScheduler } from '../../../lib/embedded/time/scheduler.ts';

function world() {
  const scheduler = createScheduler({ startAt: 0 });
  const events: string[] = [];
  const pool = createProcessPool<Process>({
    name: 'payment',
    scheduler,
    random: createRandom(1),
    timeoutSeconds: 10,
    create: (process) => process,
    onEvent: (event, { id }) => events.push(`${event} ${id}`),
  });
  return { scheduler, pool, events };
}

const never = () => new Promise<never>(() => {});

describe('a pool of processes', () => {
  test('keeps a process for the next invocation, and starts another one for a second at the same time', async () => {
    const { scheduler, pool } = world();
    const work = () =>
      pool.invoke(async ({ id }) => {
        await scheduler.sleep(5);
        return id;
      });
    expect(await scheduler.finish(work())).toBe('payment-1');
    expect(await scheduler.finish(Promise.all([work(), work()]))).toEqual(['payment-1', 'payment-2']);
    expect(scheduler.busy).toBe(false);
  });

  test('tells an invocation its deadline', async () => {
    const { scheduler, pool } = world();
    await scheduler.run({ until: 1_000 });
    expect(await scheduler.finish(pool.invoke(async (_, { deadline }) => deadline))).toBe(11_000);
  });

  test('what a function throws is thrown, and its process lives on', async () => {
    const { scheduler, pool } = world();
    await expect(scheduler.finish(pool.invoke(async () => Promise.reject(new Error('bug'))))).rejects.toThrow('bug');
    expect(await scheduler.finish(pool.invoke(async ({ id }) => id))).toBe('payment-1');
  });

  test('a crash is seen a moment later, and the process is not used again', async () => {
    const { scheduler, pool, events } = world();
    const crashing = pool.invoke(async (process) => {
      process.crash();
      process.crash();
      return never();
    });
    await expect(scheduler.finish(crashing)).rejects.toMatchObject({ code: 'FUNCTION_CRASHED', retryable: true });
    expect(scheduler.now()).toBeGreaterThan(0);
    expect(events).toEqual(['crashed payment-1']);
    expect(await scheduler.finish(pool.invoke(async ({ id }) => id))).toBe('payment-2');
    expect(scheduler.busy).toBe(false);
  });

  test('at its deadline the platform gives up, while the process goes on by itself', async () => {
    const { scheduler, pool, events } = world();
    let finishedAt = 0;
    const slow = pool.invoke(async () => {
      await scheduler.sleep(12_000);
      finishedAt = scheduler.now();
    });
    await expect(scheduler.finish(slow)).rejects.toMatchObject({ code: 'FUNCTION_TIMED_OUT' });
    expect([scheduler.now(), finishedAt]).toEqual([10_000, 0]);
    expect(await scheduler.finish(pool.invoke(async ({ id }) => id))).toBe('payment-2');
    await scheduler.run({ done: () => !scheduler.busy });
    expect(finishedAt).toBe(12_000);
    const two = [1, 2].map(() => pool.invoke(async ({ id }) => id));
    expect(await scheduler.finish(Promise.all(two))).toEqual(['payment-2', 'payment-3']);
    expect(events).toEqual(['timed-out payment-1']);
  });
});
