import { createHash } from 'node:crypto';
import { ChoreographyError } from '../../contract/errors.ts';
import type { ReplaySend } from '../../runtime/ports/replay-queue.ts';

/** Bytes of one message, and of one call. */
export const QUEUE_BYTES_MAX = 1_048_576;
/** What a group or a deduplication id may be. */
const idForm = /^[a-zA-Z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
/** The two characters that JSON leaves as they are and SQS does not take. */
const noncharacters = /[\uFFFE\uFFFF]/g;

/** One message of a FIFO queue. */
export interface QueueText {
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

/** An id that SQS takes: the given one, or its hash. */
function queueId(id: string): string {
  return idForm.test(id) ? id : createHash('sha256').update(id).digest('hex');
}

/** A task as SQS takes it, with its size. @throws TASK_TOO_LARGE */
export function queueTextOf({ task, group, deduplicationId }: ReplaySend): { readonly text: QueueText; readonly bytes: number } {
  const MessageBody = JSON.stringify(task).replace(noncharacters, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
  const bytes = Buffer.byteLength(MessageBody);
  if (bytes > QUEUE_BYTES_MAX) {
    throw new ChoreographyError(
      'TASK_TOO_LARGE',
      `A task of the kind ${task.kind} has ${bytes} bytes; the queue takes at most ${QUEUE_BYTES_MAX}. None of this send was sent.`,
      { details: { kind: task.kind, bytes, bytesMax: QUEUE_BYTES_MAX } },
    );
  }
  return { text: { MessageBody, MessageGroupId: queueId(group), MessageDeduplicationId: queueId(deduplicationId) }, bytes };
}
