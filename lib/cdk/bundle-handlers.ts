import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { ChoreographyError, isChoreographyError } from '../contract/errors.ts';
import { BUNDLE_TARGET, REQUIRE_BANNER } from './service-function.ts';

/** How handlers are bundled together. */
export interface BundleOptions {
  /** Conditions of `exports` beside esbuild's own. @default - none */
  readonly conditions?: readonly string[];
}

/** What esbuild says of one file that it wrote. */
interface Output {
  readonly imports: readonly { readonly path: string; readonly external?: boolean }[];
}

interface Esbuild {
  buildSync(options: Readonly<Record<string, unknown>>): { readonly metafile: { readonly outputs: Readonly<Record<string, Output>> } };
}

/** The team's own esbuild, as `NodejsFunction` takes it, too. */
function loadEsbuild(): Esbuild {
  try {
    return createRequire(join(process.cwd(), 'package.json'))('esbuild') as Esbuild;
  } catch (cause) {
    throw new ChoreographyError('ESBUILD_MISSING', 'bundleHandlers needs esbuild: npm install --save-dev esbuild.', { cause });
  }
}

/** Everything that a file needs to run, itself included, by its path. */
function closureOf(file: string, outputs: ReadonlyMap<string, Output>): ReadonlySet<string> {
  const needed = new Set([file]);
  for (const path of needed) {
    const { imports = [] } = outputs.get(path) ?? {};
    for (const { path: other, external = false } of imports) if (!external) needed.add(resolve(other)); // a set goes on with what is added
  }
  return needed;
}

/** A folder with one handler and its chunks, each with its source map. */
function folderOf(name: string, from: string, to: string, outputs: ReadonlyMap<string, Output>): string {
  const folder = join(to, name);
  const entry = join(from, `${name}.mjs`);
  for (const path of closureOf(entry, outputs)) {
    const target = join(folder, path === entry ? 'index.mjs' : relative(from, path));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
    copyFileSync(`${path}.map`, join(dirname(target), basename(`${path}.map`))); // under the name that the file says
  }
  return folder;
}

/**
 * Bundles many handlers in one run of esbuild, which reads what they share once: some seconds less in a `cdk synth` of many
 * services. What is only loaded when it is needed stays in files of its own, and costs a cold start nothing. Give each
 * service its own as `functions: { code }`. @throws ESBUILD_MISSING
 */
export function bundleHandlers(
  entries: Readonly<Record<string, string>>,
  { conditions = [] }: BundleOptions = {},
): ReadonlyMap<string, Code> {
  const work = mkdtempSync(join(tmpdir(), 'choreo-bundle-'));
  process.once('exit', () => rmSync(work, { recursive: true, force: true })); // the CDK has its own copy by then
  const [together, apart] = [join(work, 'together'), join(work, 'apart')];
  const { metafile } = loadEsbuild().buildSync({
    entryPoints: Object.entries(entries).map(([name, file]) => ({ in: file, out: name })),
    outdir: together,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: BUNDLE_TARGET,
    mainFields: ['module', 'main'],
    ...(conditions.length === 0 ? {} : { conditions: [...conditions, 'module'] }),
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: REQUIRE_BANNER },
    logLevel: 'warning',
  });
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [resolve(path), output]));
  return new Map(Object.keys(entries).map((name) => [name, Code.fromAsset(folderOf(name, together, apart, outputs))]));
}

/**
 * The handlers of one service as `bundleHandlers` makes them, where nobody said how. Nothing where the team bundles in its
 * own way or this run of the CDK leaves the stack alone, and where there is no esbuild: then `NodejsFunction` sees to it,
 * with Docker if need be, and all is in one file.
 */
export function bundleAlone(scope: Construct, entry: string, { code, bundling }: Partial<NodejsFunctionProps> = {}): Code | undefined {
  if (code || bundling || !Stack.of(scope).bundlingRequired) return code;
  try {
    return bundleHandlers({ index: entry }).get('index');
  } catch (error) {
    if (isChoreographyError(error, 'ESBUILD_MISSING')) return undefined;
    throw error;
  }
}
