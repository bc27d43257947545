import type { RegisteredSchema, SchemaRegistry } from './registry.ts';

/** What `cachedRegistry` takes. */
export interface RegistryCacheOptions {
  /** Versions that came with the build: they are never asked for. @default [] */
  readonly bundled?: readonly RegisteredSchema[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** At least 0, below 1: processes that started together do not ask together. */
  readonly random: () => number;
  /** How long a found version is taken without asking again. @default 3600 */
  readonly lifetimeSeconds?: number;
  /** How long neither a version that is not there, nor a registry that is down, is asked again. @default 5 */
  readonly absentSeconds?: number;
}

/** Versions that are remembered; the oldest one goes first. */
const REMEMBERED_MAX = 500;
const LIFETIME_SECONDS = 3_600;
const ABSENT_SECONDS = 5;
/** A lifetime ends at a random time in its last fifth. */
const JITTER = 0.2;

/** What the registry said last. */
interface Remembered {
  readonly until: number;
  readonly schema?: RegisteredSchema;
  readonly error?: unknown;
}

type Fetch = () => Promise<RegisteredSchema | undefined>;

const nameOf = (type: string, version: number): string => `${type}:${version}`;

/** One answer for each key; a key that is being asked for is asked for once. */
function createMemory({ now, random, lifetimeSeconds = LIFETIME_SECONDS, absentSeconds = ABSENT_SECONDS }: RegistryCacheOptions) {
  const remembered = new Map<string, Remembered>();
  const running = new Map<string, Promise<RegisteredSchema | undefined>>();
  const keep = (key: string, seconds: number, what: Omit<Remembered, 'until'>): void => {
    remembered.delete(key);
    remembered.set(key, { ...what, until: now() + seconds * 1000 * (1 - JITTER * random()) });
    for (const oldest of remembered.keys()) {
      if (remembered.size <= REMEMBERED_MAX) break;
      remembered.delete(oldest);
    }
  };
  const ask = async (key: string, fetch: Fetch): Promise<RegisteredSchema | undefined> => {
    try {
      const schema = await fetch();
      keep(key, schema ? lifetimeSeconds : absentSeconds, schema ? { schema } : {});
      return schema;
    } catch (error) {
      // A version never changes: one that is overdue is better than none.
      const schema = remembered.get(key)?.schema;
      keep(key, absentSeconds, schema ? { schema } : { error });
      if (schema) return schema;
      throw error;
    }
  };
  return {
    keep: (key: string, schema: RegisteredSchema) => keep(key, lifetimeSeconds, { schema }),
    async get(key: string, fetch: Fetch): Promise<RegisteredSchema | undefined> {
      const known = remembered.get(key);
      if (known && now() < known.until) {
        if (known.error !== undefined) throw known.error;
        return known.schema;
      }
      const asked = running.get(key) ?? ask(key, fetch).finally(() => running.delete(key));
      running.set(key, asked);
      return asked;
    },
  };
}

/**
 * A registry that is asked as little as possible: never for what is bundled, once per process for anything else, again
 * when its lifetime is over. With the registry down, what was found before stays in use; what was not found is an error
 * that can be retried, never a version that is taken unseen. `history`, `types` and `metadata` always ask.
 */
export function cachedRegistry(registry: SchemaRegistry, options: RegistryCacheOptions): SchemaRegistry {
  const memory = createMemory(options);
  const { bundled = [] } = options;
  const byName = new Map(bundled.map((schema) => [nameOf(schema.type, schema.version), schema]));
  const byId = new Map(bundled.flatMap((schema) => (schema.id === undefined ? [] : [[schema.id.toLowerCase(), schema] as const])));
  return {
    async find(type, version) {
      const key = nameOf(type, version);
      return byName.get(key) ?? memory.get(key, () => registry.find(type, version));
    },
    async findById(id) {
      const key = id.toLowerCase();
      // No name begins with a colon.
      return byId.get(key) ?? memory.get(`:${key}`, () => registry.findById(key));
    },
    history: (type) => registry.history(type),
    types: () => registry.types(),
    metadata: (id) => registry.metadata(id),
    async register(schema, metadata) {
      const registered = await registry.register(schema, metadata);
      memory.keep(nameOf(registered.type, registered.version), registered);
      return registered;
    },
  };
}
