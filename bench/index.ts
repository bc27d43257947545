// Bundles the benches, as a service is bundled for a Lambda function, and runs them in a fresh process:
//   npm run bench              tables
//   npm run bench -- --json    one JSON document
// A loader that compiles while it runs names every closure anew, which alone costs a third.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'aws-choreography-bench-'));
try {
  const sourceOf = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  await build({
    entryPoints: ['report', 'first-validation'].map(sourceOf),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // what is loaded later is a file of its own
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const { status } = spawnSync(process.execPath, [join(folder, 'report.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
