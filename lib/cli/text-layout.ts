export { counted } from '../operations/counted.ts';

/** Breaks a text into lines of at most `width` characters, at spaces. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A colour of our own, or a character that would steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const steering = /\u001b\[\d+m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** What messages and errors of others say is shown, never obeyed: their control characters are replaced. */
export function printable(text: string): string {
  return text.replace(steering, (found) => (found.length > 1 ? found : '\ufffd'));
}
