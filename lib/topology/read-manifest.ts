import { ChoreographyError } from '../contract/errors.ts';
import type { ServiceManifest } from './manifest.ts';

const MANIFEST_VERSION = 1;

/**
 * A manifest that was written by a deploy, maybe of another version of this package. `service`: whose it is to be.
 * @throws MANIFEST_UNREADABLE
 */
export function readManifest(service: string, value: unknown): ServiceManifest {
  const { manifestVersion, service: written, reactions, inbounds, lifts } = (value ?? {}) as Partial<ServiceManifest>;
  const why =
    manifestVersion !== MANIFEST_VERSION
      ? `it has version ${JSON.stringify(manifestVersion) ?? 'none'}, but only ${MANIFEST_VERSION} is supported`
      : written !== service
        ? `it says that it belongs to ${JSON.stringify(written) ?? 'no service'}`
        : [reactions, inbounds, lifts].every(Array.isArray)
          ? undefined
          : 'some of its lists are missing';
  if (why === undefined) return value as ServiceManifest;
  throw new ChoreographyError(
    'MANIFEST_UNREADABLE',
    `The manifest of the service ${service} cannot be read: ${why}. Deploy the service again, or use the version of aws-choreography that it was deployed with.`,
    { details: { service } },
  );
}
