import { createHandlers } from 'aws-choreography/lambda';
import { createSandboxGateway } from '../sandbox.ts';
import { payment } from './service.ts';

// A real gateway goes here. A function makes it at the first event: `gateway: async () => createGateway(await readSecret())`.
export const { worker, command } = createHandlers(payment, { clients: { gateway: createSandboxGateway } });
