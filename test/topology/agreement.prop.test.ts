// What the checks say of a saga is what happens to it.
import { expect, test } from 'vitest';
import { counterexamplesOf, type Playable, playCounterexample, playWithFaults, waitingOf, waitsForEver } from './agreement.ts';

const COMPLETE_SEEDS = 300;
const BROKEN_SEEDS = 90;
const SAGAS = 6;
/** Worlds in which a counterexample may have to be tried until its race comes out as it says. */
const WORLDS_MAX = 20;

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

function broken(isWanted: (one: Playable) => boolean): readonly { readonly seed: number; readonly one: Playable }[] {
  const all = seeds(BROKEN_SEEDS).flatMap((seed) => counterexamplesOf(seed).map((one) => ({ seed, one })));
  return all.filter(({ one }) => isWanted(one) && !one.isWithinMessage);
}

async function isPlayed(seed: number, one: Playable, worlds: number): Promise<boolean> {
  for (let world = 1; world <= worlds; world += 1) if (await playCounterexample(seed, one, world)) return true;
  return false;
}

test('a saga that is called complete never ends half done and has the deadlines that it is said to have, whatever goes wrong', async () => {
  const complete = seeds(COMPLETE_SEEDS).filter((seed) => counterexamplesOf(seed).length === 0);
  expect(complete.length).toBeGreaterThan(60);
  for (const seed of complete) expect(await playWithFaults(seed, SAGAS), `seed ${seed}`).toEqual([]);
});

test('a counterexample in which nothing has to overtake anything plays at once', async () => {
  const sure = broken((one) => one.sure);
  expect(sure.length).toBeGreaterThan(20);
  for (const { seed, one } of sure) expect(await isPlayed(seed, one, 1), `seed ${seed}: ${one.story.join(' ')}`).toBe(true);
});

test('of the counterexamples that are races, the most come out in some world', async () => {
  const races = broken((one) => !one.sure && !one.isHeldUp).slice(0, 30);
  let played = 0;
  for (const { seed, one } of races) if (await isPlayed(seed, one, WORLDS_MAX)) played += 1;
  expect(races.length).toBeGreaterThan(10);
  expect(played / races.length).toBeGreaterThan(0.8);
});

test('a step that is said to wait without a deadline does so when all others break', async () => {
  const waiting = seeds(BROKEN_SEEDS).flatMap((seed) => waitingOf(seed).map((one) => ({ seed, one })));
  const late = waiting.filter(({ one }) => !one.isSure);
  expect(late.length).toBeGreaterThan(20);
  expect(waiting.length - late.length).toBeGreaterThan(20);
  for (const { seed, one } of late) expect(await waitsForEver(seed, one), `seed ${seed}: ${one.reaction}`).toBe(true);
});
