#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Starter, starterTools } from '../lib/cli/new/project.ts';
import { runCli } from '../lib/cli/program.ts';
import { demoShop } from './demo-shop.ts';

/** The package, wherever it is: a clone, `dist`, or `node_modules` of somebody else. */
const root = dirname(createRequire(import.meta.url).resolve('aws-choreography/package.json'));

// The SDK would tell whoever runs a command for how long it supports their Node: the package pins both.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

let beforeEnd = () => {};

async function ask(question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  prompt.once('SIGINT', interrupt);
  const answer = await prompt.question(question);
  prompt.close();
  return answer;
}

function interrupt(): never {
  beforeEnd();
  return process.exit(130);
}

interface Manifest {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What `choreo new` copies; its tools have the versions that this package is tested with. */
function starterOf({ devDependencies }: Manifest): Starter {
  const tools = Object.fromEntries(starterTools.map((name) => [name, devDependencies[name] ?? '*']));
  return { folder: join(root, 'starter'), tools };
}

async function main(): Promise<void> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
  const { version } = manifest;
  const terminal = {
    out: (text: string) => void process.stdout.write(text),
    err: (text: string) => void process.stderr.write(text),
    isScreen: process.stdout.isTTY === true,
    env: process.env,
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
    onInterrupt: (listener: () => void) => {
      beforeEnd = listener;
    },
  };
  const errorPage = () => readFile(join(root, 'docs', 'errors.md'), 'utf8');
  process.exitCode = await runCli({ terminal, version, errorPage, sample: demoShop, starter: starterOf(manifest) }, process.argv.slice(2));
}

process.once('SIGINT', interrupt);
process.once('SIGTERM', interrupt);
// Who reads may stop early, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
void main();
