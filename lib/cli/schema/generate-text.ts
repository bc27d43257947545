import { join } from 'node:path';
import type { Paint } from '../terminal.ts';
import { counted } from '../text-layout.ts';
import type { SchemaGenerateResult } from './generate.ts';

const written = { missing: 'written', differs: 'brought up to date', extra: 'removed' } as const;
const found = { missing: 'is missing', differs: 'differs from the schemas', extra: 'is no longer needed' } as const;

/** What `choreo schema generate` did. */
export function generatedText({ out, files, drift }: SchemaGenerateResult, paint: Paint): string {
  if (drift.length === 0) return `${paint('green', '✓')} ${counted(files.length, 'file')} in ${out}: all up to date\n`;
  const lines = drift.map(({ file, kind }) => `${paint('green', '✓')} ${join(out, file)} ${written[kind]}`);
  return `${lines.join('\n')}\n`;
}

/** What `choreo schema check` found, and what to do about it. */
export function driftText({ out, files, drift }: SchemaGenerateResult, paint: Paint): string {
  if (drift.length === 0) return `${paint('green', '✓')} ${counted(files.length, 'file')} in ${out}: all up to date\n`;
  const lines = drift.map(({ file, kind }) => `${paint('red', '✗')} ${join(out, file)} ${found[kind]}`);
  return `${lines.join('\n')}\nnext: choreo schema generate   writes them; then commit what changed\n`;
}
