import { describe, test } from 'vitest';
import { createEmbeddedShop } from './e2e/shop/embedded.ts';
import { scenarios } from './e2e/shop/scenarios.ts';

// The scenarios that also run on an emulator, here in one process.
describe('the shop in the embedded engine', () => {
  const system = createEmbeddedShop(7);
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => scenario.run(system));
});
