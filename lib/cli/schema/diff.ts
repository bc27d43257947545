import { readFile } from 'node:fs/promises';
import {
  type CompatibilityMode,
  type CompatibilityReport,
  type ContentModel,
  checkCompatibility,
} from '../../schema/compatibility/check-compatibility.ts';
import { usageError } from '../failure.ts';
import type { Paint } from '../terminal.ts';
import { findingText } from './finding-text.ts';

/** Options of `choreo schema diff`. */
export interface SchemaDiffOptions {
  readonly mode: CompatibilityMode;
  readonly contentModel: ContentModel;
}

async function readJson(path: string): Promise<never> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as never;
  } catch (error) {
    throw usageError(
      `${path} cannot be read as JSON.`,
      error instanceof Error ? error.message : String(error),
      'Give two JSON Schema files.',
    );
  }
}

/** `choreo schema diff <old> <new>`: what the new schema breaks. @throws USAGE, INVALID_SCHEMA, REMOTE_REF */
export async function schemaDiff(older: string, newer: string, { mode, contentModel }: SchemaDiffOptions): Promise<CompatibilityReport> {
  const [existing, proposed] = await Promise.all([readJson(older), readJson(newer)]);
  return checkCompatibility({ mode, contentModel, proposed, existing: [existing] });
}

/** Each difference with its fix. */
export function schemaDiffText({ compatible, differences }: CompatibilityReport, mode: string, paint: Paint): string {
  if (compatible) return `${paint('green', '✓')} compatible (${mode})\n`;
  const lines = differences.map((difference) => {
    const { path, rule, direction } = difference;
    return findingText({ ...difference, where: path === '' ? '(whole)' : path, what: `${rule}, ${direction}` }, paint);
  });
  return `${lines.join('\n')}\n`;
}
