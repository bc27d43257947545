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

/** Schemas that are remembered; the oldest one goes first. */
const REMEMBERED_MAX = 500;
/** Pages of one listing of types. */
const PAGES_MAX = 100;
const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What was found once: it never changes. */
class Memory {
  readonly #schemas = new Map<string, RegisteredSchema>();
  /** Reads that are under way: a batch that needs one schema asks once. */
  readonly #reads = new Map<string, Promise<readonly RegisteredSchema[]>>();

  get(key: string): RegisteredSchema | undefined {
    return this.#schemas.get(key);
  }

  keep(key: string, schema: RegisteredSchema): void {
    this.#schemas.set(key, schema);
    for (const oldest of this.#schemas.keys()) {
      if (this.#schemas.size <= REMEMBERED_MAX) break;
      this.#schemas.delete(oldest);
    }
  }

  async once(key: string, read: () => Promise<readonly RegisteredSchema[]>): Promise<readonly RegisteredSchema[]> {
    const running = this.#reads.get(key);
    if (running !== undefined) return running;
    const reading = read().finally(() => this.#reads.delete(key));
    this.#reads.set(key, reading);
    return reading;
  }
}

/**
 * Schemas in AWS Glue: one Glue schema for each message type, compatibility NONE, as our own rules decide before Glue is
 * asked. Our version travels in the definition (`glueDefinition`), because a version that Glue rejects takes a number, too. Found
 * schemas are remembered for the life of the process; what was not found is asked for again.
 */
export function createGlueRegistry({ client, registry, sleep }: GlueRegistryOptions): SchemaRegistry {
  const calls = glueCalls(client, registry);
  const memory = new Memory();
  const history = async (type: string) => {
    const found = await memory.once(type, () => readVersions(calls, registry, type));
    for (const schema of found) memory.keep(`${type}:${schema.version}`, schema);
    return found;
  };
  return {
    async find(type, version) {
      const known = memory.get(`${type}:${version}`);
      return known ?? (await history(type)).find((schema) => schema.version === version);
    },
    async findById(id) {
      const key = id.toLowerCase();
      if (!uuidForm.test(key)) return undefined;
      const known = memory.get(key);
      if (known !== undefined) return known;
      const read = async () => [registeredSchemaOf(await calls.versionById(key))].filter((schema) => schema !== undefined);
      const [schema] = await memory.once(key, read);
      // Only by its id: another text may stand for the same version.
      if (schema !== undefined) memory.keep(key, schema);
      return schema;
    },
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
    async register(schema) {
      const registered = await registerInGlue({ calls, registry, sleep }, schema);
      memory.keep(`${registered.type}:${registered.version}`, registered);
      return registered;
    },
  };
}
