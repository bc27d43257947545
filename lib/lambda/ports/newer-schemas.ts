/**
 * Loaded at the first message in a newer version, as it brings a compiler of schemas and the client of Glue along: a
 * function that never meets one pays for neither.
 * @module
 */
import { GlueClient } from '@aws-sdk/client-glue';
import { awsClients } from '../../aws/calls/clients.ts';
import type { CallBounds } from '../../aws/calls/within-time.ts';
import { createGlueRegistry } from '../../aws/glue/registry.ts';
import type { Clock, Entropy } from '../../runtime/ports/clock.ts';
import type { WriterSchemas } from '../../runtime/ports/writer-schemas.ts';
import { compileRegistered } from '../../schema/compile-registered.ts';
import type { SchemaRegistry } from '../../schema/registry.ts';
import { cachedRegistry } from '../../schema/registry-cache.ts';

/** What the schemas of newer versions are found with. */
export interface NewerSchemasOptions {
  readonly registry: SchemaRegistry;
  readonly clock: Pick<Clock, 'now'>;
  readonly entropy: Pick<Entropy, 'random'>;
}

/** Milliseconds that Glue has for one answer; a batch waits for it, and the first call that fails ends the question. */
const REQUEST_MILLISECONDS = 2_000;
/** Attempts of one call, the first one included: the message comes again anyway. */
const ATTEMPTS_MAX = 2;

/**
 * Schemas of newer versions from a registry, compiled. The cache bounds how often it is asked for what it does not have, or
 * while it is down; what was found the runtime keeps, compiled, as it reads messages without waiting.
 */
export function createNewerSchemas({ registry, clock, entropy }: NewerSchemasOptions): WriterSchemas {
  const cached = cachedRegistry(registry, { now: () => clock.now(), random: () => entropy.random() });
  return {
    async find(type, version) {
      const found = await cached.find(type, version);
      return found && compileRegistered(found);
    },
  };
}

/** The same of a Glue registry by its name, in the Region and with the credentials of the process. */
export function openNewerSchemas(
  name: string,
  { clock, entropy, time }: { readonly clock: Clock; readonly entropy: Entropy; readonly time: CallBounds },
): WriterSchemas {
  const client = awsClients({ requestMilliseconds: REQUEST_MILLISECONDS, attemptsMax: ATTEMPTS_MAX, time }).of(GlueClient);
  const sleep = (milliseconds: number) => clock.sleep(milliseconds);
  return createNewerSchemas({ registry: createGlueRegistry({ client, registry: name, sleep }), clock, entropy });
}
