import { type AwsClients, awsClients } from '../../lib/aws/clients.ts';

/** Milliseconds that one request may take: an emulator on a busy machine is slow, and a repeated request may come after all. */
const REQUEST_MILLISECONDS = 60_000;

/** Clients for the emulator that the environment names. */
export function emulatorClients(): AwsClients {
  return awsClients({ requestMilliseconds: REQUEST_MILLISECONDS });
}
