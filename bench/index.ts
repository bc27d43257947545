// Bundles the benches, as a service is bundled for a Lambda function, and runs them in a fresh process:
//   npm run bench              tables
//   npm run bench -- --json    one JSON document
//   npm run bench -- --only aws --only bundles    some of them
// A loader that compiles while it runs names every closure anew, which alone costs a third.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules', '.cache'); // here packages are found that are not bundled
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'bench-'));
try {
  await build({
    entryPoints: {
      report: fileURLToPath(new URL('./report.ts', import.meta.url)),
      'first-validation': fileURLToPath(new URL('./first-validation.ts', import.meta.url)),
      variant: fileURLToPath(new URL('./aws/variant.ts', import.meta.url)),
      'fake-aws': fileURLToPath(new URL('./aws/fake-aws.ts', import.meta.url)),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // what is loaded later is a file of its own
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    conditions: ['source', 'module'],
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
  });
  const { status } = spawnSync(process.execPath, [join(folder, 'report.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
