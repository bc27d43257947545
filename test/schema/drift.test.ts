import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaGenerate } from '../../lib/cli/schema/generate.ts';
import { checkGenerated, writeGenerated } from '../../lib/schema/drift.ts';
import { directoryOf, event } from './schema-directory.ts';

const root = new URL('../../', import.meta.url).pathname;

test('what is written is up to date, and what is missing or changed is told and repaired', async () => {
  const directory = await directoryOf({ 'OrderPlaced/1.json': event() });
  const out = join(directory, 'generated');
  const both = [
    { file: 'index.ts', kind: 'missing' },
    { file: 'validators.ts', kind: 'missing' },
  ];
  expect(await checkGenerated(directory, out)).toEqual(both);
  expect(await writeGenerated(directory, out)).toEqual({ files: ['index.ts', 'validators.ts'], drift: both });
  expect(await checkGenerated(directory, out)).toEqual([]);
  expect((await readdir(out)).sort()).toEqual(['index.ts', 'validators.ts']);
  await writeFile(join(out, 'index.ts'), `${await readFile(join(out, 'index.ts'), 'utf8')} `);
  expect(await checkGenerated(directory, out)).toEqual([{ file: 'index.ts', kind: 'differs' }]);
  await writeGenerated(directory, out);
  expect(await checkGenerated(directory, out)).toEqual([]);
});

test('a changed schema is drift', async () => {
  const directory = await directoryOf({ 'OrderPlaced/1.json': event() });
  const out = join(directory, 'generated');
  await writeGenerated(directory, out);
  await writeFile(join(directory, 'OrderPlaced/1.json'), JSON.stringify(event({ a: { type: 'integer' } })));
  expect(await checkGenerated(directory, out)).toEqual([
    { file: 'index.ts', kind: 'differs' },
    { file: 'validators.ts', kind: 'differs' },
  ]);
});

test('a generated file that is no longer part of the output is removed; files of others stay', async () => {
  const mark = '// Written by `choreo schema generate` from the JSON Schemas; do not edit.';
  const directory = await directoryOf({
    'OrderPlaced/1.json': event(),
    'generated/old.ts': `// @ts-nocheck\n${mark}\n`,
    'generated/mine.ts': 'export {};\n',
  });
  const out = join(directory, 'generated');
  expect(await checkGenerated(directory, out)).toContainEqual({ file: 'old.ts', kind: 'extra' });
  await writeGenerated(directory, out);
  expect((await readdir(out)).sort()).toEqual(['index.ts', 'mine.ts', 'validators.ts']);
  expect(await checkGenerated(directory, out)).toEqual([]);
});

test('line ends that git changed are not drift', async () => {
  const directory = await directoryOf({ 'OrderPlaced/1.json': event() });
  const out = join(directory, 'generated');
  await writeGenerated(directory, out);
  await writeFile(join(out, 'index.ts'), (await readFile(join(out, 'index.ts'), 'utf8')).replaceAll('\n', '\r\n'));
  expect(await checkGenerated(directory, out)).toEqual([]);
});

test('with a problem in the schemas nothing is written', async () => {
  const directory = await directoryOf({ 'OrderPlaced/1.json': event(), 'OrderCancelled/1.json': '[]' });
  await expect(writeGenerated(directory, join(directory, 'generated'))).rejects.toMatchObject({ code: 'SCHEMA_UNREADABLE' });
  expect(await readdir(directory)).not.toContain('generated');
});

test('an output directory that is a file is refused', async () => {
  const directory = await directoryOf({ 'OrderPlaced/1.json': event(), out: 'x' });
  await expect(writeGenerated(directory, join(directory, 'out'))).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
});

test('the command writes beside the schemas, and with check only tells', async () => {
  const directory = await directoryOf({ 'OrderPlaced/1.json': event() });
  const out = join(directory, 'generated');
  const expected = {
    out,
    files: ['index.ts', 'validators.ts'],
    drift: [expect.objectContaining({ kind: 'missing' }), expect.objectContaining({ kind: 'missing' })],
  };
  expect(await schemaGenerate({ directory, check: true })).toEqual(expected);
  expect(await schemaGenerate({ directory })).toEqual(expected);
  expect(await schemaGenerate({ directory, check: true })).toEqual({ ...expected, drift: [] });
});

test('the generated code of the sample is up to date', async () => {
  expect(await checkGenerated(join(root, 'schemas'), join(root, 'schemas/generated'))).toEqual([]);
});
