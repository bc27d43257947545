import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFileRegistry } from '../../lib/schema/file-registry.ts';
import { directoryOf, event } from './schema-directory.ts';

const note = { note: { type: 'string', maxLength: 20 } };

test('the files of a directory are a registry', async () => {
  const registry = createFileRegistry(await directoryOf({ 'OrderPlaced/1.json': event(), 'OrderPlaced/2.json': event(note) }));
  expect(await registry.types()).toEqual(['OrderPlaced']);
  expect(await registry.history('OrderPlaced')).toEqual([
    { type: 'OrderPlaced', version: 1, schema: event() },
    { type: 'OrderPlaced', version: 2, schema: event(note) },
  ]);
  expect(await registry.find('OrderPlaced', 2)).toMatchObject({ version: 2, schema: event(note) });
  expect(await registry.find('OrderPlaced', 3)).toBeUndefined();
  expect(await registry.history('OrderLost')).toEqual([]);
  expect(await registry.findById('1')).toBeUndefined();
});

test('registering writes a file, once, and never changes one', async () => {
  const directory = await directoryOf({ 'OrderPlaced/1.json': event() });
  const registry = createFileRegistry(directory);
  const next = { type: 'OrderPlaced', version: 2, schema: event(note) };
  expect(await registry.register(next)).toEqual(next);
  expect(await registry.register({ ...next, schema: Object.fromEntries(Object.entries(event(note)).reverse()) })).toEqual(next);
  expect(JSON.parse(await readFile(join(directory, 'OrderPlaced/2.json'), 'utf8'))).toEqual(event(note));
  await expect(registry.register({ ...next, schema: event() })).rejects.toMatchObject({ code: 'SCHEMA_CHANGED' });
});

test('what cannot be read is an error, never an empty registry', async () => {
  const registry = createFileRegistry(await directoryOf({ 'OrderPlaced/1.json': '{' }));
  await expect(registry.find('OrderPlaced', 1)).rejects.toMatchObject({ code: 'SCHEMA_UNREADABLE' });
});
