import { message, runService, stored } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import { OpenHotel, PaymentDeclined, TripRequested } from '../../schemas/generated/index.ts';
import { hotel, Rooms } from './service.ts';

const requested = message(TripRequested, { tripId: 't-1', traveller: 'Ada', hotel: 'Astoria', nights: 2, priceCents: 18_000 });
const declined = message(PaymentDeclined, { tripId: 't-1', reason: 'no money' });
const oneRoom = stored(Rooms, 'Astoria', { free: 1 });

test('a hotel that is opened has rooms, and the same command twice opens it once', async () => {
  const result = await runService(hotel, { when: message(OpenHotel, { hotel: 'Astoria', rooms: 2 }) });

  expect(result.state(Rooms, 'Astoria')).toEqual({ free: 2 });
});

test('a room is reserved', async () => {
  const result = await runService(hotel, { given: [oneRoom], when: requested });

  expect(result.emitted).toMatchObject([{ type: 'RoomReserved', data: { tripId: 't-1', hotel: 'Astoria' } }]);
  expect(result.state(Rooms, 'Astoria')).toEqual({ free: 0 });
});

test('a full hotel refuses', async () => {
  const result = await runService(hotel, { given: [stored(Rooms, 'Astoria', { free: 0 })], when: requested });

  expect(result.emitted).toEqual([{ type: 'RoomRefused', data: { tripId: 't-1', hotel: 'Astoria' } }]);
});

test('a declined payment gives the room back', async () => {
  const result = await runService(hotel, { given: [oneRoom, requested], when: declined });

  expect(result.outcome).toBe('undone');
  expect(result.state(Rooms, 'Astoria')).toEqual({ free: 1 });
});

test('a request that comes after its cancellation reserves nothing', async () => {
  const result = await runService(hotel, { given: [oneRoom, declined], when: requested });

  expect(result).toMatchObject({ outcome: 'cancelled', emitted: [] });
});
