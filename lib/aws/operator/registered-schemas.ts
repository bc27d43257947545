import { GlueClient } from '@aws-sdk/client-glue';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { WriterSchemas } from '../../runtime/ports/writer-schemas.ts';
import type { AwsClients } from '../calls/clients.ts';
import { createGlueRegistry } from '../glue/registry.ts';

/** Schemas of a Glue registry by its name, compiled when they are asked for: most operators' commands never ask. See `AwsAccessOptions.openSchemas`. */
export function registeredSchemas(clients: AwsClients, registry: string, { sleep }: Pick<Clock, 'sleep'>): WriterSchemas {
  return {
    async find(type, version) {
      const found = await createGlueRegistry({ client: clients.of(GlueClient), registry, sleep }).find(type, version);
      if (!found) return undefined;
      // The compiler of schemas is large, and not for every command.
      const { compileRegistered } = await import('../../schema/compile-registered.ts');
      return compileRegistered(found);
    },
  };
}
