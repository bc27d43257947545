import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChoreographyError } from '../contract/errors.ts';
import { lastLines, runInto } from './command.ts';
import { digestOf, type Environment, installFolder, pluginFiles, sources } from './folders.ts';
import { withLock } from './lock.ts';
import { findJava, findMaven, findPython } from './tools.ts';

/** Where to run, and who is told how it goes. */
export interface LauncherOptions {
  /** @default process.env */
  readonly env?: Environment;
  /** Told one line at a time of what takes long. @default nobody */
  readonly report?: (line: string) => void;
}

/** An installed LocalStack. */
export interface Installation {
  readonly python: string;
  readonly java: string;
  /** Folder with the plug-in, for PYTHONPATH. */
  readonly plugin: string;
  /** Folder with the jars of DynamoDB Local. */
  readonly dynamodb: string;
  /** Folder of the npm package with the Kinesis server. */
  readonly kinesis: string;
  /** Parts that were not there before. */
  readonly added: readonly string[];
}

interface Part {
  readonly name: string;
  /** Empties what an interrupted run left, and builds. */
  build(folder: string, run: (command: string, args: readonly string[], cwd: string) => Promise<void>): Promise<void>;
}

function partsOf(env: Environment): readonly Part[] {
  return [
    {
      name: 'python',
      async build(folder, run) {
        const python = findPython(env);
        await run(python, ['-m', 'venv', folder], dirname(folder));
        const pip = [
          '-m',
          'pip',
          'install',
          '--no-deps',
          '--disable-pip-version-check',
          '--no-input',
          '--requirement',
          sources.requirements(),
        ];
        await run(join(folder, 'bin', 'python'), pip, folder);
      },
    },
    {
      name: 'dynamodb',
      async build(folder, run) {
        const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
        await run(findMaven(env), ['--batch-mode', '--quiet', '--file', sources.pom(), ...copy], dirname(folder));
      },
    },
    {
      name: 'kinesis',
      async build(folder, run) {
        await mkdir(folder, { recursive: true });
        for (const file of ['package.json', 'package-lock.json']) await copyFile(join(sources.kinesis(), file), join(folder, file));
        await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], folder);
      },
    },
  ];
}

async function installPart(root: string, { name, build }: Part, env: Environment): Promise<void> {
  const log = join(root, `${name}.log`);
  const folder = join(root, name);
  await rm(folder, { recursive: true, force: true });
  await rm(log, { force: true });
  await build(folder, async (command, args, cwd) => {
    const code = await runInto(log, command, args, { cwd, env });
    if (code === 0) return;
    throw new ChoreographyError('LOCALSTACK_INSTALL_FAILED', `Part ${name} of LocalStack could not be installed.`, {
      details: {
        why: `${command} ${args.slice(0, 3).join(' ')} ended with ${code}:\n${lastLines(log)}`,
        fix: `See ${log}, then run the command again.`,
      },
      retryable: true,
    });
  });
  await writeFile(join(root, `${name}.done`), '');
}

/** Copies the plug-in, so that Python writes what it compiles into the cache and not into the package. */
async function placePlugin(root: string): Promise<string> {
  const files = await pluginFiles();
  const folder = join(root, `plugin-${digestOf(files.flatMap(({ path, text }) => [path, text]))}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  for (const { path, text } of files) {
    await mkdir(dirname(join(partial, path)), { recursive: true });
    await writeFile(join(partial, path), text);
  }
  await rename(partial, folder);
  return folder;
}

/**
 * Installs LocalStack and what it needs into the cache folder of the user: about 570 MiB, once; what is there is kept, what was
 * interrupted is repeated. Two at once do not collide: the second waits.
 * @throws PYTHON_MISSING, JAVA_MISSING, MAVEN_MISSING, LOCALSTACK_INSTALL_FAILED, LOCALSTACK_BUSY
 */
export async function installLocalStack({ env = process.env, report = () => {} }: LauncherOptions = {}): Promise<Installation> {
  if (process.platform === 'win32') {
    throw new ChoreographyError(
      'LOCALSTACK_INSTALL_FAILED',
      'LocalStack without Docker does not run on Windows: use WSL, or compose.yaml.',
    );
  }
  const root = installFolder(env);
  const java = findJava(env);
  return withLock(
    join(root, 'lock'),
    async () => {
      const todo = partsOf(env).filter(({ name }) => !existsSync(join(root, `${name}.done`)));
      if (todo.some(({ name }) => name === 'python')) findPython(env);
      if (todo.some(({ name }) => name === 'dynamodb')) findMaven(env);
      for (const part of todo) {
        report(`installing ${part.name} into ${root}`);
        await installPart(root, part, env);
      }
      const plugin = await placePlugin(root);
      const [python, dynamodb, kinesis] = [join(root, 'python', 'bin', 'python'), join(root, 'dynamodb'), join(root, 'kinesis')];
      return { python, java, plugin, dynamodb, kinesis, added: todo.map(({ name }) => name) };
    },
    () => report('another process is installing LocalStack; waiting for it'),
  );
}

/** Version of the Kinesis server, which LocalStack looks for by name. */
export async function kinesisVersion(): Promise<string> {
  const { dependencies } = JSON.parse(await readFile(join(sources.kinesis(), 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return dependencies['kinesis-local'] ?? '';
}
