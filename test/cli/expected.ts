import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Compares a whole output with `expected/<name>.txt`; UPDATE_EXPECTED=1 writes the file instead: look at the difference before it is committed. */
export async function expectOutput(name: string, output: string): Promise<void> {
  const path = join(import.meta.dirname, 'expected', `${name}.txt`);
  if (process.env['UPDATE_EXPECTED']) await writeFile(path, output);
  expect(output).toBe(await readFile(path, 'utf8'));
}
