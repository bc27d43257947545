import type { Choreography } from '../contract/choreography.ts';
import { compareTexts } from '../contract/compare-texts.ts';
import { ChoreographyError } from '../contract/errors.ts';
import type { KnownConsumer, OperatorPorts } from '../runtime/ports/operator-ports.ts';
import type { StreamReader, StreamSource } from '../runtime/ports/stream-reader.ts';
import { manifestOf, type ServiceManifest } from '../topology/manifest.ts';

/** One consumer, as the backbone knows it. */
export interface ConsumerInfo extends KnownConsumer {
  /** What it last published about itself; without it nobody can tell what it subscribes to. */
  readonly manifest?: ServiceManifest;
}

/** The consumers of a choreography that runs as it is defined, in the order of their names. */
export function consumersOf({ services }: Choreography): readonly Required<Pick<ConsumerInfo, 'name' | 'source' | 'manifest'>>[] {
  return services
    .map((service) => ({ name: service.name, source: service.source, manifest: manifestOf(service) }))
    .sort((left, right) => compareTexts(left.name, right.name));
}

/** What the operators' tools work on. */
export type OperatorAccess = OperatorPorts<ConsumerInfo>;

/** Finds a consumer by name. @throws UNKNOWN_SERVICE */
export async function findConsumer(access: OperatorAccess, name: string): Promise<ConsumerInfo> {
  const consumers = await access.consumers();
  const found = consumers.find((consumer) => consumer.name === name);
  if (found) return found;
  const names = consumers.map((consumer) => consumer.name).join(', ');
  throw new ChoreographyError('UNKNOWN_SERVICE', `There is no consumer ${name}; the consumers are ${names || 'none'}.`, {
    details: { service: name },
  });
}

/** What the services of a world say about themselves. */
export async function knownManifests(access: OperatorAccess): Promise<readonly ServiceManifest[]> {
  const consumers = await access.consumers();
  return consumers.flatMap(({ manifest }) => manifest ?? []);
}

/** The stream's reader. @throws STREAM_MISSING */
export function streamOf({ stream }: StreamSource): StreamReader {
  if (stream) return stream;
  throw new ChoreographyError(
    'STREAM_MISSING',
    'This backbone has no stream, so nothing can be read by position; you can redrive dead letters instead.',
  );
}

/** ISO time of a moment in milliseconds since 1970. */
export function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
