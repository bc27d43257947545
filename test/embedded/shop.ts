import type { Choreography } from '../../lib/contract/choreography.ts';
import { defineChoreography } from '../../lib/contract/choreography.ts';
import { client } from '../../lib/contract/client.ts';
import { defineEntity } from '../../lib/contract/entity.ts';
import { commandType, eventType, type MessageSchema } from '../../lib/contract/message-type.ts';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { defineService } from '../../lib/contract/service.ts';
import { schemaUri } from '../../lib/schema/uri.ts';

interface OrderData {
  readonly orderId: string;
}

function schemaOf(type: string): MessageSchema {
  return { uri: schemaUri(type, 1), sensitive: [], validate: () => [] };
}

function event<Name extends string>(type: Name) {
  return eventType<Name, OrderData>({ type, version: 1, subject: 'orderId', schema: schemaOf(type) });
}

export const OrderPlaced = event('OrderPlaced');
export const StockReserved = event('StockReserved');
export const OrderCharged = event('OrderCharged');
export const ChargeFailed = event('ChargeFailed');
export const OrderCompleted = event('OrderCompleted');
export const OrderCancelled = event('OrderCancelled');
export const OrderOverdue = event('OrderOverdue');
export const PlaceOrder = commandType<'PlaceOrder', OrderData, OrderData>({
  type: 'PlaceOrder',
  version: 1,
  subject: 'orderId',
  schema: schemaOf('PlaceOrder'),
});

export const Order = defineEntity<{ readonly status: string }>('Order');
export const Stock = defineEntity<{ readonly reserved: number }>('Stock');
export const Mail = defineEntity<{ readonly sent: number }>('Mail');

/** Takes money; must be the same for the same key. */
export interface Payments {
  charge(orderId: string, options: { readonly key: string }): Promise<{ readonly ok: boolean }>;
  refund(orderId: string, options: { readonly key: string }): Promise<void>;
}

const order = defineService({
  name: 'order',
  reactions: [
    defineReaction({
      name: 'placeOrder',
      on: PlaceOrder,
      emits: [OrderPlaced],
      schedules: [OrderOverdue],
      async react({ data }, tx) {
        await tx.get(Order, data.orderId);
        tx.put(Order, data.orderId, { status: 'open' });
        tx.emit(OrderPlaced, data);
        tx.schedule(OrderOverdue, data, { afterSeconds: 1_800 });
        return data;
      },
    }),
    defineReaction({
      name: 'completeOrder',
      on: OrderCharged,
      emits: [OrderCompleted],
      async react({ data }, tx) {
        if ((await tx.get(Order, data.orderId))?.status !== 'open') return;
        tx.put(Order, data.orderId, { status: 'completed' });
        tx.emit(OrderCompleted, data);
      },
    }),
    defineReaction({
      name: 'cancelOrder',
      on: [ChargeFailed, OrderOverdue],
      emits: [OrderCancelled],
      async react({ data }, tx) {
        if ((await tx.get(Order, data.orderId))?.status !== 'open') return;
        tx.put(Order, data.orderId, { status: 'cancelled' });
        tx.emit(OrderCancelled, data);
      },
    }),
  ],
});

const inventory = defineService({
  name: 'inventory',
  reactions: [
    defineReaction({
      name: 'reserveStock',
      on: OrderPlaced,
      emits: [StockReserved],
      async react({ data }, tx) {
        const shelf = data.orderId.slice(-1);
        const { reserved } = (await tx.get(Stock, shelf)) ?? { reserved: 0 };
        tx.put(Stock, shelf, { reserved: reserved + 1 });
        tx.emit(StockReserved, data);
        return { shelf };
      },
      compensation: {
        on: [ChargeFailed, OrderCancelled],
        async undo(_event, tx, { shelf }) {
          const { reserved } = (await tx.get(Stock, shelf)) ?? { reserved: 0 };
          tx.put(Stock, shelf, { reserved: reserved - 1 });
        },
      },
    }),
  ],
});

const payment = defineService({
  name: 'payment',
  reactions: [
    defineReaction({
      name: 'chargeOrder',
      on: StockReserved,
      emits: [OrderCharged],
      fails: [ChargeFailed],
      clients: { payments: client<Payments>() },
      async react({ data }, tx) {
        const { ok } = await tx.clients.payments.charge(data.orderId, { key: tx.idempotencyKey });
        if (!ok) tx.fail(ChargeFailed, data);
        tx.emit(OrderCharged, data);
        return { orderId: data.orderId };
      },
      compensation: {
        on: OrderCancelled,
        async undo(_event, tx, { orderId }) {
          await tx.clients.payments.refund(orderId, { key: tx.idempotencyKey });
        },
      },
    }),
  ],
});

const notification = defineService({
  name: 'notification',
  source: 'bus',
  reactions: [
    defineReaction({
      name: 'sendMail',
      on: [OrderCompleted, OrderCancelled],
      async react({ data }, tx) {
        const { sent } = (await tx.get(Mail, data.orderId)) ?? { sent: 0 };
        tx.put(Mail, data.orderId, { sent: sent + 1 });
      },
    }),
  ],
});

/** Four services: three on the stream, one on the bus. */
export const shop: Choreography = defineChoreography({ name: 'shop', services: [order, inventory, payment, notification] });

/** A payment provider that remembers keys; orders whose id begins with `poor` are not paid. */
export function createPayments(): Payments & { readonly charged: ReadonlyMap<string, number> } {
  const keys = new Set<string>();
  const charged = new Map<string, number>();
  return {
    charged,
    async charge(orderId, { key }) {
      const ok = !orderId.startsWith('poor');
      if (ok && !keys.has(key)) charged.set(orderId, (charged.get(orderId) ?? 0) + 1);
      keys.add(key);
      return { ok };
    },
    async refund(orderId, { key }) {
      if (!keys.has(key)) charged.set(orderId, (charged.get(orderId) ?? 0) - 1);
      keys.add(key);
    },
  };
}
