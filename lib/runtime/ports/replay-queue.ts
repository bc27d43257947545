import type { Envelope } from '../../contract/envelope.ts';
import type { ItemKey } from '../journal/item-key.ts';

/** What travels on a consumer's private queue, apart from live traffic. */
export type ReplayTask =
  /** Try the parked messages of a saga again. */
  | { readonly kind: 'wake'; readonly saga: string }
  /** Look after a started claim whose attempt must have ended: undo it where that was asked for, finish it where nobody else will. */
  | { readonly kind: 'settle'; readonly saga: string; readonly reaction: string; readonly key?: ItemKey }
  /**
   * A replayed or redriven message, for these reactions only (default: all that are concerned). `generation`: into that one
   * of the service's state, or nowhere (default: where live messages go).
   */
  | {
      readonly kind: 'message';
      readonly message: Envelope;
      readonly reactions?: readonly string[];
      readonly deadLetter?: string;
      readonly generation?: number;
    };

/** One task on its way. */
export interface ReplaySend {
  readonly task: ReplayTask;
  /** Tasks of a group are delivered one after the other. */
  readonly group: string;
  /** A second send with the same id within five minutes is accepted and not delivered (SQS FIFO). */
  readonly deduplicationId: string;
}

/**
 * A consumer's replay queue: FIFO per group, at least once, with the spacing decided by the receiver (`retry` after some
 * seconds hides the task, and its group with it).
 */
export interface ReplayQueue {
  /** @throws QUEUE_UNAVAILABLE (retryable) */
  send(sends: readonly ReplaySend[]): Promise<void>;
}
