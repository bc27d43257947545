import { entityKey, keyText } from './item-key.ts';
import type { Unit, Write } from './unit.ts';

/** One item's part of a transaction: the condition of its first write, the value of its last, and who asked. */
export interface FoldedWrite {
  readonly write: Write;
  /** Positions of the units that touch the item. */
  readonly units: readonly number[];
}

/** Identifies the item that a write touches. */
export function writeKey(write: Write): string {
  switch (write.kind) {
    case 'claim':
      return keyText(write.key);
    case 'entity':
    case 'entity-check':
      return keyText(entityKey(write.key.entity, write.key.id));
    case 'saga':
      return `marker|${write.saga}`;
    case 'parked':
      return `parked|${write.saga}|${write.order}`;
    case 'dead-letter':
      return `dead|${write.id}`;
    case 'outbox':
      return `outbox|${write.put.id}`;
    case 'due':
      return `due|${write.put.id}`;
  }
}

/** A write on the condition of an earlier one of the same item. */
function withExpectOf(first: Write, write: Write): Write {
  return 'expect' in first && 'expect' in write ? { ...write, expect: first.expect } : write;
}

/**
 * Folds the writes of units in order to one write an item: a transaction may touch each item once. The first condition
 * stays, the last value wins, and a check folds into a write.
 */
export function foldUnits(units: readonly Unit[]): readonly FoldedWrite[] {
  const folded = new Map<string, { write: Write; units: number[] }>();
  units.forEach((unit, position) => {
    for (const write of unit.writes) {
      const key = writeKey(write);
      const before = folded.get(key);
      if (!before) {
        folded.set(key, { write, units: [position] });
        continue;
      }
      if (before.units.at(-1) !== position) before.units.push(position);
      if (write.kind !== 'entity-check') before.write = withExpectOf(before.write, write);
    }
  });
  return [...folded.values()];
}
