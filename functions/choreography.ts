import { defineChoreography } from 'aws-choreography';
import { type CheckOptions, stored, type WorldOptions } from 'aws-choreography/testing';
import { createCarrierDouble, createMailerDouble, createPaymentDouble } from './doubles.ts';
import { inventory, Stock } from './inventory/service.ts';
import { notification } from './notification/service.ts';
import { order } from './order/service.ts';
import { payment } from './payment/service.ts';
import { search } from './search/service.ts';
import { shipping } from './shipping/service.ts';

/** The services of the sample shop: the list that the CLI, the checks and the tests read. */
export default defineChoreography({ name: 'shop', services: [order, inventory, payment, shipping, notification, search] });

/** What the checks cannot see in the definitions: `choreo check`, the tests and the CDK app go by it. */
export const checks: CheckOptions = {
  allow: [{ code: 'ORDER_NOT_KEPT', path: 'search.projectOrders.on', reason: 'it throws until the order is known, and is tried again' }],
};

/** What `choreo serve` gives the services: clients, and the stock that is there at the start. */
export const world: WorldOptions = {
  clients: { gateway: createPaymentDouble(), carrier: createCarrierDouble(), mailer: createMailerDouble() },
  given: [stored(Stock, 'tea', { available: 10 })],
};
