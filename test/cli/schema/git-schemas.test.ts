import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { gitSchemas } from '../../../lib/cli/schema/git-schemas.ts';
import { schemaList } from '../../../lib/cli/schema/list.ts';
import { readSchemas } from '../../../lib/schema/read.ts';
import { emptyDirectory } from '../../schema/schema-directory.ts';

afterEach(() => vi.unstubAllEnvs());

const git = (directory: string, ...args: string[]) =>
  execFileSync('git', ['-C', directory, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { encoding: 'utf8' }).trim();

/** A commit of these files, in a folder of a repository. */
async function committed(files: Readonly<Record<string, string>>): Promise<string> {
  const repository = await emptyDirectory();
  const directory = join(repository, 'shop/schemas');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(directory, path, '..'), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  git(repository, 'init', '--quiet', '--initial-branch=main');
  git(repository, 'add', '.');
  git(repository, 'commit', '--quiet', '--message=schemas');
  return directory;
}

const schemas = {
  'OrderPlaced/1.json': '{"title":"größer\\n"}\n',
  'OrderPlaced/2.json': `{"title":"${'x'.repeat(70_000)}"}`,
  'OrderLost/1.json': '{}',
  'OrderPlaced/registry.json': '{"compatibility":"FULL"}',
  'generated/index.ts': 'export {};',
  'versions.lock': '{}',
};

describe('the schemas of a commit', () => {
  test('are all of them as they were, of this directory alone', async () => {
    const directory = await committed(schemas);
    await rm(join(directory, 'OrderPlaced'), { recursive: true });
    expect(await gitSchemas(directory, 'main')).toEqual({
      source: 'main',
      isOwn: true,
      schemas: [
        { type: 'OrderLost', version: 1, schema: {} },
        { type: 'OrderPlaced', version: 1, schema: { title: 'größer\n' } },
        { type: 'OrderPlaced', version: 2, schema: { title: 'x'.repeat(70_000) } },
      ],
    });
  });

  test('are none where there was none', async () => {
    const directory = await committed({ 'README.md': '#' });
    expect((await gitSchemas(directory, 'main')).schemas).toEqual([]);
  });

  test('take two processes of git, however many they are', async () => {
    const directory = await committed(schemas);
    const path = process.env['PATH'] ?? '';
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const bin = await emptyDirectory();
    await writeFile(join(bin, 'git'), `#!/bin/sh\necho "$3" >> '${bin}/calls'\nexec '${real}' "$@"\n`);
    await chmod(join(bin, 'git'), 0o755);
    vi.stubEnv('PATH', `${bin}${delimiter}${path}`);
    expect((await gitSchemas(directory, 'main')).schemas).toHaveLength(3);
    expect(await readFile(join(bin, 'calls'), 'utf8')).toBe('ls-tree\ncat-file\n');
  });

  test('are refused when they are more than fits, when one is no JSON, and when the copy lacks one', async () => {
    const directory = await committed({ ...schemas, 'OrderLost/2.json': '{' });
    await expect(gitSchemas(directory, 'main', 10_000)).rejects.toMatchObject({
      code: 'SCHEMA_UNREADABLE',
      message: `The schemas in ${directory} could not be read at main. They have more than 10000 bytes.`,
    });
    await expect(gitSchemas(directory, 'main')).rejects.toMatchObject({
      code: 'SCHEMA_UNREADABLE',
      message: 'OrderLost/2.json at main is not JSON.',
    });
    const object = git(directory, 'rev-parse', 'main:./OrderLost/2.json');
    await rm(join(directory, '../../.git/objects', object.slice(0, 2), object.slice(2)), { force: true });
    await expect(gitSchemas(directory, 'main')).rejects.toMatchObject({
      code: 'SCHEMA_UNREADABLE',
      message: `OrderLost/2.json is not in this copy of main: git says "${object} missing".`,
    });
  });
});

test('a list of the files reads the directory once, however many messages it has', async () => {
  const asked: string[] = [];
  const read = (directory: string) => {
    asked.push(directory);
    return readSchemas(directory);
  };
  const unused = async () => {
    throw new Error('no registry was asked for');
  };
  const { messages } = await schemaList({ directory: 'schemas' }, unused, read);
  expect(messages.length).toBeGreaterThan(5);
  expect(asked).toEqual(['schemas']);
});
