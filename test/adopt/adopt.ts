import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

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

const COMMAND_MILLISECONDS_MAX = 180_000;
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

/** Neither our settings nor those of the npm that runs us may help the app. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:NODE_OPTIONS|NODE_PATH|npm_(?:package|lifecycle|config_local_prefix).*)$/i.test(name),
  );
  return { ...Object.fromEntries(inherited), NO_COLOR: '1' };
}

async function run(folder: string, command: string, ...options: readonly string[]): Promise<string> {
  const settings = { cwd: folder, timeout: COMMAND_MILLISECONDS_MAX, env: environment() };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, options, settings);
    return `${stdout}${stderr}`.trim();
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${[command, ...options].join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

async function create(folder: string, { name, manifest, compilerOptions }: App): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: `adopt-${name}`, private: true, ...manifest }));
  // Not skipLibCheck: our declarations must be right under the compiler of the team.
  const options = { strict: true, skipLibCheck: false, types: ['node'], outDir: 'dist', ...compilerOptions };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['shop.ts'] }));
  await copyFile('test/adopt/app/shop.ts', join(folder, 'shop.ts'));
}

/** `npm install aws-choreography`, with the tarball in its place; a package that npm has already is not asked for again. */
async function install(folder: string, tarball: string, typescript: string): Promise<void> {
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run(folder, 'npm', 'install', ...quiet, tarball);
  await run(folder, 'npm', 'install', ...quiet, '--save-dev', `typescript@${typescript}`, 'tsx@4.23.15', '@types/node@20');
}

async function problemsOf(app: App, folder: string, tarball: string): Promise<readonly string[]> {
  await create(folder, app);
  await install(folder, tarball, app.typescript);
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

/** Installs the tarball into new apps outside the repository, compiles and runs them. Resolves to what is wrong, or to nothing. */
export async function adopt(tarball: string): Promise<string | undefined> {
  const root = await mkdtemp(join(tmpdir(), 'choreo-adopt-'));
  try {
    const problems: string[] = [];
    for (const app of apps) {
      try {
        problems.push(...(await problemsOf(app, join(root, app.name), resolve(tarball))));
      } catch (error) {
        problems.push(`${app.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return problems.length === 0 ? undefined : problems.join('\n');
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
