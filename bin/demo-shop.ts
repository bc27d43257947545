// The sample shop as `choreo demo` runs it: its doubles, its shelf, its orders and what must always be true of it.
import shop from '../functions/choreography.ts';
import {
  createCarrierDouble,
  createMailerDouble,
  createPaymentDouble,
  type MailerDouble,
  type PaymentDouble,
} from '../functions/doubles.ts';
import { Stock } from '../functions/inventory/service.ts';
import type { OrderStatus } from '../functions/order/service.ts';
import type { Sample, SampleCheck, SampleEnding, SampleEvent, SampleOrder, SampleView, SampleWorld } from '../lib/cli/demo/sample.ts';
import { PlaceOrder } from '../schemas/generated/index.ts';

const shelf: Readonly<Record<string, { readonly available: number; readonly priceCents: number }>> = {
  tea: { available: 4_000, priceCents: 450 },
  coffee: { available: 4_000, priceCents: 900 },
  cup: { available: 4_000, priceCents: 1_250 },
  kettle: { available: 4_000, priceCents: 3_900 },
  saffron: { available: 0, priceCents: 2_100 },
};
const customers = ['Ada', 'Bola', 'Chen', 'Dana', 'Emre', 'Fatou', 'Goran'];
const regular = Object.keys(shelf).filter((sku) => shelf[sku]?.available !== 0);

/** The same number gives the same order. */
function orderOf(number: number, refusedBy?: string): SampleOrder {
  const customer = customers[(number - 1) % customers.length] as string;
  const [first, second] = [regular[number % regular.length], regular[(number + 1) % regular.length]] as [string, string];
  const skus = refusedBy === 'inventory' ? [first, 'saffron'] : number % 3 === 0 ? [first, second] : [first];
  const items = skus.map((sku, index) => ({ sku, quantity: index === 0 ? 1 + (number % 2) : 1 }));
  const totalCents = items.reduce((sum, { sku, quantity }) => sum + quantity * (shelf[sku]?.priceCents ?? 0), 0);
  const customerId = refusedBy === 'payment' ? `${customer} (card declined)` : customer;
  const label = `${items.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ')} for ${customer}`;
  return { number, label, data: { customerId, items, totalCents, currency: 'EUR' }, ...(refusedBy === undefined ? {} : { refusedBy }) };
}

const reasons: Readonly<Record<string, string>> = {
  InventoryRejected: 'the shelf is empty',
  ShipmentFailed: 'the carrier refused',
  OrderExpired: 'the deadline passed',
};

function endingOf(events: readonly SampleEvent[]): SampleEnding | undefined {
  if (events.some(({ type }) => type === 'OrderCompleted')) return { kind: 'completed' };
  const cancelled = events.find(({ type }) => type === 'OrderCancelled');
  if (!cancelled) return undefined;
  const { reason } = cancelled.data as { readonly reason: string };
  return { kind: 'undone', because: reasons[reason] ?? reason };
}

const sign = (holds: boolean) => (holds ? '=' : 'is not');

function stockCheck(view: SampleView): SampleCheck {
  const left = Object.keys(shelf).reduce(
    (sum, sku) => sum + (view.entity('inventory', 'Stock', sku) as { readonly available: number }).available,
    0,
  );
  const steps = view.claims('inventory').filter(({ reaction, state }) => reaction === 'reserveInventory' && state === 'done');
  const reserved = steps
    .flatMap(({ data }) => (data as { readonly items: readonly { readonly quantity: number }[] }).items)
    .reduce((sum, { quantity }) => sum + quantity, 0);
  const start = Object.values(shelf).reduce((sum, { available }) => sum + available, 0);
  return {
    name: 'stock adds up',
    holds: left + reserved === start,
    detail: `${left} on the shelf + ${reserved} reserved ${sign(left + reserved === start)} ${start} at the start`,
  };
}

const euros = (cents: number) => (cents / 100).toFixed(2);

function ordersIn(view: SampleView): readonly { readonly totalCents: number; readonly status: OrderStatus }[] {
  return view.answers.map(
    (answer) =>
      view.entity('order', 'Order', (answer as { readonly orderId: string }).orderId) as {
        readonly totalCents: number;
        readonly status: OrderStatus;
      },
  );
}

function moneyCheck(view: SampleView, payments: PaymentDouble): SampleCheck {
  const charged = [...payments.charges.values()].reduce((sum, { amountCents }) => sum + amountCents, 0);
  const balance = payments.balanceCents();
  const due = ordersIn(view).reduce((sum, { status, totalCents }) => sum + (status === 'completed' ? totalCents : 0), 0);
  return {
    name: 'money adds up',
    holds: balance === due,
    detail: `${euros(charged)} charged - ${euros(charged - balance)} refunded ${sign(balance === due)} ${euros(due)} EUR completed`,
  };
}

function mailCheck(view: SampleView, { sent }: MailerDouble): SampleCheck {
  const perOrder = new Map<string, number>();
  for (const { to } of sent) perOrder.set(to, (perOrder.get(to) ?? 0) + 1);
  return {
    name: 'one e-mail for an order, at most',
    holds: [...perOrder.values()].every((count) => count === 1),
    detail: `${sent.length} sent for ${view.answers.length} placed`,
  };
}

function createWorld(): SampleWorld {
  const refusedByCarrier = new Set<string>();
  const gateway = createPaymentDouble((customerId) => customerId.endsWith('(card declined)'));
  const carrier = createCarrierDouble((orderId) => refusedByCarrier.has(orderId));
  const mailer = createMailerDouble();
  return {
    clients: { gateway, carrier, mailer },
    order: orderOf,
    accepted({ refusedBy }, answer) {
      if (refusedBy === 'shipping') refusedByCarrier.add((answer as { readonly orderId: string }).orderId);
    },
    ending: endingOf,
    checks: (view) => [stockCheck(view), moneyCheck(view, gateway), mailCheck(view, mailer)],
    effects: () => ({
      charges: [...gateway.charges],
      refunds: [...gateway.refunds],
      bookings: [...carrier.bookings],
      cancelled: [...carrier.cancelled],
      sent: [...mailer.sent],
    }),
  };
}

/** The shop of `functions/`, ready to be shown. */
export const demoShop: Sample = {
  choreography: shop,
  command: PlaceOrder,
  given: Object.entries(shelf).map(([sku, { available }]) => ({ service: 'inventory', entity: Stock, id: sku, state: { available } })),
  refusals: { shipping: 'the carrier takes no parcel', payment: 'the card is declined', inventory: 'the shelf is empty' },
  deadline: { service: 'payment', seconds: 15 * 60 },
  bystander: 'notification',
  poison: { type: 'OrderPlaced', data: { orderId: 'o-0', items: 'none' } },
  createWorld,
};
