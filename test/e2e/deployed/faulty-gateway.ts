// A payment provider whose customers decide what goes wrong. A fault happens once per charge.
import type { PaymentGateway } from '../../../functions/payment/service.ts';
import { createSandboxGateway } from '../../../functions/sandbox.ts';
import { happensFirst } from './machine.ts';

/**
 * Customers whose id begins so: the function dies before it calls or after it called, the provider is down, or the
 * function hangs until its time is up.
 */
export const faultOf = { crashBefore: 'crash-before', crashAfter: 'crash-after', down: 'down', hang: 'hang' } as const;

/** Longer than any function may run. */
const HANG_MILLISECONDS = 600_000;

/** Stops the whole process, timers included, as an endless loop would. */
function hang(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HANG_MILLISECONDS);
}

/** The sandbox, with faults. */
export function createFaultyGateway(): PaymentGateway {
  const sandbox = createSandboxGateway();
  return {
    ...sandbox,
    async charge(request) {
      const { customerId, idempotencyKey } = request;
      const happens = (fault: string) => customerId.startsWith(fault) && happensFirst(`${fault} ${idempotencyKey}`);
      if (happens(faultOf.crashBefore)) process.exit(1);
      if (happens(faultOf.down)) throw new Error('the payment provider does not answer');
      if (happens(faultOf.hang)) hang();
      const answer = await sandbox.charge(request);
      if (happens(faultOf.crashAfter)) process.exit(1);
      return answer;
    },
  };
}
