import { readFileSync } from 'node:fs';
import { filesIn } from '../tidy/source.ts';

/** A piece of code in a document. */
export interface Block {
  /** The document, from the root of the repository. */
  readonly document: string;
  /** Line of the first line of the code. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** From HTML comments right above the block, `<!-- name: value -->`; a line above that is only a path in backticks is the note `file`. */
  readonly notes: Readonly<Record<string, string>>;
}

/** The documents whose code is checked. */
export function documents(): readonly string[] {
  return filesIn(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs']).filter((path) => path.endsWith('.md'));
}

/** Documents that build a project from nothing: `npm run check` follows them to the letter, so nothing else looks at their code. */
export const walkthroughs: readonly string[] = ['docs/start.md'];

/** Every fenced block, and every indented one that shows commands, in the order of the document. */
export function blocksIn(document: string, text = readFileSync(document, 'utf8')): readonly Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const fence = /^(\s*)```+(\w*)/.exec(lines[index] ?? '');
    const end = fence ? endOfFence(lines, index) : endOfIndented(lines, index);
    if (end === index) continue;
    const start = fence ? index + 1 : index;
    const indent = fence?.[1]?.length ?? 4;
    const code = lines.slice(start, end).map((line) => line.slice(Math.min(indent, line.search(/\S|$/))));
    blocks.push({
      document,
      line: start + 1,
      language: fence ? (fence[2] ?? '') : 'console',
      code: code.join('\n').trimEnd(),
      notes: notesAbove(lines, index),
    });
    index = end;
  }
  return blocks;
}

function endOfFence(lines: readonly string[], start: number): number {
  const mark = /```+/.exec(lines[start] ?? '')?.[0] ?? '```';
  const end = lines.findIndex((line, index) => index > start && line.trim() === mark);
  return end < 0 ? lines.length : end;
}

function endOfIndented(lines: readonly string[], start: number): number {
  if (!/^ {4}\$ /.test(lines[start] ?? '')) return start;
  const end = lines.findIndex((line, index) => index > start && !/^ {4}|^\s*$/.test(line));
  return end < 0 ? lines.length : end;
}

function notesAbove(lines: readonly string[], start: number): Readonly<Record<string, string>> {
  const above = lines.slice(0, start).join('\n').trimEnd();
  const file = /(?:^|\n)`([\w./-]+\.\w+)`:?$/.exec(above)?.[1];
  const notes: Record<string, string> = file === undefined ? {} : { file };
  const comments = /(?:<!--(?:(?!-->)[\s\S])*-->\s*)+$/.exec(above)?.[0] ?? '';
  for (const [, name = '', value = ''] of comments.matchAll(/<!--\s*([a-z ]+):\s*((?:(?!-->)[\s\S])*?)\s*-->/g)) notes[name] = value;
  return notes;
}

/** Relative links of a document, without what comes after `#`. */
export function linksIn(text: string): readonly string[] {
  const prose = text.replace(/^(\s*)(```+)[\s\S]*?^\1\2$/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}
