import { type CommandResult, createCommandClient } from 'aws-choreography/lambda';
import { PlaceOrder, type PlaceOrderAnswer, type PlaceOrderData } from '../../../../schemas/generated/index.ts';

const orders = createCommandClient({ service: 'order' });

/** Places an order, as an API of another team would. */
export function handler({ data, key }: { readonly data: PlaceOrderData; readonly key: string }): Promise<CommandResult<PlaceOrderAnswer>> {
  return orders.execute(PlaceOrder, data, { idempotencyKey: key });
}
