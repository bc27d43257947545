import { SSMClient } from '@aws-sdk/client-ssm';
import type { AwsClients } from '../calls/clients.ts';
import { createParameters } from '../parameters.ts';
import { findBackbone, findServices } from './addresses.ts';

/**
 * The manifests that the deploys of a backbone's services wrote down, by service, as JSON; a service without one is left
 * out. Needs no other right than to read SSM parameters.
 * @throws BACKBONE_NOT_FOUND, BACKBONE_UNREADABLE, PARAMETERS_UNAVAILABLE (retryable)
 */
export async function deployedManifests(clients: AwsClients, backbone: string): Promise<ReadonlyMap<string, unknown>> {
  const parameters = createParameters(clients.of(SSMClient));
  await findBackbone(parameters, backbone); // a name that is not there would look like a backbone without services
  const services = await findServices(parameters, backbone);
  const unreadable = services.find(({ problem }) => problem !== undefined);
  if (unreadable) throw unreadable.problem;
  return new Map(services.flatMap(({ name, manifest }) => (manifest === undefined ? [] : [[name, manifest] as const])));
}
