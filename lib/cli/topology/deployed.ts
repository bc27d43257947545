import type { ServiceManifest } from '../../topology/manifest.ts';
import { readManifest } from '../../topology/read-manifest.ts';
import { operatorBounds } from '../world/aws-world.ts';

/** Reads what runs on a backbone. `endpointUrl`: where AWS is, for an emulator. */
export type ReadDeployed = (backbone: string, endpointUrl?: string) => Promise<readonly ServiceManifest[]>;

/**
 * The manifests that the deploys wrote down, with the rights of whoever runs the command.
 * @throws BACKBONE_NOT_FOUND, BACKBONE_UNREADABLE, MANIFEST_UNREADABLE, PARAMETERS_UNAVAILABLE (retryable)
 */
export const readDeployed: ReadDeployed = async (backbone, endpoint) => {
  const { awsClients } = await import('../../aws/clients.ts');
  const { deployedManifests } = await import('../../aws/operator/deployed-manifests.ts');
  const clients = awsClients({ ...operatorBounds, ...(endpoint === undefined ? {} : { endpoint }) });
  try {
    return [...(await deployedManifests(clients, backbone))].map(([service, manifest]) => readManifest(service, manifest));
  } finally {
    clients.destroy();
  }
};
