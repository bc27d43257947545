import { defineEntity, defineReaction, defineService } from 'aws-choreography';
import {
  BookTrip,
  PaymentDeclined,
  PaymentTaken,
  RoomRefused,
  TripCancelled,
  TripConfirmed,
  TripDeadlinePassed,
  TripExpired,
  TripRequested,
} from '../../schemas/generated/index.ts';

export type TripStatus = 'requested' | 'confirmed' | 'expired' | 'cancelled';
export const Trip = defineEntity<{ traveller: string; hotel: string; status: TripStatus }>('Trip');

/** A command: what `react` returns is the answer, and what `undo` receives. */
export const bookTrip = defineReaction({
  name: 'bookTrip',
  on: BookTrip,
  emits: [TripRequested],
  schedules: [TripDeadlinePassed],
  async react({ data }, tx) {
    const tripId = tx.newId();
    tx.put(Trip, tripId, { traveller: data.traveller, hotel: data.hotel, status: 'requested' });
    tx.emit(TripRequested, { tripId, ...data });
    tx.schedule(TripDeadlinePassed, { tripId }, { afterSeconds: 10 * 60 });
    return { tripId };
  },
  compensation: {
    on: [RoomRefused, PaymentDeclined, TripExpired],
    emits: [TripCancelled],
    async undo({ type }, tx, { tripId }) {
      const trip = await tx.get(Trip, tripId);
      if (trip?.status !== 'requested' && trip?.status !== 'expired') return;
      tx.put(Trip, tripId, { ...trip, status: 'cancelled' });
      tx.emit(TripCancelled, { tripId, reason: type });
    },
  },
});

export const confirmTrip = defineReaction({
  name: 'confirmTrip',
  on: PaymentTaken,
  emits: [TripConfirmed],
  async react({ data: { tripId } }, tx) {
    const trip = await tx.get(Trip, tripId);
    if (!trip) throw new Error(`trip ${tripId} is unknown`); // technical: tried again, then a dead letter
    if (trip.status !== 'requested') return; // it expired a moment ago; hotel and payment undo on TripExpired
    tx.put(Trip, tripId, { ...trip, status: 'confirmed' });
    tx.emit(TripConfirmed, { tripId });
  },
});

/** Nobody answered in time. The decision is in the trip's own state, so that a late payment cannot confirm it. */
export const expireTrip = defineReaction({
  name: 'expireTrip',
  on: TripDeadlinePassed,
  emits: [TripExpired],
  async react({ data: { tripId } }, tx) {
    const trip = await tx.get(Trip, tripId);
    if (trip?.status !== 'requested') return;
    tx.put(Trip, tripId, { ...trip, status: 'expired' });
    tx.emit(TripExpired, { tripId });
  },
});

export const booking = defineService({ name: 'booking', reactions: [bookTrip, confirmTrip, expireTrip] });
