import type { Claim } from '../../runtime/journal/claim.ts';
import { entityKey, type ItemKey, keyText } from '../../runtime/journal/item-key.ts';
import type { EntityRecord, Unit, Write } from '../../runtime/journal/unit.ts';
import type { Page, Store, UnitOutcome } from '../../runtime/ports/store.ts';
import { broken, check, checkSame } from './check.ts';

/** A store to be checked: empty, and with the clock that decides what is expired in it. */
export interface StoreHarness {
  readonly store: Store;
  readonly clock: { now(): number };
  /** Waits until listings show what was written. @default - they show it at once */
  readonly settle?: () => Promise<void>;
}

/** Pages that a listing of a few items may take. */
const PAGES_MAX = 50;
/** Rounds in which two commits at the same time may both lose. */
const RACE_ROUNDS_MAX = 20;

/** Waits for the listings. */
export async function settled({ settle }: StoreHarness): Promise<void> {
  await settle?.();
}

/** A unit. */
export function unitOf(id: string, ...writes: readonly Write[]): Unit {
  return { id, writes };
}

/** Commits and compares the statuses. @throws CONFORMANCE_FAILED */
export async function commitExpecting(
  store: Store,
  units: readonly Unit[],
  expected: readonly UnitOutcome['status'][],
  rule: string,
): Promise<readonly UnitOutcome[]> {
  const outcomes = await store.commit(units);
  checkSame(
    outcomes.map(({ status }) => status),
    expected,
    rule,
  );
  return outcomes;
}

/** Commits one unit that must succeed. @throws CONFORMANCE_FAILED */
export async function commitOne(store: Store, id: string, ...writes: readonly Write[]): Promise<void> {
  await commitExpecting(store, [unitOf(id, ...writes)], ['committed'], `a unit whose conditions hold is committed (${id})`);
}

/** The claim under a key. */
export async function readClaim(store: Store, key: ItemKey): Promise<Claim | undefined> {
  return (await store.read({ claims: [key] })).claims.get(keyText(key));
}

/** The entity with an id. */
export async function readEntity(store: Store, id: string, entity = 'Order'): Promise<EntityRecord | undefined> {
  return (await store.read({ entities: [{ entity, id }] })).entities.get(keyText(entityKey(entity, id)));
}

/** The claim that an outcome carries. */
export function existingOf(outcome: UnitOutcome | undefined): Claim | undefined {
  return outcome?.status === 'claimed' ? outcome.existing : undefined;
}

/**
 * Commits units at the same time until one is in: a store may answer `conflict` to both when their transactions meet.
 * @throws CONFORMANCE_FAILED when both are in, or none after some rounds
 */
export async function raceOf(store: Store, units: readonly Unit[]): Promise<{ readonly winner: Unit; readonly loser: Unit }> {
  for (let round = 0; round < RACE_ROUNDS_MAX; round += 1) {
    const results = await Promise.all(units.map((unit) => store.commit([unit])));
    const statuses = results.map(([outcome]) => outcome?.status);
    const won = units.filter((_, position) => statuses[position] === 'committed');
    check(won.length <= 1, 'at most one of two commits at the same time is in', { statuses });
    check(
      statuses.every((status) => status === 'committed' || status === 'claimed' || status === 'conflict'),
      'a commit that loses is `claimed` or a conflict',
      { statuses },
    );
    const [winner] = won;
    const loser = units.find((unit) => unit !== winner);
    if (winner && loser) return { winner, loser };
  }
  return broken(`one of two commits is in after ${RACE_ROUNDS_MAX} rounds`);
}

/** All items of a listing, page by page. @throws CONFORMANCE_FAILED when a page is over the limit, or the pages do not end */
export async function allPages<Item>(limit: number, page: (cursor?: string) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let count = 0; count < PAGES_MAX; count += 1) {
    const next = await page(cursor);
    check(next.items.length <= limit, 'a page holds at most `limit` items', { limit, found: next.items.length });
    items.push(...next.items);
    cursor = next.cursor;
    if (cursor === undefined) return items;
  }
  return broken(`a short listing ends within ${PAGES_MAX} pages`);
}
