import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, commandsIn, matches } from './commands.ts';
import { type Block, blocksIn } from './markdown.ts';

/** What a command printed, and how it ended. */
export interface Printed {
  readonly exit: number;
  readonly printed: string;
}

/** Runs a command line of a document. */
export type RunLine = (line: string) => Promise<Printed>;

/** Times that a look is repeated, and milliseconds between two: a saga takes a moment. */
const LOOKS_MAX = 50;
const LOOK_MILLISECONDS = 200;

/** Blocks whose commands work on what the command in their note `served` serves. */
export function servedBlocks(document: string): readonly Block[] {
  return blocksIn(document).filter(({ notes }) => notes['served'] !== undefined);
}

const isLook = ({ line }: Command) => /choreo saga (?:show|list)\b/.test(line);

/** What is wrong with a command. One that only looks is run until it prints what is shown. */
async function problemOf(command: Command, run: RunLine): Promise<string | undefined> {
  const { place, line, output, exit } = command;
  for (let look = 1; ; look += 1) {
    const ran = await run(line);
    const right = ran.exit === exit && matches(output, ran.printed.split('\n'));
    if (right) return undefined;
    if (!isLook(command) || look === LOOKS_MAX) return `${place} \`${line}\` ended with ${ran.exit} and printed:\n${ran.printed}`;
    await sleep(LOOK_MILLISECONDS);
  }
}

/** Runs the commands of a block, one after the other; gives what is wrong with them. */
export async function servedProblems(block: Block, run: RunLine): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const command of commandsIn(block)) problems.push(...[await problemOf(command, run)].flatMap((problem) => problem ?? []));
  return problems;
}
