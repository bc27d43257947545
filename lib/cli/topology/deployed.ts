import type { ServiceManifest } from '../../topology/manifest.ts';
import { readManifest } from '../../topology/read-manifest.ts';
import { type ImportModule, type LoadedChoreography, loadChoreography } from './load-choreography.ts';

/** Reads what runs on a backbone. `endpointUrl`: where AWS is, for an emulator. */
export type ReadDeployed = (backbone: string, endpointUrl?: string) => Promise<readonly ServiceManifest[]>;

/**
 * The manifests that the deploys wrote down, with the rights of whoever runs the command.
 * @throws BACKBONE_NOT_FOUND, BACKBONE_UNREADABLE, MANIFEST_UNREADABLE, PARAMETERS_UNAVAILABLE (retryable)
 */
export const readDeployed: ReadDeployed = async (backbone, endpoint) => {
  const { deployedManifests } = await import('../../aws/operator/deployed-manifests.ts');
  const { operatorClients } = await import('../../aws/operator/operator-clients.ts');
  const clients = operatorClients(endpoint);
  try {
    return [...(await deployedManifests(clients, backbone))].map(([service, manifest]) => readManifest(service, manifest));
  } finally {
    clients.destroy();
  }
};

/** Options that `check`, `graph` and `plan` share. */
export interface TopologyOptions {
  readonly choreography: string;
  /** A backbone whose services take part. @default - none */
  readonly deployed?: string;
  /** With `deployed`: where AWS is. */
  readonly endpointUrl?: string;
}

/** What the outside gives to them. */
export interface TopologySources {
  readonly load: ImportModule;
  readonly readDeployed: ReadDeployed;
}

/** The choreography of the file, and what is deployed: of a service that the file itself has a manifest of, the one that runs. */
export interface LoadedTopology extends LoadedChoreography {
  /** What runs on the backbone. Absent: nobody asked. */
  readonly running?: readonly ServiceManifest[];
}

/** Loads it. @throws NOT_FOUND, CHOREOGRAPHY_UNREADABLE, DUPLICATE, and what `readDeployed` throws */
export async function loadTopology(options: TopologyOptions, { load, readDeployed }: TopologySources): Promise<LoadedTopology> {
  const { choreography, checks } = await loadChoreography(options.choreography, load);
  if (options.deployed === undefined) return { choreography, checks };
  const running = await readDeployed(options.deployed, options.endpointUrl);
  const names = new Set(running.map(({ service }) => service));
  const kept = (checks.deployed ?? []).filter(({ service }) => !names.has(service));
  return { choreography, checks: { ...checks, deployed: [...running, ...kept] }, running };
}
