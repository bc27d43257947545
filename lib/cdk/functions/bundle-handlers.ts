import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { ChoreographyError } from '../../contract/errors.ts';
import { bundleFolder } from './bundle-folder.ts';
import { findEsbuild } from './esbuild.ts';
import { type BundleOptions, bundleHandler } from './handler-bundle.ts';

/**
 * Bundles each handler separately, with options that the constructs do not have. Give each service its own result as
 * `functions: { code }`. @throws ESBUILD_MISSING
 */
export function bundleHandlers(entries: Readonly<Record<string, string>>, options: BundleOptions = {}): ReadonlyMap<string, Code> {
  const esbuild = findEsbuild();
  if (!esbuild) throw new ChoreographyError('ESBUILD_MISSING', 'bundleHandlers needs esbuild: npm install --save-dev esbuild.');
  const folder = bundleFolder();
  return new Map(
    Object.entries(entries).map(([name, entry]) => {
      const outdir = join(folder, name);
      bundleHandler(esbuild, { entry, outdir }, options);
      return [name, Code.fromAsset(outdir)];
    }),
  );
}
