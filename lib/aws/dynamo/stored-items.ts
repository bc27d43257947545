import { journalTable } from '../../contract/deployment.ts';
import { type Claim, isExpired } from '../../runtime/journal/claim.ts';
import type { ItemKey } from '../../runtime/journal/item-key.ts';
import type { OutboxEntry, OutboxMarker } from '../../runtime/journal/outbox.ts';
import type { EntityRecord } from '../../runtime/journal/unit.ts';
import { attributes, type Item, numberOf, storedValue, textOf } from './attributes.ts';

/** What wrote an item, where the item says it beside its JSON. */
function versionOf(item: Item): { readonly version?: string } {
  const version = textOf(item, attributes.version);
  return version === undefined ? {} : { version };
}

/** The claim that an item holds; `undefined` when it has expired. */
export function liveClaimOf(item: Item, nowMs: number): Claim | undefined {
  const expiresAt = numberOf(item, journalTable.expiry);
  if (expiresAt !== undefined && isExpired({ expiresAt }, nowMs)) return undefined;
  const beside = { key: itemKeyOf(item), ...versionOf(item), ...(expiresAt === undefined ? {} : { expiresAt }) };
  return { ...beside, ...storedValue<Claim>(item) };
}

/** The record that an item holds, and the id of the entity, which its key may hold as a hash only. */
export function entityOf(item: Item): { readonly id: string; readonly record: EntityRecord } {
  const { id, ...record } = storedValue<EntityRecord & { readonly id: string }>(item);
  return { id, record: { ...versionOf(item), ...record } };
}

/** The outbox marker that an item holds; one that is not shared may still be in the form that had a commit of its own. */
export function outboxMarkerOf(item: Item): OutboxMarker {
  const { commit, claim, ...marker } = storedValue<OutboxMarker & Partial<OutboxEntry>>(item);
  return commit !== undefined && claim ? { ...marker, entries: [{ commit, claim }] } : marker;
}

/** The key of an item of the journal. */
export function itemKeyOf(item: Item): ItemKey {
  return { partition: textOf(item, journalTable.partitionKey) ?? '', sort: textOf(item, journalTable.sortKey) ?? '' };
}
