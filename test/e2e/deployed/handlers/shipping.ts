import { createHandlers } from 'aws-choreography/lambda';
import { createSandboxCarrier } from '../../../../functions/sandbox.ts';
import { type Carrier, shipping } from '../../../../functions/shipping/service.ts';
import { isOn, switches } from '../machine.ts';

function createBreakableCarrier(): Carrier {
  const sandbox = createSandboxCarrier();
  return {
    ...sandbox,
    async book(request) {
      if (isOn(switches.carrierKills)) process.exit(1);
      return sandbox.book(request);
    },
  };
}

export const { worker, command } = createHandlers(shipping, { clients: { carrier: createBreakableCarrier } });
