import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { explanationsIn } from '../../lib/cli/error-page.ts';

test('every code with a row in docs/errors.md is explained, with its section', async () => {
  const page = await readFile('docs/errors.md', 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const explanations = explanationsIn(page);
  expect(rows.length).toBeGreaterThan(40);
  expect(explanations.map(({ code }) => code)).toEqual(rows.map((line) => /`([^`]+)`/.exec(line)?.[1]));
  for (const { code, section, when, whatToDo } of explanations) expect([code, section, when, whatToDo]).not.toContain('');
});

test('a line that is no row is not taken for one', () => {
  expect(explanationsIn('## A\n| `lower` | a | b |\n| `CODE` | only when |\ntext `CODE` | a | b |\n')).toEqual([]);
});
