import { shellWord } from '../../operations/command-line.ts';
import type { WorldOptions } from './world.ts';

/** Commands that are about a world, in a line that says what comes next. A colour may end it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: where a colour begins, the command ends
const NEXT = /^([^\n]*next: choreo (?:consumer|dead-letter|generation|replay|saga) [^\n\u001b]*)/gm;

/** What a command line needs to be about the same world as this one: `--run shop.json`. Empty: nothing. */
export function worldWords({ run, backbone, endpointUrl }: WorldOptions): string {
  const named = Object.entries({ run, backbone, 'endpoint-url': endpointUrl });
  return named.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${shellWord(value)}`])).join(' ');
}

/** What comes next is about the same world, so it names it as this command did: a line that is pasted has to do it. */
export function inSameWorld(text: string, options: WorldOptions): string {
  const words = worldWords(options);
  return words === '' ? text : text.replace(NEXT, (line) => `${line} ${words}`);
}
