import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { notification } from '../../functions/notification/service.ts';
import { order } from '../../functions/order/service.ts';
import { bundleHandlers } from '../../lib/cdk/index.ts';
import type { AnyService } from '../../lib/contract/service.ts';
import { codeOf, propertiesOf, serviceStack, testApp } from './synth.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundle-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const handler = join(folder, 'handler.ts');
writeFileSync(join(folder, 'old.cjs'), "module.exports = require('node:path').basename('/a/b');");
writeFileSync(
  handler,
  "import old from './old.cjs';\nexport const worker = async (event: string) => ['worker', event, old].join(' ');\nexport const command = worker;\n",
);

describe('handlers that are bundled together', () => {
  test('are ES modules that run alone, with what calls `require`', async () => {
    const outdir = join(folder, 'out');
    const app = testApp({ outdir });
    const code = bundleHandlers({ notification: handler }).get('notification');
    const stack = new Stack(app, 'shop-notification');
    serviceStack(notification, { functions: { ...(code ? { code } : {}) } }, stack);
    expect(propertiesOf(stack, 'AWS::Lambda::Function')['Handler']).toBe('index.worker');
    const asset = join(outdir, readdirSync(outdir).find((name) => name.startsWith('asset.')) ?? '');
    expect(readdirSync(asset).sort()).toEqual(['index.mjs', 'index.mjs.map']);
    expect(readFileSync(join(asset, 'index.mjs'), 'utf8')).toContain('createRequire');
    const bundled = (await import(pathToFileURL(join(asset, 'index.mjs')).href)) as { worker(event: string): Promise<string> };
    expect(await bundled.worker('x')).toBe('worker x b');
  });

  test('come by themselves: the constructs bundle the entry in the same way, for both functions', () => {
    const outdir = join(folder, 'by-themselves');
    const app = testApp({ outdir, context: { 'aws:cdk:bundling-stacks': ['**'] } });
    const stack = new Stack(app, 'shop-order');
    serviceStack(order, { entry: handler }, stack);
    app.synth();
    const assets = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
    expect(assets.map((name) => readdirSync(join(outdir, name)).sort())).toEqual([['index.mjs', 'index.mjs.map']]);
  });

  test('are there: an entry without them stops the synthesis, not the first event', () => {
    const bundling = { outdir: join(folder, 'without'), context: { 'aws:cdk:bundling-stacks': ['**'] } };
    const [half, none] = ['half.ts', 'none.ts'].map((name) => join(folder, name)) as [string, string];
    writeFileSync(half, 'export const worker = async () => {};');
    writeFileSync(none, 'export const service = {};');
    const problem = (service: AnyService, entry: string) =>
      codeOf(() => serviceStack(service, { entry }, new Stack(testApp(bundling), `shop-${service.name}`)));
    const remedy = 'the file of a service has: export const { worker, command } = createHandlers(service).';
    expect(problem(order, half)).toBe(`HANDLER_MISSING shop-order/Service: ${half} exports no command; ${remedy}`);
    expect(problem(order, none)).toBe(`HANDLER_MISSING shop-order/Service: ${none} exports no worker and no command; ${remedy}`);
    expect(problem(notification, half)).toBe('nothing was thrown');
    const gone = join(folder, 'gone.ts');
    expect(problem(order, gone)).toBe(
      `HANDLER_MISSING shop-order/Service: \`entry\` is ${gone}, and there is no file ${gone}: give its path from the folder of cdk.json.`,
    );
  });

  test('are refused without esbuild, with the command that installs it', () => {
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
    try {
      expect(codeOf(() => bundleHandlers({ notification: handler }))).toBe(
        'ESBUILD_MISSING bundleHandlers needs esbuild: npm install --save-dev esbuild.',
      );
    } finally {
      cwd.mockRestore();
    }
  });
});
