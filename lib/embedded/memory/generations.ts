import { compareTexts } from '../../contract/compare-texts.ts';
import type { Version } from '../../runtime/journal/claim.ts';
import type { Generations } from '../../runtime/journal/generations.ts';
import { storedName } from '../../runtime/journal/in-generation.ts';
import type { Store } from '../../runtime/ports/store.ts';
import { frozenCopy } from './frozen-copy.ts';
import { takePage } from './ordered-map.ts';
import { type MemoryTables, putEntity } from './tables.ts';

/** What `Store.putGenerations` does. */
export function putGenerations(tables: MemoryTables, next: Generations, expect: Version): boolean {
  const stored = tables.generations?.version ?? null;
  if (stored !== expect) return stored === next.version;
  tables.generations = frozenCopy(next).value;
  return true;
}

type Query = Parameters<Store['scanEntities']>[0];

/** Entities of one generation as they are stored, by key. */
function pageOf(tables: MemoryTables, { generation, limit, cursor }: Query) {
  const sorted = [...tables.entities.entries()].sort(([left], [right]) => compareTexts(left, right));
  const page = takePage(sorted, { limit, cursor, cursorOf: ([key]) => key, isBehind: ([key], before) => key > before });
  const items = page.items.map(([, stored]) => stored).filter(({ entity }) => storedName(entity).generation === generation);
  return { items, rest: page.cursor === undefined ? {} : { cursor: page.cursor } };
}

/** What `Store.scanEntities` gives. */
export function scanEntities(tables: MemoryTables, query: Query): Awaited<ReturnType<Store['scanEntities']>> {
  const { items, rest } = pageOf(tables, query);
  return { items: items.map((stored) => ({ ...stored, entity: storedName(stored.entity).entity })), ...rest };
}

/** What `Store.dropGeneration` does. */
export function dropGeneration(tables: MemoryTables, query: Query): Awaited<ReturnType<Store['dropGeneration']>> {
  const { items, rest } = pageOf(tables, query);
  for (const { entity, id } of items) putEntity(tables, entity, id, null);
  return { dropped: items.length, ...rest };
}
