import type { SourcePosition } from '../journal/dead-letter.ts';
import type { ReplayTask } from './replay-queue.ts';

/** One record as the transport hands it over. */
export interface Delivery {
  /** The text of the record: an envelope as JSON, if all is well. */
  readonly body: string;
  readonly source: SourcePosition;
  /** Milliseconds since 1970: when the transport took it. */
  readonly arrivedAt: number;
  /** It came by the way of an inbound. Who may write there speaks for another system, and for no service of ours. @default - it did not */
  readonly foreign?: true;
}

/** One task from the replay queue. */
export interface ReplayDelivery {
  readonly task: ReplayTask;
  readonly source: SourcePosition;
  /** Receives so far, this one included. */
  readonly attempt: number;
}

/** How long this invocation may go on. */
export interface Invocation {
  /** Milliseconds since 1970 at which the platform stops it. */
  readonly deadline: number;
}

/**
 * How it ended for one record. `unfinished`: not failed, hand it over again; `paused`: nothing was looked at, as the
 * consumer is paused. `retry`: the same, but not before some seconds have passed (replay queue only).
 */
export type DeliveryResult =
  | { readonly status: 'done' }
  | { readonly status: 'unfinished'; readonly reason: string; readonly paused?: true }
  | { readonly status: 'retry'; readonly afterSeconds: number };
