import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { choreo } from '../run-choreo.ts';

async function saved(leave: string) {
  const folder = await mkdtemp(join(tmpdir(), 'choreo-'));
  const file = join(folder, 'run.json');
  const ran = await choreo(['demo', '--orders', '3', '--faults', 'none', '--leave', leave, '--save', file]);
  const run = (args: string, env = { USER: 'ada' }) => choreo([...args.split(' '), '--run', file], { env });
  return { folder, file, ran, run };
}

describe('a saved run', () => {
  test('is opened by every command where the last change has left it', async () => {
    const { file, ran, run } = await saved('failed');
    expect(ran).toMatchObject({ exit: 0, err: `\nThe run is kept in ${file}: choreo page --run ${file}\n` });
    expect((await run('dead-letter list')).out).toContain('3 dead letters, 1 problem');
    await run('dead-letter redrive notification --limit 1 --yes', { USER: 'bob' });
    expect((await run('dead-letter list')).out).toContain('2 dead letters, 1 problem');
    await run('dead-letter redrive notification --yes');
    expect((await run('dead-letter list')).out).toBe('no dead letters\n');
    const { out } = await run('dead-letter list --each --state closed --limit 3 --json');
    const ids = (JSON.parse(out) as { items: { id: string }[] }).items.map(({ id }) => id);
    const notes = await Promise.all(ids.map(async (id) => (await run(`dead-letter show notification ${id}`)).out));
    expect(notes.map((text) => /redriven by (\w+)/.exec(text)?.[1]).sort()).toEqual(['ada', 'ada', 'bob']);
  });

  test('is not changed by what only looks, or is refused', async () => {
    const { file, run } = await saved('failed');
    const before = await readFile(file, 'utf8');
    await run('consumer list');
    await run('dead-letter redrive notification --dry-run');
    expect(await run('dead-letter redrive notification')).toMatchObject({ exit: 2 });
    expect(await run('consumer list --watch')).toMatchObject({ exit: 2, err: expect.stringContaining('A saved run cannot be watched.') });
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  test('keeps what a command has read from a file', async () => {
    const { folder, file, run } = await saved('failed');
    const { out } = await run('dead-letter list --each --json');
    const [{ id } = { id: '' }] = (JSON.parse(out) as { items: { id: string }[] }).items;
    const data = join(folder, 'data.json');
    await writeFile(data, JSON.stringify({ orderId: 'o-corrected' }));
    const edited = await run(`dead-letter edit notification ${id} --data=@${data} --reason @bob --yes`);
    expect(edited.exit).toBe(0);
    await writeFile(data, 'something else');
    expect((await run(`dead-letter show notification ${id}`)).out).toContain('edited by ada: @bob');
    expect(await readFile(file, 'utf8')).toContain('o-corrected');
  });

  test('that is none, or of another shop, is refused', async () => {
    const { file, run } = await saved('missed');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/"trace": "\w+"/, '"trace": "0"'));
    expect(await run('consumer list')).toMatchObject({ exit: 1, err: expect.stringContaining('RUN_DIFFERS') });
    await writeFile(file, '{}');
    expect(await run('consumer list')).toMatchObject({ exit: 1, err: expect.stringContaining('RUN_UNREADABLE') });
    expect(await choreo('consumer list --run nowhere.json')).toMatchObject({ exit: 1, err: expect.stringContaining('RUN_UNREADABLE') });
    expect(await choreo(['demo', '--orders', '1', '--save', 'package.json/run.json'])).toMatchObject({
      exit: 1,
      err: expect.stringContaining('OUTPUT_UNWRITABLE'),
    });
  });

  test.each([
    ['runs a program', ['schema', 'record', '--contracts', '.', '--', 'touch', 'MARK']],
    ['writes files', ['--json', 'new', 'MARK']],
    ['reads a file of whoever opens it', ['publish', 'OrderExpired', '--data', '@package.json']],
    ['reads one in another way', ['publish', 'OrderExpired', '--data=@package.json']],
    ['does not exist', ['nonsense']],
  ])('with a command that %s is refused: somebody else may have written it', async (_, args) => {
    const { folder, file, run } = await saved('missed');
    const mark = join(folder, 'mark');
    const kept = JSON.parse(await readFile(file, 'utf8')) as object;
    const commands = [{ who: 'eve', args: args.map((arg) => arg.replace('MARK', mark)) }];
    await writeFile(file, JSON.stringify({ ...kept, commands }));
    expect(await run('consumer list')).toMatchObject({ exit: 1, out: '', err: expect.stringContaining('RUN_UNREADABLE') });
    expect(existsSync(mark)).toBe(false);
  });

  test('and a backbone on AWS do not go together', async () => {
    expect(await choreo('consumer list --run run.json --backbone shop')).toMatchObject({ exit: 2, out: '' });
  });

  test('--fail and --leave do not go together', async () => {
    expect(await choreo('demo --fail shipping --leave missed')).toMatchObject({ exit: 2, out: '' });
  });
});
