import { type AwsClients, awsClients } from '../../lib/aws/calls/clients.ts';

/** Milliseconds that one request may take, and its connection: an emulator on a busy machine is slow, and a repeated request may come after all. */
const bounds = { requestMilliseconds: 60_000, connectionMilliseconds: 20_000 };

/** Clients for the emulator that the environment names. `attemptsMax`: tries of one call, where it may be throttled. */
export function emulatorClients(attemptsMax?: number): AwsClients {
  return awsClients({ ...bounds, ...(attemptsMax === undefined ? {} : { attemptsMax }) });
}
