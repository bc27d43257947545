import { createHandlers } from 'aws-choreography/lambda';
import { createSandboxBank } from './sandbox-bank.ts';
import { payment } from './service.ts';

// Your bank goes here; a function makes it at the first event: `bank: async () => createBank(await readSecret())`.
export const { worker, command } = createHandlers(payment, { clients: { bank: createSandboxBank() } });
