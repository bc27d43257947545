import { RECEIVES_MAX } from '../../contract/limits.ts';
import type { Random } from '../random.ts';
import type { Scheduler, Timer } from '../time/world-clock.ts';
import { createFifoOrder, createStandardOrder, type QueuedMessage, type QueueOrder } from './queue-order.ts';

/** One message to send. */
export interface QueueSend {
  readonly body: string;
  /** FIFO queues: what is delivered one after the other. @default '' */
  readonly group?: string;
  /** FIFO queues: a second send with the same id within five minutes is accepted and dropped. @default - none */
  readonly deduplicationId?: string;
  /** Standard queues only. @default 0 */
  readonly delaySeconds?: number;
}

/** One message as it is received. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** FIFO queues. */
  readonly group: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** This one included. */
  readonly receiveCount: number;
  /** For `delete` and `changeVisibility`; the next receive makes it void. */
  readonly receipt: string;
}

/** A queue with at-least-once delivery, like SQS. */
export interface Queue {
  readonly name: string;
  /** Messages in it, the hidden ones included. */
  readonly size: number;
  send(send: QueueSend): void;
  /** Up to `limit` (SQS: 10) messages, hidden from now on for the queue's visibility timeout. */
  receive(limit: number): readonly QueueMessage[];
  /** A void receipt changes nothing. */
  delete(receipt: string): void;
  changeVisibility(receipt: string, seconds: number): void;
  /** Calls `listener` whenever there may be something to receive. */
  onVisible(listener: () => void): void;
}

/** What `createQueue` takes. */
export interface QueueOptions {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** @default false */
  readonly fifo?: boolean;
  /** How long a received message is hidden. @default 360: six times a function's timeout, as AWS advises */
  readonly visibilitySeconds?: number;
  /** Receives after which a message goes to `deadLetters`. @default 1_000: a net, far looser than the runtime's own rules */
  readonly receivesMax?: number;
  /** @default - such a message is dropped */
  readonly deadLetters?: (message: QueueMessage) => void;
}

const VISIBILITY_SECONDS = 360;
/** SQS FIFO. */
const DEDUPLICATION_MILLISECONDS = 300_000;
/** Longest time that a message can be hidden (SQS: 12 hours), in seconds. */
const VISIBILITY_SECONDS_MAX = 43_200;

class MemoryQueue implements Queue {
  readonly name: string;
  readonly #options: QueueOptions;
  readonly #order: QueueOrder;
  readonly #inFlight = new Map<string, { readonly message: QueuedMessage; timer: Timer }>();
  /** Time of the first send by deduplication id, oldest first. */
  readonly #seen = new Map<string, number>();
  readonly #listeners: (() => void)[] = [];
  #sent = 0;
  #size = 0;

  constructor(options: QueueOptions) {
    this.name = options.name;
    this.#options = options;
    this.#order = options.fifo ? createFifoOrder() : createStandardOrder(options.random);
  }

  get size(): number {
    return this.#size;
  }

  send({ body, group = '', deduplicationId, delaySeconds = 0 }: QueueSend): void {
    const { fifo = false, scheduler } = this.#options;
    const now = scheduler.now();
    if (fifo && deduplicationId !== undefined && this.#isDuplicate(deduplicationId, now)) return;
    this.#sent += 1;
    this.#size += 1;
    const message = { id: `${this.name}-${this.#sent}`, body, group, sentAt: now, receiveCount: 0, receipt: '', hidden: false };
    const add = () => {
      this.#order.add(message);
      this.#tell();
    };
    if (delaySeconds > 0 && !fifo) scheduler.at(now + delaySeconds * 1000, add);
    else add();
  }

  receive(limit: number): readonly QueueMessage[] {
    const { receivesMax = RECEIVES_MAX, visibilitySeconds = VISIBILITY_SECONDS, deadLetters } = this.#options;
    const received: QueueMessage[] = [];
    while (received.length < limit) {
      const message = this.#order.take();
      if (!message) break;
      message.hidden = true;
      if (message.receiveCount >= receivesMax) {
        this.#drop(message);
        deadLetters?.(message);
        continue;
      }
      message.receiveCount += 1;
      message.receipt = `${message.id}/${message.receiveCount}`;
      this.#inFlight.set(message.receipt, { message, timer: this.#show(message, visibilitySeconds) });
      const { id, body, group, sentAt, receiveCount, receipt } = message;
      received.push({ id, body, group, sentAt, receiveCount, receipt });
    }
    this.#order.endBatch();
    return received;
  }

  delete(receipt: string): void {
    const found = this.#inFlight.get(receipt);
    if (!found) return;
    found.timer.cancel();
    this.#inFlight.delete(receipt);
    this.#drop(found.message);
    this.#tell();
  }

  changeVisibility(receipt: string, seconds: number): void {
    const found = this.#inFlight.get(receipt);
    if (!found) return;
    found.timer.cancel();
    found.timer = this.#show(found.message, Math.min(seconds, VISIBILITY_SECONDS_MAX));
  }

  onVisible(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #isDuplicate(id: string, now: number): boolean {
    for (const [oldest, at] of this.#seen) {
      if (now - at < DEDUPLICATION_MILLISECONDS) break;
      this.#seen.delete(oldest);
    }
    if (this.#seen.has(id)) return true;
    this.#seen.set(id, now);
    return false;
  }

  #show(message: QueuedMessage, seconds: number): Timer {
    const { scheduler } = this.#options;
    return scheduler.at(scheduler.now() + seconds * 1000, () => {
      this.#inFlight.delete(message.receipt);
      message.hidden = false;
      this.#order.release(message);
      this.#tell();
    });
  }

  #drop(message: QueuedMessage): void {
    this.#order.remove(message);
    this.#size -= 1;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A queue in memory: standard, or FIFO per group. */
export function createQueue(options: QueueOptions): Queue {
  return new MemoryQueue(options);
}
