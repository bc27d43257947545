import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { commandsIn, matches } from '../docs/commands.ts';
import { type Block, blocksIn } from '../docs/markdown.ts';
import { type Printed, servedProblems } from '../docs/served.ts';
import { fileOf } from '../docs/typescript.ts';
import { wordsOf } from '../docs/words.ts';
import { install, run, serve } from './run.ts';

interface Walk {
  /** Where the next command runs; `cd` changes it. */
  folder: string;
  readonly tarball: string;
}

/** Does one command as it is written, with the tarball in the place of the published package. Gives what it printed. */
async function perform(walk: Walk, line: string): Promise<string> {
  const [, made, entered] = /^(?:mkdir ([\w-]+)(?: && |$))?(?:cd ([\w-]+))?$/.exec(line) ?? [];
  if (made !== undefined) await mkdir(join(walk.folder, made));
  if (entered !== undefined) walk.folder = join(walk.folder, entered);
  if (made !== undefined || entered !== undefined) return '';
  const [command = '', ...options] = wordsOf(line);
  if (command === 'npm' && options[0] === 'install') {
    return install(walk.folder, ...options.slice(1).map((name) => (name === 'aws-choreography' ? walk.tarball : name)));
  }
  return command === 'npx' ? run(walk.folder, 'npx', '--no-install', ...options) : run(walk.folder, command, ...options);
}

async function write({ folder }: Walk, file: string, { code }: Block): Promise<void> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${code}\n`);
}

async function printedBy(walk: Walk, line: string): Promise<Printed> {
  try {
    return { exit: 0, printed: await perform(walk, line) };
  } catch (error) {
    return { exit: 1, printed: error instanceof Error ? error.message : String(error) };
  }
}

/** The commands of a block, while what its note says is served. */
async function performServed(walk: Walk, block: Block, line: string): Promise<readonly string[]> {
  const end = await serve(walk.folder, line);
  try {
    return await servedProblems(block, (command) => printedBy(walk, command));
  } finally {
    await end();
  }
}

/** Follows a document in a folder: writes each file that it shows, does each command, compares what is printed. */
export async function walk(document: string, folder: string, tarball: string): Promise<readonly string[]> {
  const walking: Walk = { folder, tarball };
  const problems: string[] = [];
  for (const block of blocksIn(document)) {
    const file = block.notes['file'] ?? fileOf(block);
    if (file !== undefined) await write(walking, file, block);
    else if ((block.language !== 'sh' && block.language !== 'console') || 'not run' in block.notes) continue;
    else if (block.notes['served'] !== undefined) problems.push(...(await performServed(walking, block, block.notes['served'])));
    else {
      for (const { place, line, output } of commandsIn(block)) {
        const printed = await perform(walking, line);
        if (output.length > 0 && !matches(output, printed.split('\n')))
          problems.push(`${place} \`${line}\` printed something else:\n${printed}`);
      }
    }
  }
  return problems;
}
