import type { RuntimeContext } from '../context.ts';
import { bestEffort } from '../outbox/markers.ts';
import type { SweptKind } from '../ports/store.ts';

/** What waits in the order of its ids, and what a sweep does with some of it. */
export interface Waiting<Item extends { readonly id: string }> {
  readonly kind: SweptKind;
  /** What an item counts for in a limit. */
  sizeOf(item: Item): number;
  list(query: { readonly limit: number; readonly after?: string }): Promise<readonly Item[]>;
  /** Until the deadline (milliseconds since 1970). Returns whether any of it is done. */
  handle(items: readonly Item[], deadline: number): Promise<boolean>;
}

/** Parts of one sweep: what has waited longest, and what comes behind it. */
const PARTS = 2;

/**
 * What has waited longest comes first, with half of the items and half of the time. As long as any of it gets done, the rest
 * is for what is right behind it, so that all goes in order. If none of it does, it may stay so for ever: then the rest is for
 * a place that moves on from sweep to sweep and from the end to the front, so that everything has its turn.
 */
export async function sweepInParts<Item extends { readonly id: string }>(
  { ports: { store, clock }, settings }: RuntimeContext,
  { kind, sizeOf, list, handle }: Waiting<Item>,
  deadline: number,
): Promise<void> {
  const limit = Math.ceil(settings.sweepItemsMax / PARTS);
  const oldest = await list({ limit });
  const last = oldest.at(-1)?.id;
  if (last === undefined) return;
  const size = oldest.reduce((sum, item) => sum + sizeOf(item), 0);
  // A transaction's marker names as many commits as it has writes, at most: one more might not have had room.
  const behind = size + settings.transactionWritesMax > limit ? await list({ limit, after: last }) : [];
  const now = clock.now();
  const moves = await handle(oldest, behind.length > 0 ? now + (deadline - now) / PARTS : deadline);
  if (behind.length === 0) return;
  const place = moves ? undefined : await store.sweptTo(kind);
  const further = place !== undefined && place > last ? await list({ limit, after: place }) : [];
  const rest = further.length > 0 ? further : behind;
  await handle(rest, deadline);
  // Where the time was too short for all, the next one begins one further on: so each is the first one once.
  const sweptTo = rest.at(clock.now() < deadline ? -1 : 0)?.id;
  if (!moves && sweptTo !== undefined) await bestEffort(() => store.noteSwept(kind, sweptTo));
}
