import { expect, test } from 'vitest';
import { createMemoryControlRecords } from '../../lib/embedded/memory/control-records.ts';
import { createOperatorHandler, type OperatorFunctionPorts } from '../../lib/lambda/operator.ts';
import type { Job, Tick } from '../../lib/operations/platform/jobs.ts';
import type { LogRecord } from '../../lib/runtime/ports/telemetry.ts';
import { context } from './bench.ts';

const NOW = 1_767_225_600_000;

function createBench(jobs: readonly Job[] = [], changes: Partial<OperatorFunctionPorts> = {}) {
  const log: LogRecord[] = [];
  const asked = { starts: 0, opened: 0, flushes: 0, ids: 0 };
  const clock = { now: () => NOW, sleep: () => new Promise<void>(() => {}) };
  const ports: OperatorFunctionPorts = {
    clock,
    entropy: {
      uniqueId() {
        asked.ids += 1;
        return `process-${asked.ids}`;
      },
    },
    telemetry: {
      count() {},
      time() {},
      log: (record) => void log.push(record),
      flush() {
        asked.flushes += 1;
      },
    },
    records: createMemoryControlRecords({ clock }),
    async openAccess() {
      asked.opened += 1;
      return { who: 'operator function' } as never;
    },
    jobs,
    ...changes,
  };
  const handler = createOperatorHandler(() => {
    asked.starts += 1;
    return ports;
  });
  return { handler, log, asked };
}

const tickEvent = { task: 'tick' };

/** A job that notes its ticks. */
function watching(ticks: Tick[], name = 'watching', work: (tick: Tick) => Promise<unknown> = async () => {}): Job {
  return {
    name,
    share: 1,
    async run(tick) {
      ticks.push(tick);
      await work(tick);
    },
  };
}

test('a tick ends before its invocation, has a name of its own, and leaves the process made', async () => {
  const ticks: Tick[] = [];
  const { handler, asked } = createBench([watching(ticks)]);
  await handler(tickEvent, context(60_000));
  await handler({ source: 'aws.events', 'detail-type': 'Scheduled Event' }, context(8_000));
  expect(ticks.map(({ process, deadline, goneAt }) => [process, deadline - NOW, goneAt - NOW])).toEqual([
    ['process-1', 50_000, 65_000],
    ['process-2', 4_000, 13_000],
  ]);
  expect(asked).toMatchObject({ starts: 1, flushes: 2, opened: 0 });
});

test('what jobs work with is opened by the first that asks, once in a tick', async () => {
  const ticks: Tick[] = [];
  const ask = async ({ access }: Tick) => access();
  const { handler, asked } = createBench([watching(ticks, 'one', ask), watching(ticks, 'two', ask)]);
  await handler(tickEvent, context());
  expect(asked.opened).toBe(1);
  await handler(tickEvent, context());
  expect(asked.opened).toBe(2);
});

test('jobs that fail are in the log one by one, and fail the invocation when all have had their turn', async () => {
  const ticks: Tick[] = [];
  const fails = watching(ticks, 'broken', () => Promise.reject(new Error('no answer')));
  const { handler, log, asked } = createBench([fails, watching(ticks, 'fine')]);
  await expect(handler(tickEvent, context())).rejects.toMatchObject({
    code: 'JOBS_FAILED',
    message: '1 of 2 jobs failed: broken: Error: no answer',
    details: { jobs: ['broken'] },
  });
  expect(ticks).toHaveLength(2);
  expect(log).toEqual([{ level: 'error', message: 'the job broken failed', fields: { job: 'broken', error: 'Error: no answer' } }]);
  expect(asked.flushes).toBe(1);
});

test('an event that is no tick is refused', async () => {
  const ticks: Tick[] = [];
  const { handler } = createBench([watching(ticks)]);
  await expect(handler({ task: 'sweep' }, context())).rejects.toMatchObject({ code: 'UNKNOWN_LAMBDA_EVENT' });
  await expect(handler(undefined, context())).rejects.toMatchObject({ code: 'UNKNOWN_LAMBDA_EVENT' });
  expect(ticks).toEqual([]);
});
