import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheFolder, installFolder } from '../../lib/localstack/folders.ts';
import { installLocalStack } from '../../lib/localstack/index.ts';
import { createFakeTools, type FakeTools } from './fake-tools.ts';

let tools: FakeTools;
beforeEach(async () => {
  tools = await createFakeTools();
});
afterEach(() => tools.remove());

describe('the cache folder', () => {
  test.each([
    ['CHOREO_CACHE', { CHOREO_CACHE: '/c', XDG_CACHE_HOME: '/x', HOME: '/h' }, 'linux', '/c/aws-choreography'],
    ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/x', HOME: '/h' }, 'linux', '/x/aws-choreography'],
    ['~/.cache', { HOME: '/h' }, 'linux', '/h/.cache/aws-choreography'],
    ['~/Library/Caches on a Mac', { HOME: '/h' }, 'darwin', '/h/Library/Caches/aws-choreography'],
  ])('is %s', (_, env, platform, expected) => {
    expect(cacheFolder(env, platform)).toBe(expected);
  });
});

describe('installing', () => {
  test('builds each part once', async () => {
    expect((await installLocalStack({ env: tools.env })).added).toEqual(['python', 'dynamodb', 'kinesis']);
    expect((await installLocalStack({ env: tools.env })).added).toEqual([]);
    expect(await tools.calls()).toEqual(['venv', 'pip', 'mvn', 'npm']);
  });

  test('two at once do not collide: one builds, the other waits and finds it', async () => {
    const lines: string[] = [];
    const report = (line: string) => void lines.push(line);
    const [one, two] = await Promise.all([installLocalStack({ env: tools.env, report }), installLocalStack({ env: tools.env, report })]);
    expect([one.added.length, two.added.length].sort()).toEqual([0, 3]);
    expect(lines).toContain('another process is installing LocalStack; waiting for it');
    expect(await tools.calls()).toEqual(['venv', 'pip', 'mvn', 'npm']);
  });

  test('a part that was interrupted is built again, from an empty folder', async () => {
    await installLocalStack({ env: tools.env });
    await rm(join(installFolder(tools.env), 'dynamodb.done'));
    expect((await installLocalStack({ env: tools.env })).added).toEqual(['dynamodb']);
  });

  test('a failure says what was printed last and where to look, and leaves nothing that looks complete', async () => {
    await tools.breakIt('no-pip');
    await expect(installLocalStack({ env: tools.env })).rejects.toMatchObject({
      code: 'LOCALSTACK_INSTALL_FAILED',
      retryable: true,
      details: { why: expect.stringContaining('no matching distribution'), fix: expect.stringContaining('python.log') },
    });
    expect(await readdir(installFolder(tools.env))).not.toContain('python.done');
    await tools.repairIt('no-pip');
    expect((await installLocalStack({ env: tools.env })).added).toContain('python');
  });

  test('the plug-in is copied, so that the package itself is never written to', async () => {
    const { plugin } = await installLocalStack({ env: tools.env });
    expect(plugin.startsWith(tools.env.CHOREO_CACHE)).toBe(true);
    expect(await readdir(plugin)).toEqual(['choreo_localstack', 'choreo_localstack-1.dist-info']);
  });
});

describe('what is missing is said before anything is downloaded, with what to do', () => {
  test.each([
    ['java', 'JAVA_MISSING', 'There is no Java 17 or newer.'],
    ['python3.13', 'PYTHON_MISSING', 'There is no Python 3.12 or 3.13.'],
    ['mvn', 'MAVEN_MISSING', 'There is no Maven: mvn --version does not run.'],
  ])('%s', async (name, code, message) => {
    await tools.tool(name, 'exit 1');
    const env = { ...tools.env, PATH: tools.env.PATH.split(':')[0] ?? '' };
    for (const shadow of ['python3.12', 'python3']) await tools.tool(shadow, 'exit 1');
    await expect(installLocalStack({ env })).rejects.toMatchObject({ code, message, details: { fix: expect.stringContaining('Install') } });
    expect(await tools.calls()).toEqual(['']);
  });

  test('a Java that is too old does not count', async () => {
    await tools.tool('java', 'echo \'java version "1.8.0_412"\' >&2');
    await expect(installLocalStack({ env: tools.env })).rejects.toMatchObject({ code: 'JAVA_MISSING' });
  });

  test('a Python that is named and does not fit is not replaced by another', async () => {
    const env = { ...tools.env, CHOREO_PYTHON: '/no/such/python' };
    await expect(installLocalStack({ env })).rejects.toMatchObject({
      code: 'PYTHON_MISSING',
      message: expect.stringContaining('/no/such/python'),
    });
  });

  test('Maven is not needed once DynamoDB Local is there', async () => {
    await installLocalStack({ env: tools.env });
    await tools.tool('mvn', 'exit 1');
    expect((await installLocalStack({ env: tools.env })).added).toEqual([]);
  });
});
