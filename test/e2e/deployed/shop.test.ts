import { beforeAll, describe, test } from 'vitest';
import { findDeployedShop } from '../shop/deployed.ts';
import { scenarios } from '../shop/scenarios.ts';
import type { ShopSystem } from '../shop/system.ts';

const casesOf = (alone: boolean) =>
  scenarios.filter((scenario) => (scenario.alone ?? false) === alone).map((scenario) => [scenario.name, scenario] as const);

describe('the deployed shop', () => {
  let system: ShopSystem;
  beforeAll(async () => {
    system = await findDeployedShop('shop');
  });
  test.concurrent.each(casesOf(false))('%s', (_, scenario) => scenario.run(system));
  test.each(casesOf(true))('%s', (_, scenario) => scenario.run(system));
});
