import type { ExistingTable } from '../../contract/entity.ts';
import type { Claim, Version } from './claim.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { ItemKey } from './item-key.ts';
import type { DueItem, OutboxMarker } from './outbox.ts';
import type { ParkedMessage, SagaMarker } from './parked.ts';

/** Names one entity of the service. */
export interface EntityKey {
  readonly entity: string;
  readonly id: string;
  /** Set when the entity lives in a table that the team brought. */
  readonly table?: ExistingTable;
}

/** A stored entity. */
export interface EntityRecord {
  readonly state: unknown;
  readonly shapeVersion: number;
  /** The id of the commit that wrote it. */
  readonly version: string;
  /** Values of the declared indexes. */
  readonly indexes: Readonly<Record<string, string>>;
}

/** One change (or one check) of one item, on condition that the stored version is `expect` (`null`: absent or expired). */
export type Write =
  | { readonly kind: 'claim'; readonly key: ItemKey; readonly expect: Version; readonly put: Claim }
  | { readonly kind: 'entity'; readonly key: EntityKey; readonly expect: Version; readonly put: EntityRecord | null }
  | { readonly kind: 'entity-check'; readonly key: EntityKey; readonly expect: Version }
  | { readonly kind: 'saga'; readonly saga: string; readonly expect: Version; readonly put: SagaMarker | null }
  | { readonly kind: 'dead-letter'; readonly id: string; readonly expect: Version; readonly put: DeadLetter }
  | { readonly kind: 'parked'; readonly saga: string; readonly order: number; readonly put: ParkedMessage | null }
  | { readonly kind: 'outbox'; readonly put: OutboxMarker }
  | { readonly kind: 'due'; readonly put: DueItem };

/** Items that a store makes of a write, at most: each index of an entity behind its first one may be an item of its own. */
export function itemsOf(write: Write): number {
  return write.kind === 'entity' && write.put ? Math.max(1, Object.keys(write.put.indexes).length) : 1;
}

/** What one reaction run changes: all of it or nothing. `id` is the commit id: the version of all that it writes. */
export interface Unit {
  readonly id: string;
  readonly writes: readonly Write[];
}
