import { compareTexts } from '../../contract/compare-texts.ts';
import type { Claim, Version } from '../../runtime/journal/claim.ts';
import { isExpired } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { Generations } from '../../runtime/journal/generations.ts';
import { entityKey, type ItemKey, keyText } from '../../runtime/journal/item-key.ts';
import type { DueItem, OutboxMarker } from '../../runtime/journal/outbox.ts';
import type { ParkedMessage, SagaMarker } from '../../runtime/journal/parked.ts';
import type { EntityRecord, Write } from '../../runtime/journal/unit.ts';
import type { SweptKind } from '../../runtime/ports/store.ts';
import { createOrderedMap, type OrderedMap } from './ordered-map.ts';

/** A claim where it is stored. */
export interface StoredClaim {
  readonly key: ItemKey;
  readonly claim: Claim;
}

/** A claim and its key, both frozen. */
export function storedClaim({ partition, sort }: ItemKey, claim: Claim): StoredClaim {
  return Object.freeze({ key: Object.freeze({ partition, sort }), claim });
}

/** An entity under its own name and id: the key holds them escaped or hashed. */
export interface StoredEntity {
  readonly entity: string;
  readonly id: string;
  readonly record: EntityRecord;
}

/** All items of one service's journal. Values are frozen; whoever writes has copied them. */
export interface MemoryTables {
  /** By partition, then by sort key. */
  readonly claims: Map<string, Map<string, StoredClaim>>;
  readonly entities: Map<string, StoredEntity>;
  /** Entities by `indexText`. */
  readonly byIndex: Map<string, OrderedMap<StoredEntity>>;
  readonly sagas: OrderedMap<SagaMarker>;
  /** By saga, then by order. */
  readonly parked: Map<string, Map<number, ParkedMessage>>;
  readonly deadLetters: OrderedMap<DeadLetter>;
  readonly outbox: OrderedMap<OutboxMarker>;
  readonly due: OrderedMap<DueItem>;
  readonly successes: Map<string, number>;
  readonly swept: Map<SweptKind, string>;
  generations: Generations | undefined;
}

/** Empty tables; each ordered map has the order in which the port lists it. */
export function createTables(): MemoryTables {
  return {
    claims: new Map(),
    entities: new Map(),
    byIndex: new Map(),
    sagas: createOrderedMap((left, right) => left.parkedAt - right.parkedAt || compareTexts(left.saga, right.saga)),
    parked: new Map(),
    deadLetters: createOrderedMap((left, right) => compareTexts(right.id, left.id)),
    outbox: createOrderedMap((left, right) => compareTexts(left.id, right.id)),
    due: createOrderedMap((left, right) => left.dueAt - right.dueAt || compareTexts(left.id, right.id)),
    successes: new Map(),
    swept: new Map(),
    generations: undefined,
  };
}

/** The claim under a key, unless it is absent or expired. */
export function liveClaim(tables: MemoryTables, key: ItemKey, nowMs: number): Claim | undefined {
  const claim = tables.claims.get(key.partition)?.get(key.sort)?.claim;
  return claim && !isExpired(claim, nowMs) ? claim : undefined;
}

/** The live claims of one partition, or of all, by key. */
export function liveClaims(tables: MemoryTables, nowMs: number, partition?: string): readonly StoredClaim[] {
  const partitions =
    partition === undefined ? [...tables.claims.values()] : [tables.claims.get(partition) ?? new Map<string, StoredClaim>()];
  return partitions
    .flatMap((claims) => [...claims.values()])
    .filter(({ claim }) => !isExpired(claim, nowMs))
    .sort((left, right) => compareTexts(left.key.partition, right.key.partition) || compareTexts(left.key.sort, right.key.sort));
}

/** Names one value of one index. */
export function indexText(entity: string, index: string, value: string): string {
  return JSON.stringify([entity, index, value]);
}

/** The stored version that a write's condition is about; `undefined` where a write has no condition. */
export function storedVersion(tables: MemoryTables, write: Write, nowMs: number): Version | undefined {
  switch (write.kind) {
    case 'claim':
      return liveClaim(tables, write.key, nowMs)?.version ?? null;
    case 'entity':
    case 'entity-check':
      return tables.entities.get(keyText(entityKey(write.key.entity, write.key.id)))?.record.version ?? null;
    case 'saga':
      return tables.sagas.get(write.saga)?.version ?? null;
    case 'dead-letter':
      return tables.deadLetters.get(write.id)?.version ?? null;
    default:
      return undefined;
  }
}

/** The map under a key; made when it is not there. */
export function mapUnder<Key, Inner>(outer: Map<string, Map<Key, Inner>>, key: string): Map<Key, Inner> {
  const found = outer.get(key);
  if (found) return found;
  const made = new Map<Key, Inner>();
  outer.set(key, made);
  return made;
}

function reindex(tables: MemoryTables, { entity, id, record }: StoredEntity, put: StoredEntity | undefined): void {
  for (const [index, value] of Object.entries(record.indexes)) {
    const text = indexText(entity, index, value);
    const entries = tables.byIndex.get(text) ?? createOrderedMap((left: StoredEntity, right) => compareTexts(left.id, right.id));
    if (put) entries.set(id, put);
    else entries.delete(id);
    if (entries.size > 0) tables.byIndex.set(text, entries);
    else tables.byIndex.delete(text);
  }
}

/** Stores an entity, or takes it out, with its index entries. */
export function putEntity(tables: MemoryTables, entity: string, id: string, record: EntityRecord | null): void {
  const text = keyText(entityKey(entity, id));
  const before = tables.entities.get(text);
  if (before) reindex(tables, before, undefined);
  if (!record) {
    tables.entities.delete(text);
    return;
  }
  const stored = Object.freeze({ entity, id, record });
  tables.entities.set(text, stored);
  reindex(tables, stored, stored);
}

/** Stores a parked message, or takes it out of its saga's line. */
export function putParked(tables: MemoryTables, saga: string, order: number, message: ParkedMessage | null): void {
  const line = mapUnder(tables.parked, saga);
  if (message) line.set(order, message);
  else line.delete(order);
  if (line.size === 0) tables.parked.delete(saga);
}
