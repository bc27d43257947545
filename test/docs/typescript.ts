import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Block } from './markdown.ts';

/** Ignored by git; two levels deep, so that `../../schemas/generated/index.ts` reads as in functions/<service>/service.ts. */
const folder = '.choreo';

/** The file that a block says it is from, by its first line or by a note `region`. */
export function fileOf({ code, notes }: Block): string | undefined {
  return notes['region'] ?? /^\/\/ ([\w./-]+\.tsx?)(?:\s|$)/.exec(code)?.[1];
}

function contains(file: string, region: string, from: number): number {
  for (const indent of [0, 2, 4, 6, 8]) {
    const text = region.replace(/^(?=.)/gm, ' '.repeat(indent));
    const found = `\n${file}\n`.indexOf(`\n${text}\n`, from);
    if (found >= 0) return found + text.length;
  }
  return -1;
}

/** Whether the block is part of its file, line by line; a line `// …` stands for what was left out. */
export function regionProblem(block: Block, read: (path: string) => string = (path) => readFileSync(path, 'utf8')): string | undefined {
  const file = fileOf(block) ?? '';
  const place = `${block.document}:${block.line}`;
  let text: string;
  try {
    text = read(file);
  } catch {
    return `${place} is said to be from ${file}, which is not there`;
  }
  const body = block.notes['region'] === undefined ? block.code.replace(/^.*\n?/, '') : block.code;
  let from = 0;
  for (const part of body.split(/^\s*\/\/ …$/m)) {
    const region = part.replace(/^\s*\n|\s+$/g, '');
    if (region === '') continue;
    from = contains(text, region, from);
    if (from < 0) return `${place} is not in ${file} as it is written there: ${region.split('\n')[0]?.trim()}`;
  }
  return undefined;
}

/** Type-checks blocks, each as a module of its own, with one run of the compiler. A note `before` goes in front of the code. */
export async function compile(blocks: readonly Block[], name: string): Promise<readonly string[]> {
  if (blocks.length === 0) return [];
  const target = `${folder}/${name}`;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const byFile = new Map<string, { readonly block: Block; readonly before: string }>();
  for (const block of blocks) {
    const file = `${block.document.replace(/\W+/g, '-')}-${block.line}.ts`;
    const before = block.notes['before'] === undefined ? '' : `${block.notes['before']}\n`;
    byFile.set(file, { block, before });
    writeFileSync(`${target}/${file}`, `${before}${block.code}\nexport {};\n`);
  }
  const options = { noUnusedLocals: false, noUnusedParameters: false };
  writeFileSync(
    `${target}/tsconfig.json`,
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions: options, include: ['*.ts'], exclude: [] }),
  );
  const { stdout } = await promisify(execFile)('node_modules/.bin/tsc', ['-p', target, '--pretty', 'false']).catch(
    (error: { readonly stdout: string }) => error,
  );
  return stdout
    .split('\n')
    .filter((line) => line.includes('error TS'))
    .map((line) => inDocument(line, byFile));
}

function inDocument(line: string, byFile: ReadonlyMap<string, { readonly block: Block; readonly before: string }>): string {
  const [, file = '', row = '1', problem = line] = /([^/]+)\((\d+),\d+\): error (.*)/.exec(line) ?? [];
  const found = byFile.get(file);
  if (found === undefined) return line;
  const { block, before } = found;
  return `${block.document}:${block.line + Number(row) - before.split('\n').length} ${problem}`;
}
