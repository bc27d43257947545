import { type BatchResultErrorEntry, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Clock, Entropy } from '../../runtime/ports/clock.ts';
import type { ReplayQueue, ReplaySend } from '../../runtime/ports/replay-queue.ts';
import { systemClock, systemEntropy } from '../system-clock.ts';
import { queueError } from './queue-errors.ts';
import { QUEUE_BYTES_MAX, type QueueText, queueTextOf } from './task-text.ts';

/** What `createSqsReplayQueue` takes. */
export interface SqsReplayQueueOptions {
  readonly client: Pick<SQSClient, 'send'>;
  /** Of a FIFO queue. */
  readonly queueUrl: string;
  /** @default - the clock of the machine */
  readonly clock?: Pick<Clock, 'sleep'>;
  /** @default - the chance of the machine */
  readonly entropy?: Pick<Entropy, 'random'>;
}

/** Messages of one SendMessageBatch. */
const ENTRIES_MAX = 10;
/** Calls in a row that may take nothing. */
const TRIES_MAX = 5;
/** Milliseconds before the first repeat; doubles, with full jitter. */
const REPEAT_MILLISECONDS = 100;

interface Pending {
  readonly text: QueueText;
  readonly bytes: number;
}

/** Tasks that wait, by group, in the order of the send. */
function linesOf(sends: readonly ReplaySend[]): Map<string, Pending[]> {
  const lines = new Map<string, Pending[]>();
  for (const send of sends) {
    const pending = queueTextOf(send);
    const line = lines.get(pending.text.MessageGroupId);
    if (line) line.push(pending);
    else lines.set(pending.text.MessageGroupId, [pending]);
  }
  for (const line of lines.values()) line.reverse();
  return lines;
}

/** The next task of some groups, as many as one call takes. */
function nextBatch(lines: ReadonlyMap<string, readonly Pending[]>): readonly Pending[] {
  const batch: Pending[] = [];
  let bytes = 0;
  for (const line of lines.values()) {
    const next = line.at(-1);
    if (batch.length === ENTRIES_MAX) break;
    if (next === undefined || bytes + next.bytes > QUEUE_BYTES_MAX) continue;
    batch.push(next);
    bytes += next.bytes;
  }
  return batch;
}

/**
 * A replay queue on SQS FIFO. One call holds at most one task of a group: of two, the second could be taken and the first
 * not, which would turn their order round. Groups and deduplication ids that SQS does not take are hashed.
 *
 * `send` throws QUEUE_UNAVAILABLE (retryable) also when some of the tasks are in the queue: send the same ones again, within
 * five minutes, and what is there already is dropped by its deduplication id. It throws TASK_TOO_LARGE before anything is
 * sent.
 */
export function createSqsReplayQueue(options: SqsReplayQueueOptions): ReplayQueue {
  const { client, queueUrl, clock = systemClock, entropy = systemEntropy } = options;
  async function sendBatch(batch: readonly Pending[]): Promise<readonly BatchResultErrorEntry[]> {
    const Entries = batch.map(({ text }, index) => ({ Id: String(index), ...text }));
    try {
      const { Failed = [], Successful = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      const answered = new Set([...Failed, ...Successful].map(({ Id }) => Id));
      const missing = Entries.filter(({ Id }) => !answered.has(Id)).map(({ Id }) => ({ Id, Code: 'no result', SenderFault: false }));
      return [...Failed, ...missing];
    } catch (error) {
      throw queueError('take tasks', queueUrl, error);
    }
  }
  return {
    async send(sends) {
      const lines = linesOf(sends);
      let idle = 0;
      for (let batch = nextBatch(lines); batch.length > 0; batch = nextBatch(lines)) {
        const failed = await sendBatch(batch);
        const failedIds = new Set(failed.map(({ Id }) => Id));
        for (const [index, { text }] of batch.entries()) {
          if (failedIds.has(String(index))) continue;
          const line = lines.get(text.MessageGroupId) ?? [];
          line.pop();
          if (line.length === 0) lines.delete(text.MessageGroupId);
        }
        idle = failed.length < batch.length ? 0 : idle + 1;
        checkFailed(queueUrl, failed, idle);
        if (failed.length > 0) await clock.sleep(entropy.random() * REPEAT_MILLISECONDS * 2 ** idle);
      }
    },
  };
}

/** Ends a send that gets nowhere; what SQS blames on the message is not repeated. @throws QUEUE_UNAVAILABLE (retryable) */
function checkFailed(queueUrl: string, failed: readonly BatchResultErrorEntry[], idle: number): void {
  const fault = failed.find(({ SenderFault }) => SenderFault);
  const first = fault ?? failed[0];
  if (first === undefined || (fault === undefined && idle < TRIES_MAX)) return;
  const reason = `${first.Code} ${first.Message ?? ''}`.trim();
  const what = fault === undefined ? `took no task in ${TRIES_MAX} calls` : 'refuses a task';
  throw new ChoreographyError('QUEUE_UNAVAILABLE', `The queue ${queueUrl} ${what}: ${reason}`, {
    details: { queueUrl, name: first.Code },
    retryable: true,
  });
}
