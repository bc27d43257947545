import type { Envelope } from '../../contract/envelope.ts';
import type { ItemKey } from './item-key.ts';

/** One small marker per commit that still has events to publish; no marker = published. It never expires. */
export interface OutboxMarker {
  /** Time-ordered: ISO time of the commit, `~`, commit. */
  readonly id: string;
  /** The claim that holds the events of the commit. */
  readonly claim: ItemKey;
  readonly commit: string;
  /** Milliseconds since 1970. */
  readonly committedAt: number;
}

/**
 * Something that is to happen later: a scheduled event, or settling a step whose attempt must have ended by then. Its `id`
 * is time-ordered: ISO time at which it is due, `~`, hash.
 */
export type DueItem =
  | { readonly kind: 'event'; readonly id: string; readonly dueAt: number; readonly event: Envelope }
  | {
      readonly kind: 'settle';
      readonly id: string;
      readonly dueAt: number;
      readonly saga: string;
      readonly reaction: string;
      /** @default - the reaction's step in the saga */
      readonly key?: ItemKey;
    };
