import { refusePattern } from './refusal.ts';

/**
 * A test for `*` (any characters, none included); `\*` and `\\` stand for the characters themselves. Linear in the
 * value: the parts between the wildcards are looked for once, from left to right.
 * @throws INVALID_EVENT_PATTERN for two wildcards in a row and for other escapes
 */
export function wildcardTest(text: string, path: string): (value: string) => boolean {
  const parts = literalParts(text, path);
  const first = parts[0] ?? '';
  if (parts.length === 1) return (value) => value === first;
  const last = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1);
  return (value) => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
    const end = value.length - last.length;
    let at = first.length;
    for (const part of middle) {
      const found = value.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

function literalParts(text: string, path: string): readonly string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '*') {
      if (text.charAt(at + 1) === '*') refusePattern(path, `has two wildcards in a row at character ${at}: write one \`*\``);
      parts.push('');
      continue;
    }
    if (letter === '\\') {
      at += 1;
      if (!['*', '\\'].includes(text.charAt(at))) {
        refusePattern(path, `has a backslash at character ${at - 1} that escapes neither \`*\` nor \`\\\`: write \`\\\\\` for a backslash`);
      }
    }
    parts[parts.length - 1] += text.charAt(at);
  }
  return parts;
}
