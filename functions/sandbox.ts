// The outside systems of the deployed sample, like the test modes of real ones: they decide by what they are given, so that
// every process of a function answers a repeated key the same.
import type { Mailer } from './notification/service.ts';
import type { PaymentGateway } from './payment/service.ts';
import type { Carrier } from './shipping/service.ts';

/** Cards of customers whose id begins so are declined. */
export const DECLINED_PREFIX = 'declined';
/** Orders whose id begins with one of these are not taken by the carrier: about one in eight. */
export const UNSHIPPABLE: RegExp = /^[A-H]/;

/** A payment provider's test mode. */
export function createSandboxGateway(): PaymentGateway {
  return {
    async charge({ customerId, idempotencyKey }) {
      return customerId.startsWith(DECLINED_PREFIX) ? { declined: 'card declined' } : { chargeId: `ch-${idempotencyKey}` };
    },
    async refund() {},
  };
}

/** A carrier's test mode. */
export function createSandboxCarrier(): Carrier {
  return {
    name: 'Parcel Post',
    async book({ orderId, idempotencyKey }) {
      return UNSHIPPABLE.test(orderId) ? undefined : { trackingCode: `PP-${idempotencyKey}` };
    },
    async cancel() {},
  };
}

/** A mailer that sends nothing. */
export function createSandboxMailer(): Mailer {
  return { async send() {} };
}
