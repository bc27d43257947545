import { journalTable } from '../../contract/deployment.ts';
import { type Claim, isExpired } from '../../runtime/journal/claim.ts';
import type { ItemKey } from '../../runtime/journal/item-key.ts';
import type { EntityRecord } from '../../runtime/journal/unit.ts';
import { type Item, numberOf, storedValue, textOf } from './attributes.ts';

/** The claim that an item holds; `undefined` when it has expired. */
export function liveClaimOf(item: Item, nowMs: number): Claim | undefined {
  const expiresAt = numberOf(item, journalTable.expiry);
  if (expiresAt === undefined) return storedValue<Claim>(item);
  return isExpired({ expiresAt }, nowMs) ? undefined : { ...storedValue<Claim>(item), expiresAt };
}

/** The record that an item holds, and the id of the entity, which its key may hold as a hash only. */
export function entityOf(item: Item): { readonly id: string; readonly record: EntityRecord } {
  const { id, ...record } = storedValue<EntityRecord & { readonly id: string }>(item);
  return { id, record };
}

/** The key of an item of the journal. */
export function itemKeyOf(item: Item): ItemKey {
  return { partition: textOf(item, journalTable.partitionKey) ?? '', sort: textOf(item, journalTable.sortKey) ?? '' };
}
