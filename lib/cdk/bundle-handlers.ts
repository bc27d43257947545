import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { ChoreographyError } from '../contract/errors.ts';
import { BUNDLE_TARGET, REQUIRE_BANNER } from './service-function.ts';

/** How handlers are bundled together. */
export interface BundleOptions {
  /** Conditions of `exports` beside esbuild's own. @default - none */
  readonly conditions?: readonly string[];
}

interface Esbuild {
  buildSync(options: Readonly<Record<string, unknown>>): unknown;
}

/** The team's own esbuild, as `NodejsFunction` takes it, too. */
function loadEsbuild(): Esbuild {
  try {
    return createRequire(join(process.cwd(), 'package.json'))('esbuild') as Esbuild;
  } catch (cause) {
    throw new ChoreographyError('ESBUILD_MISSING', 'bundleHandlers needs esbuild: npm install --save-dev esbuild.', { cause });
  }
}

/**
 * Bundles many handlers in one run of esbuild, which reads what they share once: some seconds less in a `cdk synth` of many
 * services. Give each service its own as `functions: { code }`. @throws ESBUILD_MISSING
 */
export function bundleHandlers(
  entries: Readonly<Record<string, string>>,
  { conditions = [] }: BundleOptions = {},
): ReadonlyMap<string, Code> {
  const outdir = mkdtempSync(join(tmpdir(), 'choreo-bundle-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true })); // the CDK has its own copy by then
  loadEsbuild().buildSync({
    entryPoints: Object.entries(entries).map(([name, file]) => ({ in: file, out: join(name, 'index') })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: BUNDLE_TARGET,
    mainFields: ['module', 'main'],
    ...(conditions.length === 0 ? {} : { conditions: [...conditions, 'module'] }),
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: REQUIRE_BANNER },
    logLevel: 'warning',
  });
  return new Map(Object.keys(entries).map((name) => [name, Code.fromAsset(join(outdir, name))]));
}
