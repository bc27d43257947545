import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { readSchemas } from '../../lib/schema/read.ts';
import type { SchemaObject, SchemaSet } from '../../lib/schema/schema-set.ts';

const directories: string[] = [];
afterAll(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** A directory of its own for one test; removed after the tests of the file. */
export async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'schemas-'));
  directories.push(directory);
  return directory;
}

/** Writes files by their path; what is not text becomes JSON. */
export async function directoryOf(files: Readonly<Record<string, unknown>>): Promise<string> {
  const directory = await emptyDirectory();
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

export async function schemasOf(files: Readonly<Record<string, unknown>>): Promise<SchemaSet> {
  return readSchemas(await directoryOf(files));
}

/** A good event schema about `id`, with more properties and keywords. */
export function event(properties: SchemaObject = {}, more: SchemaObject = {}): SchemaObject {
  return {
    'x-subject': 'id',
    type: 'object',
    additionalProperties: false,
    required: ['id'],
    properties: { id: { type: 'string', maxLength: 64 }, ...properties },
    ...more,
  };
}

/** A good command schema. */
export function command(properties: SchemaObject = {}, more: SchemaObject = {}): SchemaObject {
  return { type: 'object', additionalProperties: false, properties, 'x-answer': { type: 'object', additionalProperties: false }, ...more };
}
