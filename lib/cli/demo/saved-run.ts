import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ChoreographyError } from '../../contract/errors.ts';
import { unwritable } from '../../schema/unwritable.ts';
import { exitCodes } from '../failure.ts';
import { jsonOptions } from '../operations/operation.ts';
import type { World } from '../world/world.ts';
import type { DemoOptions } from './options.ts';
import { runDemo } from './run.ts';
import type { Sample } from './sample.ts';
import type { Stage } from './stage.ts';

/** One command that changed something. */
interface RanCommand {
  readonly who: string;
  readonly args: readonly string[];
}

/**
 * A run as it is kept: not its state, but what it is made of. The same options and commands give the same state, so a
 * saved run is a small text, and whoever opens it runs the real thing.
 */
interface SavedRun {
  readonly savedRun: 1;
  readonly options: DemoOptions;
  /** Of the demo: another version of the shop gives another one. */
  readonly trace: string;
  readonly commands: readonly RanCommand[];
}

/** What `openSavedRun` takes. */
export interface OpenOptions {
  readonly sample: Sample;
  readonly who: string;
  /** The command line that opens it. */
  readonly args: readonly string[];
  /** Runs an earlier command line once more, on this world. */
  readonly again: (world: World, args: readonly string[]) => Promise<number>;
}

/** Seconds for which the world goes on after a change. */
const AFTER_SECONDS = 60;

async function write(path: string, run: SavedRun): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch(unwritable(path));
  await writeFile(path, `${JSON.stringify(run, null, 2)}\n`).catch(unwritable(path));
}

/** Keeps a demo that has just been played. @throws OUTPUT_UNWRITABLE */
export function saveRun(path: string, options: DemoOptions, trace: string): Promise<void> {
  return write(path, { savedRun: 1, options, trace, commands: [] });
}

async function read(path: string): Promise<SavedRun> {
  try {
    const run = JSON.parse(await readFile(path, 'utf8')) as SavedRun;
    if (run.savedRun === 1) return run;
  } catch (cause) {
    throw new ChoreographyError('RUN_UNREADABLE', `${path} cannot be read as a saved run.`, { cause, details: { path } });
  }
  throw new ChoreographyError('RUN_UNREADABLE', `${path} is not a saved run.`, { details: { path } });
}

const jsonOption: ReadonlySet<string> = new Set(jsonOptions);

/** What an argument takes out of a file: `--data @data.json` or `--data=@data.json`. In other options, an `@` is only a character. */
function fileIn(args: readonly string[], index: number): { readonly before: string; readonly file: string } | undefined {
  const [, option, file] = /^(?:(--\w+)=)?@(.*)$/s.exec(args[index] ?? '') ?? [];
  if (file === undefined || !jsonOption.has(option ?? args[index - 1] ?? '')) return undefined;
  return { before: option === undefined ? '' : `${option}=`, file };
}

/** What was read from a file then is kept with the command: the file may be another one later. */
function keptArgs(args: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    args.map(async (arg, index) => {
      const found = fileIn(args, index);
      return found ? found.before + (await readFile(found.file, 'utf8')) : arg;
    }),
  );
}

function worldOf({ engine, access, inputs }: Stage, who: string, changed: () => Promise<void>): World {
  const goOn = () => engine.settle({ advanceSeconds: AFTER_SECONDS });
  return {
    access: { ...access, who },
    inputs,
    finish: (work) => engine.scheduler.finish(work),
    async changed() {
      await goOn();
      await changed();
    },
    close() {},
    still: true,
  };
}

const nothing = async () => {};

/** Plays a saved run to where it was left. @throws RUN_UNREADABLE, RUN_DIFFERS */
export async function openSavedRun(path: string, { sample, who, args, again }: OpenOptions): Promise<World> {
  const run = await read(path);
  const { result, stage } = await runDemo(sample, run.options, () => {});
  if (result.trace !== run.trace) {
    throw new ChoreographyError(
      'RUN_DIFFERS',
      `${path} was saved by another version of choreo or of the shop, and would run differently now.`,
      {
        details: { path },
      },
    );
  }
  for (const { who: by, args: typed } of run.commands) {
    // What was read from a file is kept with its command; a file that is named here is meant to be read by somebody else.
    const isOurs = !typed.some((_, index) => fileIn(typed, index));
    const exit = isOurs ? await again(worldOf(stage, by, nothing), typed) : exitCodes.usage;
    if (exit !== exitCodes.usage) continue;
    throw new ChoreographyError('RUN_UNREADABLE', `${path} holds a command that changes no world: ${typed.join(' ')}.`, {
      details: { path, why: 'A saved run repeats the commands of operators in its world, and no others.', fix: 'Save a run of your own.' },
    });
  }
  return worldOf(stage, who, async () => write(path, { ...run, commands: [...run.commands, { who, args: await keptArgs(args) }] }));
}
