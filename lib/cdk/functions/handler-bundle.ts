import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { buildCredentialProviders, findCredentialProviders } from './credential-providers.ts';
import { type BundleReport, bundleSettings, type Esbuild } from './esbuild.ts';
import { dropForeignMaps } from './source-maps.ts';

/** How handlers are bundled. */
export interface BundleOptions {
  /** Conditions of `exports` besides esbuild's own. @default - none */
  readonly conditions?: readonly string[];
  /**
   * Keeps the names of functions and classes, for your own errors that take their name from their class; adds a tenth to the
   * code. Stack traces have the names of the source either way. @default false
   */
  readonly keepNames?: boolean;
}

/**
 * Bundles one handler into `outdir`: `index.mjs` is what its start needs, what `import()` asks for is in `chunks`, and
 * what only a function outside Lambda uses is in `node_modules`. One run of esbuild for one handler: chunks shared among
 * services would change with each other's code.
 */
export function bundleHandler(
  esbuild: Esbuild,
  { entry, outdir }: { readonly entry: string; readonly outdir: string },
  { conditions = [], keepNames = false }: BundleOptions = {},
): BundleReport {
  const providers = findCredentialProviders();
  const { metafile = { outputs: {} } } = esbuild.buildSync({
    ...bundleSettings,
    entryPoints: [{ in: entry, out: 'index' }],
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    ...(conditions.length === 0 ? {} : { conditions: [...conditions, 'module'] }),
    external: [...providers.keys()],
    keepNames,
    sourcemap: true,
    sourcesContent: false,
  });
  dropForeignMaps(metafile);
  const asked = Object.values(metafile.outputs).some(({ imports }) => imports.some(({ path }) => providers.has(path)));
  if (asked) cpSync(buildCredentialProviders(esbuild, providers), join(outdir, 'node_modules'), { recursive: true });
  return metafile;
}
