// On the deployed functions, tables and queues: `npm run e2e`, where AWS is as the environment says.
import { type DeployedWorld, openWorld } from 'aws-choreography/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Trip } from '../functions/booking/service.ts';
import { Rooms } from '../functions/hotel/service.ts';
import { BookTrip, OpenHotel } from '../schemas/generated/index.ts';

/** A first event may wait for functions to start, a reader of the stream for its turn. */
const WITHIN_SECONDS = 120;

let world: DeployedWorld;
beforeAll(async () => {
  world = await openWorld({ backbone: 'trips' });
});
afterAll(() => world.close());

/** Books the only room of a hotel that nobody else knows. */
async function book(traveller: string) {
  const hotel = crypto.randomUUID();
  await world.send(OpenHotel, { hotel, rooms: 1 });
  const { answer, correlationId } = await world.send(BookTrip, { traveller, hotel, nights: 2, priceCents: 18_000 });
  const { status } = await world.ended(correlationId, { withinSeconds: WITHIN_SECONDS });
  return { status, trip: await world.state('booking', Trip, answer.tripId), rooms: await world.state('hotel', Rooms, hotel) };
}

test(
  'a trip that is paid is confirmed',
  async () => {
    expect(await book('Ada')).toMatchObject({ status: 'completed', trip: { status: 'confirmed' }, rooms: { free: 0 } });
  },
  WITHIN_SECONDS * 2_000,
);

test(
  'a trip that is not paid gives its room back',
  async () => {
    expect(await book('Broke Bill')).toMatchObject({ status: 'compensated', trip: { status: 'cancelled' }, rooms: { free: 1 } });
  },
  WITHIN_SECONDS * 2_000,
);
