import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { notification } from '../../functions/notification/service.ts';
import { order } from '../../functions/order/service.ts';
import { bundleAlone } from '../../lib/cdk/bundle-handlers.ts';
import { bundleHandlers } from '../../lib/cdk/index.ts';
import { codeOf, propertiesOf, resourcesOf, serviceStack, testApp } from './synth.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundle-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const handler = join(folder, 'handler.ts');
writeFileSync(join(folder, 'old.cjs'), "module.exports = require('node:path').basename('/a/b');");
writeFileSync(handler, "import old from './old.cjs';\nexport const worker = async (event: string) => ['worker', event, old].join(' ');\n");

describe('handlers that are bundled together', () => {
  test('are ES modules that run alone, with what calls `require`', async () => {
    const outdir = join(folder, 'out');
    const app = testApp({ outdir });
    const code = bundleHandlers({ notification: handler }).get('notification');
    const stack = new Stack(app, 'shop-notification');
    serviceStack(notification, { functions: { ...(code ? { code } : {}) } }, stack);
    expect(propertiesOf(stack, 'AWS::Lambda::Function')['Handler']).toBe('index.worker');
    const asset = join(outdir, readdirSync(outdir).find((name) => name.startsWith('asset.')) ?? '');
    expect(readdirSync(asset).sort()).toEqual(['index.mjs', 'notification.mjs.map']);
    expect(readFileSync(join(asset, 'index.mjs'), 'utf8')).toContain('createRequire');
    const bundled = (await import(pathToFileURL(join(asset, 'index.mjs')).href)) as { worker(event: string): Promise<string> };
    expect(await bundled.worker('x')).toBe('worker x b');
  });

  test('have in their folder what they share and what they load later, and nothing of the others', async () => {
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    const loaded = '(globalThis as { loaded?: string[] }).loaded';
    write('heavy.ts', `${loaded}?.push('heavy');\nexport const heavy = 'heavy';\n`);
    write('shared.ts', `${loaded}?.push('shared');\nexport const shared = (name: string) => 'shared by ' + name;\n`);
    write(
      'one.ts',
      "import { shared } from './shared.ts';\nexport const worker = async () => shared((await import('./heavy.ts')).heavy);\n",
    );
    write('two.ts', "import { shared } from './shared.ts';\nexport const worker = async () => shared('two');\n");
    const code = bundleHandlers({ one: join(folder, 'one.ts'), two: join(folder, 'two.ts') });
    const moved = async (name: 'one' | 'two') => {
      cpSync((code.get(name) as unknown as { readonly path: string }).path, join(folder, `moved-${name}`), { recursive: true });
      return (await import(pathToFileURL(join(folder, `moved-${name}`, 'index.mjs')).href)) as { worker(): Promise<string> };
    };
    const order: string[] = [];
    Object.assign(globalThis, { loaded: order });
    const { worker } = await moved('one');
    expect(order).toEqual(['shared']);
    expect([await worker(), await (await moved('two')).worker()]).toEqual(['shared by heavy', 'shared by two']);
    expect(order).toEqual(['shared', 'heavy', 'shared']);
    Reflect.deleteProperty(globalThis, 'loaded');
    const chunks = (name: string) => readdirSync(join(folder, `moved-${name}`, 'chunks')).map((file) => file.replace(/-\w+(?=\.mjs)/, ''));
    expect(chunks('one')).toContain('heavy.mjs');
    expect(chunks('two')).not.toContain('heavy.mjs');
    for (const name of ['one', 'two']) {
      const files = chunks(name).filter((file) => !file.endsWith('.map'));
      expect(chunks(name)).toEqual(expect.arrayContaining(files.map((file) => `${file}.map`)));
    }
  });

  const bundling = { 'aws:cdk:bundling-stacks': ['**'] };

  test('of a single service are made the same way, once for both of its functions', () => {
    writeFileSync(join(folder, 'later.ts'), "export const later = 'later';\n");
    writeFileSync(join(folder, 'two.ts'), "export const worker = () => import('./later.ts');\nexport const command = worker;\n");
    const outdir = join(folder, 'single');
    const stack = new Stack(testApp({ outdir, context: bundling }), 'shop-order');
    serviceStack(order, { entry: join(folder, 'two.ts') }, stack);
    expect(resourcesOf(stack, 'AWS::Lambda::Function').map(({ properties }) => properties['Handler'])).toEqual([
      'index.worker',
      'index.command',
    ]);
    const assets = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
    expect(assets.map((name) => readdirSync(join(outdir, name)).sort())).toEqual([['chunks', 'index.mjs', 'index.mjs.map']]);
  });

  test('of a single service are left to the team or to NodejsFunction: with code, with bundling, without a need, without esbuild', () => {
    const stack = new Stack(testApp({ context: bundling }), 's');
    const code = Code.fromInline('exports.worker = 1');
    expect(bundleAlone(stack, handler, { code })).toBe(code);
    expect(bundleAlone(stack, handler, { bundling: { minify: false } })).toBeUndefined();
    expect(bundleAlone(new Stack(testApp(), 's'), handler)).toBeUndefined();
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
    try {
      expect(bundleAlone(stack, handler)).toBeUndefined();
    } finally {
      cwd.mockRestore();
    }
    expect(bundleAlone(stack, handler)).toBeDefined();
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
