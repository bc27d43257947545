import type { Envelope } from '../../contract/envelope.ts';
import type { Emission } from './claim.ts';
import type { ItemKey } from './item-key.ts';

/** A commit that has events to publish. */
export interface OutboxEntry {
  readonly commit: string;
  /** The claim that holds its events. */
  readonly claim: ItemKey;
}

/**
 * One marker per transaction that still has events to publish; no marker = published. It never expires. Where many messages
 * commit together it stands for all of them, so that it costs one item and not one each; what is out is taken off it.
 */
export interface OutboxMarker {
  /** Time-ordered: that of its first commit (`markerId`). */
  readonly id: string;
  /** Never empty. */
  readonly entries: readonly OutboxEntry[];
  /** Of its first commit, in milliseconds since 1970. */
  readonly committedAt: number;
}

/** The first of some markers that name no more commits than `limit` together, or the very first: one alone may name more. */
export function markersOfCommits(markers: readonly OutboxMarker[], limit: number): readonly OutboxMarker[] {
  let commits = 0;
  const over = markers.findIndex(({ entries }, at) => {
    commits += entries.length;
    return at > 0 && commits > limit;
  });
  return over < 0 ? markers : markers.slice(0, over);
}

/** The marker of a commit that is not shared: ISO time of the commit, `~`, commit. */
export function markerId(at: string, commit: string): string {
  return `${at}~${commit}`;
}

/** Where it says whether the events of a commit are out. */
export function markerOf({ marker, at, commit }: Pick<Emission, 'marker' | 'at' | 'commit'>): string {
  return marker ?? markerId(at, commit);
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
