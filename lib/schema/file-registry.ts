import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChoreographyError } from '../contract/errors.ts';
import { canonicalText } from './canonical-text.ts';
import { readSchemas } from './read.ts';
import type { RegisteredSchema, SchemaRegistry } from './registry.ts';
import { unwritable } from './unwritable.ts';

/**
 * The files of a directory as a registry: `<Message>/<version>.json`. They are read anew at each call, and have no ids, and nothing beside them: version
 * control knows who wrote them.
 * Registering writes a file. @throws SCHEMA_UNREADABLE, SCHEMA_INVALID, SCHEMA_UNSAFE from all functions
 */
export function createFileRegistry(directory: string): SchemaRegistry {
  const messages = async () => (await readSchemas(directory)).messages;
  const history = async (type: string): Promise<readonly RegisteredSchema[]> => {
    const found = (await messages()).find((message) => message.type === type);
    return (found?.versions ?? []).map(({ version, schema }) => ({ type, version, schema }));
  };
  const find = async (type: string, version: number) => (await history(type)).find((schema) => schema.version === version);
  return {
    find,
    findById: async () => undefined,
    metadata: async () => ({}),
    history,
    types: async () => (await messages()).map(({ type }) => type),
    async register({ type, version, schema }) {
      const existing = await find(type, version);
      if (existing && canonicalText(existing.schema) === canonicalText(schema)) return existing;
      const path = join(directory, type, `${version}.json`);
      if (existing) {
        const message = `${path} is there with another schema: give the change a new version.`;
        throw new ChoreographyError('SCHEMA_CHANGED', message, { details: { type, version } });
      }
      await mkdir(join(directory, type), { recursive: true }).catch(unwritable(path));
      await writeFile(path, `${JSON.stringify(schema, null, 2)}\n`, { flag: 'wx' }).catch(unwritable(path));
      return { type, version, schema };
    },
  };
}
