import { message, runService, stored } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import { PaymentTaken, TripDeadlinePassed } from '../../schemas/generated/index.ts';
import { booking, Trip } from './service.ts';

const requested = stored(Trip, 't-1', { traveller: 'Ada', hotel: 'Astoria', status: 'requested' });
const paid = message(PaymentTaken, { tripId: 't-1', paymentId: 'pay-1' });
const late = message(TripDeadlinePassed, { tripId: 't-1' });

test('a paid trip is confirmed', async () => {
  const result = await runService(booking, { given: [requested], when: paid });

  expect(result.emitted).toEqual([{ type: 'TripConfirmed', data: { tripId: 't-1' } }]);
  expect(result.state(Trip, 't-1')?.status).toBe('confirmed');
});

test('a trip that nobody confirmed expires', async () => {
  const result = await runService(booking, { given: [requested], when: late });

  expect(result.emitted).toEqual([{ type: 'TripExpired', data: { tripId: 't-1' } }]);
});

test('a confirmed trip does not expire', async () => {
  const result = await runService(booking, { given: [requested, paid], when: late });

  expect(result.emitted).toEqual([]);
  expect(result.state(Trip, 't-1')?.status).toBe('confirmed');
});
