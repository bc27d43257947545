import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundleReport, findEsbuild } from '../lib/cdk/functions/esbuild.ts';
import { bundleHandler } from '../lib/cdk/functions/handler-bundle.ts';

/** KiB that a function may read before its first event. */
export const START_KIBIBYTES_MAX = 400;

/** Files that it may read: opening one takes as long as some KiB of code. */
export const START_FILES_MAX = 20;

/** A part of a bundle: its files and bytes, and the files of the source that they come from. */
export interface BundlePart {
  readonly files: number;
  readonly bytes: number;
  readonly sources: ReadonlyMap<string, number>;
}

/** A bundle: what its start reads, and all of its chunks. */
export interface BundleParts {
  readonly folder: string;
  readonly start: BundlePart;
  readonly whole: BundlePart;
}

function partOf(report: BundleReport, files: Iterable<string>): BundlePart {
  let [count, bytes] = [0, 0];
  const sources = new Map<string, number>();
  for (const file of files) {
    const output = report.outputs[file];
    if (!output || file.endsWith('.map')) continue;
    count += 1;
    bytes += output.bytes;
    for (const [source, { bytesInOutput }] of Object.entries(output.inputs))
      sources.set(source, (sources.get(source) ?? 0) + bytesInOutput);
  }
  return { files: count, bytes, sources };
}

/** The entry's file and all that it imports, and so on, but not what it asks for with `import()`. */
function startFiles({ outputs }: BundleReport): ReadonlySet<string> {
  const files = new Set(Object.keys(outputs).filter((file) => file.endsWith('/index.mjs')));
  for (const file of files) {
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === 'import-statement' && outputs[path]) files.add(path);
  }
  return files;
}

/** The parts of a bundle by what esbuild said of it. */
export function partsOf(folder: string, report: BundleReport): BundleParts {
  return { folder, start: partOf(report, startFiles(report)), whole: partOf(report, Object.keys(report.outputs)) };
}

/** Bundles a handler of the repository as it is deployed; the caller removes the folder. */
export function bundleParts(entry: string): BundleParts {
  const esbuild = findEsbuild();
  if (!esbuild) throw new Error('esbuild is not installed');
  const outdir = mkdtempSync(join(tmpdir(), 'aws-choreography-bundle-'));
  return partsOf(outdir, bundleHandler(esbuild, { entry, outdir }, { conditions: ['source'] }));
}
