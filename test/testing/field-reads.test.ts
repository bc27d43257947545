import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { defineReaction, defineService } from 'aws-choreography';
import { runService } from 'aws-choreography/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RECORD_VARIABLE } from '../../lib/schema/contracts/contract.ts';
import { watchReads } from '../../lib/testing/field-reads.ts';
import { event, messageOf } from '../runtime/rig.ts';

const order = () => ({
  id: 'o-1',
  note: null,
  lines: [
    { sku: 'tea', count: 2 },
    { sku: 'cup', count: 1 },
  ],
  'a/b': { c: true },
});

/** Data that is watched, and what was read of it. */
function watched() {
  const reads: string[] = [];
  const data = order();
  watchReads(data, (path, type) => reads.push(`${path} ${type}`));
  return { data, reads };
}

describe('watched data', () => {
  test('tells what is read, and nothing else', () => {
    const { data, reads } = watched();
    expect(reads).toEqual([]);
    expect([data.id, data.note, data.lines.map(({ sku }) => sku), data['a/b'].c]).toEqual(['o-1', null, ['tea', 'cup'], true]);
    expect(reads).toEqual([
      '/id string',
      '/note null',
      '/lines array',
      ...['tea', 'cup'].flatMap(() => ['/lines/* object', '/lines/*/sku string']),
      '/a~1b object',
      '/a~1b/c boolean',
    ]);
  });

  test.each<[string, (data: ReturnType<typeof order>) => unknown]>([
    ['compared', (data) => (isDeepStrictEqual(data, order()) ? order() : undefined)],
    ['printed', (data) => JSON.parse(JSON.stringify(data))],
    ['cloned', (data) => structuredClone(data)],
    ['spread', (data) => ({ ...data, lines: [...data.lines] })],
    ['frozen', (data) => Object.freeze(data)],
  ])('is plain data when it is %s', (_, use) => {
    expect(use(watched().data)).toEqual(order());
  });

  test('tells of fields whose objects are copied', () => {
    const { data, reads } = watched();
    structuredClone(data.lines);
    expect(new Set(reads)).toEqual(new Set(['/lines array', '/lines/* object', '/lines/*/sku string', '/lines/*/count number']));
  });

  test('can be changed', () => {
    const { data } = watched();
    data.id = 'o-2';
    data.lines.sort((left, right) => left.count - right.count);
    data.lines.push({ sku: 'jug', count: 1 });
    expect(data).toMatchObject({ id: 'o-2', lines: [{ sku: 'cup' }, { sku: 'tea' }, { sku: 'jug' }] });
    expect(Object.keys(data)).toEqual(Object.keys(order()));
  });
});

describe('a recording', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'reads-'));
    vi.stubEnv(RECORD_VARIABLE, directory);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(directory, { recursive: true });
  });

  const begun = event('OrderBegun');
  const failed = event('OrderFailed');
  const take = defineReaction({
    name: 'take',
    on: begun,
    react: ({ data }) => ({ id: data.id }),
    compensation: { on: failed, undo: ({ data }) => void data.id },
  });
  const seats = defineService({ name: 'seats', reactions: [take] });
  const saga = { correlationid: 'saga-1' };

  async function recorded(): Promise<readonly unknown[]> {
    const texts = await Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name), 'utf8')));
    return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line));
  }

  test('has what each reaction and compensation read while their tests ran', async () => {
    await runService(seats, { given: [messageOf(begun, '1', saga)], when: messageOf(failed, '1', saga) });
    const head = { consumer: 'seats', reaction: 'take', version: 1, path: '/id', type: 'string' };
    expect(await recorded()).toEqual([
      { ...head, message: 'OrderBegun' },
      { ...head, message: 'OrderFailed' },
    ]);
  });

  test('is not made without being asked for', async () => {
    vi.stubEnv(RECORD_VARIABLE, '');
    await runService(seats, { when: messageOf(begun, '1', saga) });
    expect(await readdir(directory)).toEqual([]);
  });
});
