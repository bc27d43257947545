import { readFile } from 'node:fs/promises';
import type { Option } from '@commander-js/extra-typings';
import type { Answer, CommandContext, Program } from '../command.ts';
import { usageError } from '../failure.ts';
import { oneLine, printable } from '../text-layout.ts';
import type { World, WorldOptions } from '../world/world.ts';

/** Options that commands which change something have. */
export interface ChangeOptions {
  readonly yes?: true | undefined;
}

/** A command, as far as options are added to it. */
export interface OptionTaker {
  option(flags: string, description: string): unknown;
  addOption(option: Option): unknown;
}

/** Adds what every operator's command takes: which world it is about. */
export function inWorld(command: OptionTaker): void {
  command.option('--run <file>', 'a saved run (choreo demo --save)');
  inLiveWorld(command);
}

/** The same for a command that waits for what happens: in a saved run, time stands still. */
export function inLiveWorld(command: OptionTaker): void {
  command.option('--backbone <name>', 'a backbone on AWS (default: the world served from this folder)');
  command.option('--endpoint-url <url>', 'with --backbone: where AWS is, for an emulator (default: AWS_ENDPOINT_URL)');
}

/** Opens the world, works in it, and prints the answer. `name`: the command in full. */
export async function operate(
  context: CommandContext,
  options: object,
  name: string,
  work: (world: World) => Promise<Answer>,
): Promise<void> {
  const world = await context.openWorld(options as WorldOptions);
  try {
    context.answer(options, name, await work(world));
  } finally {
    world.close();
  }
}

/** Waits for a change, and until the world has taken it in. */
export async function change<Value>({ finish, changed }: World, work: Promise<Value>): Promise<Value> {
  const value = await finish(work);
  await changed();
  return value;
}

/** Says what will happen, and asks. Where nobody can be asked, `--yes` has to be there. @throws USAGE */
export async function confirm({ terminal }: CommandContext, { yes }: ChangeOptions, what: string): Promise<void> {
  if (yes) return;
  if (!terminal.ask) throw usageError(`This would ${what}; nothing was done.`, 'There is no terminal to ask at.', 'Add --yes to do it.');
  const answer = await terminal.ask(printable(`This will ${oneLine(what)}. Go on? [y/N] `));
  if (/^y(?:es)?$/i.test(answer.trim())) return;
  throw usageError(`This would ${what}; nothing was done.`, 'It was not confirmed.', 'Answer y, or add --yes.');
}

/** Options that take JSON, or `@<file>`. */
export const jsonOptions = ['--data', '--message', '--event'] as const;

/** JSON that was typed, or that is in a file: `@<file>`. @throws USAGE */
export async function jsonInput(option: (typeof jsonOptions)[number], text: string): Promise<unknown> {
  const file = text.startsWith('@') ? text.slice(1) : undefined;
  const fail = (what: string, fix: string) => (cause: unknown) => {
    throw usageError(what, cause instanceof Error ? cause.message : String(cause), fix);
  };
  const fix = `Write ${option} '{"key": 1}', or ${option} @file.json.`;
  const json =
    file === undefined ? text : await readFile(file, 'utf8').catch(fail(`The file of ${option} cannot be read.`, `Check the path. ${fix}`));
  try {
    return JSON.parse(json);
  } catch (cause) {
    return fail(`${file === undefined ? option : `The file ${file} of ${option}`} is not valid JSON.`, fix)(cause);
  }
}

/** A group such as `choreo replay`. */
export function addGroup(program: Program, name: string, description: string): Program {
  return program.command(name).description(description).helpCommand(false) as unknown as Program;
}

/** The entries of an object that are there. */
export function given<Value extends object>(values: Value): { readonly [Name in keyof Value]?: Exclude<Value[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
