import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFolder } from './bundle-folder.ts';
import { bundleSettings, type Esbuild } from './esbuild.ts';

/**
 * Where the SDK's default chain looks for credentials after the environment, each loaded by `import()`
 * (@aws-sdk/credential-provider-node 3.972.98, read 2026-11-29). Lambda gives credentials in the environment.
 */
const lazyProviders = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];
/** Who asks for them, from this package on: installers put each package's dependencies where it alone is sure to find them. */
const wayToProviders = ['@aws-sdk/client-dynamodb', '@aws-sdk/credential-provider-node'];

function packageFile(name: string, from: string): string {
  return createRequire(from).resolve(`${name}/package.json`);
}

/** The ES module of each provider, by the name of its package; none where the SDK is built in another way. */
export function findCredentialProviders(): ReadonlyMap<string, string> {
  try {
    const chain = wayToProviders.reduce((from, name) => packageFile(name, from), fileURLToPath(import.meta.url));
    return new Map(
      lazyProviders.map((name) => {
        const file = packageFile(name, chain);
        return [name, join(dirname(file), (JSON.parse(readFileSync(file, 'utf8')) as { readonly module: string }).module)];
      }),
    );
  } catch {
    return new Map(); // then they are chunks like others
  }
}

let built: string | undefined;

/**
 * Bundles the providers as packages of their own, once for the process, and gives their folder. As chunks they would share
 * files with the handler, and esbuild moves a shared file whole into what the start reads: 33 kB of protocols and
 * of HTTP/2 that DynamoDB does not speak.
 */
export function buildCredentialProviders(esbuild: Esbuild, providers: ReadonlyMap<string, string>): string {
  if (built !== undefined) return built;
  const outdir = bundleFolder();
  esbuild.buildSync({
    ...bundleSettings,
    entryPoints: [...providers].map(([name, file]) => ({ in: file, out: join(name, 'index') })),
    outdir,
    chunkNames: 'credential-chunks/[name]-[hash]',
  });
  const description = JSON.stringify({ type: 'module', main: 'index.mjs' });
  for (const name of providers.keys()) writeFileSync(join(outdir, name, 'package.json'), description);
  built = outdir;
  return outdir;
}
