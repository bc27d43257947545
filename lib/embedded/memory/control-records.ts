import { compareTexts } from '../../contract/compare-texts.ts';
import type { ControlRecord, ControlRecords } from '../../runtime/ports/control-records.ts';
import { takePage } from './ordered-map.ts';

function stored(record: ControlRecord): ControlRecord {
  return Object.freeze(structuredClone(record));
}

/** Documents of operators in memory; what it hands out is frozen at its surface and a copy of what was put in. */
export function createMemoryControlRecords({ clock }: { readonly clock: { now(): number } }): ControlRecords {
  const collections = new Map<string, Map<string, ControlRecord>>();
  const live = (record: ControlRecord | undefined): ControlRecord | undefined =>
    record?.expiresAt !== undefined && record.expiresAt * 1000 <= clock.now() ? undefined : record;
  return {
    get: async (collection, id) => live(collections.get(collection)?.get(id)),
    async put(record, expect) {
      const records = collections.get(record.collection) ?? new Map<string, ControlRecord>();
      if ((live(records.get(record.id))?.version ?? null) !== expect) return false;
      collections.set(record.collection, records.set(record.id, stored(record)));
      return true;
    },
    async list(collection, { limit, cursor, prefix = '', descending = false }) {
      const way = descending ? -1 : 1;
      const sorted = [...(collections.get(collection)?.values() ?? [])]
        .filter((record) => live(record) !== undefined)
        .sort((left, right) => way * compareTexts(left.id, right.id));
      return takePage(sorted, {
        limit,
        cursor,
        cursorOf: ({ id }) => id,
        isBehind: ({ id }, before) => way * compareTexts(id, before) > 0,
        keep: ({ id }) => id.startsWith(prefix),
      });
    },
  };
}
