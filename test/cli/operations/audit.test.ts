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
    const { exit, err } = await shop.run('audit list --day monday');
    expect([exit, err]).toEqual([2, expect.stringContaining('--day monday is no day.')]);
  });
});
