import type { SqsRecord } from '../../aws/records/sqs-record.ts';
import type { BatchResponse } from '../lambda-context.ts';
import type { ServiceInstance } from '../service-instance.ts';

/** How it ended for one message. */
export interface Turn {
  readonly done: boolean;
  /** Not before so many seconds again. @default - after the queue's visibility timeout */
  readonly afterSeconds?: number;
}

/** A message is finished. */
export const finished: Turn = { done: true };

/** What `inTurn` takes. */
export interface InTurnOptions {
  readonly records: readonly SqsRecord[];
  /** Milliseconds since 1970 at which the platform stops the invocation. */
  readonly deadline: number;
  run(record: SqsRecord, index: number): Promise<Turn>;
  /** Hides a message for some seconds. @default - what is not finished stays hidden as long as the queue says */
  readonly hide?: (receiptHandle: string, seconds: number) => Promise<unknown>;
}

/** Milliseconds before the deadline at which no further message is begun. */
const MARGIN_MILLISECONDS = 5_000;
/** What there was no time for comes again at once, to another invocation. */
const noTimeLeft: Turn = { done: false, afterSeconds: 0 };

/**
 * Handles messages of a queue one after the other. Behind one that is not finished no other of its group is begun, and
 * they are hidden for as long as it is: a FIFO group is held back while any message of it is hidden.
 */
export async function inTurn({ ports }: ServiceInstance, { records, deadline, run, hide }: InTurnOptions): Promise<BatchResponse> {
  const held = new Map<string, Turn>();
  const failures: { readonly itemIdentifier: string }[] = [];
  async function putOff({ itemIdentifier, receiptHandle }: SqsRecord, { afterSeconds }: Turn): Promise<void> {
    failures.push({ itemIdentifier });
    if (!hide || receiptHandle === undefined || afterSeconds === undefined) return;
    try {
      await hide(receiptHandle, afterSeconds);
    } catch (error) {
      const fields = { error: String(error) };
      ports.telemetry.log({ level: 'warn', message: 'a message could not be hidden; it comes again when the queue says', fields });
    }
  }
  for (const [index, record] of records.entries()) {
    const group = record.messageGroupId ?? record.itemIdentifier;
    const late = ports.clock.now() > deadline - MARGIN_MILLISECONDS;
    const turn = held.get(group) ?? (late ? noTimeLeft : await run(record, index));
    if (turn.done) continue;
    held.set(group, turn);
    await putOff(record, turn);
  }
  return { batchItemFailures: failures };
}
