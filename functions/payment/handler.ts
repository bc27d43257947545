import { createHandlers } from 'aws-choreography/lambda';
import { createPaymentDouble } from '../doubles.ts';
import { payment } from './service.ts';

// A real gateway goes here, made at the first event: `gateway: async () => createGateway(await readSecret())`.
export const { worker, command } = createHandlers(payment, {
  clients: { gateway: () => createPaymentDouble((customerId) => customerId.startsWith('declined')) },
});
