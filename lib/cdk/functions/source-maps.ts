import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { BundleReport } from './esbuild.ts';

const PACKAGES = 'node_modules/';
const reference = /\n?\/\/# sourceMappingURL=.*\n?$/;

/** Whether a file of the source is of a package other than this one. */
function isForeign(source: string): boolean {
  const at = source.lastIndexOf(PACKAGES);
  return at >= 0 && !source.startsWith('aws-choreography/', at + PACKAGES.length);
}

/**
 * Takes the maps of files away that consist of other packages only, such as the AWS SDK. Node reads the map of each file that
 * it loads, if maps are on: those were 5 of the 62 ms of a start (2026-11-30). Frames of the service, and of this package, keep
 * their names and lines.
 */
export function dropForeignMaps({ outputs }: BundleReport): void {
  for (const [file, { inputs }] of Object.entries(outputs)) {
    if (!file.endsWith('.mjs') || !Object.keys(inputs).every(isForeign)) continue;
    writeFileSync(file, readFileSync(file, 'utf8').replace(reference, '\n'));
    rmSync(`${file}.map`);
  }
}
