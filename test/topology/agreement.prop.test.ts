// What the checks say of a saga is what happens to it.
import { expect, test } from 'vitest';
import { counterexamplesOf, playCounterexample, playWithFaults } from './agreement.ts';

const SEEDS = Array.from({ length: 90 }, (_, index) => index + 1);
const SAGAS = 6;
/** Worlds in which a counterexample may have to be tried until its race comes out as it says. */
const WORLDS_MAX = 20;

test('a saga that is called complete never ends half done, whatever goes wrong', async () => {
  const complete = SEEDS.filter((seed) => counterexamplesOf(seed).length === 0);
  expect(complete.length).toBeGreaterThan(30);
  for (const seed of complete) expect(await playWithFaults(seed, SAGAS), `seed ${seed}`).toEqual([]);
});

test('a counterexample in which nothing has to overtake anything plays at once', async () => {
  const sure = SEEDS.flatMap((seed) =>
    counterexamplesOf(seed)
      .filter((one) => one.sure && !one.isWithinMessage)
      .map((one) => ({ seed, one })),
  );
  expect(sure.length).toBeGreaterThan(20);
  for (const { seed, one } of sure) expect(await playCounterexample(seed, one, 1), `seed ${seed}: ${one.story.join(' ')}`).toBe(true);
});

async function isPlayed(seed: number, one: ReturnType<typeof counterexamplesOf>[number]): Promise<boolean> {
  for (let world = 1; world <= WORLDS_MAX; world += 1) if (await playCounterexample(seed, one, world)) return true;
  return false;
}

test('of the counterexamples that are races, the most come out in some world', async () => {
  const races = SEEDS.slice(0, 40).flatMap((seed) =>
    counterexamplesOf(seed)
      .filter((one) => !one.sure && !one.isWithinMessage)
      .map((one) => ({ seed, one })),
  );
  let played = 0;
  for (const { seed, one } of races) if (await isPlayed(seed, one)) played += 1;
  expect(races.length).toBeGreaterThan(10);
  expect(played / races.length).toBeGreaterThan(0.8);
});
