// Orders, and what is found of sagas that do not go on.
import { stuckSagas } from '../../lib/operations/sagas/stuck.ts';
import type { StuckFinding } from '../../lib/operations/sagas/stuck-finding.ts';
import { PlaceOrder } from '../embedded/shop.ts';
import type { Rig } from './rig.ts';

/** Places an order, and waits until nothing is left to do about it. Returns its saga. */
export async function order(rig: Rig, orderId: string): Promise<string> {
  const { correlationId } = await rig.send(PlaceOrder, { orderId }, orderId);
  await rig.settle();
  return correlationId;
}

/** All pages. */
export async function allStuck(rig: Rig, limit: number, olderThanSeconds = 900): Promise<readonly StuckFinding[]> {
  const found: StuckFinding[] = [];
  let cursor: string | undefined;
  do {
    const page = await stuckSagas(rig.access, rig.manifests, { limit, olderThanSeconds, ...(cursor ? { cursor } : {}) });
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}
