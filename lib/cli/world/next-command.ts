import type { WorldOptions } from './world.ts';

/** Writes a command that comes next, such as `choreo saga show <id>`, so that it can be pasted: it is about the same world. */
export type NextCommand = (command: string) => string;

/** A word of a shell, as it is written. */
function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Names the world as the command did that was given these options. */
export function nextInWorld({ run, backbone, endpointUrl }: WorldOptions): NextCommand {
  const named = Object.entries({ run, backbone, 'endpoint-url': endpointUrl });
  const options = named.flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${quoted(value)}`])).join('');
  return (command) => `${command}${options}`;
}
