import { expect, test } from 'vitest';
import { tableText } from '../../lib/cli/table.ts';
import { createPaint } from '../../lib/cli/terminal.ts';
import { oneLine, printable, printableJson, wrap } from '../../lib/cli/text-layout.ts';

test('control characters of others are shown, not obeyed; our colours and lines stay', () => {
  expect(printable('a\u001b[2Jb\u001b]0;title\u0007\r\u009b31m')).toBe('a\ufffd[2Jb\ufffd]0;title\ufffd\ufffd\ufffd31m');
  const ours = `${createPaint(true)('red', 'error')}\n\tnext`;
  expect(printable(ours)).toBe(ours);
});

test('others cannot hide a text, or turn the one behind it around', () => {
  expect(printable('a\u001b[8mb\u001b[30mc\u202ed\u2066e\u2028')).toBe('a\ufffd[8mb\ufffd[30mc\ufffdd\ufffde\ufffd');
});

test('JSON says the same without a character that a terminal would obey', () => {
  const given = { text: 'a\u009b31m\u202eb\u007f\u001b[2J' };
  const json = printableJson(JSON.stringify(given));
  expect(json).toBe('{"text":"a\\u009b31m\\u202eb\\u007f\\u001b[2J"}');
  expect(JSON.parse(json)).toEqual(given);
});

test('lines in what others say are no lines of ours', () => {
  expect(oneLine('down\n✓ no saga is stuck\r\n')).toBe('down ✓ no saga is stuck ');
  expect(wrap('down\n✓ no saga is stuck', 12)).toEqual(['down', '✓ no saga is', 'stuck']);
  expect(tableText(['who', 'what'], [['eve\nada', 'done\n']], createPaint(false))).toBe('who      what\neve ada  done\n');
});
