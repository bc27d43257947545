import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../lib/localstack/lock.ts';
import { identify, isAlive } from '../../lib/localstack/process-identity.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'choreo-lock-'));
  path = join(folder, 'deep', 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('work under one lock does not overlap', async () => {
  let now = 0;
  const work = async () => {
    now += 1;
    const seen = now;
    await new Promise(setImmediate);
    now -= 1;
    return seen;
  };
  expect(await Promise.all([1, 2, 3].map(() => withLock(path, work)))).toEqual([1, 1, 1]);
});

test('it is given back when the work fails', async () => {
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(path, async () => 'done')).toBe('done');
});

test('the lock of a process that has ended is taken over', async () => {
  await withLock(path, async () => undefined);
  await writeFile(path, JSON.stringify({ pid: process.pid, started: 'an earlier process with this id' }));
  expect(await withLock(path, () => readFile(path, 'utf8').then(JSON.parse))).toEqual(await identify(process.pid));
});

test('a process is told from another one with the same id', async () => {
  const me = await identify(process.pid);
  expect(me && (await isAlive(me))).toBe(true);
  expect(await isAlive({ pid: process.pid, started: 'another time' })).toBe(false);
  expect(await identify(2 ** 22 + 1)).toBeUndefined();
});
