// What `npm run check` adds to `npm test`: everything that looks at the package as a whole, one line a step.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGenerated } from '../lib/schema/drift.ts';
import { adopt } from './adopt/adopt.ts';
import { pack } from './adopt/pack.ts';

/** Resolves to what is wrong, or to nothing. */
type Step = () => Promise<string | undefined>;

const STEP_MILLISECONDS_MAX = 1_800_000;
const OUTPUT_BYTES_MAX = 10_000_000;
/** Lines of a reason in which nothing in particular is known to be wrong. */
const LAST_LINES = 5;
const SIMULATION_SEEDS = 200;
const SIMULATION_SAGAS = 25;

/** A tool of devDependencies; its output counts only when it fails. */
function tool(name: string, ...options: readonly string[]): Step {
  const limits = { timeout: STEP_MILLISECONDS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
  return () =>
    new Promise((resolve) => {
      execFile(`node_modules/.bin/${name}`, options, limits, (error, stdout, stderr) =>
        resolve(error ? `${stdout}${stderr}${error.signal ? `\nended by ${error.signal}` : ''}`.trim() || error.message : undefined),
      );
    });
}

/** One tool at a time uses one core; these use one each. */
function together(...all: readonly Step[]): Step {
  return async () => {
    const reasons = await Promise.all(all.map((step) => step()));
    const wrong = reasons.filter((reason) => reason !== undefined);
    return wrong.length === 0 ? undefined : wrong.join('\n');
  };
}

/** The lines of a reason that match, each with the line before it when that is its heading; the last lines when none does. */
function only(step: Step, matching: RegExp, heading = /^(?!)/): Step {
  return async () => {
    const lines = (await step())?.split('\n');
    const kept = lines?.filter((line, index) => matching.test(line) || (heading.test(line) && matching.test(lines[index + 1] ?? '')));
    return (kept?.length === 0 ? lines?.slice(-LAST_LINES) : kept)?.join('\n');
  };
}

/** Two scenarios × SIMULATION_SEEDS × SIMULATION_SAGAS sagas, each half of the seeds in a process of its own. */
function simulation(): Step {
  const half = SIMULATION_SEEDS / 2;
  const run = (seed: number) => {
    const options = { seed, seeds: half, sagas: SIMULATION_SAGAS };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    return tool('tsx', '--conditions=source', 'test/simulation/main.ts', ...args);
  };
  return only(together(run(1), run(1 + half)), /^(?: {2}|ended by )/, /^\S+ seed /);
}

async function generatedIsUpToDate(): Promise<string | undefined> {
  const wrong: string[] = [];
  for (const directory of ['schemas', 'starter/schemas']) {
    const drift = await checkGenerated(directory, `${directory}/generated`);
    for (const { file, kind } of drift) wrong.push(`${directory}/generated/${file}: ${kind}`);
    if (drift.length > 0) wrong.push(`Run \`npx choreo schema generate --directory ${directory}\` and commit what it writes.`);
  }
  return wrong.length === 0 ? undefined : wrong.join('\n');
}

/** What the sample's tests read is what is committed; the starter has a service of the same name. */
const contractsAreUpToDate = tool(
  'tsx',
  '--conditions=source',
  'bin/choreo.ts',
  'schema',
  'record',
  '--check',
  '--',
  'node_modules/.bin/vitest',
  'run',
  'functions',
  '--exclude=starter/**',
);

function steps(tarball: string): readonly (readonly [name: string, step: Step])[] {
  return [
    ['types', tool('tsc', '-p', 'tsconfig.json')],
    ['lint', tool('biome', 'check', '.', '--diagnostic-level=error')],
    ['generated schemas', generatedIsUpToDate],
    ['consumer contracts', contractsAreUpToDate],
    ['tidy', tool('vitest', 'run', 'test/tidy.test.ts', '--reporter=dot')],
    ['unused code (knip)', tool('knip')],
    ['package (publint)', tool('publint', 'run', tarball, '--strict')],
    // esm-only: attw reports that CommonJS cannot `require` an ES module. Node can, without a flag, since 20.19, and
    // `engines` asks for more; the step `adopt` runs a CommonJS app. Node 10 resolution knows no `exports` at all.
    ['package types (attw)', tool('attw', tarball, '--profile', 'esm-only')],
    ['adopt', () => adopt(tarball)],
    ['simulation', simulation()],
    ['seeded bugs', only(tool('tsx', '--conditions=source', 'test/simulation/hunt.ts'), /^✗|ERROR|not caught$|^ended by /)],
  ];
}

async function reasonOf(step: Step): Promise<string | undefined> {
  try {
    return await step();
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

async function check(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'choreo-check-'));
  let failed = 0;
  try {
    const all = steps(await pack(folder));
    for (const [name, step] of all) {
      const start = performance.now();
      const reason = await reasonOf(step);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${reason === undefined ? 'passed' : 'failed'}  ${name} (${seconds} s)`);
      if (reason !== undefined) {
        failed += 1;
        console.log(reason.replace(/^/gm, '        '));
      }
    }
    console.log(`${all.length - failed} passed, ${failed} failed`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return failed;
}

process.exitCode = (await check()) === 0 ? 0 : 1;
