import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareTexts } from '../../contract/compare-texts.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { isMissingFile } from '../missing-file.ts';
import { isObject } from '../schema-set.ts';

/** The JSON types that a program can tell apart; a whole number is a number. */
export const jsonTypes = ['array', 'boolean', 'null', 'number', 'object', 'string'] as const;
/** One of them. */
export type JsonType = (typeof jsonTypes)[number];

/** The type of a JSON value. */
export function jsonTypeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as JsonType);
}

/** One field of a message that a consumer reads. */
export interface FieldRead {
  /** The service. */
  readonly consumer: string;
  readonly reaction: string;
  readonly message: string;
  /** The version of the message that the service was built with. */
  readonly version: number;
  /** JSON Pointer into the data; `*` for any element of an array. */
  readonly path: string;
  /** What was found there; a field that had several types is several reads. */
  readonly type: JsonType;
}

/** The name of the file beside a service; it belongs into version control. */
export const CONTRACT_FILE = 'contract.json';
/** Names the directory where test processes leave what reactions read, while `choreo schema record` runs them. */
export const RECORD_VARIABLE = 'CHOREO_RECORD';
/** Services of one directory. */
const CONTRACTS_MAX = 1_000;

interface MessageReads {
  readonly version: number;
  /** Types by path, with ` | ` between them. */
  readonly fields: Readonly<Record<string, string>>;
}

type Reads = Readonly<Record<string, Readonly<Record<string, MessageReads>>>>;

function sorted<Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> {
  return Object.fromEntries([...entries].sort(([left], [right]) => compareTexts(left, right)));
}

function grouped(reads: readonly FieldRead[], key: (read: FieldRead) => string): ReadonlyMap<string, readonly FieldRead[]> {
  const groups = new Map<string, FieldRead[]>();
  for (const read of reads) groups.set(key(read), [...(groups.get(key(read)) ?? []), read]);
  return groups;
}

function messageReads(reads: readonly FieldRead[]): MessageReads {
  const version = Math.max(...reads.map((read) => read.version));
  const byPath = [...grouped(reads, ({ path }) => path)];
  const fields = sorted(byPath.map(([path, found]) => [path, [...new Set(found.map(({ type }) => type))].sort().join(' | ')] as const));
  return { version, fields };
}

/** The contract of one service as a file: the same reads are the same text, in whatever order they came. */
export function contractText(service: string, found: readonly FieldRead[]): string {
  const reads = sorted(
    [...grouped(found, ({ reaction }) => reaction)].map(([reaction, ofReaction]) => {
      const messages = [...grouped(ofReaction, ({ message }) => message)];
      return [reaction, sorted(messages.map(([message, ofMessage]) => [message, messageReads(ofMessage)] as const))] as const;
    }),
  );
  return `${JSON.stringify({ service, reads }, null, 2)}\n`;
}

function typesOf(text: unknown): readonly JsonType[] | undefined {
  const types = typeof text === 'string' ? text.split(' | ') : [];
  const known = types.filter((type): type is JsonType => (jsonTypes as readonly string[]).includes(type));
  return known.length > 0 && known.length === types.length ? known : undefined;
}

function* readsIn(consumer: string, reads: Reads): Generator<FieldRead | undefined> {
  for (const [reaction, messages] of Object.entries(reads)) {
    for (const [message, content] of Object.entries(isObject(messages) ? messages : {})) {
      const { version, fields } = isObject(content) ? content : {};
      if (!Number.isInteger(version) || !isObject(fields)) yield undefined;
      for (const [path, text] of Object.entries(isObject(fields) ? fields : {})) {
        const types = typesOf(text);
        if (!types) yield undefined;
        for (const type of types ?? []) yield { consumer, reaction, message, version: version as number, path, type };
      }
    }
  }
}

/** Reads a contract back. @throws CONTRACT_UNREADABLE */
function parseContract(path: string, text: string): readonly FieldRead[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // said below
  }
  const { service, reads } = isObject(content) ? content : {};
  const found = typeof service === 'string' && isObject(reads) ? [...readsIn(service, reads as Reads)] : [undefined];
  const good = found.filter((read) => read !== undefined);
  if (good.length === found.length) return good;
  throw new ChoreographyError(
    'CONTRACT_UNREADABLE',
    `${path} is not what \`choreo schema record\` writes; restore it, or record it again.`,
    { details: { path } },
  );
}

/** What a file of contracts says; `undefined` without one. @throws CONTRACT_UNREADABLE */
export async function readContractText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw new ChoreographyError('CONTRACT_UNREADABLE', `${path} cannot be read.`, { cause: error, details: { path } });
  }
}

/** The directories of services, by name; none if there is no such directory. @throws CONTRACT_UNREADABLE */
export async function serviceDirectories(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  } catch (error) {
    if (isMissingFile(error)) return [];
    throw new ChoreographyError('CONTRACT_UNREADABLE', `${directory} cannot be read.`, { cause: error, details: { path: directory } });
  }
}

/** What all consumers of a directory read: `<service>/contract.json`. @throws CONTRACT_UNREADABLE */
export async function readContracts(directory: string): Promise<readonly FieldRead[]> {
  const reads: FieldRead[] = [];
  for (const name of (await serviceDirectories(directory)).slice(0, CONTRACTS_MAX)) {
    const path = join(directory, name, CONTRACT_FILE);
    const text = await readContractText(path);
    if (text !== undefined) reads.push(...parseContract(path, text));
  }
  return reads;
}
