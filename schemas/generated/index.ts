// Written by `choreo schema generate` from the JSON Schemas; do not edit.
import { commandType, eventType, pastVersion, type CommandType, type EventType, type PastVersion, type Envelope } from 'aws-choreography';
import { messageSchema } from 'aws-choreography/validation';
import * as validators from './validators.js';

/** InventoryRejected/1.json: An item of an order is not in stock. */
export interface InventoryRejectedData {
  /** The order. */
  orderId: string;
  /** The first article that is missing. */
  sku: string;
}
export type InventoryRejected = Envelope<'InventoryRejected', InventoryRejectedData>;
/** InventoryRejected/1.json: An item of an order is not in stock. */
export const InventoryRejected: EventType<'InventoryRejected', InventoryRejectedData> = /* @__PURE__ */ eventType({
  type: 'InventoryRejected',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:InventoryRejected:1',
    sensitive: [],
    validate: validators.validateInventoryRejected,
  }),
});

/** InventoryReleased/1.json: The items of an order are for sale again. */
export interface InventoryReleasedData {
  /** The order. */
  orderId: string;
}
export type InventoryReleased = Envelope<'InventoryReleased', InventoryReleasedData>;
/** InventoryReleased/1.json: The items of an order are for sale again. */
export const InventoryReleased: EventType<'InventoryReleased', InventoryReleasedData> = /* @__PURE__ */ eventType({
  type: 'InventoryReleased',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:InventoryReleased:1',
    sensitive: [],
    validate: validators.validateInventoryReleased,
  }),
});

/** InventoryReserved/1.json: All items of an order are set aside. */
export interface InventoryReservedData {
  /** The order. */
  orderId: string;
  /** The reservation. */
  reservationId: string;
  /** The price of all items, in hundredths of the currency. */
  totalCents: number;
  /** ISO 4217 code. */
  currency: string;
  /** The customer; not for logs. */
  customerId: string;
}
export type InventoryReserved = Envelope<'InventoryReserved', InventoryReservedData>;
/** InventoryReserved/1.json: All items of an order are set aside. */
export const InventoryReserved: EventType<'InventoryReserved', InventoryReservedData> = /* @__PURE__ */ eventType({
  type: 'InventoryReserved',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:InventoryReserved:1',
    sensitive: ['/customerId'],
    validate: validators.validateInventoryReserved,
  }),
});

/** OrderCancelled/1.json: An order will not be delivered; what was done for it is undone. */
export interface OrderCancelledData {
  /** The order. */
  orderId: string;
  /** Why, in words for people. */
  reason: string;
}
export type OrderCancelled = Envelope<'OrderCancelled', OrderCancelledData>;
/** OrderCancelled/1.json: An order will not be delivered; what was done for it is undone. */
export const OrderCancelled: EventType<'OrderCancelled', OrderCancelledData> = /* @__PURE__ */ eventType({
  type: 'OrderCancelled',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:OrderCancelled:1',
    sensitive: [],
    validate: validators.validateOrderCancelled,
  }),
});

/** OrderCompleted/1.json: An order is on its way to the customer. */
export interface OrderCompletedData {
  /** The order. */
  orderId: string;
}
export type OrderCompleted = Envelope<'OrderCompleted', OrderCompletedData>;
/** OrderCompleted/1.json: An order is on its way to the customer. */
export const OrderCompleted: EventType<'OrderCompleted', OrderCompletedData> = /* @__PURE__ */ eventType({
  type: 'OrderCompleted',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:OrderCompleted:1',
    sensitive: [],
    validate: validators.validateOrderCompleted,
  }),
});

/** OrderDeadlinePassed/1.json: The time for an order is up. Only the order service reacts to it. */
export interface OrderDeadlinePassedData {
  /** The order. */
  orderId: string;
}
export type OrderDeadlinePassed = Envelope<'OrderDeadlinePassed', OrderDeadlinePassedData>;
/** OrderDeadlinePassed/1.json: The time for an order is up. Only the order service reacts to it. */
export const OrderDeadlinePassed: EventType<'OrderDeadlinePassed', OrderDeadlinePassedData> = /* @__PURE__ */ eventType({
  type: 'OrderDeadlinePassed',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:OrderDeadlinePassed:1',
    sensitive: [],
    validate: validators.validateOrderDeadlinePassed,
  }),
});

/** OrderExpired/1.json: An order was given up because it was not completed in time. */
export interface OrderExpiredData {
  /** The order. */
  orderId: string;
}
export type OrderExpired = Envelope<'OrderExpired', OrderExpiredData>;
/** OrderExpired/1.json: An order was given up because it was not completed in time. */
export const OrderExpired: EventType<'OrderExpired', OrderExpiredData> = /* @__PURE__ */ eventType({
  type: 'OrderExpired',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:OrderExpired:1',
    sensitive: [],
    validate: validators.validateOrderExpired,
  }),
});

/** OrderPlaced/1.json: An order was placed. Before 2026-12: without a currency, in euros. */
export interface OrderPlacedV1Data {
  /** The order. */
  orderId: string;
  /** The customer; not for logs. */
  customerId: string;
  /** What is ordered. */
  items: readonly {
    /** The article. */
    sku: string;
    quantity: number;
  }[];
  /** The price of all items, in hundredths of the currency. */
  totalCents: number;
}
/** OrderPlaced/1.json: An order was placed. Before 2026-12: without a currency, in euros. */
export const OrderPlacedV1: PastVersion<'OrderPlaced', OrderPlacedV1Data, OrderPlacedData> = /* @__PURE__ */ pastVersion({
  type: 'OrderPlaced',
  version: 1,
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:OrderPlaced:1',
    sensitive: ['/customerId'],
    validate: validators.validateOrderPlacedV1,
  }),
});

/** OrderPlaced/2.json: An order was placed. */
export interface OrderPlacedData {
  /** The order. */
  orderId: string;
  /** The customer; not for logs. */
  customerId: string;
  /** What is ordered. */
  items: readonly {
    /** The article. */
    sku: string;
    quantity: number;
  }[];
  /** The price of all items, in hundredths of the currency. */
  totalCents: number;
  /** ISO 4217 code. */
  currency: string;
}
export type OrderPlaced = Envelope<'OrderPlaced', OrderPlacedData>;
/** OrderPlaced/2.json: An order was placed. */
export const OrderPlaced: EventType<'OrderPlaced', OrderPlacedData> = /* @__PURE__ */ eventType({
  type: 'OrderPlaced',
  version: 2,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:OrderPlaced:2',
    sensitive: ['/customerId'],
    validate: validators.validateOrderPlaced,
  }),
});

/** PaymentCharged/1.json: An order is paid. */
export interface PaymentChargedData {
  /** The order. */
  orderId: string;
  /** The payment, as the payment provider names it. */
  chargeId: string;
  /** The price of all items, in hundredths of the currency. */
  amountCents: number;
}
export type PaymentCharged = Envelope<'PaymentCharged', PaymentChargedData>;
/** PaymentCharged/1.json: An order is paid. */
export const PaymentCharged: EventType<'PaymentCharged', PaymentChargedData> = /* @__PURE__ */ eventType({
  type: 'PaymentCharged',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:PaymentCharged:1',
    sensitive: [],
    validate: validators.validatePaymentCharged,
  }),
});

/** PaymentFailed/1.json: An order could not be paid. */
export interface PaymentFailedData {
  /** The order. */
  orderId: string;
  /** Why, in words for people. */
  reason: string;
}
export type PaymentFailed = Envelope<'PaymentFailed', PaymentFailedData>;
/** PaymentFailed/1.json: An order could not be paid. */
export const PaymentFailed: EventType<'PaymentFailed', PaymentFailedData> = /* @__PURE__ */ eventType({
  type: 'PaymentFailed',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:PaymentFailed:1',
    sensitive: [],
    validate: validators.validatePaymentFailed,
  }),
});

/** PaymentRefunded/1.json: The payment of an order was given back. */
export interface PaymentRefundedData {
  /** The order. */
  orderId: string;
  /** The payment, as the payment provider names it. */
  chargeId: string;
}
export type PaymentRefunded = Envelope<'PaymentRefunded', PaymentRefundedData>;
/** PaymentRefunded/1.json: The payment of an order was given back. */
export const PaymentRefunded: EventType<'PaymentRefunded', PaymentRefundedData> = /* @__PURE__ */ eventType({
  type: 'PaymentRefunded',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:PaymentRefunded:1',
    sensitive: [],
    validate: validators.validatePaymentRefunded,
  }),
});

/** PlaceOrder/1.json: A customer orders. An order without items is refused. */
export interface PlaceOrderData {
  /** The customer; not for logs. */
  customerId: string;
  /** What is ordered. */
  items: readonly {
    /** The article. */
    sku: string;
    quantity: number;
  }[];
  /** The price of all items, in hundredths of the currency. */
  totalCents: number;
  /** ISO 4217 code. */
  currency: string;
}
/** The new order. */
export interface PlaceOrderAnswer {
  /** The order. */
  orderId: string;
}
export type PlaceOrder = Envelope<'PlaceOrder', PlaceOrderData>;
/** PlaceOrder/1.json: A customer orders. An order without items is refused. */
export const PlaceOrder: CommandType<'PlaceOrder', PlaceOrderData, PlaceOrderAnswer> = /* @__PURE__ */ commandType({
  type: 'PlaceOrder',
  version: 1,
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:PlaceOrder:1',
    sensitive: ['/customerId'],
    validate: validators.validatePlaceOrder,
  }),
});

/** ShipmentCreated/1.json: A carrier takes an order. */
export interface ShipmentCreatedData {
  /** The order. */
  orderId: string;
  /** What the carrier calls the shipment. */
  trackingCode: string;
}
export type ShipmentCreated = Envelope<'ShipmentCreated', ShipmentCreatedData>;
/** ShipmentCreated/1.json: A carrier takes an order. */
export const ShipmentCreated: EventType<'ShipmentCreated', ShipmentCreatedData> = /* @__PURE__ */ eventType({
  type: 'ShipmentCreated',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:ShipmentCreated:1',
    sensitive: [],
    validate: validators.validateShipmentCreated,
  }),
});

/** ShipmentFailed/1.json: No carrier takes an order. */
export interface ShipmentFailedData {
  /** The order. */
  orderId: string;
  /** The carrier that was asked. */
  carrier: string;
}
export type ShipmentFailed = Envelope<'ShipmentFailed', ShipmentFailedData>;
/** ShipmentFailed/1.json: No carrier takes an order. */
export const ShipmentFailed: EventType<'ShipmentFailed', ShipmentFailedData> = /* @__PURE__ */ eventType({
  type: 'ShipmentFailed',
  version: 1,
  subject: 'orderId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:ShipmentFailed:1',
    sensitive: [],
    validate: validators.validateShipmentFailed,
  }),
});
