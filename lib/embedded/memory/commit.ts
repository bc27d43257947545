import type { Claim } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { type FoldedWrite, foldUnits } from '../../runtime/journal/fold.ts';
import type { DueItem, OutboxMarker } from '../../runtime/journal/outbox.ts';
import type { ParkedMessage, SagaMarker } from '../../runtime/journal/parked.ts';
import type { EntityRecord, Unit, Write } from '../../runtime/journal/unit.ts';
import { cancelledOutcomes, type FailedWrite } from '../../runtime/journal/unit-outcomes.ts';
import type { UnitOutcome } from '../../runtime/ports/store.ts';
import { type FrozenCopy, frozenCopy, jsonBytes } from './frozen-copy.ts';
import { liveClaim, type MemoryTables, mapUnder, putEntity, putParked, storedClaim, storedVersion } from './tables.ts';

/** Bytes of one item as JSON (DynamoDB: 400 KB an item). */
export const ITEM_BYTES_MAX = 409_600;
/** Items that one transaction touches (DynamoDB: 100). */
export const TRANSACTION_ITEMS_MAX = 100;
/** Bytes of all items of one transaction as JSON (DynamoDB: 4 MB). */
export const TRANSACTION_BYTES_MAX = 4_194_304;

type Put = FrozenCopy<unknown>;

function putOf(write: Write): unknown {
  return write.kind === 'entity-check' ? null : write.put;
}

/** Why the store never takes a write, if so. */
function flawOf(write: Write): string | undefined {
  try {
    const { value, bytesAtMost } = frozenCopy(putOf(write));
    const bytes = bytesAtMost > ITEM_BYTES_MAX ? jsonBytes(value) : 0;
    return bytes > ITEM_BYTES_MAX ? `The ${write.kind} item has ${bytes} bytes; an item holds at most ${ITEM_BYTES_MAX}.` : undefined;
  } catch (error) {
    return `The ${write.kind} item is not plain data: it is or holds something ${error instanceof Error ? error.message : String(error)}.`;
  }
}

function invalidOutcome(unit: Unit): UnitOutcome {
  const reason = unit.writes.map(flawOf).find((flaw) => flaw !== undefined);
  return reason === undefined ? { status: 'cancelled' } : { status: 'invalid', reason };
}

/** Copies of what is to be stored, or a word on why the store never takes them: `item` when it is one item's own fault. */
function copyPuts(folded: readonly FoldedWrite[]): readonly Put[] | 'item' | { readonly reason: string } {
  if (folded.length > TRANSACTION_ITEMS_MAX) {
    return { reason: `The transaction touches ${folded.length} items; it may touch at most ${TRANSACTION_ITEMS_MAX}.` };
  }
  let puts: readonly Put[];
  try {
    puts = folded.map(({ write }) => frozenCopy(putOf(write)));
  } catch {
    return 'item';
  }
  const bytesAtMost = puts.reduce((sum, put) => sum + put.bytesAtMost, 0);
  if (bytesAtMost <= ITEM_BYTES_MAX) return puts;
  const sizes = puts.map(({ value }) => jsonBytes(value));
  if (sizes.some((bytes) => bytes > ITEM_BYTES_MAX)) return 'item';
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return bytes > TRANSACTION_BYTES_MAX
    ? { reason: `The transaction has ${bytes} bytes; it may have at most ${TRANSACTION_BYTES_MAX}.` }
    : puts;
}

function failedWrites(tables: MemoryTables, folded: readonly FoldedWrite[], nowMs: number): readonly FailedWrite[] {
  const failed: FailedWrite[] = [];
  for (const one of folded) {
    const { write } = one;
    if (!('expect' in write) || storedVersion(tables, write, nowMs) === write.expect) continue;
    failed.push({ folded: one, existing: write.kind === 'claim' ? liveClaim(tables, write.key, nowMs) : undefined });
  }
  return failed;
}

/** `value` is the copy of the write's own `put`, and of its type. */
function apply(tables: MemoryTables, write: Write, value: unknown): void {
  switch (write.kind) {
    case 'claim':
      mapUnder(tables.claims, write.key.partition).set(write.key.sort, storedClaim(write.key, value as Claim));
      break;
    case 'entity':
      putEntity(tables, write.key.entity, write.key.id, value as EntityRecord | null);
      break;
    case 'saga':
      if (value) tables.sagas.set(write.saga, value as SagaMarker);
      else tables.sagas.delete(write.saga);
      break;
    case 'parked':
      putParked(tables, write.saga, write.order, value as ParkedMessage | null);
      break;
    case 'dead-letter':
      tables.deadLetters.set(write.id, value as DeadLetter);
      break;
    case 'outbox':
      tables.outbox.set(write.put.id, value as OutboxMarker);
      break;
    case 'due':
      tables.due.set(write.put.id, value as DueItem);
      break;
  }
}

/** One transaction: all writes of all units, or none. */
export function commitUnits(tables: MemoryTables, units: readonly Unit[], nowMs: number): readonly UnitOutcome[] {
  const folded = foldUnits(units);
  const puts = copyPuts(folded);
  if (puts === 'item') return units.map(invalidOutcome);
  if ('reason' in puts) return units.map(() => ({ status: 'invalid', reason: puts.reason }));
  const failed = failedWrites(tables, folded, nowMs);
  if (failed.length > 0) return cancelledOutcomes(units, failed);
  folded.forEach(({ write }, position) => {
    apply(tables, write, (puts[position] as Put).value);
  });
  return units.map(() => ({ status: 'committed' }));
}
