import type { Command, OptionValues } from '@commander-js/extra-typings';
import { exitCodes } from './failure.ts';
import { jsonLines, jsonText, type ListName } from './json-output.ts';
import { type colorChoices, createPaint, type Output, type Paint, type Terminal, wantsColor } from './terminal.ts';
import { printable } from './text-layout.ts';
import { type NextCommand, nextInWorld } from './world/next-command.ts';
import type { World, WorldOptions } from './world/world.ts';

/** Options that every command has. */
interface GlobalOptions {
  readonly output: 'text' | 'json' | 'jsonl';
  readonly json?: true | undefined;
  readonly color: (typeof colorChoices)[number];
}

/** What a command came to, for both forms of output. */
export interface Answer {
  /** `next`: writes each command that the text tells to go on with. */
  readonly text: (paint: Paint, next: NextCommand) => string;
  /** The JSON document, without `version` and `command`. */
  readonly data: object;
  /** @default exitCodes.done */
  readonly exit?: number;
  /** The field of `data` that is a list, each part of which is a line of its own where lines are asked for. @default - there is none */
  readonly list?: ListName;
  /** Whether the command may give more answers after this one. @default false */
  readonly oneOfMany?: boolean;
}

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** How to print, from what commander's `optsWithGlobals` gives. */
  outputOf(options: object): Output;
  /** Prints an answer in the form that was asked for, and ends with its exit code. `name`: the command in full, e.g. `schema check`. */
  answer(options: object, name: string, answer: Answer): void;
  /** Ends with this exit code. */
  end(exit: number): void;
  /** The world that an operator's command is about. @throws ENGINE_NOT_RUNNING, ENGINE_SILENT (retryable), RUN_UNREADABLE, RUN_DIFFERS */
  openWorld(options: WorldOptions): Promise<World>;
}

/** A command line, or a part of one, that a command adds itself to. */
export type Program = Command<[], OptionValues>;

/** The context of one run. */
export function createCommandContext(
  terminal: Terminal,
  end: (exit: number) => void,
  openWorld: CommandContext['openWorld'],
): CommandContext {
  const outputOf = (options: object): Output => {
    const { output, json, color } = options as GlobalOptions;
    return { json: json === true || output !== 'text', lines: output === 'jsonl', paint: createPaint(wantsColor(color, terminal)) };
  };
  return {
    terminal,
    outputOf,
    end,
    openWorld,
    answer(options, name, { text, data, list, exit = exitCodes.done, oneOfMany }) {
      const { json, lines, paint } = outputOf(options);
      const asJson = () => (lines ? jsonLines(name, data, list) : jsonText(name, data, oneOfMany));
      terminal.out(json ? asJson() : printable(text(paint, nextInWorld(options))));
      end(exit);
    },
  };
}
