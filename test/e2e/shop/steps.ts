// What a scenario does and waits for, in the shop wherever it runs.
import { randomUUID } from 'node:crypto';
import { stored } from 'aws-choreography/testing';
import { Stock } from '../../../functions/inventory/service.ts';
import { Order, type OrderStatus } from '../../../functions/order/service.ts';
import { UNSHIPPABLE } from '../../../functions/sandbox.ts';
import type { DeadLetter } from '../../../lib/runtime/journal/dead-letter.ts';
import { writeStored } from '../../../lib/testing/stored.ts';
import { type OrderRequest, type Placed, type ShopSystem, stateOf } from './system.ts';

/** Tries of an order whose id decides whether it can be shipped: one in eight cannot. */
const TRIES_MAX = 200;
/** Orders of which one, most of the time, is of the kind that one in eight is. */
const RARE_AT_ONCE = 12;
/** Orders that are placed, or looked at, at the same time. */
const AT_ONCE = 10;
/** What a new article has, unless said otherwise. */
export const STOCK = 10;

/** An order that was taken. */
export type Accepted = Placed & { readonly ok: true };

/** An article with so many in stock, of which nobody else knows. */
export async function newSku(system: ShopSystem, available = STOCK): Promise<string> {
  const sku = `sku-${randomUUID()}`;
  await writeStored(system.store('inventory'), [stored(Stock, sku, { available })]);
  return sku;
}

/** An order of two of it. */
export function requestOf(sku: string, changes: Partial<OrderRequest> = {}): OrderRequest {
  return { customerId: `customer-${randomUUID()}`, sku, quantity: 2, totalCents: 900, ...changes };
}

/** Places an order that must be taken. */
export async function place(system: ShopSystem, request: OrderRequest, key: string = randomUUID()): Promise<Accepted> {
  const placed = await system.place(request, key);
  if (!placed.ok) throw new Error(`the order was refused: ${placed.code}`);
  return placed;
}

/** Waits for the end of an order: one of these. */
export function ended(system: ShopSystem, { orderId }: Accepted, ...statuses: readonly OrderStatus[]): Promise<true> {
  return system.until(`order ${orderId} is ${statuses.join(' or ')}`, async () => {
    const status = (await stateOf(system, 'order', Order, orderId))?.status;
    return status && statuses.includes(status) ? true : undefined;
  });
}

/** Waits until so many are available. */
export function stockIs(system: ShopSystem, sku: string, available: number): Promise<true> {
  return system.until(`${available} of ${sku} are available`, async () =>
    (await stateOf(system, 'inventory', Stock, sku))?.available === available ? true : undefined,
  );
}

/** Waits until a service has something to do with the saga. */
export function claimedBy(system: ShopSystem, service: string, { correlationId }: Accepted): Promise<true> {
  return system.until(`${service} has a claim in the saga`, async () =>
    (await system.store(service).listClaims(correlationId, 1)).length > 0 ? true : undefined,
  );
}

/** Waits until the step that a service holds for the saga is in that state. */
export function stepIs(system: ShopSystem, service: string, { correlationId }: Accepted, state: string): Promise<true> {
  return system.until(`the step of ${service} is ${state}`, async () => {
    const claims = await system.store(service).listClaims(correlationId, 50);
    return claims.some((claim) => claim.kind === 'step' && claim.state === state) ? true : undefined;
  });
}

/** Places orders until one can be shipped, or until one cannot; the others end as they do. The rare kind is looked for in many at once. */
export async function placeShippable(system: ShopSystem, sku: string, shippable: boolean): Promise<Accepted> {
  const lot = shippable ? 1 : RARE_AT_ONCE;
  for (let tries = 0; tries < TRIES_MAX; tries += lot) {
    const placed = await Promise.all(Array.from({ length: lot }, () => place(system, requestOf(sku))));
    const found = placed.find(({ orderId }) => UNSHIPPABLE.test(orderId) !== shippable);
    await forEach(
      placed.filter((one) => one !== found),
      (other) => ended(system, other, 'cancelled', 'completed'),
    );
    if (found) return found;
  }
  throw new Error(`no such order in ${TRIES_MAX}`);
}

/** Waits for a dead letter. */
export function deadLetterOf(system: ShopSystem, service: string, wanted: (letter: DeadLetter) => boolean): Promise<DeadLetter> {
  return system.until(`a dead letter of ${service}`, async () => {
    const { items } = await system.store(service).listDeadLetters({ limit: 100 });
    return items.find(wanted);
  });
}

/** Does the same for each, some at a time; results in the order of the items. */
export async function forEach<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE)
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  return results;
}
