import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What esbuild may use of the language: the floor below the functions' Node 24. */
export const BUNDLE_TARGET = 'node22';

/** An ES module has no `require`, and packages of older make in the bundle call it. */
export const REQUIRE_BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** What esbuild says of its output, as far as it is read here; paths are relative to the working directory. */
export interface BundleReport {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly bytes: number;
        readonly entryPoint?: string;
        readonly exports: readonly string[];
        readonly imports: readonly { readonly path: string; readonly kind: string }[];
        readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
      }
    >
  >;
}

/** esbuild, as far as it is used here. */
export interface Esbuild {
  buildSync(options: Readonly<Record<string, unknown>>): { readonly metafile?: BundleReport };
}

/** The team's own esbuild, the one that `NodejsFunction` takes, too. `undefined`: none is installed. */
export function findEsbuild(): Esbuild | undefined {
  try {
    return createRequire(join(process.cwd(), 'package.json'))('esbuild') as Esbuild;
  } catch {
    return undefined;
  }
}

/** What all code of a function is bundled with. */
export const bundleSettings: Readonly<Record<string, unknown>> = {
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: BUNDLE_TARGET,
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  minify: true,
  legalComments: 'none',
  banner: { js: REQUIRE_BANNER },
  metafile: true,
  logLevel: 'warning',
};
