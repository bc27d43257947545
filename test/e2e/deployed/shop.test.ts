import { beforeAll, describe, test } from 'vitest';
import { findDeployedShop } from '../shop/deployed.ts';
import { scenarios } from '../shop/scenarios.ts';
import type { ShopSystem } from '../shop/system.ts';

describe('the deployed shop', () => {
  let system: ShopSystem;
  beforeAll(async () => {
    system = await findDeployedShop('shop');
  });
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => scenario.run(system));
});
