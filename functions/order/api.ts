// An HTTP API that a team has already: it runs the command in its own function, and reads orders by their customer.
import { openService } from 'aws-choreography/lambda';
import { PlaceOrder, type PlaceOrderData } from '../../schemas/generated/index.ts';
import { Order, order } from './service.ts';

const orders = openService(order);

/** What the API's gateway sends back. */
export interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

/** Places an order; the same key again finds the first answer. */
export async function postOrder(body: PlaceOrderData, idempotencyKey: string): Promise<Answer> {
  const result = await orders.execute(PlaceOrder, body, { idempotencyKey });
  return result.ok ? { statusCode: 202, body: result.answer.orderId } : { statusCode: result.retryable ? 503 : 422, body: result.code };
}

/** The status of each order of a customer. */
export async function listOrders(customerId: string): Promise<readonly string[]> {
  const { items } = await orders.query(Order, 'customer', customerId);
  return items.map(({ status }) => status);
}
