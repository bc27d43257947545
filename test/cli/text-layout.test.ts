import { expect, test } from 'vitest';
import { createPaint } from '../../lib/cli/terminal.ts';
import { printable } from '../../lib/cli/text-layout.ts';

test('control characters of others are shown, not obeyed; our colours and lines stay', () => {
  expect(printable('a\u001b[2Jb\u001b]0;title\u0007\r\u009b31m')).toBe('a\ufffd[2Jb\ufffd]0;title\ufffd\ufffd\ufffd31m');
  const ours = `${createPaint(true)('red', 'error')}\n\tnext`;
  expect(printable(ours)).toBe(ours);
});
