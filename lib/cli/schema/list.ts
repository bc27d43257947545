import { readSchemas } from '../../schema/read.ts';
import type { RegisteredSchema, SchemaMetadata } from '../../schema/registry.ts';
import { notFoundError } from '../failure.ts';
import { suggestion } from '../suggest.ts';
import { type OpenRegistry, type SourceOptions, sourceOf } from './open-registry.ts';

/** What `choreo schema list` found. */
export interface SchemaListResult {
  readonly messages: readonly { readonly type: string; readonly versions: readonly number[] }[];
}

interface Listed {
  readonly type: string;
  readonly versions: readonly { readonly version: number }[];
}

function listOf(messages: readonly Listed[]): SchemaListResult {
  return { messages: messages.map(({ type, versions }) => ({ type, versions: versions.map(({ version }) => version) })) };
}

/** `choreo schema list`. @throws REGISTRY_UNAVAILABLE, SCHEMA_UNREADABLE, SCHEMA_INVALID, SCHEMA_UNSAFE */
export async function schemaList(options: SourceOptions, open: OpenRegistry, read = readSchemas): Promise<SchemaListResult> {
  if (options.glue === undefined) return listOf((await read(options.directory)).messages); // all at once: a registry of files reads all for each type
  const source = await open(options.glue);
  const messages: Listed[] = [];
  for (const type of await source.types()) messages.push({ type, versions: await source.history(type) });
  return listOf(messages);
}

/** A line for each message. */
export function schemaListText({ messages }: SchemaListResult): string {
  const width = Math.max(0, ...messages.map(({ type }) => type.length));
  return messages.map(({ type, versions }) => `${type.padEnd(width)}  ${versions.join(', ')}\n`).join('');
}

/** What `choreo schema show` found. */
export interface SchemaShowResult extends RegisteredSchema {
  /** What was kept beside it. @default - the files keep none */
  readonly metadata?: SchemaMetadata;
}

/** `choreo schema show`: the current version, unless another is asked for. @throws NOT_FOUND, and what `schemaList` throws */
export async function schemaShow(
  type: string,
  version: number | undefined,
  options: SourceOptions,
  open: OpenRegistry,
): Promise<SchemaShowResult> {
  const source = await sourceOf(options, open);
  const history = await source.history(type);
  const found = version === undefined ? history.at(-1) : history.find((one) => one.version === version);
  if (found) return found.id === undefined ? found : { ...found, metadata: await source.metadata(found.id) };
  if (history.length > 0) {
    const versions = history.map((one) => one.version).join(', ');
    throw notFoundError(`There is no version ${version} of ${type}.`, `It has ${versions}.`, 'Ask for one of these, or for none.');
  }
  const meant = suggestion(type, await source.types());
  const fix = meant === undefined ? 'See choreo schema list.' : `Did you mean ${meant}? See choreo schema list.`;
  throw notFoundError(`There is no message ${type}.`, `${options.glue ?? options.directory} does not know it.`, fix);
}
