// Puts in every seeded bug in turn and prints how it was caught.
//   npx tsx --conditions=source test/simulation/hunt.ts [part of a name]
import { seededBugs } from './seeded-bugs.ts';
import { runSeeded } from './seeded-run.ts';

const only = process.argv[2] ?? '';
let missed = 0;
for (const bug of seededBugs.filter(({ name }) => name.includes(only))) {
  const { caught, sagas, by } = await runSeeded(bug).catch((error: unknown) => ({
    caught: false,
    sagas: 0,
    by: String(error).split('\n')[0] ?? '',
  }));
  if (!caught) missed += 1;
  console.log(
    `${caught ? '✓' : '✗'} ${bug.name}${bug.model ? ' [M]' : ''}: ${caught ? `caught after ${sagas} sagas` : 'NOT CAUGHT'} · ${by}`,
  );
}
console.log(`${missed} not caught`);
process.exitCode = missed > 0 ? 1 : 0;
