import type { WorldOptions } from './world.ts';

/** Commands that are about a world, in a line that says what comes next. A colour may end it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: where a colour begins, the command ends
const NEXT = /^([^\n]*next: choreo (?:consumer|dead-letter|generation|replay|saga) [^\n\u001b]*)/gm;

/** A word of a shell, as it is written. */
function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What comes next is about the same world, so it names it as this command did: a line that is pasted has to do it. */
export function inSameWorld(text: string, { run, backbone, endpointUrl }: WorldOptions): string {
  const named = Object.entries({ run, backbone, 'endpoint-url': endpointUrl });
  const options = named.flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${quoted(value)}`])).join('');
  return options === '' ? text : text.replace(NEXT, (line) => `${line}${options}`);
}
