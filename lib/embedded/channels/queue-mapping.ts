import type { DeliveryResult } from '../../runtime/ports/delivery.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../time/world-clock.ts';
import type { Queue, QueueMessage } from './queue.ts';

/** What `createQueueMapping` takes. */
export interface QueueMappingOptions {
  readonly queue: Queue;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** One result per message, in their order. A throw leaves them all hidden until their visibility timeout. */
  readonly invoke: (messages: readonly QueueMessage[]) => Promise<readonly DeliveryResult[]>;
  /** @default 10 */
  readonly batchSize?: number;
  /** Invocations at a time. @default 2 */
  readonly concurrencyMax?: number;
  /** @default - never */
  readonly isPaused?: () => boolean;
}

/** What hands a queue's messages to a function. */
export interface QueueMapping {
  /** Looks whether there is something to do, e.g. after a pause. */
  wake(): void;
}

const BATCH_SIZE = 10;
const CONCURRENCY_MAX = 2;
/** Longest time until a poller sees what there is, in milliseconds. */
const POLL_MILLISECONDS_MAX = 50;

/** Deletes what is done, hides what is to wait; what is unfinished comes again after the visibility timeout, as on AWS. */
function settle(queue: Queue, messages: readonly QueueMessage[], results: readonly DeliveryResult[]): void {
  for (const [index, { receipt }] of messages.entries()) {
    const result = results[index];
    if (result?.status === 'done') queue.delete(receipt);
    else if (result?.status === 'retry') queue.changeVisibility(receipt, Math.max(0, Math.ceil(result.afterSeconds)));
  }
}

/** Polls a queue as Lambda's event source mapping does: batches, partial results, a few invocations at a time. */
export function createQueueMapping(options: QueueMappingOptions): QueueMapping {
  const { queue, scheduler, random, invoke, batchSize = BATCH_SIZE, concurrencyMax = CONCURRENCY_MAX, isPaused = () => false } = options;
  let running = 0;
  let polling = false;
  function wake(): void {
    if (polling || running >= concurrencyMax || queue.size === 0 || isPaused()) return;
    polling = true;
    scheduler.at(scheduler.now() + random.integer(POLL_MILLISECONDS_MAX), poll);
  }
  function poll(): void {
    polling = false;
    if (isPaused()) return;
    const messages = queue.receive(batchSize);
    if (messages.length === 0) return;
    running += 1;
    invoke(messages)
      .then(
        (results) => settle(queue, messages, results),
        () => {},
      )
      .finally(() => {
        running -= 1;
        wake();
      })
      .catch((error: unknown) => scheduler.fail(error));
    wake();
  }
  queue.onVisible(wake);
  return { wake };
}
