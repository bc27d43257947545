import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsClients } from '../../aws/calls/clients.ts';
import { hideFor } from '../../aws/sqs/hide.ts';
import { createSqsReplayQueue } from '../../aws/sqs/replay-queue.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { ReplayQueue } from '../../runtime/ports/replay-queue.ts';

/** A replay queue as its consumer uses it. */
export interface QueuePorts {
  readonly replayQueue: ReplayQueue;
  /** Hides a task for some seconds, and its group with it. */
  hide(receiptHandle: string, seconds: number): Promise<unknown>;
}

/** The ports of a replay queue, by its URL; `clock` waits between calls. */
export function queuePorts(clients: AwsClients, queueUrl: string, clock: Clock): QueuePorts {
  const client = clients.of(SQSClient);
  return {
    replayQueue: createSqsReplayQueue({ client, queueUrl, clock }),
    hide: (receiptHandle, seconds) => hideFor(client, queueUrl, receiptHandle, seconds),
  };
}
