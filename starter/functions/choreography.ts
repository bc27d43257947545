import { defineChoreography } from 'aws-choreography';
import type { WorldOptions } from 'aws-choreography/testing';
import { booking } from './booking/service.ts';
import { hotel } from './hotel/service.ts';
import { createSandboxBank } from './payment/sandbox-bank.ts';
import { payment } from './payment/service.ts';

/** The services that work together: the list that `choreo`, the tests and the CDK app read. */
export default defineChoreography({ name: 'trips', services: [booking, hotel, payment] });

/** What `choreo serve` gives the services. */
export const world: WorldOptions = { clients: { bank: createSandboxBank() } };
