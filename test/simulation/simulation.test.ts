// The fault simulation in small; `npm run check` runs 10,000 sagas and the seeded bugs.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { operatedScenario } from './operated-scenario.ts';
import { deployedScenario, hurriedScenario, largeScenario, partialScenario, randomScenario, versionedScenario } from './random-scenario.ts';
import { reshardedScenario } from './resharded-scenario.ts';
import { runSeed } from './run.ts';
import { seededBugs } from './seeded-bugs.ts';
import { shopScenario } from './shop-scenario.ts';

const SAGAS = 25;
const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

describe('whatever goes wrong, every saga ends completed, compensated or visibly parked', () => {
  test.each(seeds(1, 12))('in the shop, seed %i', async (seed) => {
    const { problems } = await runSeed(shopScenario, seed, SAGAS);
    expect(problems).toEqual([]);
  });
  test.each(seeds(1, 16))('in a random choreography, seed %i', async (seed) => {
    const { problems } = await runSeed(randomScenario, seed, SAGAS);
    expect(problems).toEqual([]);
  });
});

test.each(seeds(1, 8))('the same holds while services are deployed anew, seed %i', async (seed) => {
  const { problems } = await runSeed(deployedScenario, seed, SAGAS);
  expect(problems).toEqual([]);
});

describe('the same holds while events get new versions', () => {
  test.each(seeds(1, 6))('of any choreography, seed %i', async (seed) => {
    const { problems } = await runSeed(versionedScenario, seed, SAGAS);
    expect(problems).toEqual([]);
  });
  test.each(seeds(1, 4))('while undos are asked for during calls, seed %i', async (seed) => {
    const { problems } = await runSeed(hurriedScenario, seed, SAGAS);
    expect(problems).toEqual([]);
  });
});

test.each(seeds(1, 8))('the same holds while the stream gets other shards, and a read model is rebuilt, seed %i', async (seed) => {
  const { problems } = await runSeed(reshardedScenario, seed, SAGAS);
  expect(problems).toEqual([]);
});

test.each(seeds(1, 8))(
  'the same holds while several operators work at once, and go down in the middle of things, seed %i',
  async (seed) => {
    const { problems } = await runSeed(operatedScenario, seed, SAGAS);
    expect(problems).toEqual([]);
  },
);

test.each(seeds(1, 4))('the same holds while a part of what services run on is down, seed %i', async (seed) => {
  const { problems } = await runSeed(partialScenario, seed, SAGAS);
  expect(problems).toEqual([]);
});

test.each(seeds(1, 4))('the same holds with data of all sizes up to what is allowed, seed %i', async (seed) => {
  const { problems } = await runSeed(largeScenario, seed, 10);
  expect(problems).toEqual([]);
});

/** Seeds that once failed stay. */
describe('what once went wrong goes right', () => {
  test.each([
    [shopScenario, 24],
    [randomScenario, 9],
    [randomScenario, 14],
    [operatedScenario, 13],
    [operatedScenario, 1048],
  ] as const)('%o seed %i', async (scenario, seed) => {
    const { problems } = await runSeed(scenario, seed, SAGAS);
    expect(problems).toEqual([]);
  });
});

test('the same seed gives the same run, in another process too', async () => {
  const args = [
    'node_modules/tsx/dist/cli.mjs',
    '--conditions=source',
    'test/simulation/main.ts',
    '--scenario',
    'shop',
    '--seed',
    '3',
    '--sagas',
    '5',
  ];
  const here = await runSeed(shopScenario, 3, 5);
  const again = await runSeed(shopScenario, 3, 5);
  const there = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(again.trace).toBe(here.trace);
  expect(there).toContain(`trace ${here.trace}`);
});

test.each(seededBugs.map((bug) => [bug.name, bug] as const))('the seeded bug "%s" still fits the code', (_name, { patches }) => {
  for (const { file, find } of patches) expect(readFileSync(file, 'utf8').split(find), `${file}: ${find}`).toHaveLength(2);
});

test('another seed gives another run', async () => {
  const [one, other] = [await runSeed(shopScenario, 3, 5), await runSeed(shopScenario, 4, 5)];
  expect(one.trace).not.toBe(other.trace);
});
