import { describe, expect, test } from 'vitest';
import { createScheduler, WORLD_STARTS_AT } from '../../../lib/embedded/time/scheduler.ts';

const never = () => false;

describe('virtual time', () => {
  test('begins on 1 January 2026 and stands still while nobody runs it', async () => {
    const scheduler = createScheduler();
    scheduler.at(scheduler.now() + 10, () => {});
    await new Promise((resolve) => setImmediate(resolve));
    expect(new Date(scheduler.now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });

  test('jumps to what is next, in order of time and then of asking', async () => {
    const scheduler = createScheduler({ startAt: 1_000 });
    const seen: string[] = [];
    for (const [name, time] of [
      ['late', 1_500],
      ['first', 1_100],
      ['second', 1_100],
      ['past', 5],
    ] as const) {
      scheduler.at(time, () => seen.push(`${name} ${scheduler.now()}`));
    }
    expect(await scheduler.run({ done: () => !scheduler.busy })).toBe(true);
    expect(seen).toEqual(['past 1000', 'first 1100', 'second 1100', 'late 1500']);
  });

  test('lets everything that follows from one thing happen before the next', async () => {
    const scheduler = createScheduler({ startAt: 0 });
    const seen: string[] = [];
    const work = async (name: string) => {
      await scheduler.sleep(10);
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      seen.push(name);
      await scheduler.sleep(0);
      seen.push(`${name} again`);
    };
    void work('a');
    void work('b');
    await scheduler.run({ done: () => !scheduler.busy });
    expect(seen).toEqual(['a', 'b', 'a again', 'b again']);
  });

  test('runs everything up to a time, and then stands there', async () => {
    const scheduler = createScheduler({ startAt: 0 });
    const seen: number[] = [];
    for (const time of [10, 20, 21]) scheduler.at(time, () => seen.push(time));
    expect(await scheduler.run({ until: 20 })).toBe(true);
    expect([seen, scheduler.now()]).toEqual([[10, 20], 20]);
  });

  test('does not move the clock for a goal that is not met in time', async () => {
    const scheduler = createScheduler({ startAt: 0 });
    scheduler.at(10, () => {});
    scheduler.at(100, () => {});
    expect(await scheduler.run({ done: never, until: 50 })).toBe(false);
    expect(scheduler.now()).toBe(10);
  });

  test('what is cancelled does not happen and is no work', async () => {
    const scheduler = createScheduler({ startAt: 0 });
    let happened = false;
    const timer = scheduler.at(10, () => {
      happened = true;
    });
    expect(scheduler.busy).toBe(true);
    timer.cancel();
    timer.cancel();
    expect(scheduler.busy).toBe(false);
    await scheduler.run({ until: 100 });
    expect(happened).toBe(false);
  });

  test('the background and cancelled entries alone leave the world idle', async () => {
    const scheduler = createScheduler({ startAt: 0 });
    const ticks: number[] = [];
    const tick = scheduler.every(60_000, () => ticks.push(scheduler.now()));
    expect(scheduler.busy).toBe(false);
    await scheduler.run({ until: 150_000 });
    tick.cancel();
    await scheduler.run({ until: 300_000 });
    expect(ticks).toEqual([60_000, 120_000]);
  });

  test('thousands of timers that were cancelled do not disturb the order of the rest', async () => {
    const scheduler = createScheduler({ startAt: 0 });
    const seen: number[] = [];
    const timers = Array.from({ length: 5_000 }, (_, index) => scheduler.at((index * 7919) % 5_000, () => seen.push(scheduler.now())));
    for (const [index, timer] of timers.entries()) if (index % 4 !== 0) timer.cancel();
    await scheduler.run({ done: () => !scheduler.busy });
    expect(seen).toHaveLength(1_250);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('something held counts as work until it is released, once', () => {
    const scheduler = createScheduler();
    const [first, second] = [scheduler.hold(), scheduler.hold()];
    first();
    first();
    expect(scheduler.busy).toBe(true);
    second();
    expect(scheduler.busy).toBe(false);
  });

  test('stands still for what waits outside, but not for what hangs there', async () => {
    const scheduler = createScheduler({ startAt: 0 });
    let answeredAt = -1;
    const answer = new Promise((resolve) => setTimeout(resolve, 5));
    scheduler.outside(answer).then(() => {
      answeredAt = scheduler.now();
    });
    void scheduler.outside(new Promise(() => {}));
    scheduler.at(10, () => {});
    await scheduler.run({ until: 20 });
    expect([answeredAt, scheduler.now()]).toEqual([0, 20]);
  });

  test('several runs share one world, each to its own end', async () => {
    const scheduler = createScheduler({ startAt: 0 });
    const ends: string[] = [];
    await Promise.all([
      scheduler.run({ until: 30 }).then(() => ends.push(`until ${scheduler.now()}`)),
      scheduler.finish(scheduler.sleep(10)).then(() => ends.push(`finish ${scheduler.now()}`)),
      scheduler.run({ done: () => scheduler.now() >= 20 }).then(() => ends.push(`done ${scheduler.now()}`)),
      scheduler.sleep(20),
    ]);
    expect(ends).toEqual(['finish 10', 'done 20', 'until 30']);
  });

  test('an answer from outside is awaited even when no timer is left', async () => {
    const scheduler = createScheduler();
    await expect(scheduler.finish(new Promise((resolve) => setTimeout(() => resolve('late'), 2)))).resolves.toBe('late');
    await expect(scheduler.finish(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  test('an error where nobody waits ends the run', async () => {
    const scheduler = createScheduler({ startAt: 0 });
    scheduler.at(5, () => {
      throw new Error('a listener broke');
    });
    await expect(scheduler.run({ until: 10 })).rejects.toThrow('a listener broke');
    scheduler.fail(new Error('later'));
    await expect(scheduler.finish(scheduler.sleep(1))).rejects.toThrow('later');
    expect(await scheduler.run({ until: 10 })).toBe(true);
  });

  test('a world that never rests is reported', async () => {
    const scheduler = createScheduler();
    const again = () => void scheduler.at(scheduler.now() + 1, again);
    again();
    await expect(scheduler.run({ done: never, stepsMax: 100 })).rejects.toMatchObject({ code: 'SIMULATION_ENDLESS' });
  });
});

describe('real time', () => {
  test('has the same interface over the clock of the machine', async () => {
    const scheduler = createScheduler({ mode: 'real' });
    expect(scheduler.now()).toBeGreaterThan(WORLD_STARTS_AT - 1);
    const start = scheduler.now();
    scheduler
      .at(start, () => {
        throw new Error('not this one');
      })
      .cancel();
    const release = scheduler.hold();
    void scheduler.sleep(2).then(release);
    expect(scheduler.busy).toBe(true);
    expect(await scheduler.run({ done: () => !scheduler.busy })).toBe(true);
    expect(scheduler.now()).toBeGreaterThanOrEqual(start + 2);
    await expect(scheduler.finish(scheduler.sleep(1))).resolves.toBeUndefined();
    expect(await scheduler.run({ done: never, until: scheduler.now() + 1 })).toBe(false);
  });
});
