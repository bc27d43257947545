import { createHandlers } from 'aws-choreography/lambda';
import { payment } from '../../../../functions/payment/service.ts';
import { createFaultyGateway } from '../faulty-gateway.ts';

export const { worker, command } = createHandlers(payment, { clients: { gateway: createFaultyGateway } });
