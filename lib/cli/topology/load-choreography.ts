import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Choreography } from '../../contract/choreography.ts';
import { ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import type { AnyService } from '../../contract/service.ts';
import type { CheckOptions } from '../../topology/check.ts';
import { readManifest } from '../../topology/read-manifest.ts';
import { notFoundError } from '../failure.ts';
import { unloadable } from './unloadable.ts';

/** What a team's file says: the choreography as its default export, how findings are to be weighed as `checks`. */
export interface LoadedChoreography {
  readonly choreography: Choreography;
  readonly checks: CheckOptions;
  /** Its export `world`, as it is: what `choreo serve` gives to the services. Absent: there is none. */
  readonly world?: unknown;
}

/** Loads a module by its absolute path. */
export type ImportModule = (file: string) => Promise<unknown>;

type TsImport = (url: string, options: { readonly parentURL: string }) => Promise<unknown>;

/** An entry of the `exports` of tsx. */
interface TsxEntry {
  readonly import: { readonly default: string };
}

/** The loader for TypeScript that the team's project has. @default - none: the one of Node */
async function typeScriptLoader(): Promise<TsImport | undefined> {
  try {
    const require = createRequire(resolve('package.json'));
    // `resolve` of a CommonJS loader would find the entry for `require`, which cannot import.
    const { exports } = require('tsx/package.json') as { readonly exports: Readonly<Record<string, TsxEntry>> };
    const entry = join(dirname(require.resolve('tsx/package.json')), exports['./esm/api']?.import.default ?? '');
    const api = (await import(pathToFileURL(entry).href)) as { readonly tsImport: TsImport };
    return api.tsImport;
  } catch {
    return undefined;
  }
}

/** With the team's own tsx, if it has one; newer releases of Node take most TypeScript themselves. */
export const importModule: ImportModule = async (file) => {
  const url = pathToFileURL(file).href;
  const load = file.endsWith('.js') || file.endsWith('.mjs') ? undefined : await typeScriptLoader();
  return load ? load(url, { parentURL: pathToFileURL(resolve('package.json')).href }) : import(url);
};

/** What a team's file may export. */
interface TeamModule {
  readonly default?: unknown;
  readonly checks?: CheckOptions;
  readonly world?: unknown;
}

function isChoreography(value: unknown): value is Choreography {
  const { services } = (value ?? {}) as Partial<Choreography>;
  return Array.isArray(services) && services.every((service: Partial<AnyService> | null) => service?.kind === 'service');
}

/** Manifests of other repositories are files that somebody copied. @throws MANIFEST_UNREADABLE */
function withManifests(checks: CheckOptions): CheckOptions {
  return checks.deployed ? { ...checks, deployed: checks.deployed.map((one) => readManifest(one.service, one)) } : checks;
}

/** The choreography of a file. @throws NOT_FOUND, CHOREOGRAPHY_UNREADABLE, MANIFEST_UNREADABLE, and what defining it throws, such as DUPLICATE */
export async function loadChoreography(file: string, load: ImportModule): Promise<LoadedChoreography> {
  const path = resolve(file);
  if (!existsSync(path))
    throw notFoundError(
      `There is no file ${file}.`,
      'The choreography is read from it.',
      'Run choreo in the folder of your project, or name the file with --choreography <file>.',
    );
  let loaded: unknown;
  try {
    loaded = await load(path);
  } catch (cause) {
    // What is wrong with a definition says itself what to do; the loader has nothing to add but the file.
    if (isChoreographyError(cause)) throw new ChoreographyError(cause.code, cause.message, { details: { ...cause.details, path: file } });
    throw unloadable(file, cause);
  }
  const module = loaded as TeamModule;
  // A CommonJS module arrives with its exports as the default.
  const { default: choreography, checks = {}, world } = isChoreography(module.default) ? module : { ...module, ...(module.default ?? {}) };
  if (isChoreography(choreography)) return { choreography, checks: withManifests(checks), ...(world === undefined ? {} : { world }) };
  throw new ChoreographyError('CHOREOGRAPHY_UNREADABLE', `The default export of ${file} is not a choreography.`, {
    details: {
      path: file,
      fix: 'Write export default defineChoreography({ name, services }), or name another file with --choreography <file>.',
    },
  });
}
