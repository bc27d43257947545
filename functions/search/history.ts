// What one order's events add up to, for whoever does not believe the read model: read from the stream, not from a table.
import type { Envelope } from 'aws-choreography';
import { type History, loadHistory, type StreamSource } from 'aws-choreography/operations';
import type { OrderPlacedData } from '../../schemas/generated/index.ts';

/** As the read model has it. */
export interface OrderHistory {
  readonly customerId: string;
  readonly totalCents: number;
  readonly status: string;
}

function fold(order: OrderHistory | undefined, { type, data }: Envelope): OrderHistory | undefined {
  if (type !== 'OrderPlaced') return order && { ...order, status: type };
  const { customerId, totalCents } = data as OrderPlacedData;
  return { customerId, totalCents, status: 'placed' };
}

/** `until`: milliseconds since 1970. `complete` and `gaps` of the answer say whether all of it could be read. */
export function orderHistory(source: StreamSource, orderId: string, until?: number): Promise<History<OrderHistory | undefined>> {
  const types = ['OrderPlaced', 'OrderCompleted', 'OrderCancelled'];
  return loadHistory(source, { subject: orderId, types, ...(until === undefined ? {} : { until }) }, fold, undefined);
}
