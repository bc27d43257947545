// The sample shop as a scenario sees it: deployed to an emulator, or in one process.
import type { EntityType } from 'aws-choreography';
import type { Store } from '../../../lib/runtime/ports/store.ts';

/** What became of `PlaceOrder`. */
export type Placed =
  | { readonly ok: true; readonly orderId: string; readonly correlationId: string }
  | { readonly ok: false; readonly code: string };

/** The data of `PlaceOrder`. */
export interface OrderRequest {
  readonly customerId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly totalCents: number;
}

/** A shop that runs somewhere. Scenarios share it, so each uses ids of its own. */
export interface ShopSystem {
  place(request: OrderRequest, idempotencyKey: string): Promise<Placed>;
  store(service: string): Store;
  /** Puts a text onto the stream past everything. */
  putRecord(text: string, partitionKey: string): Promise<void>;
  /** Puts an event of another system onto the bus where its inbounds look for it. */
  putEvent(event: { readonly source: string; readonly detailType: string; readonly detail: object }): Promise<void>;
  /** Stops a consumer from taking live traffic; it goes on with `resume`. */
  pause(service: string): Promise<void>;
  resume(service: string): Promise<void>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits until a look finds something. */
  until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found>;
}

/** The state of an entity, wherever the service keeps it. */
export async function stateOf<State>(
  system: ShopSystem,
  service: string,
  entity: EntityType<State>,
  id: string,
): Promise<State | undefined> {
  const { entities } = await system.store(service).read({ entities: [{ entity: entity.name, id }] });
  return [...entities.values()][0]?.state as State | undefined;
}

/** One thing that the shop must do. */
export interface Scenario {
  readonly name: string;
  /** It stops a service, so nothing may run beside it. @default false */
  readonly alone?: boolean;
  run(system: ShopSystem): Promise<void>;
}
