import { describe, expect, test } from 'vitest';
import { expectOutput } from '../expected.ts';
import { leftBehind } from './left-behind.ts';

interface Entries {
  readonly items: readonly { readonly action: string; readonly reason?: string }[];
  readonly more: boolean;
}

describe('audit list', () => {
  test('says who did what, where, why and how it ended, the newest first', async () => {
    const shop = await leftBehind({ leave: 'failed' });
    expect((await shop.run('audit list')).out).toBe('nothing was done\n');
    await shop.run(['consumer', 'pause', 'payment', '--reason', 'a wrong\u001b[2J price', '--yes']);
    await shop.run('dead-letter redrive notification --limit 1 --reason fixed --yes');
    const { exit, out } = await shop.run('audit list');
    expect(exit).toBe(0);
    await expectOutput('audit-list', out);
  });

  test('lists as many as are asked for, of a day', async () => {
    const shop = await leftBehind({ leave: 'failed' });
    for (const consumer of ['payment', 'shipping', 'search']) await shop.run(`consumer pause ${consumer} --reason ${consumer} --yes`);
    const reasons = async (options: string) => {
      const { items, more } = await shop.json<Entries>(`audit list ${options}`);
      return [...items.map(({ reason }) => reason), more];
    };
    expect(await reasons('--limit 2')).toEqual(['search', 'shipping', true]);
    expect((await shop.run('audit list --limit 2')).out).toContain('there are more: raise --limit, or name a --day');
    expect(await reasons('--day 2026-01')).toEqual(['search', 'shipping', 'payment', false]);
    expect(await reasons('--day 2025-12-31')).toEqual([false]);
  });

  test.each(['monday', '2026-13', '2026-02-31', '2026-1-1'])('refuses --day %s, which is none', async (day) => {
    const { exit, err } = await (await leftBehind({ leave: 'failed' })).run(`audit list --day ${day}`);
    expect([exit, err]).toEqual([2, expect.stringContaining(`--day ${day} is no day.`)]);
  });

  test.each(['2026-01-02', '2026-02', '2027'])('refuses --day %s, which is still to come', async (day) => {
    const { exit, err } = await (await leftBehind({ leave: 'failed' })).run(`audit list --day ${day}`);
    expect([exit, err]).toEqual([
      2,
      `error USAGE  --day ${day} is still to come.\n  why  Here it is 2026-01-01 now, in UTC.\n  fix  Write a day up to --day 2026-01-01.\n`,
    ]);
  });

  test.each(['2026-01-01', '2026-01', '2026', '2024-02-29'])('takes --day %s', async (day) => {
    expect(await (await leftBehind({ leave: 'failed' })).run(`audit list --day ${day}`)).toMatchObject({ exit: 0 });
  });
});
