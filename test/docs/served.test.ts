import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../../lib/cli/program.ts';
import { product } from '../cli/run-choreo.ts';
import { servedBlocks, servedProblems } from './served.ts';
import { wordsOf } from './words.ts';

/** Runs a line in a folder; `onInterrupt`: for one that stays. */
async function run(line: string, folder: string, onInterrupt?: (listener: () => void) => void) {
  const parts: string[] = [];
  const print = (text: string) => void parts.push(text);
  const terminal = { out: print, err: print, isScreen: false, env: { CHOREO_USER: 'ada' }, ...(onInterrupt ? { onInterrupt } : {}) };
  const importModule = (file: string) => import(/* @vite-ignore */ pathToFileURL(file).href);
  const [, ...words] = wordsOf(line);
  const exit = await runCli({ ...product, terminal, version: '0', folder, importModule }, words);
  return { exit, printed: parts.join('').trimEnd() };
}

test('docs/saga.md: commands on what is served print what is shown', async () => {
  const blocks = servedBlocks('docs/saga.md');
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) {
    const folder = await mkdtemp(join(tmpdir(), 'choreo-'));
    const line = block.notes['served'] as string;
    let ended: Promise<unknown> = Promise.resolve();
    const interrupt = await new Promise<() => void>((resolve, reject) => {
      ended = run(line, folder, resolve).then(({ printed }) => reject(new Error(printed)));
    });
    const problems = await servedProblems(block, (command) => run(command, folder));
    interrupt();
    await ended;
    expect(problems).toEqual([]);
  }
}, 60_000);
