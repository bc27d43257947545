import type { Bank } from './service.ts';

/** Stands in for the bank in tests and in `choreo serve`. Whoever is called "Broke" has no money. */
export function createSandboxBank(): Bank {
  return {
    async take({ traveller, idempotencyKey }) {
      return traveller.startsWith('Broke') ? { declined: 'no money' } : { paymentId: `pay-${idempotencyKey}` };
    },
    async giveBack() {},
  };
}
