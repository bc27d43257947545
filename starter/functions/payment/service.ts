import { client, defineReaction, defineService } from 'aws-choreography';
import { PaymentDeclined, PaymentTaken, RoomReserved, TripExpired } from '../../schemas/generated/index.ts';

/** The bank. It answers a repeated key with its first answer, so a repeated call takes no more money. */
export interface Bank {
  take(request: { traveller: string; amountCents: number; idempotencyKey: string }): Promise<{ paymentId: string } | { declined: string }>;
  giveBack(request: { paymentId: string; idempotencyKey: string }): Promise<void>;
}

export const takePayment = defineReaction({
  name: 'takePayment',
  on: RoomReserved,
  emits: [PaymentTaken],
  fails: [PaymentDeclined],
  clients: { bank: client<Bank>() },
  async react({ data: { tripId, traveller, priceCents: amountCents } }, tx) {
    const payment = await tx.clients.bank.take({ traveller, amountCents, idempotencyKey: tx.idempotencyKey });
    if ('declined' in payment) return tx.fail(PaymentDeclined, { tripId, reason: payment.declined });
    tx.emit(PaymentTaken, { tripId, paymentId: payment.paymentId });
    return { paymentId: payment.paymentId };
  },
  onGiveUp: ({ data: { tripId } }, tx) => tx.fail(PaymentDeclined, { tripId, reason: 'the bank does not answer' }),
  compensation: {
    on: TripExpired,
    undo: (_event, tx, { paymentId }) => tx.clients.bank.giveBack({ paymentId, idempotencyKey: tx.idempotencyKey }),
  },
});

export const payment = defineService({ name: 'payment', reactions: [takePayment] });
