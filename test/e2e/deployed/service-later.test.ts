// Another team deploys a service beside a shop that has been running for a while, without the CDK: docs/without-constructs.md.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { synthArguments } from '../deploy-arguments.ts';
import { findDeployedShop } from '../shop/deployed.ts';
import { type Accepted, ended, newSku, placeShippable } from '../shop/steps.ts';
import { type ShopSystem, stateOf } from '../shop/system.ts';
import { deployTemplate } from './deploy-template.ts';
import { CODE_BUCKET } from './later/code-bucket.ts';
import { CountedOrder } from './later/service.ts';
import { choreoJson, operate } from './operate.ts';

let before: Accepted;
let system: ShopSystem;
beforeAll(async () => {
  const shop = await findDeployedShop('shop');
  before = await placeShippable(shop, await newSku(shop, 1_000), true);
  await ended(shop, before, 'completed');
  const folder = await mkdtemp(join(tmpdir(), 'choreo-later-'));
  try {
    const cdk = (args: readonly string[]) => promisify(execFile)(process.execPath, ['node_modules/aws-cdk/bin/cdk', ...args]);
    await cdk(synthArguments('test/e2e/deployed/later/app.ts', folder));
    await deployTemplate(folder, { name: 'loyalty', bucket: CODE_BUCKET });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  system = await findDeployedShop('shop'); // once more, for the new service
});

/** Waits until the new service has counted an order, once, and has heard of the event that it published then. */
function counted({ orderId }: Accepted): Promise<true> {
  return system.until(`${orderId} is counted`, async () => {
    const order = await stateOf(system, 'loyalty', CountedOrder, orderId);
    return order?.counted === 1 && order.granted === 1 ? true : undefined;
  });
}

test('a service that comes later takes what the stream still has, and goes on with what is new', async () => {
  await counted(before);
  const after = await placeShippable(system, await newSku(system, 1_000), true);
  await ended(system, after, 'completed');
  await counted(after);
});

test('the shop is checked beside what is deployed, the new service included', async () => {
  const { ok, deployed } = await choreoJson<{ ok: boolean; deployed: { services: readonly string[] } }>(['check', '--deployed', 'shop']);
  expect(ok).toBe(true);
  expect(deployed.services).toEqual(['inventory', 'loyalty', 'notification', 'order', 'payment', 'search', 'shipping']);
});

test('operators find it as they find the others', async () => {
  const { consumers } = await operate<{ consumers: readonly { consumer: string }[] }>('consumer', 'list');
  expect(consumers.find(({ consumer }) => consumer === 'loyalty')).toMatchObject({ source: 'stream', replayQueue: { depth: 0 } });
});
