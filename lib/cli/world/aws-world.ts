import type { ServiceManifest } from '../../topology/manifest.ts';
import type { World } from './world.ts';

/** Milliseconds of one attempt, and attempts: a person waits, and a throttled table may take a while. */
export const operatorBounds = { requestMilliseconds: 10_000, attemptsMax: 5 };

/** Opens a backbone on AWS, or in an emulator, with the rights of whoever runs the command. */
export async function openAwsWorld(backbone: string, who: string, endpoint?: string): Promise<World> {
  const { awsClients } = await import('../../aws/calls/clients.ts');
  const { openOperatorAccess } = await import('../../aws/operator/operator-access.ts');
  const { registeredSchemas } = await import('../../aws/operator/registered-schemas.ts');
  const clients = awsClients({ ...operatorBounds, ...(endpoint === undefined ? {} : { endpoint }) });
  const access = await openOperatorAccess<ServiceManifest>({ backbone, who, clients, openSchemas: registeredSchemas });
  return { access, finish: (work) => work, changed: async () => {}, close: clients.destroy, still: false };
}
