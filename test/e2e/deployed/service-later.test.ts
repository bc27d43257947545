// Other teams deploy services beside a shop that has been running for a while, without the CDK: docs/without-constructs.md.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, test } from 'vitest';
import { Order } from '../../../functions/order/service.ts';
import { synthArguments } from '../deploy-arguments.ts';
import { findDeployedShop } from '../shop/deployed.ts';
import { type Accepted, ended, newSku, placeShippable } from '../shop/steps.ts';
import { type ShopSystem, stateOf } from '../shop/system.ts';
import { deployTemplate, uploadCode } from './deploy-template.ts';
import { CODE_BUCKET, CountedOrder } from './later/services.ts';
import { choreoJson, operate } from './operate.ts';

interface Printed {
  readonly Resources: Readonly<Record<string, { readonly Properties: Readonly<Record<string, unknown>> }>>;
}

/** One property of the resource of a printed template whose id begins so. */
function propertyIn({ Resources }: Printed, id: string, name: string): unknown {
  return Object.entries(Resources).find(([key]) => key.startsWith(id))?.[1].Properties[name];
}

/** `stamps` and a caller of commands by templates that the constructs print, `loyalty` by one that is written by hand. */
async function deployAll(folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, [
    'node_modules/aws-cdk/bin/cdk',
    ...synthArguments('test/e2e/deployed/later/app.ts', folder),
  ]);
  const read = (name: string) => readFile(join(folder, `${name}.template.json`), 'utf8');
  const printed = JSON.parse(await read('loyalty')) as Printed;
  const { S3Key } = propertyIn(printed, 'ServiceWorkerFunction', 'Code') as { readonly S3Key: string };
  const Manifest = propertyIn(printed, 'ServiceParametersManifest001', 'Value') as string;
  await uploadCode(folder, CODE_BUCKET);
  await Promise.all([
    deployTemplate('stamps', await read('stamps')),
    deployTemplate('desk', await read('desk')),
    deployTemplate('loyalty', await readFile('docs/by-hand.yaml', 'utf8'), { CodeBucket: CODE_BUCKET, CodeKey: S3Key, Manifest }),
  ]);
}

let before: Accepted;
let system: ShopSystem;
beforeAll(async () => {
  const shop = await findDeployedShop('shop');
  before = await placeShippable(shop, await newSku(shop, 1_000), true);
  await ended(shop, before, 'completed');
  const folder = await mkdtemp(join(tmpdir(), 'choreo-later-'));
  try {
    await deployAll(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  system = await findDeployedShop('shop'); // once more, for the new services
});

describe.each([
  ['printed', 'stamps'],
  ['written by hand', 'loyalty'],
])('a service whose template is %s', (_, name) => {
  /** Waits until it has counted an order, once, and has heard of the event that it published then. */
  function counted({ orderId }: Accepted): Promise<true> {
    return system.until(`${orderId} is counted by ${name}`, async () => {
      const order = await stateOf(system, name, CountedOrder, orderId);
      return order?.counted === 1 && order.granted === 1 ? true : undefined;
    });
  }

  test('takes what the stream still has, and goes on with what is new', async () => {
    await counted(before);
    const after = await placeShippable(system, await newSku(system, 1_000), true);
    await ended(system, after, 'completed');
    await counted(after);
  });

  test('is found by operators as the others are', async () => {
    const { consumers } = await operate<{ consumers: readonly { consumer: string }[] }>('consumer', 'list');
    expect(consumers.find(({ consumer }) => consumer === name)).toMatchObject({ source: 'stream', replayQueue: { depth: 0 } });
  });
});

test('a function of another stack sends a command to the shop, which it was granted by name, and gets the answer', async () => {
  const sku = await newSku(system, 1_000);
  const data = { customerId: 'ada', items: [{ sku, quantity: 1 }], totalCents: 500, currency: 'EUR' };
  const place = async (): Promise<unknown> => {
    const { Payload, FunctionError } = await new LambdaClient().send(
      new InvokeCommand({ FunctionName: 'desk', Payload: JSON.stringify({ data, key: sku }) }),
    );
    expect(FunctionError).toBeUndefined();
    return JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
  };
  const placed = await place();
  expect(placed).toMatchObject({ ok: true, answer: { orderId: expect.any(String) } });
  expect(await place()).toEqual(placed); // the key is the caller's
  const { orderId } = (placed as { readonly answer: { readonly orderId: string } }).answer;
  expect(await stateOf(system, 'order', Order, orderId)).toMatchObject({ customerId: 'ada' });
});

test('the shop is checked beside what is deployed, the new services included', async () => {
  const { ok, deployed } = await choreoJson<{ ok: boolean; deployed: { services: readonly string[] } }>(['check', '--deployed', 'shop']);
  expect(ok).toBe(true);
  expect(deployed.services).toEqual(['inventory', 'loyalty', 'notification', 'order', 'payment', 'search', 'shipping', 'stamps']);
});
