import { createHandlers } from 'aws-choreography/lambda';
import { createSandboxCarrier } from '../sandbox.ts';
import { shipping } from './service.ts';

export const { worker, command } = createHandlers(shipping, { clients: { carrier: createSandboxCarrier } });
