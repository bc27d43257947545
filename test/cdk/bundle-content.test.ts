import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type BundleParts, bundleParts, START_FILES_MAX, START_KIBIBYTES_MAX } from '../../bench/bundle-parts.ts';
import shop from '../../functions/choreography.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function bundledAgain(entry: string): BundleParts {
  const parts = bundleParts(entry);
  folders.push(parts.folder);
  return parts;
}

const known = new Map<string, BundleParts>();
function bundled(entry: string): BundleParts {
  const parts = known.get(entry) ?? bundledAgain(entry);
  known.set(entry, parts);
  return parts;
}

/** What no function needs before its first event. */
const foreign = [
  /node_modules\/(?:aws-cdk-lib|constructs|commander|@commander-js|ajv|json-schema-to-typescript|typescript|typescript6|esbuild)\//,
  /^lib\/(?:cdk|cli|topology|operations|embedded|testing|localstack)\//,
  /node_modules\/@aws-sdk\/client-(?!dynamodb\/|ssm\/|eventbridge\/|sqs\/)/,
  /node_modules\/@aws-sdk\/(?:nested-clients|credential-provider-(?!node\/|env\/))/,
];
const entries = [...shop.services.map(({ name }) => `functions/${name}/handler.ts`), 'lib/lambda/bridge.ts'];

describe('the start of a function', () => {
  test.each(entries)('of %s is small, and reads nothing that only tools and other clients need', (entry) => {
    const { start } = bundled(entry);
    expect([...start.sources.keys()].filter((source) => foreign.some((form) => form.test(source)))).toEqual([]);
    expect(Math.ceil(start.bytes / 1024)).toBeLessThanOrEqual(START_KIBIBYTES_MAX);
    expect(start.files).toBeLessThanOrEqual(START_FILES_MAX);
    expect([...start.sources.keys()]).toContain(entry); // what was looked at is the function
  });

  test('of a service knows no client but that of the journal', () => {
    const { start, whole } = bundled('functions/order/handler.ts');
    const clients = (sources: Iterable<string>) =>
      [...new Set([...sources].flatMap((source) => /@aws-sdk\/(client-\w+)\//.exec(source)?.[1] ?? []))].sort();
    expect(clients(start.sources.keys())).toEqual(['client-dynamodb']);
    expect(clients(whole.sources.keys())).toEqual(['client-dynamodb', 'client-eventbridge', 'client-glue', 'client-kinesis', 'client-sqs']);
  });
});

test('maps are there for each file with code of the service or of this package, and for no other', () => {
  const { folder } = bundled('functions/order/handler.ts');
  const files = ['index.mjs', ...readdirSync(join(folder, 'chunks')).map((name) => join('chunks', name))];
  const own = (source: string) => !source.includes('node_modules/');
  const maps = files.filter((file) => file.endsWith('.map'));
  for (const file of maps) {
    const { sources } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { readonly sources: readonly string[] };
    expect([file, sources.some(own)]).toEqual([file, true]);
  }
  const code = files.filter((file) => file.endsWith('.mjs'));
  const mapped = code.filter((file) => readFileSync(join(folder, file), 'utf8').includes('\n//# sourceMappingURL='));
  expect(mapped.map((file) => `${file}.map`).filter((file) => file !== 'index.mjs.map')).toEqual(maps);
  expect(mapped).toContain('index.mjs');
  expect(mapped.length).toBeLessThan(code.length);
});

test('the operator function has the tools of operators in it, and nothing that deploys or prints', () => {
  const { start, whole } = bundled('lib/lambda/operator.ts');
  const sources = [...whole.sources.keys()];
  expect(sources).toContain('lib/operations/replay/run.ts');
  const elsewhere =
    /node_modules\/(?:aws-cdk-lib|constructs|commander|@commander-js|ajv|typescript|esbuild)\/|^lib\/(?:cdk|cli|embedded|testing)\//;
  expect(sources.filter((source) => elsewhere.test(source))).toEqual([]);
  const clients = [...start.sources.keys()].flatMap((source) => /@aws-sdk\/(client-\w+)\//.exec(source)?.[1] ?? []);
  expect([...new Set(clients)]).toEqual(['client-dynamodb']);
  expect(Math.ceil(start.bytes / 1024)).toBeLessThanOrEqual(START_KIBIBYTES_MAX);
});

describe('a bundle', () => {
  test('is the same each time: an unchanged service is not deployed again', () => {
    const [first, second] = [bundled('functions/search/handler.ts'), bundledAgain('functions/search/handler.ts')];
    const content = (folder: string) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => [file.name, readFileSync(join(file.parentPath, file.name), 'utf8')])
        .sort();
    expect(content(first.folder)).toEqual(content(second.folder));
  });

  test('finds credentials outside Lambda, too', () => {
    const home = mkdtempSync(join(tmpdir(), 'aws-choreography-home-'));
    folders.push(home);
    mkdirSync(join(home, '.aws'));
    writeFileSync(join(home, '.aws', 'credentials'), '[team]\naws_access_key_id = of-the-team\naws_secret_access_key = secret\n');
    const entry = join(home, 'handler.ts');
    const chain = join(process.cwd(), 'node_modules/@aws-sdk/credential-provider-node/dist-es/index.js');
    writeFileSync(entry, `import { defaultProvider } from '${chain}';\nexport const worker = defaultProvider();\n`);
    const { folder } = bundled(entry);
    const script = `const { worker } = await import(${JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href)}); console.log((await worker()).accessKeyId);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { HOME: home, AWS_PROFILE: 'team' },
      encoding: 'utf8',
    });
    expect([stdout, stderr]).toEqual(['of-the-team\n', '']);
  });
});
