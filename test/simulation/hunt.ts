// Puts in every seeded bug in turn, two at a time, and prints how each was caught.
//   npx tsx --conditions=source test/simulation/hunt.ts [parts of names]
import { seededBugs } from './seeded-bugs.ts';
import { type Caught, runSeeded } from './seeded-run.ts';

/** Bugs that are hunted side by side. */
const HUNTERS = 2;

const wanted = process.argv.slice(2);
const left = seededBugs.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
let missed = 0;

async function hunt(): Promise<void> {
  for (let bug = left.shift(); bug; bug = left.shift()) {
    const result: Caught = await runSeeded(bug).catch((error: unknown) => ({ caught: false, sagas: 0, by: String(error) }));
    if (!result.caught) missed += 1;
    const name = `${bug.name}${bug.model ? ' [M]' : ''}`;
    console.log(result.caught ? `✓ ${name}: after ${result.sagas} sagas · ${result.by}` : `✗ ${name}: NOT CAUGHT · ${result.by}`);
  }
}

await Promise.all(Array.from({ length: HUNTERS }, hunt));
console.log(`${missed} not caught`);
process.exitCode = missed > 0 ? 1 : 0;
