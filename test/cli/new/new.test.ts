import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesIn } from '../../tidy/source.ts';
import { choreo } from '../run-choreo.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'choreo-new-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const read = (...path: readonly string[]) => readFile(join(parent, ...path), 'utf8');

test('every file of the starter is there, and the one that npm would leave out has its name', async () => {
  const { exit, out } = await choreo(['new', join(parent, 'My Trips'), '--json']);

  const { files } = JSON.parse(out) as { readonly files: readonly string[] };
  const starter = [...filesIn(['starter']), ...filesIn(['starter/schemas/generated'])].map((file) => file.slice('starter/'.length));
  expect(exit).toBe(0);
  expect(files).toEqual([...starter.map((file) => (file === 'gitignore' ? '.gitignore' : file)), 'package.json'].sort());
  expect(await read('My Trips', 'functions', 'hotel', 'service.ts')).toBe(await readFile('starter/functions/hotel/service.ts', 'utf8'));
  expect(await read('My Trips', '.gitignore')).toContain('node_modules/');
});

test('its package has the name of the folder, this version, and the tools', async () => {
  await choreo(['new', join(parent, 'My Trips')]);

  expect(JSON.parse(await read('My Trips', 'package.json'))).toMatchObject({
    name: 'my-trips',
    private: true,
    type: 'module',
    dependencies: { 'aws-choreography': '^1.2.3' },
    devDependencies: { vitest: '4.0.0' },
  });
});

test.each(['...', '日本'])('a folder %s, whose name no package can have, gets another one', async (name) => {
  await choreo(['new', join(parent, name)]);
  expect(JSON.parse(await read(name, 'package.json'))).toMatchObject({ name: 'choreography' });
});

test('an empty folder is taken', async () => {
  await mkdir(join(parent, 'empty'));
  const { exit, out } = await choreo(['new', join(parent, 'empty')]);
  expect({ exit, out }).toMatchObject({ exit: 0, out: expect.stringContaining(`cd ${join(parent, 'empty')} && npm install`) });
});

test('a folder with files in it is refused, and stays as it is', async () => {
  await writeFile(join(parent, 'mine.txt'), 'mine');
  const { exit, err } = await choreo(['new', parent]);
  expect({ exit, err }).toMatchObject({ exit: 2, err: expect.stringContaining('FOLDER_NOT_EMPTY') });
  expect(err).toContain('mine.txt');
  expect(filesIn([parent])).toEqual([join(parent, 'mine.txt')]);
});

test('a path that is a file is refused', async () => {
  await writeFile(join(parent, 'file'), '');
  const { exit, err } = await choreo(['new', join(parent, 'file')]);
  expect({ exit, err }).toMatchObject({ exit: 1, err: expect.stringContaining('OUTPUT_UNWRITABLE') });
});
