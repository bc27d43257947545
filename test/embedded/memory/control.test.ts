import { expect, test } from 'vitest';
import { createMemoryControl } from '../../../lib/embedded/memory/control.ts';
import { controlConformance } from '../../../lib/testing/conformance/control.ts';

for (const { name, run } of controlConformance) test(name, () => run(async () => ({ control: createMemoryControl() })));

test('all decisions can be looked at', async () => {
  const control = createMemoryControl();
  await control.setConsumer('inventory', { paused: true, reason: 'by hand' });
  expect([...control.states()]).toEqual([['inventory', { paused: true, reason: 'by hand' }]]);
});
