import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChoreographyError } from '../contract/errors.ts';

/** Environment variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const HASH_CHARACTERS = 12;

/** `localstack/` of this package: above `lib/localstack` in a clone, above `dist/lib/localstack` once built. */
function findSources(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const found = ['../../localstack', '../../../localstack']
    .map((path) => join(here, path))
    .find((path) => existsSync(join(path, 'pom.xml')));
  if (found !== undefined) return found;
  throw new ChoreographyError(
    'LOCALSTACK_INSTALL_FAILED',
    'The folder localstack/ of this package is missing: install aws-choreography again.',
  );
}

/** The parts that are shipped with this package. */
export const sources = {
  folder: findSources,
  requirements: () => join(findSources(), 'requirements.txt'),
  pom: () => join(findSources(), 'pom.xml'),
  kinesis: () => join(findSources(), 'kinesis'),
  plugin: () => join(findSources(), 'plugin'),
};

/** Where everything is kept: `CHOREO_CACHE`, or the cache folder of the user (XDG_CACHE_HOME, ~/Library/Caches, ~/.cache). */
export function cacheFolder(env: Environment, platform: string = process.platform): string {
  const given = env['CHOREO_CACHE'] || env['XDG_CACHE_HOME'];
  const home = env['HOME'] || homedir();
  return join(given || (platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache')), 'aws-choreography');
}

/** The start of the SHA-256 of these texts, for names of folders. */
export function digestOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, HASH_CHARACTERS);
}

/** Where LocalStack is installed: another set of pinned parts is another folder. The plug-in is small, and has its own below it. */
export function installFolder(env: Environment): string {
  const texts = [sources.requirements(), sources.pom(), join(sources.kinesis(), 'package-lock.json')].map((path) =>
    readFileSync(path, 'utf8'),
  );
  return join(cacheFolder(env), `localstack-${digestOf(texts)}`);
}

/** Files of the plug-in with their content, in a fixed order. */
export async function pluginFiles(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const root = sources.plugin();
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(paths.map(async (path) => ({ path: path.slice(root.length + 1), text: await readFile(path, 'utf8') })));
}

/** Where a running emulator keeps its log, its state file and the code of its functions. */
export function runFolder(env: Environment, name: string): string {
  return join(cacheFolder(env), 'run', name);
}

/** Version of LocalStack that is pinned. */
export function localStackVersion(): string {
  return /^localstack-core==(.+)$/m.exec(readFileSync(sources.requirements(), 'utf8'))?.[1] ?? 'unknown';
}
