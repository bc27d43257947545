import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGlueRegistry } from '../../../lib/aws/glue/registry.ts';
import { createFakeGlue } from '../../aws/glue/fake-glue.ts';
import { directoryOf, emptyDirectory, event } from '../../schema/schema-directory.ts';
import { expectOutput } from '../expected.ts';
import { choreo } from '../run-choreo.ts';

const note = { note: { type: 'string', maxLength: 20 } };
const open = (properties = {}) => event(properties, { additionalProperties: true });

/** A repository with two messages and their generated code, and an empty Glue registry `events`. */
async function setUp() {
  const directory = await directoryOf({ 'OrderLost/1.json': open(), 'OrderPlaced/1.json': open(), 'OrderPlaced/2.json': open(note) });
  const glue = createFakeGlue();
  const openRegistry = async (registry: string) => createGlueRegistry({ client: glue.client, registry, sleep: async () => {} });
  const contracts = await emptyDirectory();
  const run = async (args: string) => {
    const { exit, out, err } = await choreo(args.replace('…', `--directory ${directory} --contracts ${contracts}`), { openRegistry });
    return { exit, out: out.replaceAll(directory, 'schemas'), err: err.replaceAll(directory, 'schemas') };
  };
  const generate = () => choreo(`schema generate --directory ${directory}`);
  const write = (file: string, schema: object) => writeFile(join(directory, file), JSON.stringify(schema));
  await generate();
  return { directory, glue, run, generate, write };
}

describe('schema publish', () => {
  test('says what it would do, does it when that is confirmed, and then has nothing to do', async () => {
    const { glue, run } = await setUp();
    const refused = await run('schema publish … --glue events');
    expect(refused).toMatchObject({ exit: 2, out: '' });
    const dry = await run('schema publish … --glue events --dry-run');
    expect(glue.names()).not.toContain('CreateSchema');
    const first = await run('schema publish … --glue events --yes');
    const second = await run('schema publish … --glue events --yes');
    const json = await run('schema publish … --glue events --dry-run --json');
    expect([dry, first, second, json].map(({ exit, err }) => [exit, err])).toEqual([0, 0, 0, 0].map((exit) => [exit, '']));
    await expectOutput('schema-publish', [refused.err, dry.out, first.out, second.out, json.out].join('\n'));
  });

  test('--metadata: keeps it beside each version that is registered, where show finds it', async () => {
    const { run, write, generate } = await setUp();
    await run('schema publish … --glue events --yes --metadata commit=4f2a1c branch=main');
    await write('OrderLost/2.json', open(note));
    await generate();
    await run('schema publish … --glue events --yes --metadata commit=c0ffee');
    const shown = async (words: string) => JSON.parse((await run(`schema show ${words} --glue events --json`)).out).metadata;
    expect(await shown('OrderLost 1')).toEqual({ commit: '4f2a1c', branch: 'main' });
    expect(await shown('OrderLost 2')).toEqual({ commit: 'c0ffee' });
    const { exit, err } = await run('schema publish … --glue events --metadata commit');
    expect(exit).toBe(2);
    expect(err).toMatch(
      /^error USAGE {2}commit is not metadata\.\n {2}why {2}A name and a value are expected\.\n {2}fix {2}Give for example --metadata commit=4f2a1c\.\n/,
    );
  });

  test('publishes nothing where check stops', async () => {
    const { glue, run, write, generate } = await setUp();
    await run('schema publish … --glue events --yes');
    await write('OrderPlaced/2.json', open({ note: { type: 'integer', minimum: 0, maximum: 9 } }));
    await write('OrderPlaced/3.json', open());
    await generate();
    glue.client.calls.length = 0;
    const { exit, out } = await run('schema publish … --glue events --yes');
    expect(exit).toBe(3);
    expect(glue.names().filter((name) => /Create|Register/.test(name))).toEqual([]);
    await expectOutput('schema-publish-refused', out);
  });

  test('publishes nothing while the generated code is out of date', async () => {
    const { glue, run, write } = await setUp();
    await write('OrderPlaced/3.json', open(note));
    expect(await run('schema publish … --glue events --yes')).toMatchObject({ exit: 3, err: '' });
    expect(glue.names()).not.toContain('CreateSchema');
  });

  test('waits while Glue looks at a version, and fails when Glue refuses it', async () => {
    const { glue, run } = await setUp();
    glue.goThrough('PENDING', 'AVAILABLE');
    expect(await run('schema publish … --glue events --yes')).toMatchObject({ exit: 0 });
    const other = await setUp();
    other.glue.goThrough('PENDING', 'FAILURE');
    const { exit, err } = await other.run('schema publish … --glue events --yes');
    expect(exit).toBe(1);
    expect(err).toMatch(
      /^error REGISTRATION_FAILED {2}Version 1 of OrderLost was not registered in the Glue registry events: Glue set its version \S+ to FAILURE/,
    );
  });
});

describe('schema check', () => {
  test('--glue: what is in the registry never changes', async () => {
    const { run, write, generate } = await setUp();
    await run('schema publish … --glue events --yes');
    expect(await run('schema check … --glue events')).toMatchObject({ exit: 0 });
    await write('OrderPlaced/2.json', open({ remark: note.note }));
    await generate();
    expect(await run('schema check …')).toMatchObject({ exit: 0 });
    const { exit, out } = await run('schema check … --glue events');
    expect(exit).toBe(3);
    await expectOutput('schema-check-registry', out);
  });

  test('--against: what is in a commit never changes', async () => {
    const { directory, run, write, generate } = await setUp();
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', directory, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.');
    git('commit', '--quiet', '--message=schemas');
    expect(await run('schema check … --against main')).toMatchObject({ exit: 0 });
    await rm(join(directory, 'OrderLost'), { recursive: true });
    await rm(join(directory, 'OrderPlaced/2.json'));
    await write('OrderPlaced/1.json', open(note));
    await generate();
    const { exit, out } = await run('schema check … --against main');
    expect(exit).toBe(3);
    await expectOutput('schema-check-against', out);
    expect(await run('schema check … --against no-such-branch')).toMatchObject({ exit: 4, out: '' });
    expect(await run('schema check … --against=--help')).toMatchObject({ exit: 2, out: '' });
  });
});

describe('schema list and show', () => {
  test('look into the files', async () => {
    const { directory, run } = await setUp();
    expect(await run(`schema list --directory ${directory}`)).toEqual({ exit: 0, out: 'OrderLost    1\nOrderPlaced  1, 2\n', err: '' });
    const { out } = await run(`schema show OrderPlaced --directory ${directory}`);
    expect(JSON.parse(out)).toEqual(JSON.parse(await readFile(join(directory, 'OrderPlaced/2.json'), 'utf8')));
    expect(JSON.parse((await run(`schema show OrderPlaced 1 --directory ${directory}`)).out)).toEqual(open());
  });

  test('look into a registry', async () => {
    const { run } = await setUp();
    await run('schema publish … --glue events --yes');
    const lists = [await run('schema list --glue events --json'), await run('schema show OrderPlaced 1 --glue events --json')];
    await expectOutput('schema-list-show', lists.map(({ out }) => out).join('\n'));
  });

  test('say what is not there', async () => {
    const { directory, run } = await setUp();
    const asked = ['OrderPlaced 7', 'OrderPlacd', 'Shipped'].map((words) => run(`schema show ${words} --directory ${directory}`));
    const found = await Promise.all(asked);
    expect(found.map(({ exit }) => exit)).toEqual([4, 4, 4]);
    await expectOutput('schema-show-unknown', found.map(({ err }) => err).join('\n'));
    expect(await run(`schema show OrderPlaced two --directory ${directory}`)).toMatchObject({ exit: 2 });
  });
});
