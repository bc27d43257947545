import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChoreographyError } from '../contract/errors.ts';
import { generateCode, generatedMark } from './generate.ts';
import { isMissingFile } from './missing-file.ts';
import { readSchemas } from './read.ts';
import type { SchemaSet } from './schema-set.ts';

/** How a file differs from what the schemas give. */
export interface Drift {
  /** Name in the output directory. */
  readonly file: string;
  /** `extra`: written by an earlier version, and no longer part of the output. */
  readonly kind: 'missing' | 'differs' | 'extra';
}

/** What `writeGenerated` did. */
export interface Written {
  /** All generated files, by name. */
  readonly files: readonly string[];
  /** What was not up to date before. */
  readonly drift: readonly Drift[];
}

/** `undefined` for a file that is not there. Line ends as git may have changed them on the way. */
async function readGenerated(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw unwritable(path, error);
  }
}

function unwritable(path: string, cause: unknown): ChoreographyError {
  return new ChoreographyError('OUTPUT_UNWRITABLE', `${path} cannot be read or written: check that it is a directory of yours.`, {
    cause,
    details: { path },
  });
}

async function names(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts')).map(({ name }) => name);
  } catch (error) {
    if (isMissingFile(error)) return [];
    throw unwritable(directory, error);
  }
}

async function compare(code: ReadonlyMap<string, string>, outDirectory: string): Promise<readonly Drift[]> {
  const drift: Drift[] = [];
  for (const [file, text] of code) {
    const found = await readGenerated(join(outDirectory, file));
    if (found !== text) drift.push({ file, kind: found === undefined ? 'missing' : 'differs' });
  }
  for (const file of await names(outDirectory)) {
    if (code.has(file)) continue;
    const head = (await readGenerated(join(outDirectory, file)))?.split('\n', 3) ?? [];
    if (head.includes(generatedMark)) drift.push({ file, kind: 'extra' });
  }
  return drift.sort((left, right) => (left.file < right.file ? -1 : 1));
}

/**
 * How the files in `outDirectory` differ from what the schemas give; empty when they are up to date. Files of others are
 * left out. `schemas`: those of the directory, if they were read already.
 */
export async function checkGenerated(schemaDirectory: string, outDirectory: string, schemas?: SchemaSet): Promise<readonly Drift[]> {
  return compare(await generateCode(schemas ?? (await readSchemas(schemaDirectory))), outDirectory);
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Writes what is not up to date, each file whole or not at all, and removes generated files that are no longer part of
 * the output. When the schemas have a problem, nothing is written. @throws OUTPUT_UNWRITABLE
 */
export async function writeGenerated(schemaDirectory: string, outDirectory: string): Promise<Written> {
  const code = await generateCode(await readSchemas(schemaDirectory));
  const drift = await compare(code, outDirectory);
  try {
    await mkdir(outDirectory, { recursive: true });
    for (const { file } of drift) {
      const text = code.get(file);
      if (text === undefined) await rm(join(outDirectory, file));
      else await replaceFile(join(outDirectory, file), text);
    }
  } catch (error) {
    throw unwritable(outDirectory, error);
  }
  return { files: [...code.keys()], drift };
}
