import type { SchemaObject } from './schema-set.ts';

/** One version of a message's schema, as a registry keeps it. */
export interface RegisteredSchema {
  readonly type: string;
  readonly version: number;
  readonly schema: SchemaObject;
  /** The registry's own id of the version, where it has one (Glue: a UUID). */
  readonly id?: string;
}

/** What is kept beside a version, by name, e.g. the commit that it comes from. */
export type SchemaMetadata = Readonly<Record<string, string>>;

/**
 * Where schemas of all services are found: the files of a repository, or AWS Glue. Guarantees: what was registered under
 * a type and version never changes; `find` of something unknown is `undefined`, and of a registry that does not answer an
 * error, never `undefined`.
 */
export interface SchemaRegistry {
  /** @throws REGISTRY_UNAVAILABLE (retryable) */
  find(type: string, version: number): Promise<RegisteredSchema | undefined>;
  /** By the registry's own id, e.g. from a Glue frame. @throws REGISTRY_UNAVAILABLE (retryable) */
  findById(id: string): Promise<RegisteredSchema | undefined>;
  /** Oldest first; empty for an unknown type. @throws REGISTRY_UNAVAILABLE (retryable) */
  history(type: string): Promise<readonly RegisteredSchema[]>;
  /** All types. @throws REGISTRY_UNAVAILABLE (retryable) */
  types(): Promise<readonly string[]>;
  /** What was kept beside the version with that id; empty for an unknown one. @throws REGISTRY_UNAVAILABLE (retryable) */
  metadata(id: string): Promise<SchemaMetadata>;
  /**
   * The same schema again is fine and answers the same id. `metadata` is kept beside a version that was
   * not there before, where the registry can.
   * @throws SCHEMA_CHANGED when the version is there with another schema, REGISTRATION_FAILED, REGISTRY_UNAVAILABLE (retryable)
   */
  register(schema: RegisteredSchema, metadata?: SchemaMetadata): Promise<RegisteredSchema>;
}
