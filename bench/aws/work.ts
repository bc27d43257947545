// What each of them does with an order, besides taking it once.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Envelope } from 'aws-choreography';
import type { OrderPlacedData } from '../../schemas/generated/index.ts';
import type { KinesisEvent } from './events.ts';

/** `write`: one state of its own; `read`: that state is read before; `publish`: it is written, and an event goes to the stream. */
export type Work = 'write' | 'read' | 'publish';

/** Handles one batch. @throws when a record was not handled */
export type Handle = (event: KinesisEvent) => Promise<void>;

/** The event that everybody handles. */
export type Order = Pick<
  Envelope<'OrderPlaced', OrderPlacedData>,
  'id' | 'source' | 'type' | 'time' | 'correlationid' | 'partitionkey' | 'data'
>;

/** Tables of those who write by hand. */
export const tables = { state: 'bench-state', claims: 'bench-claims' } as const;

/** What Lambda's context says of the time that is left, in milliseconds. */
export const context = { getRemainingTimeInMillis: () => 60_000 };

/** The state of an order. */
export function stateOf({ customerId, totalCents }: OrderPlacedData) {
  return { customerId, totalCents, status: 'placed' };
}

/** The same as an item of a table. */
export function stateItem(data: OrderPlacedData): Record<string, AttributeValue> {
  const { customerId, totalCents, status } = stateOf(data);
  return { pk: { S: data.orderId }, customerId: { S: customerId }, totalCents: { N: String(totalCents) }, status: { S: status } };
}

/** What `publish` tells others. */
export function answerOf({ orderId, customerId, totalCents, currency }: OrderPlacedData, reservationId: string) {
  return { orderId, reservationId, customerId, totalCents, currency };
}

/** The record of that for the stream, by hand. */
export function answerRecord(order: Order) {
  const id = `${order.id}-reserved`;
  const envelope = { ...order, specversion: '1.0', id, source: 'bench', type: 'InventoryReserved', causationid: order.id, hops: 1 };
  return { PartitionKey: order.partitionkey, Data: Buffer.from(JSON.stringify({ ...envelope, data: answerOf(order.data, id) })) };
}
