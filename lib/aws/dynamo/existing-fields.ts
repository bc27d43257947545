import type { Fields } from './existing-table.ts';
import type { Place } from './place.ts';

/** Items of brought tables that are remembered: more than one batch reads. */
const ITEMS_MAX = 2_000;

/**
 * Which attributes of an item are ours, at a version: `tx.get` reads them a moment before the commit needs them. A version
 * is written once, so what is remembered of it never gets old.
 */
export interface KnownFields {
  note(place: Place, fields: Fields): void;
  /** `undefined`: not known of this version. */
  of(place: Place, version: string): readonly string[] | undefined;
}

/** Remembers the last items that were read. */
export function createKnownFields(): KnownFields {
  const known = new Map<string, Fields>();
  return {
    note({ text }, fields) {
      known.delete(text);
      known.set(text, fields);
      if (known.size > ITEMS_MAX) known.delete(known.keys().next().value as string);
    },
    of({ text }, version) {
      const fields = known.get(text);
      return fields?.version === version ? fields.names : undefined;
    },
  };
}
