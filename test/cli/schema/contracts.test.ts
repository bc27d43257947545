import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import shop from '../../../functions/choreography.ts';
import { reactionsOf } from '../../../lib/contract/service.ts';
import { readContracts } from '../../../lib/schema/contracts/contract.ts';
import { readSchemas } from '../../../lib/schema/read.ts';
import { emptyDirectory } from '../../schema/schema-directory.ts';
import { expectOutput } from '../expected.ts';
import { choreo } from '../run-choreo.ts';

/** A copy of the sample's schemas, with a next version of OrderPlaced. */
async function schemasWithNext(change: (text: string) => string): Promise<string> {
  const directory = await emptyDirectory();
  await cp('schemas', directory, { recursive: true });
  await writeFile(join(directory, 'OrderPlaced/3.json'), change(await readFile('schemas/OrderPlaced/2.json', 'utf8')));
  await choreo(`schema generate --directory ${directory}`);
  return directory;
}

/** Tests of a team, as far as `record` sees them: they leave these lines, and end with `exit`. */
async function testsThat(lines: readonly object[], exit = 0): Promise<string> {
  const script = join(await emptyDirectory(), 'tests.mjs');
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await writeFile(
    script,
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.CHOREO_RECORD + '/1.jsonl', ${JSON.stringify(text)});\nconsole.log('tests ran');\nprocess.exit(${exit});\n`,
  );
  return `node ${script}`;
}

const read = { consumer: 'inventory', reaction: 'reserveInventory', message: 'OrderPlaced', version: 2, path: '/items', type: 'array' };

describe('schema check', () => {
  test('stops a renamed required field, and names the consumer, the reaction and the field', async () => {
    const directory = await schemasWithNext((text) => text.replaceAll('"totalCents"', '"amountCents"'));
    const { exit, out } = await choreo(`schema check --directory ${directory}`);
    expect(exit).toBe(3);
    await expectOutput('schema-check-renamed-field', out.replaceAll(directory, 'schemas'));
  });

  test('stops the build of a project there: a script that goes on after it does not get that far', async () => {
    const directory = await schemasWithNext((text) => text.replaceAll('"totalCents"', '"amountCents"'));
    const script = join(directory, 'build.sh');
    const check = `node --import tsx --conditions=source bin/choreo.ts schema check --directory '${directory}'`;
    await writeFile(script, `set -e\necho checking\n${check}\necho deploying\n`);
    const { status, stdout } = spawnSync('sh', [script], { encoding: 'utf8' });
    expect(status).toBe(3);
    expect(stdout.split('\n')[0]).toBe('checking');
    expect(stdout).toContain('OrderPlaced/3.json /totalCents  field-missing, breaks inventory in reserveInventory\n');
    expect(stdout).not.toContain('deploying');
  }, 30_000);

  test('has nothing to say of contracts that are not there', async () => {
    const { out } = await choreo(`schema check --contracts ${await emptyDirectory()}`);
    expect(out).not.toContain('what consumers read');
  });
});

describe('the contracts of the sample', () => {
  test('name every reaction of every service, in the versions that it was built with', async () => {
    const reads = await readContracts('functions');
    const recorded = new Set(reads.map(({ consumer, reaction }) => `${consumer} ${reaction}`));
    const reactions = shop.services.flatMap((service) => reactionsOf(service).map(({ name }) => `${service.name} ${name}`));
    expect([...recorded].sort()).toEqual(reactions.sort());
    const versions = new Map((await readSchemas('schemas')).messages.map(({ type, versions: all }) => [type, all.at(-1)?.version]));
    expect(reads.filter(({ message, version }) => versions.get(message) !== version)).toEqual([]);
  });
});

describe('schema record', () => {
  test('keeps what was read beside the service, and says nothing of it the second time', async () => {
    const contracts = await emptyDirectory();
    await mkdir(join(contracts, 'inventory'));
    const tests = await testsThat([read, { ...read, consumer: 'stranger' }]);
    const before = await choreo(`schema record --check --contracts ${contracts} -- ${tests}`);
    const first = await choreo(`schema record --contracts ${contracts} -- ${tests}`);
    const second = await choreo(`schema record --check --contracts ${contracts} -- ${tests}`);
    const again = await choreo(`schema record --json --contracts ${contracts} -- ${tests}`);
    expect([before, first, second].map(({ exit, err }) => [exit, err])).toEqual([3, 0, 0].map((exit) => [exit, 'tests ran\n']));
    const outputs = [before, first, second, again].map(({ out }) => out.replaceAll(contracts, 'functions'));
    await expectOutput('schema-record', outputs.join('\n'));
    expect(JSON.parse(await readFile(join(contracts, 'inventory/contract.json'), 'utf8'))).toEqual({
      service: 'inventory',
      reads: { reserveInventory: { OrderPlaced: { version: 2, fields: { '/items': 'array' } } } },
    });
  });

  test('writes nothing when the tests fail or cannot be started', async () => {
    const contracts = await emptyDirectory();
    await mkdir(join(contracts, 'inventory'));
    const failing = await choreo(`schema record --contracts ${contracts} -- ${await testsThat([read], 1)}`);
    expect(failing.exit).toBe(1);
    expect(failing.err).toMatch(/^tests ran\nerror RECORDING_FAILED {2}node .* ended with 1; no contract was written\.\n/);
    const missing = await choreo(`schema record --contracts ${contracts} -- no-such-program`);
    expect(missing.err).toMatch(/^error RECORDING_FAILED {2}no-such-program could not be started; no contract was written\.\n/);
    await expect(readFile(join(contracts, 'inventory/contract.json'))).rejects.toThrow('ENOENT');
  });
});
