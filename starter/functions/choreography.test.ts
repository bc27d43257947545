import { checkChoreography, createWorld, reportText, stored, type WorldOptions } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import { BookTrip } from '../schemas/generated/index.ts';
import { Trip } from './booking/service.ts';
import trips from './choreography.ts';
import { Rooms } from './hotel/service.ts';
import { createSandboxBank } from './payment/sandbox-bank.ts';

/** Events arrive twice and out of order, and processes die between their commit and their publish. */
const faults: WorldOptions['faults'] = { duplicate: 0.2, reorder: 0.2, crashAfterCommit: 0.1 };

function createTrips(seed: number, bank = createSandboxBank()) {
  return createWorld(trips, { seed, faults, clients: { bank }, given: [stored(Rooms, 'Astoria', { free: 1 })] });
}

const stay = { hotel: 'Astoria', nights: 2, priceCents: 18_000 };

test('no trip can end half done', () => {
  expect(reportText(checkChoreography(trips), { from: 'warning' })).toMatch(/^0 errors, 0 warnings/);
});

test.each([1, 2, 3])('a trip is confirmed, and the next traveller finds no room (seed %i)', async (seed) => {
  const world = createTrips(seed);

  const { answer: first } = await world.send(BookTrip, { traveller: 'Ada', ...stay });
  await world.settle();
  const { answer: second } = await world.send(BookTrip, { traveller: 'Bob', ...stay });
  await world.settle();

  expect(world.state('booking', Trip, first.tripId)?.status).toBe('confirmed');
  expect(world.state('booking', Trip, second.tripId)?.status).toBe('cancelled');
  expect(world.state('hotel', Rooms, 'Astoria')).toEqual({ free: 0 });
});

test.each([1, 2, 3])('a trip that is not paid gives its room back (seed %i)', async (seed) => {
  const world = createTrips(seed);

  const { answer, correlationId } = await world.send(BookTrip, { traveller: 'Broke Bill', ...stay });
  await world.settle();

  expect(world.state('booking', Trip, answer.tripId)?.status).toBe('cancelled');
  expect(world.state('hotel', Rooms, 'Astoria')).toEqual({ free: 1 });
  expect(world.events(correlationId).map(({ type }) => type)).toEqual(expect.arrayContaining(['PaymentDeclined', 'TripCancelled']));
});
