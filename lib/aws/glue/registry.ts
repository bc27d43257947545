import type { GlueClient } from '@aws-sdk/client-glue';
import { ChoreographyError } from '../../contract/errors.ts';
import type { RegisteredSchema, SchemaRegistry } from '../../schema/registry.ts';
import { glueCalls } from './glue-calls.ts';
import { readVersions, registeredSchemaOf } from './read-versions.ts';
import { registerInGlue } from './register.ts';

/** What `createGlueRegistry` takes. */
export interface GlueRegistryOptions {
  readonly client: Pick<GlueClient, 'send'>;
  /** Name. */
  readonly registry: string;
  /** Waits for some milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Pages of one listing of types. */
const PAGES_MAX = 100;
const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Schemas in AWS Glue: one Glue schema for each message type, compatibility NONE, as our own rules decide before Glue is
 * asked. Our version travels in the definition (`glueDefinition`), because a version that Glue rejects takes a number, too.
 * Nothing is remembered: a process that asks again and again puts `cachedRegistry` before it.
 */
export function createGlueRegistry({ client, registry, sleep }: GlueRegistryOptions): SchemaRegistry {
  const calls = glueCalls(client, registry);
  /** What is being read: a batch that needs many versions of one type asks once. */
  const reading = new Map<string, Promise<readonly RegisteredSchema[]>>();
  const history = (type: string) => {
    const running = reading.get(type) ?? readVersions(calls, registry, type).finally(() => reading.delete(type));
    reading.set(type, running);
    return running;
  };
  return {
    find: async (type, version) => (await history(type)).find((schema) => schema.version === version),
    findById: async (id) => (uuidForm.test(id) ? registeredSchemaOf(await calls.versionById(id.toLowerCase())) : undefined),
    history,
    async types() {
      const types: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const { Schemas = [], NextToken } = await calls.list(cursor);
        types.push(...Schemas.flatMap(({ SchemaName, SchemaStatus }) => (SchemaName && SchemaStatus !== 'DELETING' ? [SchemaName] : [])));
        if (NextToken === undefined) return types.sort();
        cursor = NextToken;
      }
      const message = `The Glue registry ${registry} lists more than ${PAGES_MAX} pages of schemas.`;
      throw new ChoreographyError('REGISTRY_UNAVAILABLE', message, { details: { registry } });
    },
    async metadata(id) {
      const { MetadataInfoMap = {} } = (uuidForm.test(id) ? await calls.metadata(id.toLowerCase()) : undefined) ?? {};
      return Object.fromEntries(Object.entries(MetadataInfoMap).map(([name, { MetadataValue = '' }]) => [name, MetadataValue]));
    },
    register: (schema, metadata) => registerInGlue({ calls, registry, sleep }, schema, metadata),
  };
}
