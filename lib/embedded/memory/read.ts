import { entityKey, keyText } from '../../runtime/journal/item-key.ts';
import type { ReadRequest, ReadResult, Store } from '../../runtime/ports/store.ts';
import { type OrderedMap, takePage } from './ordered-map.ts';
import { indexText, liveClaim, liveClaims, type MemoryTables } from './tables.ts';

/** Takes from `source` what is there. */
function pick<Key, Value>(
  keys: readonly Key[] | undefined,
  textOf: (key: Key) => string,
  get: (key: Key) => Value | undefined,
): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  for (const key of keys ?? []) {
    const value = get(key);
    if (value !== undefined) found.set(textOf(key), value);
  }
  return found;
}

const itself = (text: string): string => text;

/** What `Store.read` gives. */
export function readItems(tables: MemoryTables, request: ReadRequest, nowMs: number): ReadResult {
  const textOf = ({ entity, id }: { readonly entity: string; readonly id: string }): string => keyText(entityKey(entity, id));
  return {
    claims: pick(request.claims, keyText, (key) => liveClaim(tables, key, nowMs)),
    entities: pick(request.entities, textOf, (key) => tables.entities.get(textOf(key))?.record),
    sagas: pick(request.sagas, itself, tables.sagas.get),
    deadLetters: pick(request.deadLetters, itself, tables.deadLetters.get),
    outbox: pick(request.outbox, itself, tables.outbox.get),
  };
}

/** The first items of an ordered map, up to a limit, whose time has come. */
export function firstDue<Value>(map: OrderedMap<Value>, limit: number, isDue: (value: Value) => boolean): readonly Value[] {
  return takePage(map.sorted(), { limit, keep: isDue, cursorOf: () => '', isBehind: () => true }).items;
}

/** What `Store.listDeadLetters` gives. */
export function pageOfDeadLetters(
  tables: MemoryTables,
  query: Parameters<Store['listDeadLetters']>[0],
): Awaited<ReturnType<Store['listDeadLetters']>> {
  return takePage(tables.deadLetters.sorted(), {
    limit: query.limit,
    cursor: query.cursor,
    cursorOf: ({ id }) => id,
    isBehind: ({ id }, cursor) => id < cursor,
    keep: ({ state }) => query.state === undefined || state === query.state,
  });
}

/** What `Store.scanClaims` gives: by key. */
export function pageOfClaims(
  tables: MemoryTables,
  query: Parameters<Store['scanClaims']>[0],
  nowMs: number,
): Awaited<ReturnType<Store['scanClaims']>> {
  const { items, cursor } = takePage(liveClaims(tables, nowMs), {
    limit: query.limit,
    cursor: query.cursor,
    cursorOf: ({ key }) => keyText(key),
    isBehind: ({ key }, before) => keyText(key) > before,
  });
  const claims = items.map(({ claim }) => claim);
  return cursor === undefined ? { items: claims } : { items: claims, cursor };
}

/** What `Store.queryEntities` gives: by id. */
export function pageOfEntities(
  tables: MemoryTables,
  query: Parameters<Store['queryEntities']>[0],
): Awaited<ReturnType<Store['queryEntities']>> {
  const entries = tables.byIndex.get(indexText(query.entity, query.index, query.value))?.sorted() ?? [];
  const { items, cursor } = takePage(entries, {
    limit: query.limit,
    cursor: query.cursor,
    cursorOf: ({ id }) => id,
    isBehind: ({ id }, before) => id > before,
  });
  const page = items.map(({ id, record }) => ({ id, record }));
  return cursor === undefined ? { items: page } : { items: page, cursor };
}
