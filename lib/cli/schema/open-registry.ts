import { createFileRegistry } from '../../schema/file-registry.ts';
import type { SchemaRegistry } from '../../schema/registry.ts';

/** Opens a registry by its name: a fake in tests. */
export type OpenRegistry = (name: string) => Promise<SchemaRegistry>;

/** AWS Glue; the SDK is loaded when it is needed. */
export const openGlue: OpenRegistry = async (name) => (await import('../../aws/glue/open-registry.ts')).openGlueRegistry(name);

/** Where schemas are looked up. */
export interface SourceOptions {
  readonly directory: string;
  /** A Glue registry. @default - the files of the directory */
  readonly glue?: string | undefined;
}

/** The registry of that name, or else the files. */
export async function sourceOf({ directory, glue }: SourceOptions, open: OpenRegistry): Promise<SchemaRegistry> {
  return glue === undefined ? createFileRegistry(directory) : open(glue);
}
