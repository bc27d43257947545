// One tick's jobs: how they share its time, and that none of them can take it from the others.
import { describe, expect, test } from 'vitest';
import { createScheduler } from '../../../lib/embedded/time/scheduler.ts';
import { type Job, runJobs, type Tick } from '../../../lib/operations/platform/jobs.ts';
import { platformJobs } from '../../../lib/operations/platform/platform-jobs.ts';
import { noTelemetry } from '../../../lib/runtime/ports/telemetry.ts';

function createTicks() {
  const scheduler = createScheduler();
  const begin = scheduler.now();
  const tick: Tick = {
    clock: scheduler,
    records: undefined as never,
    telemetry: noTelemetry,
    process: 'one',
    access: () => Promise.reject(new Error('nothing is opened here')),
    deadline: begin + 60_000,
    goneAt: begin + 75_000,
  };
  /** A job that takes so long, and the seconds of the tick that it began at and was given. */
  const seen: string[] = [];
  const job = (name: string, share: number, seconds: number): Job => ({
    name,
    share,
    async run({ clock, deadline }) {
      seen.push(`${name} ${(clock.now() - begin) / 1000}-${(deadline - begin) / 1000}`);
      await clock.sleep(seconds * 1000);
    },
  });
  return { job, seen, run: (...jobs: Job[]) => scheduler.finish(runJobs(jobs, tick)) };
}

describe('the jobs of a tick', () => {
  test('share its time by their weights, and have what those before them leave', async () => {
    const { job, seen, run } = createTicks();
    expect(await run(job('count', 1, 10), job('tidy', 1, 1), job('replay', 2, 5))).toEqual([
      { job: 'count' },
      { job: 'tidy' },
      { job: 'replay' },
    ]);
    expect(seen).toEqual(['count 0-15', 'tidy 10-26.666', 'replay 11-60']);
  });

  test('go on when one fails, and each says how it ended', async () => {
    const { job, seen, run } = createTicks();
    const broken: Job = { name: 'broken', share: 1, run: () => Promise.reject(new Error('no')) };
    const thrown: Job = {
      name: 'thrown',
      share: 1,
      run() {
        throw new Error('at once');
      },
    };
    expect(await run(broken, thrown, job('replay', 1, 5))).toEqual([
      { job: 'broken', error: new Error('no') },
      { job: 'thrown', error: new Error('at once') },
      { job: 'replay' },
    ]);
    expect(seen).toEqual(['replay 0-60']);
  });

  test('go on when one does not stop: it is waited for no longer than two seconds past its time', async () => {
    const { job, seen, run } = createTicks();
    const outcomes = await run(job('slow', 1, 21.5), job('endless', 1, 100_000), job('replay', 1, 5));
    expect(outcomes.map(({ error }) => (error as { code?: string } | undefined)?.code)).toEqual([undefined, 'JOB_OVERRAN', undefined]);
    expect(seen).toEqual(['slow 0-20', 'endless 21.5-40.75', 'replay 42.75-60']);
  });
});

test('the platform counts what waits before it replays: what is quick leaves its time to what is not', () => {
  expect(platformJobs.map(({ name }) => name)).toEqual(['stuck-sagas', 'replays']);
});
