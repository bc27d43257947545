import { shellWord } from '../../operations/command-line.ts';
import type { WorldOptions } from './world.ts';

/** Writes a command that comes next, such as `choreo saga show <id>`, so that it can be pasted: it is about the same world. */
export type NextCommand = (command: string) => string;

/** What a command line needs to be about the same world as this one: `--run shop.json`. Empty: nothing. */
export function worldWords({ run, backbone, endpointUrl }: WorldOptions): string {
  const named = Object.entries({ run, backbone, 'endpoint-url': endpointUrl });
  return named.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${shellWord(value)}`])).join(' ');
}

/** Names the world as the command did that was given these options. */
export function nextInWorld(options: WorldOptions): NextCommand {
  const words = worldWords(options);
  return (command) => (words === '' ? command : `${command} ${words}`);
}
