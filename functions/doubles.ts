// Stand-ins for the outside systems that the sample calls: they behave like the real ones where it matters.
import type { Mailer } from './notification/service.ts';
import type { PaymentGateway } from './payment/service.ts';
import type { Carrier } from './shipping/service.ts';

type Charge = { readonly chargeId: string; readonly customerId: string; readonly amountCents: number };

/** A payment provider that, like real ones, answers a repeated idempotency key with its first answer. */
export interface PaymentDouble extends PaymentGateway {
  readonly charges: ReadonlyMap<string, Charge>;
  readonly refunds: ReadonlyMap<string, string>;
  /** Charged minus refunded, in cents. */
  balanceCents(): number;
}

/** `declines` says which customer's card is declined. */
export function createPaymentDouble(declines: (customerId: string) => boolean = () => false): PaymentDouble {
  const answers = new Map<string, Charge | { readonly declined: string }>();
  const charges = new Map<string, Charge>();
  const refunds = new Map<string, string>();
  return {
    charges,
    refunds,
    balanceCents() {
      const refunded = new Set(refunds.values());
      return [...charges.values()].reduce((sum, { chargeId, amountCents }) => sum + (refunded.has(chargeId) ? 0 : amountCents), 0);
    },
    async charge({ customerId, amountCents, idempotencyKey }) {
      const known = answers.get(idempotencyKey);
      if (known) return known;
      if (declines(customerId)) {
        const answer = { declined: 'card declined' };
        answers.set(idempotencyKey, answer);
        return answer;
      }
      const charge = { chargeId: `ch-${idempotencyKey}`, customerId, amountCents };
      answers.set(idempotencyKey, charge);
      charges.set(charge.chargeId, charge);
      return charge;
    },
    async refund({ chargeId, idempotencyKey }) {
      if (!charges.has(chargeId)) throw new Error(`there is no charge ${chargeId}`);
      refunds.set(idempotencyKey, chargeId);
    },
  };
}

/** A carrier that keeps bookings by idempotency key; cancelling twice is the same as once. */
export interface CarrierDouble extends Carrier {
  readonly bookings: ReadonlyMap<string, { readonly orderId: string; readonly trackingCode: string }>;
  readonly cancelled: ReadonlySet<string>;
}

/** `fails` says which order the carrier cannot take. */
export function createCarrierDouble(fails: (orderId: string) => boolean = () => false): CarrierDouble {
  const bookings = new Map<string, { orderId: string; trackingCode: string }>();
  const refused = new Set<string>();
  const cancelled = new Set<string>();
  return {
    name: 'Parcel Post',
    bookings,
    cancelled,
    async book({ orderId, idempotencyKey }) {
      const known = bookings.get(idempotencyKey);
      if (known || refused.has(idempotencyKey)) return known;
      if (fails(orderId)) {
        refused.add(idempotencyKey);
        return undefined;
      }
      const booking = { orderId, trackingCode: `PP-${idempotencyKey}` };
      bookings.set(idempotencyKey, booking);
      return booking;
    },
    async cancel(trackingCode) {
      cancelled.add(trackingCode);
    },
  };
}

/** A mailer that knows no idempotency key: what is sent twice arrives twice. */
export interface MailerDouble extends Mailer {
  readonly sent: readonly { readonly to: string; readonly text: string }[];
}

/** Keeps what was sent. */
export function createMailerDouble(): MailerDouble {
  const sent: { to: string; text: string }[] = [];
  return {
    sent,
    async send({ to, text }) {
      sent.push({ to, text });
    },
  };
}
