import { defineEntity, defineReaction, defineService } from 'aws-choreography';
import { OpenHotel, PaymentDeclined, RoomRefused, RoomReserved, TripExpired, TripRequested } from '../../schemas/generated/index.ts';

/** How many rooms of a hotel are free, by its name. */
export const Rooms = defineEntity<{ free: number }>('Rooms');

/** A command without a compensation: it is not a step of a saga. */
export const openHotel = defineReaction({
  name: 'openHotel',
  on: OpenHotel,
  async react({ data: { hotel, rooms } }, tx) {
    const free = ((await tx.get(Rooms, hotel))?.free ?? 0) + rooms;
    tx.put(Rooms, hotel, { free });
    return { free };
  },
});

export const reserveRoom = defineReaction({
  name: 'reserveRoom',
  on: TripRequested,
  emits: [RoomReserved],
  fails: [RoomRefused],
  async react({ data: { tripId, traveller, hotel, priceCents } }, tx) {
    const rooms = await tx.get(Rooms, hotel);
    if (!rooms || rooms.free === 0) return tx.fail(RoomRefused, { tripId, hotel });
    tx.put(Rooms, hotel, { free: rooms.free - 1 });
    tx.emit(RoomReserved, { tripId, traveller, hotel, priceCents });
    return { hotel }; // remembered for undo
  },
  compensation: {
    on: [PaymentDeclined, TripExpired],
    async undo(_event, tx, { hotel }) {
      const rooms = await tx.get(Rooms, hotel);
      tx.put(Rooms, hotel, { free: (rooms?.free ?? 0) + 1 });
    },
  },
});

export const hotel = defineService({ name: 'hotel', reactions: [openHotel, reserveRoom] });
