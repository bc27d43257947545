import { commandType, type Envelope, eventType, type MessageSchema, pastVersion } from 'aws-choreography';

/** Admits everything: the contract never looks into a schema. */
function schemaOf(type: string, version: number): MessageSchema {
  return { uri: `https://example.com/schemas/${type}/${version}`, sensitive: [], validate: () => [] };
}

function event<Name extends string, Data>(type: Name, version = 1) {
  return eventType<Name, Data>({ type, version, subject: 'orderId', schema: schemaOf(type, version) });
}

/** One line of an order. */
export interface OrderItem {
  readonly sku: string;
  readonly quantity: number;
}

/** Data of the first version of OrderPlaced: no currency. */
export interface OrderPlacedV1Data {
  readonly orderId: string;
  readonly items: readonly OrderItem[];
}

/** Data of OrderPlaced. */
export interface OrderPlacedData extends OrderPlacedV1Data {
  readonly currency: string;
}

/** As generated code has it: the type is the envelope, the constant the message. */
export type OrderPlaced = Envelope<'OrderPlaced', OrderPlacedData>;
export const OrderPlaced = event<'OrderPlaced', OrderPlacedData>('OrderPlaced', 2);
export const OrderPlacedV1 = pastVersion<'OrderPlaced', OrderPlacedV1Data, OrderPlacedData>({
  type: 'OrderPlaced',
  version: 1,
  schema: schemaOf('OrderPlaced', 1),
});
export const OrderCompleted = event<'OrderCompleted', { readonly orderId: string }>('OrderCompleted');
export const OrderExpired = event<'OrderExpired', { readonly orderId: string }>('OrderExpired');
export const InventoryReserved = event<'InventoryReserved', { readonly orderId: string; readonly reservationId: string }>(
  'InventoryReserved',
);
export const InventoryRejected = event<'InventoryRejected', { readonly orderId: string; readonly sku: string }>('InventoryRejected');
export const InventoryReleased = event<'InventoryReleased', { readonly orderId: string }>('InventoryReleased');
export const PaymentFailed = event<'PaymentFailed', { readonly orderId: string; readonly reason: string }>('PaymentFailed');
export const ShipmentFailed = event<'ShipmentFailed', { readonly orderId: string; readonly carrier: string }>('ShipmentFailed');
export const PlaceOrder = commandType<'PlaceOrder', Omit<OrderPlacedData, 'orderId'>, { readonly orderId: string }>({
  type: 'PlaceOrder',
  version: 1,
  schema: schemaOf('PlaceOrder', 1),
});
