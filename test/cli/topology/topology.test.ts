import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import shop from '../../../functions/choreography.ts';
import type { ReadDeployed } from '../../../lib/cli/topology/deployed.ts';
import { importModule } from '../../../lib/cli/topology/load-choreography.ts';
import { manifestOf, type ServiceManifest } from '../../../lib/topology/manifest.ts';
import { emptyDirectory } from '../../schema/schema-directory.ts';
import { manifest } from '../../topology/manifests.ts';
import { expectOutput } from '../expected.ts';
import { choreo } from '../run-choreo.ts';

/** Loads in this process, where the package is its own source. */
const here = { importModule: (file: string) => import(/* @vite-ignore */ pathToFileURL(file).href) };

async function fileWith(text: string, name = 'choreography.ts'): Promise<string> {
  const file = join(await emptyDirectory(), name);
  await writeFile(file, text);
  return file;
}

/** The sample without the compensation of the reservation. */
const withoutUndo = `
  import { defineChoreography, defineReaction, defineService } from '${resolve('lib/contract/index.ts')}';
  import { order } from '${resolve('functions/order/service.ts')}';
  import { payment } from '${resolve('functions/payment/service.ts')}';
  import { shipping } from '${resolve('functions/shipping/service.ts')}';
  import { InventoryRejected, InventoryReserved, OrderPlaced } from '${resolve('schemas/generated/index.ts')}';
  const reserve = defineReaction({
    name: 'reserveInventory', on: OrderPlaced, emits: [InventoryReserved], fails: [InventoryRejected],
    async react({ data: { orderId } }, tx) { tx.fail(InventoryRejected, { orderId, sku: 'a' }); },
  });
  export default defineChoreography({ name: 'shop', services: [order, defineService({ name: 'inventory', reactions: [reserve] }), payment, shipping] });
`;

/** A service of another repository, that hears of completed orders and of what nobody emits. */
const loyalty = manifest('loyalty', { countOrder: { on: ['OrderCompleted'] }, welcomeCustomer: { on: ['CustomerRegistered'] } });

/** As if a reaction was deployed under another name. */
function renamed(manifest: ServiceManifest, now: string, before: string): ServiceManifest {
  return { ...manifest, reactions: manifest.reactions.map((one) => (one.name === now ? { ...one, name: before } : one)) };
}

describe('choreo check', () => {
  test('proves the sample, and passes its schemas through the gate', async () => {
    const { exit, out, err } = await choreo('check', here);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    await expectOutput('check', out);
  });

  test('ends with 3 and the story where a reaction is not undone', async () => {
    const file = await fileWith(withoutUndo);
    const { exit, out } = await choreo(['check', '--choreography', file, '--directory', '/nowhere'], here);
    expect(exit).toBe(3);
    await expectOutput('check-not-undone', out);
  });

  test('weighs findings as the module says, and with --strict warnings count', async () => {
    const sample = `export { default } from '${resolve('functions/choreography.ts')}';`;
    const file = await fileWith(`${sample}\nexport const checks = { severity: { GIVE_UP_UNTOLD: 'warning', EVENT_NOT_CONSUMED: 'off' } };`);
    const args = ['check', '--choreography', file, '--directory', '/nowhere', '--json'];
    const { exit, out } = await choreo(args, here);
    const { topology } = JSON.parse(out) as { topology: { findings: { code: string; severity: string }[] } };
    expect(topology.findings.map(({ code, severity }) => `${code} ${severity}`).sort()).toEqual([
      'GIVE_UP_UNTOLD warning',
      'GIVE_UP_UNTOLD warning',
      'ORDER_NOT_KEPT information',
      'SERVICE_CYCLE information',
    ]);
    expect(exit).toBe(0);
    expect((await choreo([...args, '--strict'], here)).exit).toBe(3);
    const strict = await choreo([...args.slice(0, -1), '--strict'], here);
    expect(strict.out).toMatch(/^✗ shop: /);
    expect(strict.out).toMatch(/\nThere is no directory \/nowhere: schemas, and the fields that consumers read, were not checked\.\n$/);
  });

  test('compares with what is deployed, whose other services take part', async () => {
    const deployed = [...shop.services.map(manifestOf), loyalty].map((manifest) =>
      manifest.service === 'payment' ? renamed(manifest, 'chargePayment', 'takePayment') : manifest,
    );
    const asked: unknown[] = [];
    const readDeployed: ReadDeployed = async (...what) => {
      asked.push(what);
      return deployed;
    };
    const args = 'check --deployed shop --endpoint-url http://127.0.0.1:1 --directory /nowhere';
    const { exit, out } = await choreo(args, { ...here, readDeployed });
    expect(asked).toEqual([['shop', 'http://127.0.0.1:1']]);
    expect(exit).toBe(3);
    await expectOutput('check-deployed', out);
  });

  test('says what to do about a file that is not there, cannot be loaded, or holds something else', async () => {
    const missing = await choreo('check --choreography none.ts', here);
    expect(missing.exit).toBe(4);
    await expectOutput('check-no-file', missing.err);
    const broken = await choreo(['check', '--choreography', await fileWith('export default [', 'broken.mjs')]);
    expect(broken.exit).toBe(1);
    expect(broken.err).toMatch(/^error CHOREOGRAPHY_UNREADABLE .*broken\.mjs could not be loaded: /);
    const other = await choreo(['check', '--choreography', await fileWith('export default { services: 1 };', 'other.mjs')]);
    expect(other.err).toMatch(/The default export of .*other\.mjs is not a choreography\./);
    expect(other.err).toMatch(/fix {2}Write export default defineChoreography\(/);
  });

  test.each([
    [
      '\nexport default nowhere;',
      'nowhere is not defined',
      /It was thrown at .*team\.mjs:2\./,
      'Correct it there; npx tsc --noEmit often tells more.',
    ],
    ["import './none.mjs';", 'Cannot find module', /team\.mjs:1\.|this error\./, 'Correct the import, or install what it names.'],
    [
      "import './generated/index.mjs';",
      'Cannot find module',
      /team\.mjs:1\.|this error\./,
      'Generate the code of the schemas: choreo schema generate.',
    ],
  ])('says where in the code of the team %j goes wrong, and what helps against just that', async (text, what, why, fix) => {
    const file = await fileWith(text, 'team.mjs');
    const { err } = await choreo(['check', '--choreography', file]);
    const [first, second, third] = err.split('\n');
    expect(first).toContain(`could not be loaded: ${what}`);
    expect(second).toMatch(why);
    expect(third).toBe(`  fix  ${fix}`);
  });

  test('says what to install where Node takes no TypeScript', async () => {
    const refused = Object.assign(new Error('Unknown file extension ".ts"'), { code: 'ERR_UNKNOWN_FILE_EXTENSION' });
    const { err } = await choreo('check', { importModule: () => Promise.reject(refused) });
    expect(err).toMatch(/^error CHOREOGRAPHY_UNREADABLE .*\n.*\n {2}fix {2}For TypeScript: npm install --save-dev tsx\.\n$/);
  });

  test('says what is wrong with a definition by its own code, not that the file cannot be loaded', async () => {
    const { services } = shop;
    const twice = `import { defineChoreography } from '${resolve('lib/contract/index.ts')}';
      import shop from '${resolve('functions/choreography.ts')}';
      export default defineChoreography({ name: 'shop', services: [...shop.services, shop.services[0]] });`;
    const { exit, err } = await choreo(['check', '--choreography', await fileWith(twice, 'twice.ts')], here);
    expect(exit).toBe(1);
    expect(err).toBe(
      [
        `error DUPLICATE  Choreography shop: service ${services[0]?.name} is listed twice.`,
        '  why  A reaction, a command, an upcast or a service is defined twice, or a service uses two versions of one message.',
        '  fix  Keep one. See choreo explain DUPLICATE.',
        '',
      ].join('\n'),
    );
    const junk = await fileWith("export default { name: 'shop', services: [{}, null] };", 'junk.mjs');
    expect((await choreo(['check', '--choreography', junk])).err).toMatch(/The default export of .*junk\.mjs is not a choreography\./);
  });

  test('loads TypeScript with the tsx of the project', async () => {
    const loaded = await importModule(await fileWith('export enum Colour { Red = 7 }', 'enum.ts'));
    expect(loaded).toMatchObject({ Colour: { Red: 7 } });
  });
});

describe('choreo graph', () => {
  test('draws the sample', async () => {
    const { exit, out } = await choreo('graph', here);
    expect(exit).toBe(0);
    await expectOutput('graph', out);
  });

  test('draws a sequence for each way through it', async () => {
    const { out } = await choreo('graph --format sequence', here);
    await expectOutput('graph-sequence', out);
    const one = await choreo('graph --format sequence --failure PaymentFailed', here);
    expect(out).toContain(one.out);
    expect(one.out.match(/^%%.*$/gm)).toEqual(['%% PlaceOrder, with PaymentFailed']);
  });

  test('says which service a manifest is of that cannot be read', async () => {
    const file = await fileWith(
      `export { default } from '${resolve('functions/choreography.ts')}';\nexport const checks = { deployed: [{ manifestVersion: 1, service: 'loyalty' }] };`,
    );
    const { exit, err } = await choreo(['graph', '--choreography', file], here);
    expect(exit).toBe(1);
    expect(err).toMatch(
      /^error MANIFEST_UNREADABLE {2}The manifest of the service loyalty cannot be read: some of its lists are missing\./,
    );
  });

  test('draws what is deployed of other services, and plans with it; of a service in both, what runs', async () => {
    const older = `export { default } from '${resolve('functions/choreography.ts')}';
      export const checks = { deployed: [${JSON.stringify(renamed(loyalty, 'countOrder', 'addOrder'))}] };`;
    const asked: unknown[] = [];
    const readDeployed: ReadDeployed = async (...what) => {
      asked.push(what);
      return [loyalty];
    };
    const args = ['--choreography', await fileWith(older), '--deployed', 'shop', '--endpoint-url', 'http://127.0.0.1:1'];
    const graph = await choreo(['graph', ...args], { ...here, readDeployed });
    expect(graph.out).toContain('subgraph s_loyalty["loyalty"]');
    expect(graph.out).not.toContain('addOrder');
    const plan = await choreo(['plan', ...args], { ...here, readDeployed });
    expect(plan.out).toMatch(/^OrderCompleted +.*loyalty\.countOrder/m);
    expect(asked).toEqual([
      ['shop', 'http://127.0.0.1:1'],
      ['shop', 'http://127.0.0.1:1'],
    ]);
  });

  test('draws the services of other repositories, and plans with them', async () => {
    const file = await fileWith(
      `export { default } from '${resolve('functions/choreography.ts')}';\nexport const checks = { deployed: [${JSON.stringify(loyalty)}] };`,
    );
    const { out } = await choreo(['graph', '--choreography', file], here);
    expect(out).toContain('subgraph s_loyalty["loyalty"]');
    const plan = await choreo(['plan', '--choreography', file], here);
    expect(plan.out).toMatch(/^OrderCompleted +.*loyalty\.countOrder/m);
  });

  test('says which failures there are, and that a file cannot be written', async () => {
    const unknown = await choreo('graph --format sequence --failure PaymentFaild', here);
    expect({ exit: unknown.exit, out: unknown.out }).toEqual({ exit: 4, out: '' });
    await expectOutput('graph-unknown-failure', unknown.err);
    const { exit, err } = await choreo('graph --out /nowhere/shop.mmd', here);
    expect(exit).toBe(1);
    expect(err).toMatch(/^error OUTPUT_UNWRITABLE {2}\/nowhere\/shop\.mmd cannot be written\./);
  });

  test('writes a file, and says so', async () => {
    const out = join(await emptyDirectory(), 'shop.mmd');
    expect((await choreo(['graph', '--out', out], here)).out).toBe(`wrote ${out}\n`);
    expect(await readFile(out, 'utf8')).toBe((await choreo('graph', here)).out);
    const { out: said } = await choreo(['graph', '--format', 'asyncapi', '--out', out, '--json'], here);
    expect(JSON.parse(said)).toEqual({ version: 1, command: 'graph', format: 'asyncapi', out });
    expect(await readFile(out, 'utf8')).toBe((await choreo('graph --format asyncapi', here)).out);
  });

  test('gives the graph itself as JSON, by either name', async () => {
    const { out } = await choreo('graph --json', here);
    expect((await choreo('graph --format json', here)).out).toBe(out);
    const { document, ...head } = JSON.parse(out) as { document: { services: { name: string }[] } };
    expect(head).toEqual({ version: 1, command: 'graph', format: 'json' });
    expect(document.services.map(({ name }) => name)).toEqual(['order', 'inventory', 'payment', 'shipping', 'notification', 'search']);
  });

  test('writes a service as AsyncAPI', async () => {
    const { exit, out, err } = await choreo('graph --format asyncapi --service notification --api-version 2.0.0', here);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    await expectOutput('graph-asyncapi-notification', out);
    const whole = JSON.parse((await choreo('graph --format asyncapi', here)).out) as { info: object; operations: object };
    expect(whole.info).toMatchObject({ title: 'shop', version: '1.0.0' });
    expect(Object.keys(whole.operations)).toContain('payment.chargePayment.compensation.on');
  });

  test('wraps what it would print with --json, in each format', async () => {
    for (const format of ['mermaid', 'asyncapi']) {
      const { out } = await choreo(`graph --format ${format}`, here);
      const { document, ...head } = JSON.parse((await choreo(`graph --format ${format} --json`, here)).out) as { document: unknown };
      expect(head).toEqual({ version: 1, command: 'graph', format });
      expect(typeof document === 'string' ? document : `${JSON.stringify(document, null, 2)}\n`).toBe(out);
    }
  });

  test.each([
    ['graph-unknown-format', 'graph --format svg', 2],
    ['graph-no-version', 'graph --format asyncapi --api-version= --service order', 2],
    ['graph-failure-without-sequence', 'graph --failure PaymentFailed', 2],
    ['graph-service-without-asyncapi', 'graph --format json --service order', 2],
    ['graph-unknown-service', 'graph --format asyncapi --service paymnt', 4],
    ['graph-no-schemas', 'graph --format asyncapi --directory /nowhere', 1],
  ])('%s: says what is wrong, and prints nothing else', async (name, line, status) => {
    const { exit, out, err } = await choreo(line, here);
    expect({ exit, out }).toEqual({ exit: status, out: '' });
    await expectOutput(name, err);
  });
});

test('the page about the shop shows what choreo draws', async () => {
  const page = await readFile('docs/shop.md', 'utf8');
  const drawn = [(await choreo('graph', here)).out, ...(await choreo('graph --format sequence', here)).out.split(/^(?=%%)/m)];
  const shown = [...page.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
  expect(shown).toEqual(drawn.map((text) => `${text.trimEnd()}\n`));
});
