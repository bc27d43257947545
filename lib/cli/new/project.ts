import { cp, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ChoreographyError } from '../../contract/errors.ts';
import { unwritable } from '../../schema/unwritable.ts';

/** Where the files of a new project come from. */
export interface Starter {
  /** The folder that is copied. */
  readonly folder: string;
  /** The packages that a new project is developed with, and the versions that this one is tested with. */
  readonly tools: Readonly<Record<string, string>>;
}

/** What was made. */
export interface NewProject {
  readonly folder: string;
  /** Paths in `folder`, sorted. */
  readonly files: readonly string[];
}

/** The tools that a project of the starter uses; aws-cdk-lib and constructs are only read by its CDK app. */
export const starterTools = ['@types/node', 'aws-cdk', 'aws-cdk-lib', 'constructs', 'esbuild', 'tsx', 'typescript', 'vitest'] as const;

const NAME_MAX = 214; // characters of a package's name, by npm
const FALLBACK_NAME = 'choreography';

/** The name of a folder as npm takes it for a package. */
function packageName(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '');
  return name.slice(0, NAME_MAX) || FALLBACK_NAME;
}

function manifestOf(folder: string, version: string, tools: Starter['tools']): object {
  return {
    name: packageName(folder),
    version: '0.1.0',
    private: true,
    type: 'module',
    scripts: {
      start: 'choreo serve',
      dev: 'node --watch --watch-preserve-output node_modules/aws-choreography/dist/bin/choreo.js serve',
      test: 'tsc && vitest run functions',
      e2e: 'vitest run e2e',
      check: 'choreo check',
      generate: 'choreo schema generate',
      synth: 'cdk synth --quiet',
    },
    dependencies: { 'aws-choreography': `^${version}` },
    devDependencies: tools,
  };
}

async function refuseFull(folder: string): Promise<void> {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    return unwritable(folder)(error);
  });
  if (there.length === 0) return;
  throw new ChoreographyError(
    'FOLDER_NOT_EMPTY',
    `${folder} has files in it: ${there.slice(0, 3).join(', ')}${there.length > 3 ? ', …' : ''}.`,
    {
      details: { folder, fix: 'Name a folder that is empty, or that does not exist yet.' },
    },
  );
}

async function copy(starter: Starter, version: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(starter.folder, folder, { recursive: true });
  // npm leaves a .gitignore out of a package.
  await rename(join(folder, 'gitignore'), join(folder, '.gitignore'));
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifestOf(folder, version, starter.tools), null, 2)}\n`);
}

/** Writes a new project into an empty folder. `version`: of this package. @throws FOLDER_NOT_EMPTY, OUTPUT_UNWRITABLE */
export async function createProject(starter: Starter, version: string, folder: string): Promise<NewProject> {
  await refuseFull(folder);
  await copy(starter, version, folder).catch(unwritable(folder));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length));
  return { folder, files: files.sort() };
}
