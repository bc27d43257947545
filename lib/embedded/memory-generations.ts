import { compareTexts } from '../contract/compare-texts.ts';
import type { Version } from '../runtime/journal/claim.ts';
import type { Generations } from '../runtime/journal/generations.ts';
import { generationOfEntity } from '../runtime/journal/in-generation.ts';
import type { Store } from '../runtime/ports/store.ts';
import { frozenCopy } from './frozen-copy.ts';
import { takePage } from './memory-index.ts';
import { type MemoryTables, putEntity } from './memory-tables.ts';

/** What `Store.putGenerations` does. */
export function putGenerations(tables: MemoryTables, next: Generations, expect: Version): boolean {
  const stored = tables.generations?.version ?? null;
  if (stored !== expect) return stored === next.version;
  tables.generations = frozenCopy(next).value;
  return true;
}

/** What `Store.dropGeneration` does: by key. */
export function dropGeneration(
  tables: MemoryTables,
  { generation, limit, cursor }: Parameters<Store['dropGeneration']>[0],
): Awaited<ReturnType<Store['dropGeneration']>> {
  const sorted = [...tables.entities.entries()].sort(([left], [right]) => compareTexts(left, right));
  const page = takePage(sorted, { limit, cursor, cursorOf: ([key]) => key, isBehind: ([key], before) => key > before });
  const ours = page.items.filter(([, { entity }]) => generationOfEntity(entity) === generation);
  for (const [, { entity, id }] of ours) putEntity(tables, entity, id, null);
  return page.cursor === undefined ? { dropped: ours.length } : { dropped: ours.length, cursor: page.cursor };
}
