// Checked by `tsc -p tsconfig.json`; nothing here runs. Each block is one rule of the public types.
import {
  client,
  type DataOf,
  defineEntity,
  defineInbound,
  defineReaction,
  defineService,
  defineUpcast,
  type EnvelopeOf,
  type PastVersion,
  type Service,
} from 'aws-choreography';
import { PlaceOrder as PlaceShopOrder, OrderPlaced as ShopOrderPlaced } from '../../schemas/generated/index.ts';
import {
  InventoryRejected,
  InventoryReleased,
  InventoryReserved,
  OrderCompleted,
  OrderExpired,
  OrderPlaced,
  type OrderPlacedData,
  OrderPlacedV1,
  PaymentFailed,
  PlaceOrder,
  ShipmentFailed,
} from './messages.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when `T` is `true`. */
function is<T extends true>(): T {
  return true as T;
}

interface Stock {
  readonly available: number;
}
const Stock = defineEntity<Stock>('Stock');
const Cart = defineEntity<{ readonly items: readonly { readonly sku: string; readonly quantity: number }[] }>('Cart');

// A constant and its envelope share a name and agree.
is<Equal<EnvelopeOf<typeof OrderPlaced>, OrderPlaced>>();
is<Equal<DataOf<typeof OrderPlaced>, OrderPlacedData>>();

// What `react` returns is what `undo` gets, exactly.
defineReaction({
  name: 'a',
  on: OrderPlaced,
  emits: [InventoryReserved],
  async react({ data }) {
    return { skus: data.items.map((item) => item.sku) };
  },
  compensation: {
    on: PaymentFailed,
    undo(event, _tx, step) {
      is<Equal<typeof step, { skus: string[] }>>();
      is<Equal<typeof event.data.reason, string>>();
    },
  },
});

// `undefined` is kept: a path that returns nothing is visible in undo.
defineReaction({
  name: 'b',
  on: OrderPlaced,
  async react({ data }) {
    if (data.items.length === 0) return undefined;
    return { skus: ['x'] };
  },
  compensation: {
    on: PaymentFailed,
    undo(_event, _tx, step) {
      is<Equal<typeof step, { skus: string[] } | undefined>>();
    },
  },
});

// A failed run returns nothing to undo: `return tx.fail(…)` adds nothing to the step.
defineReaction({
  name: 'failing',
  on: OrderPlaced,
  fails: [InventoryRejected],
  async react({ data }, tx) {
    const [first] = data.items;
    if (!first) return tx.fail(InventoryRejected, { orderId: data.orderId, sku: 'none' });
    return { sku: first.sku };
  },
  compensation: {
    on: PaymentFailed,
    undo(_event, _tx, step) {
      is<Equal<typeof step, { sku: string }>>();
    },
  },
});

// A union of triggers narrows on `type`, in react and in undo.
defineReaction({
  name: 'c',
  on: [PaymentFailed, ShipmentFailed],
  react({ type, data }) {
    if (type === 'PaymentFailed') is<Equal<typeof data.reason, string>>();
    else is<Equal<typeof data.carrier, string>>();
  },
});
defineReaction({
  name: 'c2',
  on: OrderPlaced,
  react: () => ({ sku: 'x' }),
  compensation: {
    on: [PaymentFailed, ShipmentFailed],
    undo({ type, data }) {
      if (type === 'PaymentFailed') is<Equal<typeof data.reason, string>>();
      else is<Equal<typeof data.carrier, string>>();
    },
  },
});

// Undo also gets the failure that its own reaction told when it gave up.
defineReaction({
  name: 'c3',
  on: OrderPlaced,
  fails: [InventoryRejected],
  react: () => ({ sku: 'x' }),
  onGiveUp: ({ data }, tx) => tx.fail(InventoryRejected, { orderId: data.orderId, sku: 'x' }),
  compensation: {
    on: PaymentFailed,
    undo({ type }) {
      is<Equal<typeof type, 'PaymentFailed' | 'InventoryRejected'>>();
    },
  },
});

// Undo emits what the compensation declares, nothing else.
defineReaction({
  name: 'c4',
  on: OrderPlaced,
  emits: [InventoryReserved],
  react() {},
  compensation: {
    on: PaymentFailed,
    emits: [InventoryReleased],
    undo({ data }, tx) {
      tx.emit(InventoryReleased, { orderId: data.orderId });
      // @ts-expect-error what react emits is not what undo emits
      tx.emit(InventoryReserved, { orderId: data.orderId, reservationId: 'r' });
    },
  },
});

// Clients reach the transaction, and from the reactions the service.
const gateway = client<{ charge(): void }>();
const rates = client<{ rate(): number }>({ readOnly: true });
const charge = defineReaction({ name: 'd', on: OrderPlaced, clients: { gateway }, react: (_event, tx) => tx.clients.gateway.charge() });
const convert = defineReaction({ name: 'd2', on: OrderCompleted, clients: { rates }, react: (_event, tx) => void tx.clients.rates.rate() });
const plain = defineReaction({ name: 'd3', on: OrderExpired, react() {} });
const payment = defineService({ name: 'payment', reactions: [charge, convert, plain] });
is<Equal<NonNullable<(typeof payment)['~clients']>, { readonly gateway: { charge(): void }; readonly rates: { rate(): number } }>>();
const inventory = defineService({ name: 'inventory', reactions: [plain] });
is<Equal<keyof NonNullable<(typeof inventory)['~clients']>, never>>();
defineReaction({
  name: 'd4',
  on: OrderPlaced,
  clients: { gateway },
  react(_event, tx) {
    // @ts-expect-error only what is declared
    tx.clients.mailer.send();
  },
});

// A command's reaction answers.
defineReaction({ name: 'placeOrder', on: PlaceOrder, react: async (_event, tx) => ({ orderId: tx.newId() }) });
defineReaction({
  name: 'e',
  on: PlaceOrder,
  emits: [OrderPlaced],
  // @ts-expect-error no answer
  react({ data }, tx) {
    tx.emit(OrderPlaced, { orderId: 'x', ...data });
  },
});
defineReaction({
  name: 'e2',
  on: PlaceOrder,
  // @ts-expect-error wrong answer
  async react() {
    return { orderID: 'x' };
  },
});

// Commands are not emitted, only they can be refused.
defineReaction({
  name: 'f',
  on: OrderPlaced,
  // @ts-expect-error a command is not an event
  emits: [PlaceOrder],
  react() {},
});
defineReaction({ name: 'f2', on: PlaceOrder, react: (_event, tx) => tx.refuse('CLOSED', 'The shop is closed.') });
defineReaction({
  name: 'g',
  on: OrderCompleted,
  react(_event, tx) {
    // @ts-expect-error only commands can be refused
    tx.refuse('X', 'y');
  },
});

// State keeps its type; `getMany` leaves absent ids out.
defineReaction({
  name: 'h',
  on: OrderPlaced,
  reads: ({ data }) => data.items.map((item) => [Stock, item.sku] as const),
  async react(_event, tx) {
    const one = await tx.get(Stock, 'x');
    is<Equal<typeof one, Stock | undefined>>();
    const many = await tx.getMany(Stock, ['x']);
    is<Equal<typeof many, ReadonlyMap<string, Stock>>>();
    // @ts-expect-error not the shape of the state
    tx.put(Stock, 'x', { count: 1 });
  },
});

// A deadline is declared as an event is.
defineReaction({
  name: 'i',
  on: OrderPlaced,
  schedules: [OrderExpired],
  react({ data }, tx) {
    tx.schedule(OrderExpired, { orderId: data.orderId }, { afterSeconds: 60 });
    // @ts-expect-error scheduled is not emitted
    tx.emit(OrderExpired, { orderId: data.orderId });
  },
});

// An upcast gives the next version; an inbound gives the data of its event.
defineUpcast(OrderPlacedV1, (order) => ({ ...order, currency: 'EUR' }));
// A value of an enum is one, also where the next version lists all of them.
type Priced = { readonly orderId: string; readonly currency: 'CHF' | 'EUR' };
declare const pricedV1: PastVersion<'OrderPriced', { readonly orderId: string }, Priced>;
defineUpcast(pricedV1, (order) => ({ ...order, currency: 'EUR' }));
// @ts-expect-error it lists no such value
defineUpcast(pricedV1, (order) => ({ ...order, currency: 'USD' }));
defineInbound(OrderCompleted, {
  from: { queue: 'legacy' },
  id: (raw: { readonly id: string }) => raw.id,
  correlationId: (raw) => raw.id,
  data: (raw) => ({ orderId: raw.id }),
});
defineInbound(OrderCompleted, {
  from: { queue: 'legacy' },
  id: () => 'x',
  correlationId: () => 'x',
  // @ts-expect-error not the data of the event
  data: () => ({ order: 'x' }),
});

// What holds a list that nobody may change is data as it is; who takes a list apart gets a copy of their own.
defineReaction({
  name: 'placeAgain',
  on: PlaceShopOrder,
  emits: [ShopOrderPlaced],
  async react({ data }, tx) {
    const orderId = tx.newId();
    const cart = await tx.get(Cart, data.customerId);
    if (cart) tx.emit(ShopOrderPlaced, { orderId, ...data, items: cart.items });
    // @ts-expect-error the message is the same for all who read it
    data.items.push({ sku: 'tea', quantity: 1 });
    return { orderId };
  },
});

// An older shape of the state is lifted by a function of its own type.
defineEntity<{ readonly a: number }>('X', { version: 2, upgrade: { 1: (old: { readonly b: number }) => ({ a: old.b }) } });

// biome-ignore lint/suspicious/noExplicitAny: the list of a choreography admits services with any clients
const all: readonly Service<any>[] = [payment, inventory];
void all;
