import { compareTexts } from '../../contract/compare-texts.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { Generations } from '../../runtime/journal/generations.ts';
import type { DueItem, OutboxMarker } from '../../runtime/journal/outbox.ts';
import type { ParkedMessage, SagaMarker } from '../../runtime/journal/parked.ts';
import type { SweptKind } from '../../runtime/ports/store.ts';
import { frozenCopy } from './frozen-copy.ts';
import {
  createTables,
  liveClaims,
  type MemoryTables,
  mapUnder,
  putEntity,
  putParked,
  type StoredClaim,
  type StoredEntity,
  storedClaim,
} from './tables.ts';

/** Everything in a memory store as plain JSON, sorted: equal states give equal snapshots, in whatever order they came about. */
export interface MemorySnapshot {
  /** Without the expired ones, which count as absent. */
  readonly claims: readonly StoredClaim[];
  readonly entities: readonly StoredEntity[];
  readonly sagas: readonly SagaMarker[];
  readonly parked: readonly ParkedMessage[];
  readonly deadLetters: readonly DeadLetter[];
  readonly outbox: readonly OutboxMarker[];
  readonly due: readonly DueItem[];
  /** Reaction and time of its last success. */
  readonly successes: readonly (readonly [string, number])[];
  /** Up to where sweeps have come. @default - none has passed over anything */
  readonly swept?: readonly (readonly [SweptKind, string])[];
  /** @default - there is generation 1, and no other */
  readonly generations?: Generations;
}

/** The line of one saga, in order. */
export function parkedLine(line: ReadonlyMap<number, ParkedMessage> | undefined): readonly ParkedMessage[] {
  return line ? [...line.entries()].sort(([left], [right]) => left - right).map(([, message]) => message) : [];
}

/** Dumps tables. */
export function takeSnapshot(tables: MemoryTables, nowMs: number): MemorySnapshot {
  const byKey = <Value>([left]: readonly [string, Value], [right]: readonly [string, Value]): number => compareTexts(left, right);
  return {
    claims: liveClaims(tables, nowMs),
    entities: [...tables.entities.entries()].sort(byKey).map(([, stored]) => stored),
    sagas: [...tables.sagas.sorted()],
    parked: [...tables.parked.entries()].sort(byKey).flatMap(([, line]) => parkedLine(line)),
    deadLetters: [...tables.deadLetters.sorted()],
    outbox: [...tables.outbox.sorted()],
    due: [...tables.due.sorted()],
    successes: [...tables.successes.entries()].sort(byKey),
    ...(tables.swept.size > 0 ? { swept: [...tables.swept.entries()].sort(byKey) } : {}),
    ...(tables.generations ? { generations: tables.generations } : {}),
  };
}

/** Tables that hold what a snapshot says; the snapshot may come from JSON and stays the caller's own. */
export function tablesOf(snapshot: MemorySnapshot): MemoryTables {
  const tables = createTables();
  const { value } = frozenCopy(snapshot);
  for (const { key, claim } of value.claims) mapUnder(tables.claims, key.partition).set(key.sort, storedClaim(key, claim));
  for (const { entity, id, record } of value.entities) putEntity(tables, entity, id, record);
  for (const marker of value.sagas) tables.sagas.set(marker.saga, marker);
  for (const message of value.parked) putParked(tables, message.saga, message.order, message);
  for (const letter of value.deadLetters) tables.deadLetters.set(letter.id, letter);
  for (const marker of value.outbox) tables.outbox.set(marker.id, marker);
  for (const item of value.due) tables.due.set(item.id, item);
  for (const [reaction, at] of value.successes) tables.successes.set(reaction, at);
  for (const [kind, id] of value.swept ?? []) tables.swept.set(kind, id);
  tables.generations = value.generations;
  return tables;
}
