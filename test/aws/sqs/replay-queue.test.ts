import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hideFor } from '../../../lib/aws/sqs/hide.ts';
import { queueFigures } from '../../../lib/aws/sqs/queue-figures.ts';
import { replayDeliveryOf } from '../../../lib/aws/sqs/replay-delivery.ts';
import { createSqsReplayQueue } from '../../../lib/aws/sqs/replay-queue.ts';
import type { ReplaySend } from '../../../lib/runtime/ports/replay-queue.ts';
import { sampleEnvelope } from '../../../lib/testing/conformance/sample-items.ts';
import { type FakeCall, fakeClient, sdkError } from '../fake-client.ts';

const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/replay.fifo';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

function sendOf(id: string, group: string): ReplaySend {
  return { task: { kind: 'wake', saga: id }, group, deduplicationId: id };
}

function entriesOf({ input }: FakeCall): readonly Entry[] {
  return input.Entries;
}

function takingAll(call: FakeCall) {
  return { Successful: entriesOf(call).map(({ Id }) => ({ Id })) };
}

function queueOver(client: ReturnType<typeof fakeClient>, waits: number[] = []) {
  const clock = { sleep: async (milliseconds: number) => void waits.push(milliseconds) };
  return createSqsReplayQueue({ client, queueUrl, clock, entropy: { random: () => 0.5 } });
}

describe('sending', () => {
  test('a call has at most ten tasks, and at most one of a group', async () => {
    const client = fakeClient(takingAll);
    const sends = [...Array(3).keys()].flatMap((turn) => [...Array(12).keys()].map((group) => sendOf(`${group}-${turn}`, `g-${group}`)));
    await queueOver(client).send(sends);
    for (const call of client.calls) {
      const groups = entriesOf(call).map(({ MessageGroupId }) => MessageGroupId);
      expect(groups.length).toBeLessThanOrEqual(10);
      expect(new Set(groups).size).toBe(groups.length);
    }
    expect(client.calls.flatMap(entriesOf)).toHaveLength(36);
  });

  test('a call has at most 1 MiB', async () => {
    const client = fakeClient(takingAll);
    const message = (id: string) => sampleEnvelope(id, { data: 'x'.repeat(400_000) });
    await queueOver(client).send(
      ['a', 'b', 'c', 'd', 'e'].map(
        (id): ReplaySend => ({ task: { kind: 'message', message: message(id) }, group: id, deduplicationId: id }),
      ),
    );
    expect(client.calls.map((call) => entriesOf(call).length)).toEqual([2, 2, 1]);
  });

  test('whatever a call leaves out, each group arrives whole and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 }),
        fc.infiniteStream(fc.boolean()),
        async (groups, failures) => {
          const taken: Entry[] = [];
          let inRow = 0;
          const client = fakeClient((call) => {
            const entries = entriesOf(call);
            // Not more calls in a row without any success than the adapter bears.
            const failed = entries.filter(() => failures.next().value && inRow < 3);
            inRow = failed.length === entries.length ? inRow + 1 : 0;
            const Successful = entries.filter((entry) => !failed.includes(entry));
            taken.push(...Successful);
            return { Successful, Failed: failed.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) };
          });
          const sends = groups.map((group, index) => sendOf(`task-${index}`, `group-${group}`));
          await queueOver(client).send(sends);
          expect(taken).toHaveLength(sends.length);
          for (const group of new Set(groups)) {
            const name = `group-${group}`;
            const arrived = taken.filter(({ MessageGroupId }) => MessageGroupId === name).map((entry) => entry.MessageDeduplicationId);
            expect(arrived).toEqual(sends.filter((send) => send.group === name).map(({ deduplicationId }) => deduplicationId));
          }
        },
      ),
      { numRuns: 200, seed: 7 },
    );
  });

  test('ids that SQS does not take are hashed, the same ones always alike', async () => {
    const client = fakeClient(takingAll);
    await queueOver(client).send([sendOf('id ü', 'group with blanks'), sendOf('x'.repeat(129), 'g'), sendOf('plain-1', 'p')]);
    await queueOver(client).send([sendOf('id ü', 'group with blanks')]);
    const entries = client.calls.flatMap(entriesOf);
    for (const { MessageGroupId, MessageDeduplicationId } of entries) {
      expect(`${MessageGroupId} ${MessageDeduplicationId}`).toMatch(/^[!-~]{1,128} [!-~]{1,128}$/);
    }
    expect(entries[2]).toMatchObject({ MessageGroupId: 'p', MessageDeduplicationId: 'plain-1' });
    expect(entries[3]?.MessageDeduplicationId).toBe(entries[0]?.MessageDeduplicationId);
  });

  test('characters that SQS does not take survive as escapes', async () => {
    const client = fakeClient(takingAll);
    await queueOver(client).send([sendOf('a\uFFFEb\uFFFFc\u0000', 'g')]);
    const body = entriesOf(client.calls[0] as FakeCall)[0]?.MessageBody ?? '';
    expect(body).toMatch(/^[ -~]*$/);
    expect(JSON.parse(body)).toEqual({ kind: 'wake', saga: 'a\uFFFEb\uFFFFc\u0000' });
  });

  test('a task that is too large is refused before anything is sent', async () => {
    const client = fakeClient(takingAll);
    const sends = [sendOf('a', 'a'), sendOf('x'.repeat(1_048_577), 'b')];
    await expect(queueOver(client).send(sends)).rejects.toMatchObject({ code: 'TASK_TOO_LARGE', retryable: false });
    expect(client.calls).toEqual([]);
  });
});

describe('a queue that does not take', () => {
  test.each([
    sdkError('RequestThrottled', 400),
    sdkError('QueueDoesNotExist', 400),
    sdkError('AccessDenied', 403),
    sdkError('TimeoutError'),
  ])('a call that fails with %s is QUEUE_UNAVAILABLE, retryable', async (error) => {
    const client = fakeClient(() => {
      throw error;
    });
    const failure = { code: 'QUEUE_UNAVAILABLE', retryable: true, cause: error };
    await expect(queueOver(client).send([sendOf('a', 'a')])).rejects.toMatchObject(failure);
  });

  test('entries that are never taken end the send after five calls, with growing waits', async () => {
    const waits: number[] = [];
    const client = fakeClient((call) => ({ Failed: entriesOf(call).map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) }));
    await expect(queueOver(client, waits).send([sendOf('a', 'a')])).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', retryable: true });
    expect(client.calls).toHaveLength(5);
    expect(waits).toEqual([100, 200, 400, 800]);
  });

  test('an entry without a result counts as not taken', async () => {
    const client = fakeClient((call, index) => (index === 0 ? {} : takingAll(call)));
    await queueOver(client).send([sendOf('a', 'a')]);
    expect(client.calls).toHaveLength(2);
  });

  test('what SQS blames on the task is not repeated', async () => {
    const client = fakeClient(() => ({ Failed: [{ Id: '0', Code: 'KMS.AccessDenied', SenderFault: true, Message: 'no key' }] }));
    await expect(queueOver(client).send([sendOf('a', 'a')])).rejects.toThrow('KMS.AccessDenied no key');
    expect(client.calls).toHaveLength(1);
  });
});

describe('receiving', () => {
  const record = (body: string) => ({
    messageId: 'm-1',
    receiptHandle: 'r-1',
    body,
    attributes: { ApproximateReceiveCount: '3', MessageGroupId: 'g' },
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:replay.fifo',
  });

  test.each([
    { kind: 'wake', saga: 'saga-1' },
    { kind: 'settle', saga: 'saga-1', reaction: 'charge' },
    { kind: 'settle', saga: 'saga-1', reaction: 'charge', key: { partition: 'p', sort: 's' } },
    { kind: 'message', message: sampleEnvelope('a') },
    { kind: 'message', message: sampleEnvelope('a'), reactions: ['reserve'], deadLetter: 'letter' },
  ] as const)('a task is read back: %j', (task) => {
    expect(replayDeliveryOf(record(JSON.stringify(task)))).toEqual({
      status: 'task',
      delivery: { task, source: { kind: 'queue', queue: 'replay.fifo', messageId: 'm-1' }, attempt: 3 },
      itemIdentifier: 'm-1',
      receiptHandle: 'r-1',
    });
  });

  test.each([
    ['', 'no JSON object'],
    ['[]', 'no JSON object'],
    ['{"kind":"sleep"}', 'unknown kind "sleep"'],
    ['{"kind":"wake"}', 'without a saga'],
    ['{"kind":"settle","saga":"s"}', 'without a saga or a reaction'],
    ['{"kind":"settle","saga":"s","reaction":"r","key":"k"}', 'a key that is none'],
    ['{"kind":"message"}', 'lacks id, source'],
    [JSON.stringify({ kind: 'message', message: sampleEnvelope('a'), reactions: 'all' }), 'wrong form'],
    [JSON.stringify({ kind: 'message', message: sampleEnvelope('a'), deadLetter: 1 }), 'wrong form'],
  ])('a body that is no task says why: %s', (body, why) => {
    const read = replayDeliveryOf(record(body));
    expect(read).toMatchObject({ status: 'malformed', itemIdentifier: 'm-1', body });
    expect(read.status === 'malformed' && read.problem).toContain(why);
  });

  test('a record that is none is malformed, and fails the batch by its empty identifier', () => {
    expect(replayDeliveryOf(undefined)).toMatchObject({ status: 'malformed', itemIdentifier: '' });
  });
});

describe('hiding', () => {
  test.each([
    [1.2, 2],
    [0, 0],
    [-5, 0],
    [1_000_000, 43_140],
  ])('%d seconds are %d', async (seconds, VisibilityTimeout) => {
    const client = fakeClient(() => ({}));
    expect(await hideFor(client, queueUrl, 'r-1', seconds)).toBe(true);
    expect(client.calls).toEqual([
      { command: 'ChangeMessageVisibilityCommand', input: { QueueUrl: queueUrl, ReceiptHandle: 'r-1', VisibilityTimeout } },
    ]);
  });

  test('a receipt that is used up is no error: the message comes again by itself', async () => {
    for (const name of ['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue']) {
      const client = fakeClient(() => {
        throw sdkError(name, 400);
      });
      expect(await hideFor(client, queueUrl, 'r-1', 5)).toBe(false);
    }
  });

  test('a queue that does not answer is QUEUE_UNAVAILABLE', async () => {
    const client = fakeClient(() => {
      throw sdkError('TimeoutError');
    });
    await expect(hideFor(client, queueUrl, 'r-1', 5)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', retryable: true });
    await expect(queueFigures(client, queueUrl)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', retryable: true });
  });
});

test('the figures of a queue are numbers', async () => {
  const client = fakeClient(() => ({
    Attributes: { ApproximateNumberOfMessages: '12', ApproximateNumberOfMessagesNotVisible: '3', ApproximateNumberOfMessagesDelayed: '1' },
  }));
  expect(await queueFigures(client, queueUrl)).toEqual({ visible: 12, inFlight: 3, delayed: 1 });
  expect(
    await queueFigures(
      fakeClient(() => ({})),
      queueUrl,
    ),
  ).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});
