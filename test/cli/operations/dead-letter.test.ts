import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listAudit } from '../../../lib/operations/audit.ts';
import { expectOutput } from '../expected.ts';
import { type LeftBehind, leftBehind } from './left-behind.ts';

interface Letters {
  readonly items: readonly { readonly id: string; readonly consumer: string; readonly code: string; readonly state: string }[];
}

const failed = () => leftBehind({ leave: 'failed' });
/** Mails that nobody knows about, and a broken record. */
const unknown = () => leftBehind({ orders: 24, faults: 'some' });

async function firstOf(shop: LeftBehind, code: string): Promise<Letters['items'][number]> {
  const { items } = await shop.json<Letters>(`dead-letter list --each --code ${code}`);
  return items[0] as Letters['items'][number];
}

describe('dead-letter list', () => {
  test('says how many different problems there are', async () => {
    const shop = await unknown();
    const { exit, out, err } = await shop.run('dead-letter list');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    // The hash depends on the stacks, and so on how the code was compiled.
    await expectOutput('dead-letter-list', out.replace(/--problem [\w-]{12}/g, '--problem <hash>'));
    const { groups } = await shop.json<{ groups: readonly { problem: string; count: number }[] }>('dead-letter list');
    for (const { problem, count } of groups)
      expect((await shop.json<Letters>(`dead-letter list --each --problem ${problem}`)).items).toHaveLength(count);
  });

  test('takes what the filter says', async () => {
    const shop = await unknown();
    for (const [filter, letters] of [
      ['search', 1],
      ['--type OrderPlaced', 2],
      ['--code OUTCOME_UNKNOWN', 3],
      ['--reaction notifyCustomer', 3],
      ['--older-than 7d', 0],
      ['--newer-than 1d', 5],
      ['--correlation-id poison', 2],
      ['--state closed', 0],
    ] as const) {
      const { items } = await shop.json<Letters>(`dead-letter list --each ${filter}`);
      expect([filter, items.length]).toEqual([filter, letters]);
    }
  });

  test('lists them one by one, page by page', async () => {
    const shop = await failed();
    const { out } = await shop.run('dead-letter list --each --limit 3');
    await expectOutput('dead-letter-list-each', out);
    const cursor = /--cursor (\S+)/.exec(out)?.[1] ?? '';
    const { items } = await shop.json<Letters>(`dead-letter list --each --cursor ${cursor}`);
    expect(items).toHaveLength(1);
  });

  test('says which ones nothing would run on any more, as do their redrive and show', async () => {
    const shop = await leftBehind({ leave: 'failed' });
    const { access } = shop.world;
    const consumers = async () =>
      (await access.consumers()).map(({ manifest, ...one }) => ({
        ...one,
        ...(manifest ? { manifest: { ...manifest, reactions: [] } } : {}),
      }));
    const run = (args: string) => shop.run(args, { world: { ...shop.world, access: { ...access, consumers } } });
    const [{ id }] = (await shop.json<{ items: [{ id: string }] }>('dead-letter list --each --limit 1')).items;
    const outputs = [
      await run('dead-letter list'),
      await run('dead-letter list --each --limit 1'),
      await run(`dead-letter show notification ${id}`),
      await run('dead-letter redrive notification --yes --reason r'),
    ];
    await expectOutput('dead-letter-untaken', outputs.map(({ out }) => out.replace(/^message[\s\S]*?\n\n/m, '')).join('\n'));
  });

  test('says that there are none', async () => {
    const shop = await failed();
    expect(await shop.run('dead-letter list order')).toMatchObject({ exit: 0, out: 'no dead letters\n' });
    expect(await shop.run('dead-letter list nobody')).toMatchObject({ exit: 4, out: '' });
    for (const each of ['', ' --each'])
      expect((await shop.run(`dead-letter list --code TYPO${each}`)).out).toBe(
        'no dead letter is like that; choreo dead-letter list shows all that are not closed\n',
      );
  });
});

describe('dead-letter show', () => {
  test('withholds the data, and says what the journal knows', async () => {
    const shop = await unknown();
    const { consumer, id } = await firstOf(shop, 'OUTCOME_UNKNOWN');
    const { exit, out } = await shop.run(`dead-letter show ${consumer} ${id}`);
    expect(exit).toBe(0);
    await expectOutput('dead-letter-show', out);
  });

  test('shows what others have written, and does not obey it', async () => {
    const shop = await failed();
    const { id } = await firstOf(shop, 'REACTION_FAILED');
    await shop.run(['dead-letter', 'redrive', 'notification', id, '--reason', 'gone\u001b[2J', '--yes']);
    expect((await shop.run(`dead-letter show notification ${id}`)).out).toContain('redriven by ada: gone\ufffd[2J');
    expect((await shop.run('dead-letter show notification \u001b[2J')).err).toContain('no dead letter \ufffd[2J');
  });

  test('reveals it for a reason, which is in the audit', async () => {
    const shop = await unknown();
    const { consumer, id } = await firstOf(shop, 'OUTCOME_UNKNOWN');
    expect(await shop.run(`dead-letter show ${consumer} ${id} --reveal`)).toMatchObject({ exit: 2, out: '' });
    const { out } = await shop.run(`dead-letter show ${consumer} ${id} --reveal --reason complaint`);
    expect(out).toContain('"orderId": ');
    const { items } = await listAudit(shop.world.access, { limit: 10 });
    expect(items).toMatchObject([{ who: 'ada', action: 'dead-letter.reveal', subject: id, reason: 'complaint' }]);
  });

  test('of one that there is not ends with 4', async () => {
    const { exit, err } = await (await failed()).run('dead-letter show search 2026');
    expect(exit).toBe(4);
    await expectOutput('dead-letter-not-found', err);
  });
});

describe('dead-letter redrive', () => {
  test('says what it would do, and does nothing', async () => {
    const shop = await failed();
    const { exit, out } = await shop.run('dead-letter redrive notification --limit 3 --dry-run');
    expect(exit).toBe(0);
    await expectOutput('dead-letter-redrive-dry-run', out);
    await shop.world.changed();
    expect(shop.mails()).toBe(0);
  });

  test('asks nobody off a terminal, and does nothing', async () => {
    const shop = await failed();
    const { exit, out, err } = await shop.run('dead-letter redrive notification');
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    await expectOutput('dead-letter-redrive-refused', err);
    expect(shop.mails()).toBe(0);
  });

  test('does it when it is told to on the terminal, and not when it is not', async () => {
    const shop = await failed();
    const questions: string[] = [];
    const answer = (text: string) => async (question: string) => {
      questions.push(question);
      return text;
    };
    expect(await shop.run('dead-letter redrive notification', { ask: answer('') })).toMatchObject({ exit: 2 });
    expect(shop.mails()).toBe(0);
    expect(await shop.run('dead-letter redrive notification', { ask: answer('y') })).toMatchObject({ exit: 0 });
    expect(shop.mails()).toBe(4);
    expect(questions).toEqual(Array(2).fill('This will redrive 4 dead letters of notification. Go on? [y/N] '));
  });

  test('sends each once, however often it is run', async () => {
    const shop = await failed();
    const { out } = await shop.run('dead-letter redrive notification --yes --reason fixed');
    await expectOutput('dead-letter-redrive', out);
    const { out: again } = await shop.run('dead-letter redrive notification --yes');
    await expectOutput('dead-letter-redrive-again', again);
    expect((await shop.run('dead-letter redrive notification --dry-run')).out).toMatch(/^nothing to redrive {2}0 dead letters/);
    expect(shop.mails()).toBe(4);
  });

  test('Ctrl-C says that the same command goes on', async () => {
    const shop = await failed();
    let listener = () => {};
    const { err } = await shop.run('dead-letter redrive notification --yes', {
      onInterrupt(given) {
        listener = given;
        listener();
      },
    });
    expect(err).toBe('\nStopped. Nothing is lost: run the same command again for the rest.\n');
  });
});

describe('dead-letter edit', () => {
  test('corrects the data, keeps the original, and the redrive takes the corrected one', async () => {
    const shop = await unknown();
    const { id } = await firstOf(shop, 'SCHEMA_VIOLATION');
    const whole = JSON.stringify({
      orderId: 'o-0',
      customerId: 'Ada',
      items: [{ sku: 'tea', quantity: 1 }],
      totalCents: 450,
      currency: 'EUR',
    });
    const file = join(await mkdtemp(join(tmpdir(), 'choreo-')), 'data.json');
    await writeFile(file, whole);
    const { exit, out } = await shop.run([
      'dead-letter',
      'edit',
      'inventory',
      id,
      '--data',
      `@${file}`,
      '--reason',
      'the script is corrected',
      '--yes',
    ]);
    expect(exit).toBe(0);
    await expectOutput('dead-letter-edit', out);
    await shop.run(`dead-letter redrive inventory ${id} --yes`);
    const { letter } = await shop.json<{ letter: { state: string; original: object } }>(`dead-letter show inventory ${id}`);
    expect(letter).toMatchObject({ state: 'closed', original: { data: '[redacted]' } });
  });

  test('refuses what would be a dead letter again, and takes it unchecked', async () => {
    const shop = await unknown();
    const { id } = await firstOf(shop, 'SCHEMA_VIOLATION');
    const edit = ['dead-letter', 'edit', 'inventory', id, '--data', '{"orderId":"o-0","items":"none"}', '--reason', 'r', '--yes'];
    const refused = await shop.run(edit);
    expect(refused).toMatchObject({ exit: 2, out: '' });
    await expectOutput('dead-letter-edit-invalid', refused.err);
    const { exit, out } = await shop.run([...edit, '--unchecked']);
    expect(exit).toBe(0);
    await expectOutput('dead-letter-edit-unchecked', out);
  });

  test('says that nobody could check it', async () => {
    const shop = await unknown();
    const { id, consumer } = await firstOf(shop, 'SCHEMA_VIOLATION');
    const { letter } = await shop.json<{ letter: { message: object } }>(`dead-letter show ${consumer} ${id} --reveal --reason r`);
    const message = JSON.stringify({ ...letter.message, dataschema: 'urn:aws-choreography:OrderPlaced:9' });
    const edit = ['dead-letter', 'edit', consumer, id, '--message', message, '--reason', 'r', '--yes'];
    expect(await shop.run(edit)).toMatchObject({ exit: 2, err: expect.stringContaining('reads it as OrderPlaced version 2: data') });
    expect((await shop.run([...edit, '--unchecked'])).out).toContain(
      'its schema is not known here (nobody has registered OrderPlaced version 9), so its data was not checked',
    );
  });

  test('refuses what is no JSON, and what is no correction', async () => {
    const shop = await unknown();
    const { id } = await firstOf(shop, 'SCHEMA_VIOLATION');
    const edit = (...more: readonly string[]) => shop.run(['dead-letter', 'edit', 'inventory', id, '--reason', 'r', '--yes', ...more]);
    expect(await edit('--data', '{')).toMatchObject({ exit: 2, err: expect.stringContaining('--data is not valid JSON') });
    expect(await edit()).toMatchObject({ exit: 2, err: expect.stringContaining('Give either --data or --message') });
    expect(await edit('--message', '{}')).toMatchObject({ exit: 2, err: expect.stringContaining('EDIT_REFUSED') });
  });
});

describe('dead-letter discard and resolve', () => {
  test('of one that is closed say that nothing is left to do, and show says since when', async () => {
    const shop = await failed();
    const { id } = await firstOf(shop, 'REACTION_FAILED');
    const run = (verb: string, more = '') => shop.run(`dead-letter ${verb} notification ${id} --reason r --yes${more}`);
    await run('discard');
    for (const ran of [await run('discard'), await run('resolve', ' --as done'), await run('edit', ' --data {}')]) {
      expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining(': it is closed.') });
      expect(ran.err).toContain('  fix  Nothing is left to do about it; choreo dead-letter show says since when.');
    }
    expect((await shop.run(`dead-letter show notification ${id}`)).out).toMatch(
      /\nstate {7}closed since 2026-01-01 \d{2}:\d{2}:\d{2}, 1 attempt/,
    );
  });

  test('discard closes one that never ran', async () => {
    const shop = await failed();
    const { id } = await firstOf(shop, 'REACTION_FAILED');
    const { exit, out } = await shop.run(`dead-letter discard notification ${id} --reason told-by-phone --yes`);
    expect(exit).toBe(0);
    await expectOutput('dead-letter-discard', out);
    await shop.run('dead-letter redrive notification --yes');
    expect(shop.mails()).toBe(3);
  });

  test('discard refuses one whose outcome is not known, and resolve closes it', async () => {
    const shop = await unknown();
    const { id } = await firstOf(shop, 'OUTCOME_UNKNOWN');
    const refused = await shop.run(`dead-letter discard notification ${id} --reason r --yes`);
    expect(refused.exit).toBe(2);
    await expectOutput('dead-letter-discard-refused', refused.err);
    const { exit, out } = await shop.run(`dead-letter resolve notification ${id} --as done --reason found --yes`);
    expect(exit).toBe(0);
    await expectOutput('dead-letter-resolve', out);
  });
});
