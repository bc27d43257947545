import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../lib/cli/program.ts';
import { product } from '../cli/run-choreo.ts';
import { commandsIn, matches } from './commands.ts';
import { blocksIn, stories } from './markdown.ts';
import { wordsOf } from './words.ts';

const FILE = 'shop.json';

/** Standard output and standard error in one, as a terminal shows them. */
async function run(line: string, folder: string): Promise<{ readonly exit: number; readonly printed: string }> {
  const parts: string[] = [];
  const print = (text: string) => void parts.push(text);
  const terminal = { out: print, err: print, isScreen: false, env: { CHOREO_USER: 'ada' } };
  const [, ...words] = wordsOf(line).map((word) => (word === FILE ? join(folder, FILE) : word));
  const exit = await runCli({ ...product, terminal, version: '0', folder }, words);
  return { exit, printed: parts.join('').trimEnd().replaceAll(join(folder, FILE), FILE) };
}

test.each(stories)(
  '%s: every command, one after the other, prints what is shown',
  async (document) => {
    const folder = await mkdtemp(join(tmpdir(), 'choreo-'));
    const commands = blocksIn(document)
      .filter(({ language }) => language === 'console')
      .flatMap(commandsIn);
    const problems: string[] = [];
    for (const { place, line, output, exit } of commands) {
      const ran = await run(line, folder);
      if (ran.exit !== exit) problems.push(`${place} \`${line}\` ended with ${ran.exit}, not ${exit}:\n${ran.printed}`);
      else if (!matches(output, ran.printed.split('\n'))) problems.push(`${place} \`${line}\` printed something else:\n${ran.printed}`);
    }
    expect(problems).toEqual([]);
    expect(commands.length).toBeGreaterThan(1);
  },
  120_000,
);
