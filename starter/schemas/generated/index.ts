// Written by `choreo schema generate` from the JSON Schemas; do not edit.
import { commandType, eventType, type CommandType, type EventType, type Envelope } from 'aws-choreography';
import { messageSchema } from 'aws-choreography/validation';
import * as validators from './validators.js';

/** BookTrip/1.json: A traveller books a stay in a hotel. */
export interface BookTripData {
  /** The traveller; not for logs. */
  traveller: string;
  /** The hotel. */
  hotel: string;
  nights: number;
  /** The price of the stay, in hundredths of a euro. */
  priceCents: number;
}
/** The new trip. */
export interface BookTripAnswer {
  /** The trip. */
  tripId: string;
}
export type BookTrip = Envelope<'BookTrip', BookTripData>;
/** BookTrip/1.json: A traveller books a stay in a hotel. */
export const BookTrip: CommandType<'BookTrip', BookTripData, BookTripAnswer> = /* @__PURE__ */ commandType({
  type: 'BookTrip',
  version: 1,
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:BookTrip:1',
    sensitive: ['/traveller'],
    validate: validators.validateBookTrip,
  }),
});

/** OpenHotel/1.json: A hotel offers rooms, or more of them. */
export interface OpenHotelData {
  /** The hotel. */
  hotel: string;
  /** How many rooms are added. */
  rooms: number;
}
/** What the hotel has now. */
export interface OpenHotelAnswer {
  /** Rooms that are free. */
  free: number;
}
export type OpenHotel = Envelope<'OpenHotel', OpenHotelData>;
/** OpenHotel/1.json: A hotel offers rooms, or more of them. */
export const OpenHotel: CommandType<'OpenHotel', OpenHotelData, OpenHotelAnswer> = /* @__PURE__ */ commandType({
  type: 'OpenHotel',
  version: 1,
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:OpenHotel:1',
    sensitive: [],
    validate: validators.validateOpenHotel,
  }),
});

/** PaymentDeclined/1.json: The bank does not pay for a trip. */
export interface PaymentDeclinedData {
  /** The trip. */
  tripId: string;
  /** Why, in words for people. */
  reason: string;
}
export type PaymentDeclined = Envelope<'PaymentDeclined', PaymentDeclinedData>;
/** PaymentDeclined/1.json: The bank does not pay for a trip. */
export const PaymentDeclined: EventType<'PaymentDeclined', PaymentDeclinedData> = /* @__PURE__ */ eventType({
  type: 'PaymentDeclined',
  version: 1,
  subject: 'tripId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:PaymentDeclined:1',
    sensitive: [],
    validate: validators.validatePaymentDeclined,
  }),
});

/** PaymentTaken/1.json: A trip is paid. */
export interface PaymentTakenData {
  /** The trip. */
  tripId: string;
  /** The payment, as the bank calls it. */
  paymentId: string;
}
export type PaymentTaken = Envelope<'PaymentTaken', PaymentTakenData>;
/** PaymentTaken/1.json: A trip is paid. */
export const PaymentTaken: EventType<'PaymentTaken', PaymentTakenData> = /* @__PURE__ */ eventType({
  type: 'PaymentTaken',
  version: 1,
  subject: 'tripId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:PaymentTaken:1',
    sensitive: [],
    validate: validators.validatePaymentTaken,
  }),
});

/** RoomRefused/1.json: The hotel has no room for a trip. */
export interface RoomRefusedData {
  /** The trip. */
  tripId: string;
  /** The hotel. */
  hotel: string;
}
export type RoomRefused = Envelope<'RoomRefused', RoomRefusedData>;
/** RoomRefused/1.json: The hotel has no room for a trip. */
export const RoomRefused: EventType<'RoomRefused', RoomRefusedData> = /* @__PURE__ */ eventType({
  type: 'RoomRefused',
  version: 1,
  subject: 'tripId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:RoomRefused:1',
    sensitive: [],
    validate: validators.validateRoomRefused,
  }),
});

/** RoomReserved/1.json: A room is kept for a trip. */
export interface RoomReservedData {
  /** The trip. */
  tripId: string;
  /** The traveller; not for logs. */
  traveller: string;
  /** The hotel. */
  hotel: string;
  /** The price of the stay, in hundredths of a euro. */
  priceCents: number;
}
export type RoomReserved = Envelope<'RoomReserved', RoomReservedData>;
/** RoomReserved/1.json: A room is kept for a trip. */
export const RoomReserved: EventType<'RoomReserved', RoomReservedData> = /* @__PURE__ */ eventType({
  type: 'RoomReserved',
  version: 1,
  subject: 'tripId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:RoomReserved:1',
    sensitive: ['/traveller'],
    validate: validators.validateRoomReserved,
  }),
});

/** TripCancelled/1.json: A trip does not take place; what was done for it is undone. */
export interface TripCancelledData {
  /** The trip. */
  tripId: string;
  /** Why, in words for people. */
  reason: string;
}
export type TripCancelled = Envelope<'TripCancelled', TripCancelledData>;
/** TripCancelled/1.json: A trip does not take place; what was done for it is undone. */
export const TripCancelled: EventType<'TripCancelled', TripCancelledData> = /* @__PURE__ */ eventType({
  type: 'TripCancelled',
  version: 1,
  subject: 'tripId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:TripCancelled:1',
    sensitive: [],
    validate: validators.validateTripCancelled,
  }),
});

/** TripConfirmed/1.json: A trip is paid and reserved. */
export interface TripConfirmedData {
  /** The trip. */
  tripId: string;
}
export type TripConfirmed = Envelope<'TripConfirmed', TripConfirmedData>;
/** TripConfirmed/1.json: A trip is paid and reserved. */
export const TripConfirmed: EventType<'TripConfirmed', TripConfirmedData> = /* @__PURE__ */ eventType({
  type: 'TripConfirmed',
  version: 1,
  subject: 'tripId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:TripConfirmed:1',
    sensitive: [],
    validate: validators.validateTripConfirmed,
  }),
});

/** TripDeadlinePassed/1.json: The time for a trip is up. Only the booking service reacts to it. */
export interface TripDeadlinePassedData {
  /** The trip. */
  tripId: string;
}
export type TripDeadlinePassed = Envelope<'TripDeadlinePassed', TripDeadlinePassedData>;
/** TripDeadlinePassed/1.json: The time for a trip is up. Only the booking service reacts to it. */
export const TripDeadlinePassed: EventType<'TripDeadlinePassed', TripDeadlinePassedData> = /* @__PURE__ */ eventType({
  type: 'TripDeadlinePassed',
  version: 1,
  subject: 'tripId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:TripDeadlinePassed:1',
    sensitive: [],
    validate: validators.validateTripDeadlinePassed,
  }),
});

/** TripExpired/1.json: A trip was given up because it was not confirmed in time. */
export interface TripExpiredData {
  /** The trip. */
  tripId: string;
}
export type TripExpired = Envelope<'TripExpired', TripExpiredData>;
/** TripExpired/1.json: A trip was given up because it was not confirmed in time. */
export const TripExpired: EventType<'TripExpired', TripExpiredData> = /* @__PURE__ */ eventType({
  type: 'TripExpired',
  version: 1,
  subject: 'tripId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:TripExpired:1',
    sensitive: [],
    validate: validators.validateTripExpired,
  }),
});

/** TripRequested/1.json: A trip was requested; nothing is reserved yet. */
export interface TripRequestedData {
  /** The trip. */
  tripId: string;
  /** The traveller; not for logs. */
  traveller: string;
  /** The hotel. */
  hotel: string;
  nights: number;
  /** The price of the stay, in hundredths of a euro. */
  priceCents: number;
}
export type TripRequested = Envelope<'TripRequested', TripRequestedData>;
/** TripRequested/1.json: A trip was requested; nothing is reserved yet. */
export const TripRequested: EventType<'TripRequested', TripRequestedData> = /* @__PURE__ */ eventType({
  type: 'TripRequested',
  version: 1,
  subject: 'tripId',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:TripRequested:1',
    sensitive: ['/traveller'],
    validate: validators.validateTripRequested,
  }),
});
