import { message, runService } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import { RoomReserved, TripExpired } from '../../schemas/generated/index.ts';
import { createSandboxBank } from './sandbox-bank.ts';
import { payment } from './service.ts';

const reserved = (traveller: string) => message(RoomReserved, { tripId: 't-1', traveller, hotel: 'Astoria', priceCents: 18_000 });
const expired = message(TripExpired, { tripId: 't-1' });

test('a declined payment is told', async () => {
  const result = await runService(payment, { clients: { bank: createSandboxBank() }, when: reserved('Broke Bill') });

  expect(result.emitted).toEqual([{ type: 'PaymentDeclined', data: { tripId: 't-1', reason: 'no money' } }]);
});

test('a trip that expires gives the money back', async () => {
  const returned: string[] = [];
  const bank = { ...createSandboxBank(), giveBack: async ({ paymentId }: { paymentId: string }) => void returned.push(paymentId) };

  const result = await runService(payment, { clients: { bank }, given: [reserved('Ada')], when: expired });

  expect(result.outcome).toBe('undone');
  expect(new Set(returned).size).toBe(1);
});
