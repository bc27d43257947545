// Builds the simulation with one bug put into the product's source, and runs it until it is caught.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { SeededBug } from './seeded-bugs.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** A bug has to be caught within this many sagas. */
const SAGAS_MAX = 2_000;
const SAGAS_PER_SEED = 25;

/** How a bug fared. */
export interface Caught {
  readonly caught: boolean;
  /** Sagas until it was. */
  readonly sagas: number;
  /** What gave it away, or what went wrong. */
  readonly by: string;
}

function patch(text: string, file: string, { find, replace }: { find: string; replace: string }): string {
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(`${file} has ${parts.length - 1} places that read "${find}", not 1: the bug no longer fits the code`);
  return parts.join(replace);
}

/** Puts the bug into the sources while they are read. */
function seeding(bug: SeededBug): Plugin {
  return {
    name: 'seeded-bug',
    setup({ onLoad }) {
      const unused = new Set(bug.patches.map(({ file }) => file));
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const file = relative(ROOT, path);
        const patches = bug.patches.filter((one) => one.file === file);
        if (patches.length === 0) return undefined;
        unused.delete(file);
        const text = await readFile(path, 'utf8');
        return { contents: patches.reduce((result, one) => patch(result, file, one), text), loader: 'ts' };
      });
    },
  };
}

function run(bundle: string, args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [bundle, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', fail);
    child.on('close', () => done(output));
  });
}

function verdict(output: string): Caught {
  const lines = output.trim().split('\n');
  const summary = lines.at(-1)?.startsWith('{') ? (JSON.parse(lines.at(-1) as string) as { sagas: number; failed: number }) : undefined;
  if (!summary) return { caught: true, sagas: 0, by: `the run broke: ${lines.find((line) => line.includes('Error')) ?? lines.at(-1)}` };
  const problem = lines.find((line) => line.startsWith('  '))?.trim() ?? '';
  return { caught: summary.failed > 0, sagas: summary.sagas, by: problem };
}

/** Runs the simulation with (or, for `undefined`, without) a bug. @throws when a patch does not fit the code any more */
export async function runSeeded(bug: SeededBug | undefined, sagasMax = SAGAS_MAX): Promise<Caught> {
  const folder = await mkdtemp(join(tmpdir(), 'seeded-bug-'));
  try {
    const outfile = join(folder, 'simulation.mjs');
    await build({
      entryPoints: [join(ROOT, 'test/simulation/main.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      conditions: ['source'],
      logLevel: 'silent',
      plugins: bug ? [seeding(bug)] : [],
    });
    const scenarios = bug?.scenario ?? 'shop,random';
    const seeds = Math.ceil(sagasMax / SAGAS_PER_SEED / scenarios.split(',').length);
    return verdict(await run(outfile, ['--scenario', scenarios, '--seeds', `${seeds}`, '--sagas', `${SAGAS_PER_SEED}`, '--stop']));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
