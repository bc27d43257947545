import type { Envelope } from 'aws-choreography';
import shop from '../../functions/choreography.ts';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from '../../functions/doubles.ts';
import { Stock } from '../../functions/inventory/service.ts';
import type { Engine } from '../../lib/embedded/engine.ts';
import type { Random } from '../../lib/embedded/random.ts';
import { stored } from '../../lib/testing/stored.ts';
import { OrderDeadlinePassed, PlaceOrder } from '../../schemas/generated/index.ts';
import { isVisible } from './judge-random.ts';
import type { SagaAnswer, Scenario } from './run.ts';

/** What is on the shelf when the shop opens. */
interface Shelf {
  readonly skus: readonly string[];
  readonly stock: number;
}

const PRICE_CENTS = 450;

interface Shop {
  readonly gateway: ReturnType<typeof createPaymentDouble>;
  readonly carrier: ReturnType<typeof createCarrierDouble>;
  readonly mailer: ReturnType<typeof createMailerDouble>;
}

function statusOf(engine: Engine, { answer }: SagaAnswer): string {
  const { orderId } = answer as { orderId: string };
  return (engine.store('order').entity('Order', orderId)?.state as { status: string } | undefined)?.status ?? 'absent';
}

function isParked(engine: Engine, { saga }: SagaAnswer): boolean {
  return isVisible(engine, engine.services, saga);
}

function judgeOrders(engine: Engine, { gateway, carrier, mailer }: Shop, answers: readonly SagaAnswer[]): string[] {
  const problems: string[] = [];
  for (const answer of answers) {
    const { orderId } = answer.answer as { orderId: string };
    const status = statusOf(engine, answer);
    const mails = mailer.sent.filter(({ to }) => to === orderId).length;
    if (mails > 1) problems.push(`order ${orderId} got ${mails} e-mails`);
    if (isParked(engine, answer)) continue;
    if (status !== 'completed' && status !== 'cancelled') problems.push(`order ${orderId} ended ${status}, and nobody is told`);
    const booked = [...carrier.bookings.values()].find((booking) => booking.orderId === orderId);
    const shipped = booked !== undefined && !carrier.cancelled.has(booked.trackingCode);
    if (shipped !== (status === 'completed'))
      problems.push(`order ${orderId} is ${status}, and its parcel is ${shipped ? 'on its way' : 'not booked'}`);
    const summary = (engine.store('search').entity('OrderSummary', orderId)?.state as { status: string } | undefined)?.status;
    if (summary !== (status === 'completed' ? 'OrderCompleted' : 'OrderCancelled'))
      problems.push(`order ${orderId} is ${status}, and the search says ${summary}`);
  }
  const refunded = [...gateway.refunds.values()];
  if (new Set(refunded).size !== refunded.length) problems.push('a charge was refunded twice');
  return problems;
}

/** Money and goods: charged − refunded is what completed orders cost, and what left the shelf is what they hold. */
function judgeTotals(engine: Engine, { gateway }: Shop, { skus, stock }: Shelf, answers: readonly SagaAnswer[]): string[] {
  if (answers.some((answer) => isParked(engine, answer))) return [];
  const problems: string[] = [];
  const orders = answers.map((answer) => ({
    status: statusOf(engine, answer),
    state: engine.store('order').entity('Order', (answer.answer as { orderId: string }).orderId)?.state as
      | { totalCents: number }
      | undefined,
  }));
  const due = orders.filter(({ status }) => status === 'completed').reduce((sum, { state }) => sum + (state?.totalCents ?? 0), 0);
  if (gateway.balanceCents() !== due) problems.push(`charged − refunded is ${gateway.balanceCents()}, completed orders cost ${due}`);
  const left = skus.reduce(
    (sum, sku) => sum + ((engine.store('inventory').entity('Stock', sku)?.state as { available: number } | undefined)?.available ?? 0),
    0,
  );
  const sold = due / PRICE_CENTS;
  if (left + sold !== skus.length * stock) problems.push(`${left} on the shelf and ${sold} sold of ${skus.length * stock}`);
  return problems;
}

/** Follows the shelf commit by commit: an order may only be rejected when the shelf really could not fill it. */
function watchShelf(engine: Engine, { skus, stock }: Shelf): () => readonly string[] {
  const shelf = new Map<string, number>(skus.map((sku) => [sku, stock]));
  const problems: string[] = [];
  engine.onEvent((happened) => {
    if (happened.kind !== 'committed' || happened.service !== 'inventory') return;
    for (const { writes } of happened.units) {
      for (const write of writes) {
        if (write.kind === 'entity' && write.put) shelf.set(write.key.id, (write.put.state as { available: number }).available);
        if (write.kind !== 'claim' || write.put.state !== 'failed') continue;
        const { items } = (write.put.message as Envelope).data as { items: readonly { sku: string; quantity: number }[] };
        const wanted = new Map<string, number>();
        for (const { sku, quantity } of items) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
        if ([...wanted].every(([sku, quantity]) => (shelf.get(sku) ?? 0) >= quantity))
          problems.push(`an order was rejected although the shelf had ${JSON.stringify([...wanted])}`);
      }
    }
  });
  return () => problems;
}

function shopWith(shelf: Shelf, random: Random): Scenario {
  const declined = random.integer(20);
  const refused = random.integer(20);
  const chance = (text: string) => [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1009, 7) % 100;
  const doubles: Shop = {
    gateway: createPaymentDouble((customerId) => chance(customerId) < declined),
    carrier: createCarrierDouble((orderId) => chance(orderId) < refused),
    mailer: createMailerDouble(),
  };
  let rejections: () => readonly string[] = () => [];
  return {
    choreography: shop,
    attach(engine) {
      rejections = watchShelf(engine, shelf);
    },
    async disturb(engine, choice, _index, { saga, answer }) {
      if (!choice.chance(0.3)) return; // the deadline of an impatient customer
      await engine.scheduler.sleep(choice.integer(choice.pick([200, 1_000, 10_000])));
      const { orderId } = answer as { orderId: string };
      await engine.publish(OrderDeadlinePassed, { orderId }, { correlationId: saga });
    },
    options: { clients: { ...doubles }, given: shelf.skus.map((sku) => stored(Stock, sku, { available: shelf.stock })) },
    command(choice, index) {
      const items = [
        { sku: choice.pick(shelf.skus), quantity: 1 + choice.integer(2) },
        { sku: choice.pick(shelf.skus), quantity: 1 },
      ].slice(0, 1 + choice.integer(2));
      const quantity = items.reduce((sum, item) => sum + item.quantity, 0);
      return { command: PlaceOrder, data: { customerId: `c-${index}`, items, totalCents: quantity * PRICE_CENTS, currency: 'EUR' } };
    },
    judge: (engine, answers) => [
      ...rejections(),
      ...judgeOrders(engine, doubles, answers),
      ...judgeTotals(engine, doubles, shelf, answers),
    ],
    endings(engine, answers) {
      const counts: Record<string, number> = {};
      for (const answer of answers) {
        const ending = isParked(engine, answer) ? 'parked' : statusOf(engine, answer);
        counts[ending] = (counts[ending] ?? 0) + 1;
      }
      return counts;
    },
  };
}

/** The sample, with scarce goods, declined cards and a carrier that refuses. */
export const shopScenario = (random: Random): Scenario => shopWith({ skus: ['tea', 'coffee', 'cocoa'], stock: 12 }, random);

/** The same with one good, of which there is hardly any: each order decides on what others give back in the same moment. */
export const scarceScenario = (random: Random): Scenario => shopWith({ skus: ['tea'], stock: 6 }, random);
