import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectOutput } from './expected.ts';
import { choreo } from './run-choreo.ts';

const page = `# Error codes

## In a reaction

| code | when | what to do |
| --- | --- | --- |
| \`SCHEMA_VIOLATION\` | Data does not meet its schema. | Correct the data. |

## Schemas

| code | when | what to do |
| --- | --- | --- |
| \`SCHEMA_UNREADABLE\` | A schema file cannot be read. | Check the path. |
`;
const errorPage = async () => page;

describe('help', () => {
  test('without arguments there is a short one with two examples', async () => {
    const { exit, out, err } = await choreo('');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    await expectOutput('no-arguments', out);
  });

  test.each(['--help', '-h'])('%s lists all commands, examples first', async (flag) => {
    const { exit, out, err } = await choreo(flag);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    await expectOutput('help', out);
  });

  test('a command has its own', async () => {
    const { exit, out } = await choreo('demo --help');
    expect(exit).toBe(0);
    await expectOutput('demo-help', out);
  });

  test('no line is longer than 100 characters', async () => {
    const { out } = await choreo('--help');
    const { out: demo } = await choreo('demo --help');
    expect(`${out}${demo}`.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test('a group without its command prints what there is, as help and not as data, and ends with 2', async () => {
    const { exit, out, err } = await choreo('schema');
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toMatch(/^Usage: choreo schema .*\n {2}generate .*\n/s);
  });
});

describe('what cannot be run as it was typed ends with 2 and three lines on standard error', () => {
  test.each([
    ['an unknown command', 'dmeo', 'unknown-command'],
    ['an unknown option', 'demo --fial shipping', 'unknown-option'],
    ['a number that is none', 'demo --orders many', 'invalid-number'],
    ['a choice that there is not', 'demo --faults lots', 'invalid-choice'],
    ['a word too many', 'version now', 'excess-argument'],
    ['a word too few', 'explain', 'missing-argument'],
    ['a service that there is not', 'demo --fail shiping', 'unknown-service'],
  ])('%s', async (_, args, name) => {
    const { exit, out, err } = await choreo(args);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    await expectOutput(name, err);
  });

  test.each([
    ['version now --json', 2, 'USAGE', 'This command takes fewer arguments.'],
    ['--output json explain SCHEMA_VIOLATOIN', 4, 'NOT_FOUND', expect.any(String)],
    ['explain SCHEMA_VIOLATOIN -ojson', 4, 'NOT_FOUND', expect.any(String)],
    ['check nowhere.ts -o json', 2, 'USAGE', expect.any(String)],
    ['check nowhere.ts -o jsonl', 2, 'USAGE', expect.any(String)],
    ['version now --output=jsonl', 2, 'USAGE', expect.any(String)],
  ])('of %s is one line of JSON on standard error', async (args, exit, code, why) => {
    const ran = await choreo(args);
    expect([ran.exit, ran.out, ran.err.trimEnd().split('\n').length]).toEqual([exit, '', 1]);
    const { version, error } = JSON.parse(ran.err);
    expect({ version, ...error }).toEqual({ version: 1, code, what: expect.any(String), why, fix: expect.any(String), exit });
  });

  test('is text where JSON was asked of another command, and has its stack in JSON when it was asked for', async () => {
    expect((await choreo('explain NOTHING -- --json')).err).toMatch(/^error /);
    expect((await choreo('explain --output=json NOTHING --verbose')).err).toContain('"stack":"');
  });

  test('the service that takes the orders cannot be broken', async () => {
    expect(await choreo('demo --fail order')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('There is no service order to break.'),
    });
  });
});

describe('explain', () => {
  test('says where a code comes from, when it comes and what to do', async () => {
    const { exit, out } = await choreo('explain SCHEMA_VIOLATION', { errorPage });
    expect({ exit, out }).toEqual({
      exit: 0,
      out: 'SCHEMA_VIOLATION\nwhere       In a reaction\nwhen        Data does not meet its schema.\nwhat to do  Correct the data.\n',
    });
  });

  test('takes a code in any case', async () => {
    expect(await choreo('explain schema-violation', { errorPage })).toEqual(await choreo('explain SCHEMA_VIOLATION', { errorPage }));
  });

  test.each(['explain SCHEMA_UNREADABLE --json', '--json explain SCHEMA_UNREADABLE', 'explain SCHEMA_UNREADABLE -o json'])(
    '%s is one document with a version',
    async (args) => {
      const { out } = await choreo(args, { errorPage });
      expect(JSON.parse(out)).toEqual({
        version: 1,
        command: 'explain',
        code: 'SCHEMA_UNREADABLE',
        section: 'Schemas',
        when: 'A schema file cannot be read.',
        whatToDo: 'Check the path.',
      });
    },
  );

  test('a code that there is not ends with 4 and the nearest one', async () => {
    const { exit, out, err } = await choreo('explain SCHEMA_VIOLATOIN', { errorPage });
    expect({ exit, out }).toEqual({ exit: 4, out: '' });
    await expectOutput('explain-unknown', err);
  });

  test('knows every code of the page in the repository', async () => {
    expect(await choreo('explain STEP_TAKEN')).toMatchObject({ exit: 0, out: expect.stringContaining('Put it into a saga of its own.') });
  });
});

describe('version', () => {
  test.each(['version', '--version'])('%s prints nothing else', async (args) => {
    expect(await choreo(args)).toMatchObject({ exit: 0, out: '1.2.3\n', err: '' });
  });

  test('as JSON', async () => {
    expect(JSON.parse((await choreo('version --json')).out)).toEqual({ version: 1, command: 'version', package: '1.2.3' });
  });
});

const gateOfTheSample = `✓ 15 versions: none was changed, none breaks another beyond what is accepted
✓ they have all that consumers read: inventory, notification, order, payment, search, shipping
  accepted OrderPlaced/2.json: inventory and search lift version 1 with addCurrency, and were deployed first (/currency required-added, /currency property-added)
`;

describe('schema', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'choreo-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('check ends with 3 when the generated files are not up to date, and says what to run', async () => {
    const { exit, out, err } = await choreo(`schema check --out ${folder}`);
    expect({ exit, err }).toEqual({ exit: 3, err: '' });
    expect(out).toBe(
      `✗ ${join(folder, 'index.ts')} is missing\n✗ ${join(folder, 'validators.ts')} is missing\nnext: choreo schema generate   writes them; then commit what changed\n${gateOfTheSample}`,
    );
  });

  test('generate writes what is missing, and check is then content', async () => {
    const written = await choreo(`schema generate --out ${folder}`);
    expect(written).toMatchObject({ exit: 0, out: `✓ ${join(folder, 'index.ts')} written\n✓ ${join(folder, 'validators.ts')} written\n` });
    expect(await choreo(`schema check --out ${folder}`)).toMatchObject({
      exit: 0,
      out: `✓ 2 files in ${folder}: all up to date\n${gateOfTheSample}`,
    });
  }, 30_000);

  test('generate --check writes nothing', async () => {
    expect(await choreo(`schema generate --check --out ${folder}`)).toMatchObject({ exit: 3 });
    expect(await choreo(`schema check --out ${folder}`)).toMatchObject({ exit: 3 });
  });

  test('as JSON', async () => {
    const { exit, out } = await choreo(`schema check --json --out ${folder}`);
    expect({ exit, data: JSON.parse(out) }).toEqual({
      exit: 3,
      data: {
        version: 1,
        command: 'schema check',
        out: folder,
        files: ['index.ts', 'validators.ts'],
        drift: [
          { file: 'index.ts', kind: 'missing' },
          { file: 'validators.ts', kind: 'missing' },
        ],
        gate: expect.objectContaining({ ok: true, findings: [], unlocked: [], versions: 15 }),
      },
    });
  });

  test('an error of the library takes its advice from the page of errors', async () => {
    const { exit, err } = await choreo(`schema check --directory ${join(folder, 'nowhere')}`, { errorPage });
    expect(exit).toBe(1);
    expect(err).toMatch(/^error SCHEMA_UNREADABLE {2}/);
    expect(err).toContain('\n  why  A schema file cannot be read.\n  fix  Check the path. See choreo explain SCHEMA_UNREADABLE.\n');
    expect(err).not.toContain('    at ');
  });

  test('--verbose adds where an error came from', async () => {
    const { err } = await choreo(`schema check --verbose --directory ${join(folder, 'nowhere')}`, { errorPage });
    expect(err).toContain('    at ');
  });
});

describe('colours', () => {
  const start = '\u001b[';

  test.each([
    ['on a screen', '', { isScreen: true }, true],
    ['in a file', '', {}, false],
    ['in a file that asked for them', ' --color always', {}, true],
    ['on a screen that did not', ' --color never', { isScreen: true }, false],
    ['on a screen with NO_COLOR', '', { isScreen: true, env: { NO_COLOR: '1' } }, false],
    ['on a dumb terminal', '', { isScreen: true, env: { TERM: 'dumb' } }, false],
  ])('%s', async (_, option, deps, colored) => {
    const { out } = await choreo(`explain SCHEMA_VIOLATION${option}`, deps);
    expect(out.includes(start)).toBe(colored);
  });

  test.each(['--color always', '--color=always'])('in an error with %s', async (option) => {
    expect((await choreo(`explain NOTHING ${option}`)).err).toContain(start);
  });
});

test('the executable ends as the command did, and keeps data and errors apart', async () => {
  const bin = ['--import', 'tsx', '--conditions=source', 'bin/choreo.ts'];
  const run = promisify(execFile);
  await expect(run(process.execPath, [...bin, 'version'])).resolves.toMatchObject({
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
  await expect(run(process.execPath, [...bin, 'dmeo'])).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^error USAGE/),
  });
}, 30_000);
