// What a team gets wrong, one mistake per constant; mistakes.test.ts holds what the compiler says to each.
import { client, defineChoreography, defineEntity, defineReaction, defineService, defineUpcast } from 'aws-choreography';
import { InventoryRejected, InventoryReserved, OrderExpired, OrderPlaced, OrderPlacedV1, PaymentFailed, PlaceOrder } from './messages.ts';

const gateway = client<{ charge(): void }>();
const Stock = defineEntity<{ readonly available: number }>('Stock');

export const undeclaredEmit = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  emits: [InventoryReserved],
  react({ data }, tx) {
    tx.emit(InventoryRejected, { orderId: data.orderId, sku: 'x' });
  },
});

export const failWithAnEmit = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  emits: [InventoryReserved, InventoryRejected],
  react({ data }, tx) {
    return tx.fail(InventoryRejected, { orderId: data.orderId, sku: 'x' });
  },
});

export const emitWithoutAnyEmits = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  react({ data }, tx) {
    tx.emit(InventoryRejected, { orderId: data.orderId, sku: 'x' });
  },
});

export const undeclaredSchedule = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  emits: [OrderExpired],
  react({ data }, tx) {
    tx.schedule(OrderExpired, { orderId: data.orderId }, { afterSeconds: 60 });
  },
});

export const missingField = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  emits: [InventoryReserved],
  react({ data }, tx) {
    tx.emit(InventoryReserved, { orderId: data.orderId });
  },
});

export const wrongField = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  fails: [InventoryRejected],
  react({ data }, tx) {
    return tx.fail(InventoryRejected, { orderId: data.orderId, sku: 1 });
  },
});

export const nothingToUndoWith = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  async react() {},
  compensation: {
    on: PaymentFailed,
    undo(_event, _tx, { items }) {
      void items;
    },
  },
});

export const stepWithoutAField = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  async react() {},
  compensation: {
    on: PaymentFailed,
    undo(_event, _tx, step) {
      void step.items;
    },
  },
});

export const onePathReturnsNothing = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  async react({ data }) {
    if (data.items.length === 0) return;
    return { items: data.items };
  },
  compensation: {
    on: PaymentFailed,
    undo(_event, _tx, { items }) {
      void items;
    },
  },
});

export const compensationAboveReact = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  compensation: {
    on: PaymentFailed,
    undo(_event, _tx, { items }) {
      items.clear();
    },
  },
  async react({ data }) {
    return { items: data.items };
  },
});

export const upcastLeavesAFieldOut = defineUpcast(OrderPlacedV1, (order) => ({ ...order }));

export const upcastOfTheCurrentVersion = defineUpcast(OrderPlaced, (order: object) => ({ ...order, currency: 'EUR' }));

export const reactToAName = defineReaction({ name: 'reserve', on: 'OrderPlaced', react() {} });

export const failWithoutReturn = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  fails: [InventoryRejected],
  react({ data }, tx) {
    const [first] = data.items;
    if (!first) tx.fail(InventoryRejected, { orderId: data.orderId, sku: 'none' });
    void first.sku;
  },
});

export const reactToAnOlderVersion = defineReaction({ name: 'reserve', on: OrderPlacedV1, react() {} });

export const commandWithoutAnAnswer = defineReaction({ name: 'placeOrder', on: PlaceOrder, react() {} });

export const clientInPlaceOfItsDeclaration = defineReaction({
  name: 'pay',
  on: OrderPlaced,
  clients: { gateway: { charge() {} } },
  react() {},
});

export const undeclaredClient = defineReaction({
  name: 'pay',
  on: OrderPlaced,
  clients: { gateway },
  react(_event, tx) {
    tx.clients.gatewy.charge();
  },
});

export const stateOfAnotherShape = defineReaction({
  name: 'reserve',
  on: OrderPlaced,
  react(_event, tx) {
    tx.put(Stock, 'x', { availble: 1 });
  },
});

export const definitionInPlaceOfAReaction = defineService({
  name: 'inventory',
  reactions: [{ name: 'reserve', on: OrderPlaced, react() {} }],
});

export const reactionInPlaceOfAService = defineChoreography({
  name: 'shop',
  services: [defineReaction({ name: 'reserve', on: OrderPlaced, react() {} })],
});
