import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** Documents whose commands are one story: each goes on where the one before it ended, in a folder of their own. */
export const stories: readonly string[] = ['docs/recovery.md', 'docs/page.md'];

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

/** The rows of the first table below a heading, without its head: each a list of its cells. */
export function tableBelow(text: string, heading: string): readonly (readonly string[])[] {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => /^#{1,6} /.test(line) && line.replace(/^#+ /, '') === heading);
  const first = lines.findIndex((line, index) => index > from && line.startsWith('|'));
  const after = lines.findIndex((line, index) => index > first && !line.startsWith('|'));
  if (from < 0 || first < 0) throw new Error(`there is no table below ${heading}`);
  const cells = (line: string) => line.split('|').slice(1, -1);
  return lines.slice(first + 2, after < 0 ? undefined : after).map((line) => cells(line).map((cell) => cell.trim()));
}

/** A relative link: the file, which is empty for the document itself, and the heading that it leads to, if it names one. */
export interface Link {
  readonly file: string;
  readonly anchor?: string;
}

const withoutFences = (text: string): string => text.replace(/^(\s*)(```+)[\s\S]*?^\1\2$/gm, '');

/** Relative links of a document, and those within it. */
export function linksIn(text: string): readonly Link[] {
  const prose = withoutFences(text).replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      return anchor === undefined ? { file } : { file, anchor };
    });
}

/** The anchors of a document's headings, as GitHub makes them: of two equal ones the second ends in `-1`. */
export function anchorsIn(text: string): readonly string[] {
  const counts = new Map<string, number>();
  return [...withoutFences(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** What is wrong with a link: it leads to no file, or to no heading there. */
export function linkProblem(document: string, { file, anchor }: Link, read = readIfThere): string | undefined {
  const path = file === '' ? document : join(dirname(document), file);
  const target = anchor === undefined ? file : `${file}#${anchor}`;
  const text = read(path);
  if (text === undefined) return `${document} links to ${target}, and ${path} is not there`;
  if (anchor === undefined || anchorsIn(text).includes(anchor)) return undefined;
  return `${document} links to ${target}, and ${path} has no such heading`;
}

/** Whether npm puts a file into the package, where `files` of its package.json names files and folders. */
export function isPacked(path: string, files: readonly string[]): boolean {
  return ['package.json', 'README.md', 'LICENSE', ...files].some((packed) => path === packed || path.startsWith(`${packed}/`));
}

/** Links that lead nowhere for whoever reads the document in the package: what it links to is in the repository only. */
export function linksOutOfPackage(document: string, text: string, files: readonly string[]): readonly string[] {
  if (!isPacked(document, files)) return [];
  const targets = linksIn(text).flatMap(({ file }) => (file === '' ? [] : [join(dirname(document), file)]));
  return targets
    .filter((target) => !isPacked(target, files))
    .map((target) => `${document} links to ${target}, which the package does not have`);
}

/** Tests that a document names, from the root of the repository. */
export function testsNamedIn(text: string): readonly string[] {
  return [...withoutFences(text).matchAll(/`(test\/[\w./-]+)`/g)].flatMap(([, path]) => path ?? []);
}

function readIfThere(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return path.endsWith('.md') ? readFileSync(path, 'utf8') : '';
}
