import type { ReplayQueue, ReplaySend, ReplayTask } from '../../runtime/ports/replay-queue.ts';
import { broken, type ConformanceCase, check, checkSame, conformanceCase } from './check.ts';
import { sampleEnvelope } from './sample-items.ts';

/** A task as the receiving side gets it. */
export interface ReceivedTask {
  readonly task: ReplayTask;
  /** Receives so far, this one included. */
  readonly attempt: number;
  /** What the adapter finishes it by, e.g. a receipt handle. */
  readonly handle: unknown;
}

/** A replay queue to be checked: empty, with its receiving side. */
export interface ReplayQueueHarness {
  readonly queue: ReplayQueue;
  /** The next task, which it hides together with its group; `undefined` when none is visible now. */
  receive(): Promise<ReceivedTask | undefined>;
  /** The task is done: it is removed and its group goes on. */
  done(received: ReceivedTask): Promise<void>;
  /** The task is to come again after some seconds; it stays hidden until then, and its group with it. */
  retry(received: ReceivedTask, afterSeconds: number): Promise<void>;
  /** Lets time pass: a virtual clock moves, a real queue waits. */
  pass(seconds: number): Promise<void>;
}

const rule = conformanceCase<ReplayQueueHarness>;

/** Tasks in one send: more than one SQS call takes (10). */
const MANY_TASKS = 25;
/** Large tasks in one send: more bytes than one SQS call takes (1 MiB). */
const LARGE_TASKS = 8;
/** Bytes of data of a large task. */
const LARGE_BYTES = 200_000;
/** Seconds of a retry; a real queue waits for them. */
const RETRY_SECONDS = 2;

function wake(saga: string): ReplayTask {
  return { kind: 'wake', saga };
}

function sendOf(id: string, group: string, task: ReplayTask = wake(id)): ReplaySend {
  return { task, group, deduplicationId: id };
}

function sagaOf(received: ReceivedTask | undefined): string | undefined {
  if (received?.task.kind === 'message') return received.task.message.correlationid;
  return received?.task.saga;
}

async function receiveOne(harness: ReplayQueueHarness): Promise<ReceivedTask> {
  return (await harness.receive()) ?? broken('a task that is visible is received');
}

/** Receives and finishes until nothing is visible. @throws CONFORMANCE_FAILED when it does not end */
async function drain(harness: ReplayQueueHarness, most: number): Promise<readonly ReceivedTask[]> {
  const received: ReceivedTask[] = [];
  for (let next = await harness.receive(); next; next = await harness.receive()) {
    received.push(next);
    check(received.length <= most, 'a task that is done does not come again', { received: received.map(sagaOf) });
    await harness.done(next);
  }
  return received;
}

/** Order, deduplication and content. */
const sendingCases: readonly ConformanceCase<ReplayQueueHarness>[] = [
  rule('a send of no tasks is fine', async (harness) => {
    await harness.queue.send([]);
    checkSame(await harness.receive(), undefined, 'nothing is received');
  }),
  rule('every kind of task is delivered as it was sent', async (harness) => {
    const message = sampleEnvelope('event-1', { data: { text: '"quotes" \\ \n 日本 👩‍🚀', list: [1, null] } });
    const tasks: readonly ReplayTask[] = [
      wake('saga-1#|日本'),
      { kind: 'settle', saga: 'saga-1', reaction: 'charge' },
      { kind: 'message', message },
      { kind: 'message', message, reactions: ['reserve'], deadLetter: '2026-01-01T00:00:00.000Z~letter' },
    ];
    await harness.queue.send(tasks.map((task, position) => sendOf(`task-${position}`, 'group-1', task)));
    const received = await drain(harness, tasks.length);
    checkSame(
      received.map(({ task }) => task),
      tasks,
      'tasks are the same JSON when they are received',
    );
    checkSame(
      received.map(({ attempt }) => attempt),
      tasks.map(() => 1),
      'the first receive is attempt 1',
    );
  }),
  rule(`${MANY_TASKS} tasks of one group in one send are delivered in order, and once when they are done`, async (harness) => {
    const ids = Array.from({ length: MANY_TASKS }, (_, position) => `task-${position}`);
    await harness.queue.send(ids.map((id) => sendOf(id, 'group-1')));
    checkSame((await drain(harness, MANY_TASKS)).map(sagaOf), ids, 'a group is first in, first out');
    await harness.pass(RETRY_SECONDS);
    checkSame(await harness.receive(), undefined, 'what is done does not come again');
  }),
  rule('tasks of one send that are large together are all delivered, in order', async (harness) => {
    const ids = Array.from({ length: LARGE_TASKS }, (_, position) => `task-${position}`);
    const data = { text: 'x'.repeat(LARGE_BYTES) };
    await harness.queue.send(
      ids.map((id) => sendOf(id, 'group-1', { kind: 'message', message: sampleEnvelope(id, { correlationid: id, data }) })),
    );
    const received = await drain(harness, LARGE_TASKS);
    checkSame(received.map(sagaOf), ids, 'a group is first in, first out');
    check(
      received.every(({ task }) => task.kind === 'message' && JSON.stringify(task.message.data) === JSON.stringify(data)),
      'a large task is delivered whole',
    );
  }),
  rule('a second send with the same deduplication id is accepted and not delivered, even after the first is done', async (harness) => {
    await harness.queue.send([sendOf('task-1', 'group-1'), sendOf('task-1', 'group-1')]);
    await harness.queue.send([sendOf('task-1', 'group-1'), sendOf('task-2', 'group-1')]);
    checkSame((await drain(harness, 2)).map(sagaOf), ['task-1', 'task-2'], 'each id is delivered once');
    await harness.queue.send([sendOf('task-1', 'group-1'), sendOf('task-3', 'group-1')]);
    checkSame((await drain(harness, 1)).map(sagaOf), ['task-3'], 'an id that is done is still not delivered again');
  }),
];

/** What one task that is not done does to others. */
const groupCases: readonly ConformanceCase<ReplayQueueHarness>[] = [
  rule('a group waits for its task in progress, and other groups do not', async (harness) => {
    await harness.queue.send([sendOf('a-1', 'group-a'), sendOf('a-2', 'group-a'), sendOf('b-1', 'group-b')]);
    const received = [await receiveOne(harness), await receiveOne(harness)];
    checkSame(received.map(sagaOf).sort(), ['a-1', 'b-1'], 'the heads of both groups are in progress');
    checkSame(await harness.receive(), undefined, 'the next task of a group waits for the one before');
    for (const one of received) await harness.done(one);
    checkSame((await drain(harness, 1)).map(sagaOf), ['a-2'], 'the group goes on when its head is done');
  }),
  rule('a task to be retried is hidden with its group for that time, and comes again before the rest of the group', async (harness) => {
    await harness.queue.send([sendOf('a-1', 'group-a'), sendOf('a-2', 'group-a')]);
    const first = await receiveOne(harness);
    checkSame(sagaOf(first), 'a-1', 'the head of the group comes first');
    await harness.retry(first, RETRY_SECONDS);
    await harness.queue.send([sendOf('a-3', 'group-a'), sendOf('b-1', 'group-b')]);
    const other = await receiveOne(harness);
    checkSame(sagaOf(other), 'b-1', 'another group goes on');
    await harness.done(other);
    checkSame(await harness.receive(), undefined, 'the group is hidden with its head');
    await harness.pass(RETRY_SECONDS + 1);
    const again = await receiveOne(harness);
    checkSame([sagaOf(again), again.attempt], ['a-1', 2], 'the head comes again, as attempt 2');
    await harness.retry(again, RETRY_SECONDS);
    checkSame(await harness.receive(), undefined, 'a second retry hides it again');
    await harness.pass(RETRY_SECONDS + 1);
    const last = await receiveOne(harness);
    checkSame([sagaOf(last), last.attempt], ['a-1', 3], 'every receive counts');
    await harness.done(last);
    checkSame((await drain(harness, 2)).map(sagaOf), ['a-2', 'a-3'], 'the rest of the group comes in order');
  }),
];

/** Every guarantee of the `ReplayQueue` port. */
export const replayQueueConformance: readonly ConformanceCase<ReplayQueueHarness>[] = [...sendingCases, ...groupCases];
