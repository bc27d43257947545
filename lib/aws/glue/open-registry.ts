import { GlueClient } from '@aws-sdk/client-glue';
import type { SchemaRegistry } from '../../schema/registry.ts';
import { awsClients } from '../calls/clients.ts';
import { systemClock } from '../system-clock.ts';
import { createGlueRegistry } from './registry.ts';

/** A Glue registry by its name, in the Region and with the credentials of the process: for tools. */
export function openGlueRegistry(registry: string): SchemaRegistry {
  return createGlueRegistry({ client: awsClients().of(GlueClient), registry, sleep: systemClock.sleep });
}
