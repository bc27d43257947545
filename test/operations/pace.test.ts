import { expect, test } from 'vitest';
import { createPace } from '../../lib/operations/pace.ts';

/** A clock that somebody sets, and what was waited for by it. */
function settable() {
  let now = 1_000_000;
  const slept: number[] = [];
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
  const set = (milliseconds: number) => {
    now += milliseconds;
  };
  return { clock, slept, set };
}

test('what follows is due at fixed times, and no later when the clock is set back', async () => {
  const { clock, slept, set } = settable();
  const pace = createPace(clock, 10);
  await pace.ready(2);
  set(50);
  await pace.ready(2);
  set(-3_600_000);
  await pace.ready(2);
  await pace.ready(2);
  expect(slept).toEqual([150, 200, 200]);
});
