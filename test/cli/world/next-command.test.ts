import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stuckText } from '../../../lib/cli/operations/saga-list-text.ts';
import { createPaint } from '../../../lib/cli/terminal.ts';
import { nextInWorld } from '../../../lib/cli/world/next-command.ts';
import { standstillText } from '../../../lib/operations/generations/standstill-text.ts';
import type { StuckFinding } from '../../../lib/operations/sagas/stuck-finding.ts';
import { leftBehind } from '../operations/left-behind.ts';

const inShop = nextInWorld({ backbone: 'shop' });

test('a command that comes next names the world as the one before it did', () => {
  expect(nextInWorld({})('choreo saga show x')).toBe('choreo saga show x');
  expect(inShop('choreo saga show x')).toBe('choreo saga show x --backbone shop');
  expect(nextInWorld({ run: "a shop's.json" })('choreo saga show x')).toBe("choreo saga show x --run 'a shop'\\''s.json'");
});

test('a pause says how to resume in the same world', async () => {
  const shop = await leftBehind({ leave: 'paused' });
  const pause = (...options: readonly string[]) => shop.run(['consumer', 'pause', 'payment', '--yes', '--reason', 'r', ...options]);
  expect((await pause()).out).toMatch(/next: choreo consumer resume payment\n$/);
  const { out } = await pause('--backbone', 'shop', '--endpoint-url', 'http://127.0.0.1:4566', '--color', 'always');
  expect(out).toContain('next: choreo consumer resume payment --backbone shop --endpoint-url http://127.0.0.1:4566\n');
  expect((await pause('--run', 'a shop.json')).out).toContain("payment --run 'a shop.json'\n");
});

test('what somebody wrote is no command of ours: its text stays as it is', async () => {
  const shop = await leftBehind({ leave: 'paused' });
  const reason = 'see next: choreo saga show x';
  const { out } = await shop.run(['consumer', 'pause', 'payment', '--yes', '--reason', reason, '--backbone', 'shop']);
  expect(out).toContain(`payment is paused: ${reason}\n`);
});

test('a replay that is interrupted says how to go on in the same world', async () => {
  const shop = await leftBehind({ leave: 'missed' });
  const args = 'replay start notification --from-start --yes --backbone shop';
  const { err } = await shop.run(args, { onInterrupt: (listener) => listener() });
  expect(err).toMatch(/choreo replay resume \S+ --backbone shop continues it, choreo replay stop \S+ --backbone shop ends it/);
});

test('what stands still names the world in both of its remedies', () => {
  const standstill = { kind: 'not-switched', generation: 2, since: 0, next: 'choreo generation switch search' } as const;
  expect(standstillText('search', standstill, inShop)).toMatch(
    /: choreo generation switch search --backbone shop, or choreo generation discard search 2 --backbone shop$/,
  );
});

test('a coloured command is coloured to its end', () => {
  const finding: StuckFinding = {
    kind: 'unpublished',
    correlationId: 'c',
    service: 'order',
    since: '2026-01-01T00:00:00.000Z',
    deadLetters: [],
    paused: false,
  } as never;
  const list = { items: [finding], looked: 1, olderThanSeconds: 60, now: Date.parse('2026-01-01T00:20:00Z') };
  const text = stuckText(list, createPaint(true), inShop);
  expect(text).toContain('\u001b[2mnext: choreo saga show <correlation id> --backbone shop\u001b[22m\n');
});

test('no text of a command writes by itself what comes next in its world', () => {
  const files = readdirSync('lib/cli', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('lib/cli', file));
  expect(files.length).toBeGreaterThan(50);
  const bare = files.filter((file) => /next: choreo (?:consumer|dead-letter|generation|replay|saga)/.test(readFileSync(file, 'utf8')));
  expect(bare).toEqual([]);
});
