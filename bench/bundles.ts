// What a function of the sample is made of: KiB, and how long a fresh process takes to load it.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleParts } from './bundle-parts.ts';
import { type Figure, median } from './measure.ts';

/** The service with the most messages; worker and command are two functions with the same code. */
const functions: Readonly<Record<string, string>> = {
  'worker and command of order': 'functions/order/handler.ts',
  'bridge of the backbone': 'lib/lambda/bridge.ts',
};
const STARTS = 15;

/** Prints the milliseconds, and those of CPU, until the handlers are there. */
function startScript(file: string): string {
  const url = JSON.stringify(pathToFileURL(file).href);
  return `const cpu = process.cpuUsage(); const start = performance.now(); await import(${url});
const { user, system } = process.cpuUsage(cpu); console.log(performance.now() - start, (user + system) / 1000);`;
}

/** As on Lambda, with source maps. @throws when it does not start */
function startOnce(file: string): readonly [number, number] {
  const args = ['--enable-source-maps', '--input-type=module', '--eval', startScript(file)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const [milliseconds, cpu] = stdout.trim().split(' ').map(Number);
  if (!milliseconds || !cpu) throw new Error(`${file} does not start: ${stderr}`);
  return [milliseconds, cpu];
}

/** The rows. */
export async function bundlesBench(): Promise<readonly Figure[]> {
  return Object.entries(functions).flatMap(([name, entry]): readonly Figure[] => {
    const { folder, start, whole } = bundleParts(entry);
    try {
      const starts = Array.from({ length: STARTS }, () => startOnce(join(folder, 'index.mjs')));
      return [
        { name: `${name}: read at the start`, value: start.bytes / 1024, unit: 'KiB' },
        { name: `${name}: files that the start reads`, value: start.files, unit: 'files' },
        { name: `${name}: with the chunks for later`, value: whole.bytes / 1024, unit: 'KiB' },
        { name: `${name}: start`, value: median(starts.map(([milliseconds]) => milliseconds)), unit: 'ms' },
        { name: `${name}: start`, value: median(starts.map(([, cpu]) => cpu)), unit: 'ms CPU' },
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
