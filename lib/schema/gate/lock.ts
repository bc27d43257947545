import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChoreographyError } from '../../contract/errors.ts';
import { canonicalText } from '../canonical-text.ts';
import { isMissingFile } from '../missing-file.ts';
import { isObject, type SchemaSet, type SchemaVersion } from '../schema-set.ts';
import { unwritable } from '../unwritable.ts';

/** Hashes of published versions by `<Message>/<version>`: a version that was published never changes. */
export type SchemaLock = Readonly<Record<string, string>>;

/** The file beside the messages; it belongs into version control. */
export const LOCK_FILE = 'versions.lock';

/** Under which name a version is locked. */
export function lockName({ type, version }: Pick<SchemaVersion, 'type' | 'version'>): string {
  return `${type}/${version}`;
}

/** Of the content, whatever the order of keys and the white space; descriptions count, as the registry keeps them. */
export function schemaHash({ schema }: Pick<SchemaVersion, 'schema'>): string {
  return `sha256-${createHash('sha256').update(canonicalText(schema)).digest('base64url')}`;
}

/** Reads the lock; without a file nothing is locked. @throws LOCK_UNREADABLE */
export async function readLock(directory: string): Promise<SchemaLock> {
  const path = join(directory, LOCK_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissingFile(error)) return {};
    throw new ChoreographyError('LOCK_UNREADABLE', `${path} cannot be read.`, { cause: error });
  }
  try {
    const content: unknown = JSON.parse(text);
    if (isObject(content) && Object.values(content).every((hash) => typeof hash === 'string')) return content as SchemaLock;
  } catch {
    // said below
  }
  throw new ChoreographyError('LOCK_UNREADABLE', `${path} is not what \`choreo schema lock\` writes; restore it from version control.`);
}

/** What locking did. */
export interface Locked {
  /** Versions that were not locked before, by name. */
  readonly added: readonly string[];
}

/**
 * Locks all versions that are not locked yet, once they are about to be published. It never changes a lock.
 * @throws LOCK_UNREADABLE, OUTPUT_UNWRITABLE
 */
export async function lockSchemas(directory: string, { messages }: SchemaSet): Promise<Locked> {
  const before = await readLock(directory);
  const versions = messages.flatMap((message) => message.versions);
  const added = versions.filter((version) => before[lockName(version)] === undefined);
  if (added.length === 0) return { added: [] };
  const lock = { ...before, ...Object.fromEntries(added.map((version) => [lockName(version), schemaHash(version)])) };
  const sorted = Object.fromEntries(Object.entries(lock).sort(([left], [right]) => (left < right ? -1 : 1)));
  const path = join(directory, LOCK_FILE);
  await writeFile(path, `${JSON.stringify(sorted, null, 2)}\n`).catch(unwritable(path));
  return { added: added.map(lockName) };
}
