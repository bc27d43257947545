import type { ReplayDelivery } from '../../runtime/ports/delivery.ts';
import type { ReplayTask } from '../../runtime/ports/replay-queue.ts';
import { fieldOf, isRecord, jsonOrText, textOf } from '../json-value.ts';
import { readSqsRecord } from '../records/sqs-record.ts';

/** What a record of the replay queue holds. `malformed`: it never becomes a task; keep its body as a dead letter. */
export type ReplayRecord =
  | { readonly status: 'task'; readonly delivery: ReplayDelivery; readonly itemIdentifier: string; readonly receiptHandle?: string }
  | { readonly status: 'malformed'; readonly itemIdentifier: string; readonly body: string; readonly problem: string };

/** What an envelope has at least. */
const envelopeFields = ['id', 'source', 'type', 'correlationid', 'dataschema', 'time'] as const;

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function absentOr(value: unknown, holds: (value: unknown) => boolean): boolean {
  return value === undefined || holds(value);
}

/** What is wrong with a value that should be a task. */
function problemOf(task: unknown): string | undefined {
  const kind = textOf(task, 'kind');
  const saga = textOf(task, 'saga');
  if (kind === 'wake') return saga ? undefined : 'a task `wake` without a saga';
  if (kind === 'settle') {
    if (!saga || !textOf(task, 'reaction')) return 'a task `settle` without a saga or a reaction';
    const key = fieldOf(task, 'key');
    const isKey = textOf(key, 'partition') !== undefined && textOf(key, 'sort') !== undefined;
    return key === undefined || isKey ? undefined : 'a task `settle` with a key that is none';
  }
  if (kind === 'message') {
    const message = fieldOf(task, 'message');
    const missing = envelopeFields.filter((name) => textOf(message, name) === undefined);
    if (missing.length > 0) return `a task \`message\` whose message lacks ${missing.join(', ')}`;
    const wellFormed =
      absentOr(fieldOf(task, 'reactions'), isTextList) &&
      absentOr(fieldOf(task, 'deadLetter'), (value) => typeof value === 'string') &&
      absentOr(fieldOf(task, 'generation'), (value) => Number.isInteger(value));
    return wellFormed ? undefined : 'a task `message` with reactions, a dead letter or a generation of the wrong form';
  }
  return isRecord(task) ? `a task of the unknown kind ${JSON.stringify(fieldOf(task, 'kind'))}` : 'no JSON object';
}

/** Reads a record of the replay queue, out of a Lambda event. Never throws. */
export function replayDeliveryOf(sqsRecord: unknown): ReplayRecord {
  const record = readSqsRecord(sqsRecord);
  const { itemIdentifier, body, receiptHandle, receiveCount = 1 } = record;
  const task = jsonOrText(body);
  const problem = record.problem ?? problemOf(task);
  if (problem !== undefined) return { status: 'malformed', itemIdentifier, body, problem: `the message of the replay queue is ${problem}` };
  const queue = record.queueArn?.split(':').at(-1) ?? '';
  const delivery: ReplayDelivery = {
    task: task as ReplayTask,
    source: { kind: 'queue', queue, messageId: itemIdentifier },
    attempt: receiveCount,
  };
  return { status: 'task', delivery, itemIdentifier, ...(receiptHandle === undefined ? {} : { receiptHandle }) };
}
