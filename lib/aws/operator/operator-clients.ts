import { type AwsClients, awsClients } from '../calls/clients.ts';

/** Milliseconds of one attempt, and attempts: a person waits, and a throttled table may take a while. */
const REQUEST_MILLISECONDS = 10_000;
const ATTEMPTS_MAX = 5;

/** The clients of tools on a person's machine. `endpoint`: where AWS is, for an emulator; by default, what the environment says. */
export function operatorClients(endpoint?: string): AwsClients {
  const bounds = { requestMilliseconds: REQUEST_MILLISECONDS, attemptsMax: ATTEMPTS_MAX };
  return awsClients(endpoint === undefined ? bounds : { ...bounds, endpoint });
}

/** Opens something on clients that it will close itself. If that fails, nobody else would: they are closed here. */
export async function openWith<Opened>(clients: AwsClients, open: (clients: AwsClients) => Promise<Opened>): Promise<Opened> {
  try {
    return await open(clients);
  } catch (error) {
    clients.destroy();
    throw error;
  }
}
