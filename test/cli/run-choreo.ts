import { readFile } from 'node:fs/promises';
import { demoShop } from '../../bin/demo-shop.ts';
import { type CliDeps, runCli } from '../../lib/cli/program.ts';

/** What a command line printed, and how it ended. */
export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** What went to standard output, piece by piece. */
  readonly pieces: readonly string[];
}

/** What a test gives a command: parts of its terminal, and what it works on. */
export type ChoreoDeps = Partial<CliDeps> &
  Partial<Pick<CliDeps['terminal'], 'isScreen' | 'env' | 'ask' | 'onInterrupt'>> & {
    /** Told what goes to standard output, when it does. */
    readonly terminalOut?: (text: string) => void;
  };

/** What the commands are given in every test: the sample, the starter and the real page of errors. */
export const product = {
  errorPage: () => readFile('docs/errors.md', 'utf8'),
  sample: demoShop,
  starter: { folder: 'starter', tools: { vitest: '4.0.0' } },
};

/** Runs choreo in this process, on the sample and the real page of errors; a text is split at its spaces. */
export async function choreo(args: string | readonly string[], deps: ChoreoDeps = {}): Promise<Ran> {
  const pieces: string[] = [];
  const errors: string[] = [];
  const { isScreen = false, env = {}, ask, onInterrupt, terminalOut, ...given } = deps;
  const terminal = {
    out: (text: string) => {
      pieces.push(text);
      terminalOut?.(text);
    },
    err: (text: string) => void errors.push(text),
    isScreen,
    env,
    ...(ask ? { ask } : {}),
    ...(onInterrupt ? { onInterrupt } : {}),
  };
  const words = typeof args !== 'string' ? args : args === '' ? [] : args.split(' ');
  const exit = await runCli({ ...product, terminal, version: '1.2.3', ...given }, words);
  return { exit, out: pieces.join(''), err: errors.join(''), pieces };
}
