import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let root: string | undefined;

/** A fresh folder for what esbuild writes, removed when the process ends: the CDK has its own copy by then. */
export function bundleFolder(): string {
  if (root === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'choreo-bundle-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    root = made;
  }
  return mkdtempSync(join(root, 'output-'));
}
