// A payment provider whose customers decide what goes wrong. A fault happens once per charge, in whatever process: it leaves
// a file behind, as the functions of an emulator are processes of one machine.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PaymentGateway } from '../../../functions/payment/service.ts';
import { createSandboxGateway } from '../../../functions/sandbox.ts';

/** Customers whose id begins so: the function dies before it calls, after it called, or the provider is down for once. */
export const faultOf = { crashBefore: 'crash-before', crashAfter: 'crash-after', down: 'down' } as const;

function happensFirst(fault: string, key: string): boolean {
  const name = createHash('sha256').update(`${fault} ${key}`).digest('hex');
  try {
    writeFileSync(join(tmpdir(), `choreo-fault-${name}`), '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** The sandbox, with faults. */
export function createFaultyGateway(): PaymentGateway {
  const sandbox = createSandboxGateway();
  return {
    ...sandbox,
    async charge(request) {
      const happens = (fault: string) => request.customerId.startsWith(fault) && happensFirst(fault, request.idempotencyKey);
      if (happens(faultOf.crashBefore)) process.exit(1);
      if (happens(faultOf.down)) throw new Error('the payment provider does not answer');
      const answer = await sandbox.charge(request);
      if (happens(faultOf.crashAfter)) process.exit(1);
      return answer;
    },
  };
}
