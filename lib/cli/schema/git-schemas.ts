import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Published } from '../../schema/gate/published.ts';
import type { SchemaObject } from '../../schema/schema-set.ts';
import { notFoundError, usageError } from '../failure.ts';

/** Bytes of one answer of git. */
const OUTPUT_BYTES_MAX = 20_000_000;
const schemaPath = /^([^/]+)\/([1-9][0-9]{0,8})\.json$/;
const run = promisify(execFile);

function parsed(text: string, name: string): SchemaObject {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ChoreographyError('SCHEMA_UNREADABLE', `${name} is no JSON.`, { cause: error });
  }
}

/** The schemas of a directory as they are in a commit. @throws NOT_FOUND for what is no commit, USAGE, SCHEMA_UNREADABLE */
export async function gitSchemas(directory: string, ref: string): Promise<Published> {
  if (ref.startsWith('-')) throw usageError(`${ref} is no commit.`, 'It looks like an option.', 'Give a branch, a tag or a commit.');
  const git = async (...args: readonly string[]): Promise<string> => {
    try {
      return (await run('git', ['-C', directory, ...args], { maxBuffer: OUTPUT_BYTES_MAX })).stdout;
    } catch (error) {
      const { stderr = '' } = error as { readonly stderr?: string };
      const why = stderr.trim().split('\n')[0] || (error instanceof Error ? error.message : String(error));
      throw notFoundError(
        `The schemas in ${directory} could not be read at ${ref}.`,
        why,
        'Give a branch, a tag or a commit of this repository.',
      );
    }
  };
  const files = (await git('ls-tree', '-r', '-z', '--name-only', ref)).split('\0');
  const schemas: Published['schemas'][number][] = [];
  for (const file of files) {
    const [, type, version] = schemaPath.exec(file) ?? [];
    if (type === undefined) continue;
    schemas.push({ type, version: Number(version), schema: parsed(await git('show', `${ref}:./${file}`), `${file} at ${ref}`) });
  }
  return { source: ref, isOwn: true, schemas };
}
