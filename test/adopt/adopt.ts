import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { walkthroughs } from '../docs/markdown.ts';
import { install, run } from './run.ts';
import { walk } from './walkthrough.ts';
import { watchProblems } from './watched.ts';

/** A fresh app of a team. */
interface App {
  readonly name: string;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly compilerOptions: Readonly<Record<string, unknown>>;
  /** The compiler that such an app has: an older one, and the one that this package is built with. */
  readonly typescript: string;
  /** How it starts `shop.ts`: as compiled, and from source. */
  readonly runs: readonly (readonly [command: string, ...options: string[]])[];
}

const EXPECTED_OUTPUT = '{"emitted":["StockReserved"],"left":{"available":1}}';

const apps: readonly App[] = [
  {
    // As `cdk init app --language typescript` makes it: no "type", so that Node takes it for CommonJS.
    name: 'commonjs',
    manifest: {},
    compilerOptions: {
      target: 'ES2022',
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      lib: ['es2022'],
      declaration: true,
      esModuleInterop: true,
    },
    typescript: '5.9.3',
    runs: [
      ['node', 'dist/shop.js'],
      ['npx', 'tsx', 'shop.ts'],
    ],
  },
  {
    name: 'esm',
    manifest: { type: 'module' },
    compilerOptions: { target: 'ES2023', module: 'NodeNext', verbatimModuleSyntax: true, isolatedModules: true },
    typescript: '7.0.2',
    runs: [
      ['node', 'dist/shop.js'],
      ['npx', 'tsx', 'shop.ts'],
    ],
  },
];

async function create(folder: string, { name, manifest, compilerOptions }: App): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: `adopt-${name}`, private: true, ...manifest }));
  // Not skipLibCheck: our declarations must be right under the compiler of the team.
  const options = { strict: true, skipLibCheck: false, types: ['node'], outDir: 'dist', ...compilerOptions };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['shop.ts'] }));
  await copyFile('test/adopt/app/shop.ts', join(folder, 'shop.ts'));
}

async function problemsOf(app: App, folder: string, tarball: string): Promise<readonly string[]> {
  await create(folder, app);
  await install(folder, tarball);
  await install(folder, '--save-dev', `typescript@${app.typescript}`, 'tsx@4.23.15', '@types/node@20');
  await run(folder, 'npx', 'tsc');
  const problems: string[] = [];
  for (const [command, ...options] of app.runs) {
    const printed = await run(folder, command, ...options);
    if (printed !== EXPECTED_OUTPUT) problems.push(`${app.name}: ${[command, ...options].join(' ')} printed\n${printed}`);
  }
  const version = await run(folder, 'npx', '--no-install', 'choreo', '--version');
  if (!/^\d+\.\d+\.\d+$/.test(version)) problems.push(`${app.name}: npx choreo --version printed\n${version}`);
  const explained = await run(folder, 'npx', '--no-install', 'choreo', 'explain', 'HOP_LIMIT');
  if (!explained.includes('HOP_LIMIT')) problems.push(`${app.name}: npx choreo explain HOP_LIMIT printed\n${explained}`);
  const demo = await run(folder, 'npx', '--no-install', 'choreo', 'demo', '--orders', '3');
  if (demo === '') problems.push(`${app.name}: npx choreo demo --orders 3 printed nothing`);
  return problems;
}

/** A document that starts from nothing. */
async function walkthroughProblems(document: string, root: string, tarball: string): Promise<readonly string[]> {
  const folder = join(root, document.replace(/\W+/g, '-'));
  await mkdir(folder);
  return walk(document, folder, tarball);
}

/** What `choreo new` writes, by its own README. `app`: a folder with the package. */
async function starterProblems(app: string, root: string, tarball: string): Promise<readonly string[]> {
  const folder = join(root, 'trips');
  await run(app, 'npx', '--no-install', 'choreo', 'new', folder);
  await install(folder, tarball); // the version that its package.json asks for is not published
  const problems = await walk(join(folder, 'README.md'), folder, tarball);
  const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly scripts: { readonly dev: string } };
  return [...problems, ...(await watchProblems(folder, scripts.dev, 'functions/hotel/service.ts'))];
}

/** What is wrong, as lines that say where. */
async function reported(name: string, look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await look();
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/**
 * Installs the tarball into new apps outside the repository, compiles and runs them, and follows the documents that start
 * from nothing, and the README of a new project. Resolves to what is wrong, or to nothing.
 */
export async function adopt(tarball: string): Promise<string | undefined> {
  const root = await mkdtemp(join(tmpdir(), 'choreo-adopt-'));
  try {
    const problems: string[] = [];
    for (const app of apps) problems.push(...(await reported(app.name, () => problemsOf(app, join(root, app.name), resolve(tarball)))));
    for (const document of walkthroughs)
      problems.push(...(await reported(document, () => walkthroughProblems(document, root, resolve(tarball)))));
    problems.push(...(await reported('choreo new', () => starterProblems(join(root, 'esm'), root, resolve(tarball)))));
    return problems.length === 0 ? undefined : problems.join('\n');
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
