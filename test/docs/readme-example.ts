// The example at the top of README.md: type-checked here, and run by test/docs.test.ts.
import { defineEntity, defineReaction, defineService, eventType } from 'aws-choreography';

const about = <Type extends string>(type: Type) => ({
  type,
  version: 1,
  subject: 'orderId',
  schema: { uri: `urn:aws-choreography:${type}:1`, sensitive: [], validate: () => [] },
});

interface OrderLine {
  readonly orderId: string;
  readonly sku: string;
}
interface OrderData {
  readonly orderId: string;
}

export const OrderPlaced = eventType<'OrderPlaced', OrderLine>(about('OrderPlaced'));
export const ShipmentFailed = eventType<'ShipmentFailed', OrderData>(about('ShipmentFailed'));
const PaymentFailed = eventType<'PaymentFailed', OrderData>(about('PaymentFailed'));
const InventoryReserved = eventType<'InventoryReserved', OrderLine>(about('InventoryReserved'));
const InventoryRejected = eventType<'InventoryRejected', OrderLine>(about('InventoryRejected'));

export const Stock = defineEntity<{ available: number }>('Stock');

export const reserveInventory = defineReaction({
  name: 'reserveInventory',
  on: OrderPlaced,
  emits: [InventoryReserved],
  fails: [InventoryRejected],
  async react({ data: { orderId, sku } }, tx) {
    const stock = await tx.get(Stock, sku);
    if (!stock?.available) return tx.fail(InventoryRejected, { orderId, sku });
    tx.put(Stock, sku, { available: stock.available - 1 });
    tx.emit(InventoryReserved, { orderId, sku });
    return { sku }; // remembered for undo
  },
  compensation: {
    on: [PaymentFailed, ShipmentFailed],
    async undo(_event, tx, { sku }) {
      const stock = await tx.get(Stock, sku);
      tx.put(Stock, sku, { available: (stock?.available ?? 0) + 1 });
    },
  },
});

export const inventory = defineService({ name: 'inventory', reactions: [reserveInventory] });
