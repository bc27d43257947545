import type { Claim } from '../journal/claim.ts';
import type { DeadLetter } from '../journal/dead-letter.ts';
import { entityKey, type ItemKey, keyText } from '../journal/item-key.ts';
import type { SagaMarker } from '../journal/parked.ts';
import type { EntityKey, EntityRecord, Unit, Write } from '../journal/unit.ts';
import type { ReadRequest, Store } from '../ports/store.ts';

/**
 * What one round of a batch sees: what was read from the store, overlaid by the batch's own writes in order. A commit's
 * conditions make it safe: whatever here turns out stale is refused by the store and run again on a fresh workspace.
 */
export interface Workspace {
  load(request: ReadRequest): Promise<void>;
  claim(key: ItemKey): Promise<Claim | undefined>;
  entity(key: EntityKey): Promise<EntityRecord | undefined>;
  entities(keys: readonly EntityKey[]): Promise<void>;
  /** What is known to be stored, without reading. */
  known(key: EntityKey): EntityRecord | undefined;
  saga(saga: string): SagaMarker | undefined;
  deadLetter(id: string): Promise<DeadLetter | undefined>;
  /** Overlays a unit's writes. */
  apply(unit: Unit): void;
  /** Drops what a refused unit had overlaid: it is read again when asked for. */
  forget(unit: Unit): void;
}

interface Tables {
  readonly claims: Map<string, Claim | undefined>;
  readonly entities: Map<string, EntityRecord | undefined>;
  readonly sagas: Map<string, SagaMarker | undefined>;
  readonly deadLetters: Map<string, DeadLetter | undefined>;
}

const entityText = (key: EntityKey) => keyText(entityKey(key.entity, key.id));

function addMissing<Value>(table: Map<string, Value | undefined>, key: string, found: ReadonlyMap<string, Value>): void {
  if (!table.has(key)) table.set(key, found.get(key));
}

/** The keys that a table knows nothing of yet, by their texts. */
function unknownOf<Key>(
  table: ReadonlyMap<string, unknown>,
  keys: readonly Key[] | undefined,
  textOf: (key: Key) => string,
): Map<string, Key> {
  const unknown = new Map<string, Key>();
  for (const key of keys ?? []) {
    const text = textOf(key);
    if (!table.has(text)) unknown.set(text, key);
  }
  return unknown;
}

const itself = (text: string): string => text;

async function load(store: Store, tables: Tables, request: ReadRequest): Promise<void> {
  const claims = unknownOf(tables.claims, request.claims, keyText);
  const entities = unknownOf(tables.entities, request.entities, entityText);
  const sagas = unknownOf(tables.sagas, request.sagas, itself);
  const deadLetters = unknownOf(tables.deadLetters, request.deadLetters, itself);
  if (claims.size + entities.size + sagas.size + deadLetters.size === 0) return;
  const found = await store.read({
    claims: [...claims.values()],
    entities: [...entities.values()],
    sagas: [...sagas.values()],
    deadLetters: [...deadLetters.values()],
  });
  // Of two reads side by side the first one in counts: a second one must not change what a run has built on.
  for (const text of claims.keys()) addMissing(tables.claims, text, found.claims);
  for (const text of entities.keys()) addMissing(tables.entities, text, found.entities);
  for (const saga of sagas.keys()) addMissing(tables.sagas, saga, found.sagas);
  for (const id of deadLetters.keys()) addMissing(tables.deadLetters, id, found.deadLetters);
}

function applyWrite(tables: Tables, write: Write): void {
  if (write.kind === 'claim') tables.claims.set(keyText(write.key), write.put);
  else if (write.kind === 'entity') tables.entities.set(entityText(write.key), write.put ?? undefined);
  else if (write.kind === 'saga') tables.sagas.set(write.saga, write.put ?? undefined);
  else if (write.kind === 'dead-letter') tables.deadLetters.set(write.id, write.put);
}

function forgetWrite(tables: Tables, write: Write): void {
  if (write.kind === 'claim') tables.claims.delete(keyText(write.key));
  else if (write.kind === 'entity' || write.kind === 'entity-check') tables.entities.delete(entityText(write.key));
  else if (write.kind === 'saga') tables.sagas.delete(write.saga);
  else if (write.kind === 'dead-letter') tables.deadLetters.delete(write.id);
}

/** A fresh, empty view of the store. */
export function createWorkspace(store: Store): Workspace {
  const tables: Tables = { claims: new Map(), entities: new Map(), sagas: new Map(), deadLetters: new Map() };
  return {
    load: (request) => load(store, tables, request),
    async claim(key) {
      const text = keyText(key);
      if (!tables.claims.has(text)) await load(store, tables, { claims: [key] });
      return tables.claims.get(text);
    },
    async entity(key) {
      const text = entityText(key);
      if (!tables.entities.has(text)) await load(store, tables, { entities: [key] });
      return tables.entities.get(text);
    },
    entities: (keys) => load(store, tables, { entities: keys }),
    known: (key) => tables.entities.get(entityText(key)),
    saga: (saga) => tables.sagas.get(saga),
    async deadLetter(id) {
      await load(store, tables, { deadLetters: [id] });
      return tables.deadLetters.get(id);
    },
    apply(unit) {
      for (const write of unit.writes) applyWrite(tables, write);
    },
    forget(unit) {
      for (const write of unit.writes) forgetWrite(tables, write);
    },
  };
}
