import type { Page } from '../../runtime/ports/store.ts';

/** A map with an order of its own; sorted when it is listed, not when it is written. */
export interface OrderedMap<Value> {
  readonly size: number;
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  /** The values in order. Do not keep it over a write. */
  sorted(): readonly Value[];
}

/** An empty ordered map. */
export function createOrderedMap<Value>(compare: (left: Value, right: Value) => number): OrderedMap<Value> {
  const values = new Map<string, Value>();
  let order: readonly Value[] | undefined;
  return {
    get size() {
      return values.size;
    },
    get: (key) => values.get(key),
    set(key, value) {
      values.set(key, value);
      order = undefined;
    },
    delete(key) {
      if (values.delete(key)) order = undefined;
    },
    sorted() {
      order ??= [...values.values()].sort(compare);
      return order;
    },
  };
}

/** Which part of an ordered list a page is. */
export interface PageQuery<Value> {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** The cursor that continues behind an item. */
  cursorOf(value: Value): string;
  /** Whether an item lies behind a cursor; once true, it stays true down the list. */
  isBehind(value: Value, cursor: string): boolean;
  /** @default - every item */
  readonly keep?: (value: Value) => boolean;
}

function firstBehind<Value>(sorted: readonly Value[], { cursor, isBehind }: PageQuery<Value>): number {
  if (cursor === undefined) return 0;
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBehind(sorted[middle] as Value, cursor)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** One page. It continues behind an item, not at a position, so writes between two pages neither repeat nor skip an item. */
export function takePage<Value>(sorted: readonly Value[], query: PageQuery<Value>): Page<Value> {
  const items: Value[] = [];
  for (let index = firstBehind(sorted, query); index < sorted.length; index += 1) {
    const value = sorted[index] as Value;
    if (query.keep && !query.keep(value)) continue;
    const last = items.at(-1);
    if (items.length >= query.limit) return last === undefined ? { items } : { items, cursor: query.cursorOf(last) };
    items.push(value);
  }
  return { items };
}
