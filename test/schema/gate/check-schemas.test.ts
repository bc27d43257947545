import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSchemas } from '../../../lib/schema/gate/check-schemas.ts';
import { LOCK_FILE, lockSchemas } from '../../../lib/schema/gate/lock.ts';
import { readSchemas } from '../../../lib/schema/read.ts';
import { directoryOf, event } from '../schema-directory.ts';

const text = { type: 'string', maxLength: 20 };
const open = (properties: Readonly<Record<string, object>>, required: readonly string[] = []) =>
  event(properties, { additionalProperties: true, required: ['id', ...required] });

/** `file rule` of each finding. */
async function found(directory: string): Promise<readonly string[]> {
  const { ok, findings } = await checkSchemas(directory);
  expect(ok).toBe(findings.length === 0);
  return findings.map(({ file, rule, path }) => `${file}${path} ${rule}`);
}

async function locked(files: Readonly<Record<string, unknown>>): Promise<string> {
  const directory = await directoryOf(files);
  await lockSchemas(directory, await readSchemas(directory));
  return directory;
}

describe('versions of a message', () => {
  test('may follow each other when nobody is hurt', async () => {
    const directory = await directoryOf({ 'OrderPlaced/1.json': open({}), 'OrderPlaced/2.json': open({ note: text }) });
    expect(await found(directory)).toEqual([]);
  });

  test('that break one another in either direction are found, with what to do', async () => {
    const directory = await directoryOf({ 'OrderPlaced/1.json': open({}), 'OrderPlaced/2.json': open({ note: text }, ['note']) });
    const { findings } = await checkSchemas(directory);
    expect(findings).toEqual([
      {
        file: 'OrderPlaced/2.json',
        type: 'OrderPlaced',
        version: 2,
        path: '/note',
        rule: 'required-added',
        direction: 'backward',
        against: 1,
        message: '`note` is new and required: events written before may lack it.',
        fix: 'Make it optional, or break it on purpose, in a version of its own with an upcast.',
      },
    ]);
  });

  test('are compared by the policy of their message', async () => {
    const files = { 'OrderPlaced/1.json': open({}), 'OrderPlaced/2.json': open({ note: text }, ['note']) };
    const withPolicy = (policy: object) => directoryOf({ ...files, 'OrderPlaced/registry.json': policy });
    expect(await found(await withPolicy({ compatibility: 'FORWARD' }))).toEqual([]);
    expect(await found(await withPolicy({ compatibility: 'BACKWARD' }))).toEqual(['OrderPlaced/2.json/note required-added']);
  });

  test('may break each other when that is accepted, with a reason; an acceptance of nothing is found', async () => {
    const accepted = [
      { version: 2, reason: 'all readers lift version 1' },
      { version: 3, reason: 'none' },
    ];
    const directory = await directoryOf({
      'OrderPlaced/1.json': open({}),
      'OrderPlaced/2.json': open({ note: text }, ['note']),
      'OrderPlaced/3.json': open({ note: text }, ['note']),
      'OrderPlaced/registry.json': { accepted },
    });
    const report = await checkSchemas(directory);
    expect(report.accepted.map(({ rule, reason }) => `${rule}: ${reason}`)).toEqual(['required-added: all readers lift version 1']);
    expect(await found(directory)).toEqual(['OrderPlaced/registry.json acceptance-unused']);
  });

  test('of a message that is DISABLED stay as they were published, and there is no new one', async () => {
    const policy = { compatibility: 'DISABLED', accepted: [{ version: 2, reason: 'all readers lift version 1' }] };
    const two = { 'OrderPlaced/1.json': open({}), 'OrderPlaced/2.json': open({ note: text }, ['note']) };
    const directory = await locked({ ...two, 'OrderPlaced/registry.json': policy });
    expect(await found(directory)).toEqual([]);
    await writeFile(join(directory, 'OrderPlaced/3.json'), JSON.stringify(open({ note: text, more: text }, ['note'])));
    expect(await found(directory)).toEqual(['OrderPlaced/3.json disabled']);
  });

  test.each([
    [{ compatibility: 'MOSTLY' }, '"compatibility" is one of NONE, DISABLED'],
    [{ contentModel: 'open' }, '"contentModel" is "strict" or "pragmatic"'],
    [{ accepted: [{ version: 2 }] }, '"accepted" is a list of'],
    [{ mode: 'FULL' }, '"mode" is none of compatibility, contentModel, accepted'],
    ['{', 'this is not JSON'],
  ])('with a policy that cannot be used are refused: %j', async (policy, says) => {
    const directory = await directoryOf({ 'OrderPlaced/1.json': open({}), 'OrderPlaced/registry.json': policy });
    await expect(checkSchemas(directory)).rejects.toMatchObject({ code: 'SCHEMA_INVALID', message: expect.stringContaining(says) });
  });
});

describe('a published version', () => {
  const files = { 'OrderPlaced/1.json': open({}), 'OrderPaid/1.json': open({}) };

  test('never changes, not even in its description; its white space and the order of its keys may', async () => {
    const directory = await locked(files);
    expect(await found(directory)).toEqual([]);
    const { properties, ...rest } = open({});
    await writeFile(join(directory, 'OrderPlaced/1.json'), JSON.stringify({ properties, ...rest }, null, 4));
    expect(await found(directory)).toEqual([]);
    await writeFile(join(directory, 'OrderPlaced/1.json'), JSON.stringify({ ...open({}), description: 'new' }));
    expect(await found(directory)).toEqual(['OrderPlaced/1.json version-changed']);
  });

  test('is not taken away', async () => {
    const directory = await locked(files);
    await rm(join(directory, 'OrderPaid'), { recursive: true });
    expect(await found(directory)).toEqual(['OrderPaid/1.json version-removed']);
  });

  test('is locked once: locking again changes nothing that is locked', async () => {
    const directory = await locked(files);
    await writeFile(join(directory, 'OrderPlaced/1.json'), JSON.stringify(open({ note: text })));
    await writeFile(join(directory, 'OrderPlaced/2.json'), JSON.stringify(open({ note: text })));
    expect(await lockSchemas(directory, await readSchemas(directory))).toEqual({ added: ['OrderPlaced/2'] });
    expect(await found(directory)).toEqual(['OrderPlaced/1.json version-changed']);
  });

  test.each(['[]', '{', '{"OrderPlaced/1": 5}'])('with a lock that cannot be read stops the check: %s', async (content) => {
    const directory = await locked(files);
    await writeFile(join(directory, LOCK_FILE), content);
    await expect(checkSchemas(directory)).rejects.toMatchObject({ code: 'LOCK_UNREADABLE' });
  });
});
