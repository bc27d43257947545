import { join } from 'node:path';
import { checkGenerated, type Drift, writeGenerated } from '../../schema/drift.ts';
import { generatedFiles } from '../../schema/generate.ts';

/** Options of `choreo schema generate`. */
export interface SchemaGenerateOptions {
  /** Where `<Message>/<version>.json` are. @default `schemas` */
  readonly directory?: string;
  /** @default `generated` in `directory` */
  readonly out?: string;
  /** Write nothing; only say what is not up to date. @default false */
  readonly check?: boolean;
}

/** What the command found and did. */
export interface SchemaGenerateResult {
  /** The directory of the generated files. */
  readonly out: string;
  /** The names of all generated files. */
  readonly files: readonly string[];
  /** What was not up to date: written, or with `check` left as it was. */
  readonly drift: readonly Drift[];
}

/** `choreo schema generate`: TypeScript for all schemas. @throws SCHEMA_UNREADABLE, SCHEMA_INVALID, SCHEMA_UNSAFE, OUTPUT_UNWRITABLE */
export async function schemaGenerate({ directory = 'schemas', out, check = false }: SchemaGenerateOptions): Promise<SchemaGenerateResult> {
  const outDirectory = out ?? join(directory, 'generated');
  const drift = check ? await checkGenerated(directory, outDirectory) : (await writeGenerated(directory, outDirectory)).drift;
  return { out: outDirectory, files: generatedFiles, drift };
}
