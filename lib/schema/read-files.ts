import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SCHEMA_LENGTH_MAX } from './lint.ts';
import type { SchemaProblem } from './problem.ts';
import { isObject, type SchemaObject } from './schema-set.ts';
import { TOO_MANY_VERSIONS, VERSIONS_MAX } from './version-numbers.ts';

/** Messages of one directory. */
const MESSAGES_MAX = 1_000;
/** Bytes of a file that is read at all: four per character, and as much again for what is then refused with its length. */
const FILE_BYTES_MAX = SCHEMA_LENGTH_MAX * 8;
/** Levels of JSON in a schema file; a schema has about two for each level of the data. */
const JSON_DEPTH_MAX = 128;
const ignored: ReadonlySet<string> = new Set(['generated', 'registry.json']);
const versionFile = /^([1-9][0-9]{0,8})\.json$/;

/** A schema file, parsed and not yet checked. */
export interface SchemaFile {
  readonly type: string;
  readonly version: number;
  readonly file: string;
  readonly text: string;
  readonly schema: SchemaObject;
}

/** What is in a directory of schemas. */
export interface SchemaFiles {
  readonly files: readonly SchemaFile[];
  readonly problems: readonly SchemaProblem[];
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error);
}

function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= JSON_DEPTH_MAX; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}

function parse(text: string): SchemaObject | string {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    return `this is not JSON: ${reason(error)}.`;
  }
  if (!isObject(schema)) return 'a schema file holds one JSON object.';
  return isDeep(schema) ? `the JSON is nested more than ${JSON_DEPTH_MAX} deep: make the message flatter.` : schema;
}

async function readText(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > FILE_BYTES_MAX) throw new Error(`it has ${size} bytes; a schema has at most ${SCHEMA_LENGTH_MAX} characters`);
  return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
}

async function readSchemaFile(directory: string, type: string, name: string): Promise<SchemaFile | SchemaProblem> {
  const file = `${type}/${name}`;
  const version = Number(versionFile.exec(name)?.[1]);
  if (Number.isNaN(version))
    return { code: 'SCHEMA_INVALID', file, pointer: '', message: 'a schema file is named after its version: 1.json, 2.json.' };
  let text: string;
  try {
    text = await readText(join(directory, type, name));
  } catch (error) {
    return { code: 'SCHEMA_UNREADABLE', file, pointer: '', message: `this file cannot be read: ${reason(error)}.` };
  }
  const schema = parse(text);
  if (typeof schema === 'string') return { code: 'SCHEMA_UNREADABLE', file, pointer: '', message: schema };
  return { type, version, file, text, schema };
}

async function list(path: string, file: string, problems: SchemaProblem[]): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter(({ name }) => !ignored.has(name) && !name.startsWith('.'))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch (error) {
    problems.push({ code: 'SCHEMA_UNREADABLE', file, pointer: '', message: `this directory cannot be read: ${reason(error)}.` });
    return [];
  }
}

async function readMessage(directory: string, type: string, problems: SchemaProblem[]): Promise<readonly SchemaFile[]> {
  const entries = (await list(join(directory, type), type, problems)).filter(({ name }) => name.endsWith('.json'));
  if (entries.length === 0)
    problems.push({ code: 'SCHEMA_INVALID', file: type, pointer: '', message: 'there is no schema in here: add 1.json.' });
  if (entries.length > VERSIONS_MAX) {
    problems.push({ code: 'SCHEMA_INVALID', file: type, pointer: '', message: TOO_MANY_VERSIONS });
    return []; // of a part of them, the rest would be reported as missing
  }
  const files: SchemaFile[] = [];
  for (const { name } of entries) {
    const read = await readSchemaFile(directory, type, name);
    if ('schema' in read) files.push(read);
    else problems.push(read);
  }
  return files.sort((left, right) => left.version - right.version);
}

/** Reads `<Message>/<version>.json`. Ignores `generated`, `registry.json`, names with a leading dot, and all that is not JSON. */
export async function readFiles(directory: string): Promise<SchemaFiles> {
  const problems: SchemaProblem[] = [];
  const entries = await list(directory, '', problems);
  for (const { name } of entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json'))) {
    problems.push({
      code: 'SCHEMA_INVALID',
      file: name,
      pointer: '',
      message: 'a schema is in the directory of its message: <Message>/<version>.json.',
    });
  }
  const types = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (types.length > MESSAGES_MAX)
    problems.push({ code: 'SCHEMA_INVALID', file: '', pointer: '', message: `there are more than ${MESSAGES_MAX} messages.` });
  if (types.length === 0 && problems.length === 0) {
    problems.push({
      code: 'SCHEMA_UNREADABLE',
      file: '',
      pointer: '',
      message: 'there is no schema in here: add <Message>/<version>.json.',
    });
  }
  const files: SchemaFile[] = [];
  for (const type of types.slice(0, MESSAGES_MAX)) files.push(...(await readMessage(directory, type, problems)));
  return { files, problems };
}
