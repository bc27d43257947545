import type { Claim } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { entityIn, storedName } from '../../runtime/journal/in-generation.ts';
import { entityKey, type ItemKey, keyText, stepKey } from '../../runtime/journal/item-key.ts';
import { markersOfCommits } from '../../runtime/journal/outbox.ts';
import type { SagaMarker } from '../../runtime/journal/parked.ts';
import type { EntityRecord } from '../../runtime/journal/unit.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { Store } from '../../runtime/ports/store.ts';
import { commitUnits } from './commit.ts';
import { dropGeneration, putGenerations, scanEntities } from './generations.ts';
import { firstDue, pageOfClaims, pageOfDeadLetters, pageOfEntities, readItems } from './read.ts';
import { type MemorySnapshot, parkedLine, tablesOf, takeSnapshot } from './snapshot.ts';
import { createTables, liveClaim, liveClaims, type MemoryTables, storedClaim } from './tables.ts';

/** What `createMemoryStore` takes. */
export interface MemoryStoreOptions {
  /** Decides which claims are expired. */
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * A journal in memory, and what a test or a simulation looks at without waiting. Every value it hands out is deep-frozen:
 * copy one to change it.
 */
export interface MemoryStore extends Store {
  /** Of the current generation. */
  entity(name: string, id: string): EntityRecord | undefined;
  /** Claims of one saga that are not expired, by key. */
  claimsOf(saga: string): readonly Claim[];
  allClaims(): readonly Claim[];
  /** Newest first. */
  allDeadLetters(): readonly DeadLetter[];
  /** Markers of parked sagas, longest parked first. */
  allMarkers(): readonly SagaMarker[];
  /** Whether an entity of that name was ever asked for by its id. */
  hasRead(name: string): boolean;
  /** Commits that have something to publish. */
  outboxSize(): number;
  dueSize(): number;
  /** All of it as plain JSON: equal states give equal snapshots. */
  snapshot(): MemorySnapshot;
  /** Replaces all of it. */
  restore(snapshot: MemorySnapshot): void;
}

/** Where claims of a saga live, whatever their reaction. */
function sagaPartition(saga: string): string {
  return stepKey(saga, '').partition;
}

/** Keeps the claim's own version: it is the same claim, only without an end. */
function keepClaim(tables: MemoryTables, key: ItemKey, nowMs: number): void {
  const claim = liveClaim(tables, key, nowMs);
  if (claim?.expiresAt === undefined) return;
  const { expiresAt: _, ...kept } = claim;
  tables.claims.get(key.partition)?.set(key.sort, storedClaim(key, Object.freeze(kept)));
}

/**
 * The journal of one service in memory, as exact as the port says and as strict as DynamoDB: 400 KB an item, 100 items
 * and 4 MB a transaction. Every call takes effect at once and as a whole.
 */
export function createMemoryStore({ clock }: MemoryStoreOptions): MemoryStore {
  let tables = createTables();
  const asked = new Set<string>();
  const claimsOf = (partition?: string): readonly Claim[] => liveClaims(tables, clock.now(), partition).map(({ claim }) => claim);
  return {
    async read(request) {
      for (const { entity } of request.entities ?? []) asked.add(storedName(entity).entity);
      return readItems(tables, request, clock.now());
    },
    commit: async (units) => commitUnits(tables, units, clock.now()),
    listOutbox: async ({ before, limit, after = '' }) =>
      markersOfCommits(
        firstDue(tables.outbox, limit, ({ id, committedAt }) => id > after && committedAt <= before),
        limit,
      ),
    clearOutbox: async (ids) => ids.forEach(tables.outbox.delete),
    keepClaim: async (key) => keepClaim(tables, key, clock.now()),
    listDue: async ({ before, limit, after = '' }) => firstDue(tables.due, limit, ({ id, dueAt }) => id > after && dueAt <= before),
    clearDue: async (ids) => ids.forEach(tables.due.delete),
    sweptTo: async (kind) => tables.swept.get(kind),
    noteSwept: async (kind, id) => void tables.swept.set(kind, id),
    listParkedSagas: async ({ wakeBefore, limit }) => firstDue(tables.sagas, limit, ({ wakeAt }) => wakeAt <= wakeBefore),
    listParked: async (saga, limit) => parkedLine(tables.parked.get(saga)).slice(0, limit),
    listDeadLetters: async (query) => pageOfDeadLetters(tables, query),
    listClaims: async (saga, limit) => claimsOf(sagaPartition(saga)).slice(0, limit),
    scanClaims: async (query) => pageOfClaims(tables, query, clock.now()),
    queryEntities: async (query) => pageOfEntities(tables, query),
    generations: async () => tables.generations,
    putGenerations: async (next, expect) => putGenerations(tables, next, expect),
    scanEntities: async (query) => scanEntities(tables, query),
    dropGeneration: async (query) => dropGeneration(tables, query),
    noteSuccess: async (reaction, at) => {
      tables.successes.set(reaction, Math.max(at, tables.successes.get(reaction) ?? at));
    },
    lastSuccess: async (reaction) => tables.successes.get(reaction),
    entity: (name, id) => tables.entities.get(keyText(entityKey(entityIn(name, tables.generations?.current ?? 1), id)))?.record,
    claimsOf: (saga) => claimsOf(sagaPartition(saga)),
    allClaims: () => claimsOf(),
    allDeadLetters: () => [...tables.deadLetters.sorted()],
    allMarkers: () => [...tables.sagas.sorted()],
    hasRead: (name) => asked.has(name),
    outboxSize: () => tables.outbox.sorted().reduce((sum, { entries }) => sum + entries.length, 0),
    dueSize: () => tables.due.size,
    snapshot: () => takeSnapshot(tables, clock.now()),
    restore: (snapshot) => {
      tables = tablesOf(snapshot);
    },
  };
}
