import { exec } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block } from './markdown.ts';

/** A command of a document with what the document shows below it. */
export interface Command {
  readonly place: string;
  readonly line: string;
  /** Empty: the document shows no output. */
  readonly output: readonly string[];
  /** What a note `exit` says. @default 0 */
  readonly exit: number;
}

/** A run that a command saves, and where it is kept: not in the repository. */
const RUN = 'shop.json';
const keptRun = join(mkdtempSync(join(tmpdir(), 'choreo-')), RUN);
const COMMAND_MILLISECONDS_MAX = 20_000;

/** Commands that are executed by another check, and the file that does it. */
const executedBy: Readonly<Record<string, string>> = {
  'npm ci && npm start': '.ci/run',
  'npm ci && npm test': '.ci/run',
  'npm run check': '.ci/run',
  'npm run test:localstack': '.ci/run',
  'npm install aws-choreography': 'docs/start.md',
};
const navigation = /^(?:cd|git clone|mkdir) [\w./:@-]+(?: && cd [\w./-]+)?$/;

/** The commands of a `sh` or `console` block: lines after `$ `, or without any `$ ` all lines. A note `not run` gives the reason why not. */
export function commandsIn(block: Block): readonly Command[] {
  if (block.notes['not run'] !== undefined) return [];
  const lines = block.code.replace(/\\\n\s*/g, '').split('\n');
  const all = !lines.some((line) => line.startsWith('$ '));
  const commands: { readonly line: string; readonly at: number; readonly output: string[] }[] = [];
  for (const [index, text] of lines.entries()) {
    if (all ? text.trim() !== '' && !text.startsWith('#') : text.startsWith('$ ')) {
      commands.push({
        line: text
          .replace(/^\$ /, '')
          .replace(/\s+#\s.*$/, '')
          .trim(),
        at: index,
        output: [],
      });
    } else {
      commands.at(-1)?.output.push(text);
    }
  }
  return commands.map(({ line, at, output }) => ({
    place: `${block.document}:${block.line + at}`,
    line,
    output: output.join('\n').trimEnd() === '' ? [] : output.join('\n').trimEnd().split('\n'),
    exit: Number(block.notes['exit'] ?? 0),
  }));
}

/** The arguments for our CLI, if it is a call of it. */
function choreoArguments(line: string): string | undefined {
  if (line === 'npm start') return 'demo';
  return /^(?:npx )?(?:choreo|aws-choreography)(?: (.*))?$/
    .exec(line)
    ?.slice(1, 2)
    .map((rest = '') => rest)[0];
}

/** What is wrong with a command: nobody executes it, it fails, or it prints something else than the document shows. */
export async function commandProblem(command: Command): Promise<string | undefined> {
  const { place, line, output, exit } = command;
  const options = choreoArguments(line);
  if (options !== undefined) {
    const ran = await run(`node --import tsx --conditions=source bin/choreo.ts ${options.replaceAll(RUN, keptRun)}`);
    if (ran.exit !== exit) return `${place} \`${line}\` ended with ${ran.exit}, not ${exit}:\n${ran.printed}`;
    return output.length === 0 || matches(output, ran.printed.split('\n'))
      ? undefined
      : `${place} \`${line}\` printed something else:\n${ran.printed}`;
  }
  const file = Object.hasOwn(executedBy, line) ? executedBy[line] : undefined;
  if (file !== undefined)
    return existsSync(file) && readFileSync(file, 'utf8').includes(line) ? undefined : `${place} \`${line}\` should be in ${file}`;
  const script = /^npm (?:run )?([\w:]+)(?: -- .*)?$/.exec(line)?.[1];
  if (script !== undefined && script !== 'ci')
    return scripts()[script] === undefined ? `${place} package.json has no script ${script}` : undefined;
  return navigation.test(line)
    ? undefined
    : `${place} \`${line}\` is executed nowhere: add it to test/docs/commands.ts, or say why with <!-- not run: … -->`;
}

function scripts(): Readonly<Record<string, string>> {
  return (JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Readonly<Record<string, string>> }).scripts;
}

interface Ran {
  readonly exit: number;
  readonly printed: string;
}

/** Standard output and standard error in one, as a terminal shows them. */
function run(line: string): Promise<Ran> {
  const options = { timeout: COMMAND_MILLISECONDS_MAX, env: { ...process.env, NO_COLOR: '1' } };
  return new Promise((resolve) => {
    exec(`{ ${line}\n} 2>&1`, options, (error, printed) =>
      resolve({ exit: error === null ? 0 : (error.code ?? 1), printed: printed.trimEnd().replaceAll(keptRun, RUN) }),
    );
  });
}

/** `…` in a line stands for any characters, on a line of its own for any lines. Blank ends do not count. */
export function matches(expected: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return printed.length === 0;
  if (first.trim() === '…') return matches(rest, printed) || (printed.length > 0 && matches(expected, printed.slice(1)));
  const [line, ...others] = printed;
  if (line === undefined) return false;
  const pattern = first
    .trimEnd()
    .split('…')
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(line.trimEnd()) && matches(rest, others);
}
