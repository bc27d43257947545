import { defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { createRig, event, messageOf } from '../rig.ts';

const begun = event('OrderBegun');
let runs = 0;
let isDown = true;
const take = defineReaction({
  name: 'take',
  on: begun,
  react() {
    runs += 1;
    if (isDown) throw new Error('no answer');
  },
});
const service = defineService({ name: 'orders', reactions: [take] });
const orders = (count: number, name: string) => Array.from({ length: count }, (_, index) => messageOf(begun, `${name}-${index}`));

async function runsOf(
  count: number,
  retryBudgetMax: number,
): Promise<{ readonly runs: number; readonly parked: number; readonly spent: number }> {
  [runs, isDown] = [0, true];
  const rig = createRig(service, { settings: { retryBudgetMax } });
  await rig.deliver(...orders(count, 'a'));
  return { runs, parked: rig.counted('sagas-parked'), spent: rig.counted('retry-budget-spent') };
}

test('where everything fails, tries in place end with the budget, and the sagas are parked', async () => {
  expect(await runsOf(20, 1_000)).toEqual({ runs: 60, parked: 20, spent: 0 });
  // The budget of 10 is full at first: what messages bring does not fit in.
  expect(await runsOf(20, 10)).toEqual({ runs: 30, parked: 20, spent: 20 });
});

test('messages that come bring tries with them, a fifth of one each', async () => {
  [runs, isDown] = [0, true];
  const rig = createRig(service, { settings: { retryBudgetMax: 10 } });
  await rig.deliver(...orders(20, 'a'));
  isDown = false;
  await rig.deliver(...orders(25, 'b')); // 25 / 5 = 5 tries
  [runs, isDown] = [0, true];
  await rig.deliver(...orders(1, 'c'));
  expect(runs).toBe(3);
  runs = 0;
  await rig.deliver(...orders(10, 'd'));
  expect(runs).toBe(15); // 10, and the 3 that were left with the 2.2 that came since
});
