import { createHandlers } from 'aws-choreography/lambda';
import { createCarrierDouble } from '../doubles.ts';
import { shipping } from './service.ts';

export const { worker, command } = createHandlers(shipping, { clients: { carrier: () => createCarrierDouble() } });
