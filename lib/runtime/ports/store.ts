import type { ChoreographyError } from '../../contract/errors.ts';
import type { Claim, Version } from '../journal/claim.ts';
import type { DeadLetter } from '../journal/dead-letter.ts';
import type { Generations } from '../journal/generations.ts';
import type { ItemKey } from '../journal/item-key.ts';
import type { DueItem, OutboxMarker } from '../journal/outbox.ts';
import type { ParkedMessage, SagaMarker } from '../journal/parked.ts';
import type { EntityKey, EntityRecord, Unit } from '../journal/unit.ts';

/** What to read in one call. Keys may repeat. */
export interface ReadRequest {
  readonly claims?: readonly ItemKey[];
  readonly entities?: readonly EntityKey[];
  /** Parked markers, by saga. */
  readonly sagas?: readonly string[];
  readonly deadLetters?: readonly string[];
  /** Outbox markers, by id. */
  readonly outbox?: readonly string[];
}

/** What was there; absent and expired items are absent from the maps. */
export interface ReadResult {
  /** By `keyText`. */
  readonly claims: ReadonlyMap<string, Claim>;
  /** By `keyText(entityKey(entity, id))`. */
  readonly entities: ReadonlyMap<string, EntityRecord>;
  readonly sagas: ReadonlyMap<string, SagaMarker>;
  readonly deadLetters: ReadonlyMap<string, DeadLetter>;
  readonly outbox: ReadonlyMap<string, OutboxMarker>;
}

/** How a commit ended for one unit. `cancelled`: this unit was fine, another one of the group was not. */
export type UnitOutcome =
  | { readonly status: 'committed' }
  | { readonly status: 'cancelled' }
  /** The claim (or the step's state) was not as expected; outranks a version failure of the same unit. */
  | { readonly status: 'claimed'; readonly existing?: Claim }
  /** Another item was not as expected, or a transaction ran against this one. */
  | { readonly status: 'conflict' }
  /** What it needs is not there yet, e.g. a table. Nothing is wrong with it: `error` is retryable and says what is missing. */
  | { readonly status: 'put-off'; readonly error: ChoreographyError }
  /** The store will never take it, e.g. an item is too large. */
  | { readonly status: 'invalid'; readonly reason: string };

/** An entity, and which one it is. */
export interface StoredEntity {
  readonly entity: string;
  readonly id: string;
  readonly record: EntityRecord;
}

/** One page of a listing. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Give it back to get the next page; absent on the last one. */
  readonly cursor?: string;
}

/** What a sweep goes through. */
export type SweptKind = 'outbox' | 'due';

/**
 * The journal of one service. Guarantees that every adapter keeps (the conformance suite `storeConformance` checks them):
 *
 * - `read` is strongly consistent per item; it is not a snapshot over items.
 * - `commit` is atomic over all writes of all units: all are in, or none. Writes of one item by several units in order
 *   are folded: the first one's condition, the last one's value. Every condition is checked against what is stored.
 * - A write is at most `itemsOf(write)` items of a transaction.
 * - An expired claim counts as absent for reads and for conditions.
 * - `commit` throws `STORE_THROTTLED` (retryable) when certainly nothing was written, and `COMMIT_AMBIGUOUS` (retryable)
 *   when that is unknown. The caller then repeats the same units; a unit that is already in is answered `claimed` with
 *   the claim that carries its commit id.
 * - Listings are eventually complete and bounded by `limit`; they may miss what was written a moment ago.
 */
export interface Store {
  read(request: ReadRequest): Promise<ReadResult>;
  commit(units: readonly Unit[]): Promise<readonly UnitOutcome[]>;

  /**
   * Markers of commits up to `before` (milliseconds), oldest first, that is, by their ids. `limit`: commits that they name
   * together; one marker is given even if it names more. `after`: only those behind this id, whether it is there or not.
   */
  listOutbox(query: { readonly before: number; readonly limit: number; readonly after?: string }): Promise<readonly OutboxMarker[]>;
  /** Removes markers; one that is gone already is fine. */
  clearOutbox(ids: readonly string[]): Promise<void>;
  /** Takes the expiry off a claim that still has events to publish. */
  keepClaim(key: ItemKey): Promise<void>;

  /** Due items up to `before` (milliseconds), earliest first. `after`: only those behind this id, whether it is there or not. */
  listDue(query: { readonly before: number; readonly limit: number; readonly after?: string }): Promise<readonly DueItem[]>;
  clearDue(ids: readonly string[]): Promise<void>;
  /** Up to which id the last sweep that passed over what it could not get done has come. Best effort: the last one that was noted. */
  sweptTo(kind: SweptKind): Promise<string | undefined>;
  noteSwept(kind: SweptKind, id: string): Promise<void>;

  /** Markers of parked sagas whose `wakeAt` is up to `wakeBefore` (milliseconds), longest parked first. */
  listParkedSagas(query: { readonly wakeBefore: number; readonly limit: number }): Promise<readonly SagaMarker[]>;
  /** The line of one saga, in order. Strongly consistent. */
  listParked(saga: string, limit: number): Promise<readonly ParkedMessage[]>;

  /** Newest first. */
  listDeadLetters(query: {
    readonly state?: DeadLetter['state'];
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<DeadLetter>>;
  /** All claims of one saga, for operations. */
  listClaims(saga: string, limit: number): Promise<readonly Claim[]>;
  /** All claims of all sagas in no order, by reading the whole table: for operators only. `limit`: items looked at. */
  scanClaims(query: { readonly limit: number; readonly cursor?: string }): Promise<Page<Claim>>;
  /** Entities by a declared index. */
  queryEntities(query: {
    readonly entity: string;
    readonly index: string;
    readonly value: string;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<{ readonly id: string; readonly record: EntityRecord }>>;

  /** The document of generations; `undefined`: there is none. Strongly consistent: a process that asks behind a change knows of it. */
  generations(): Promise<Generations | undefined>;
  /** `false`: somebody else changed it (`expect: null`: there is one already). A repeat of what is in already is in. */
  putGenerations(next: Generations, expect: Version): Promise<boolean>;
  /** Entities of a generation under their own names, those in brought tables left out, in no order: for operators only. `limit`: items looked at. */
  scanEntities(query: { readonly generation: number; readonly limit: number; readonly cursor?: string }): Promise<Page<StoredEntity>>;
  /** Deletes entities of a generation, with their index entries. `limit`: items looked at. Who still writes into it leaves something behind. */
  dropGeneration(query: {
    readonly generation: number;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<{ readonly dropped: number; readonly cursor?: string }>;

  /** Notes that a reaction succeeded; never moves back. Best effort: evidence that a failure is not an outage. */
  noteSuccess(reaction: string, at: number): Promise<void>;
  /** Milliseconds since 1970, or `undefined`. */
  lastSuccess(reaction: string): Promise<number | undefined>;
}
