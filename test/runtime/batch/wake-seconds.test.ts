import { expect, test } from 'vitest';
import { wakeSeconds } from '../../../lib/runtime/batch/parking.ts';
import type { WorkItem } from '../../../lib/runtime/batch/work-item.ts';
import type { RuntimeContext } from '../../../lib/runtime/context.ts';

/** The longest waits before the next tries, where the setting is a minute. */
function waits(backoffSeconds: number): readonly number[] {
  const context = { settings: { wakeSecondsMax: 60 }, ports: { entropy: { random: () => 1 } } };
  const item = { tasks: [{ reaction: { retry: { backoffSeconds } } }] };
  return [0, 1, 2, 9].map((tries) => wakeSeconds(context as RuntimeContext, tries, item as WorkItem));
}

test('the tries of a saga that waits are further and further apart, up to the setting', () => {
  expect(waits(4)).toEqual([4, 8, 16, 60]);
  expect(waits(0)).toEqual([1, 2, 4, 60]);
});

test('a reaction that asks for a longer wait than the setting gets it', () => {
  expect(waits(600)).toEqual([600, 600, 600, 600]);
});
