export { counted } from '../operations/counted.ts';

/** Breaks a text into lines of at most `width` characters, at spaces and where it has lines of its own: the caller indents all of them. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(text: string, width: number): readonly string[] {
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

/** What others say, where one line is meant: more of them would look like lines of ours. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]\s*/g, ' ');
}

/** Marks of direction turn the text around that follows them, and two separators are lines to some terminals. */
const DIRECTIONS = '\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
/** One of our tones (`Tone`) or its end, or a character that would steer the terminal. */
const steering = new RegExp(`\\u001b\\[(?:1|2|22|31|32|33|36|39)m|[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f${DIRECTIONS}]`, 'g');

/** What messages and errors of others say is shown, never obeyed: characters that steer are replaced. */
export function printable(text: string): string {
  return text.replace(steering, (found) => (found.length > 1 ? found : '\ufffd'));
}

/** The same for JSON, where such a character stands in a text only and has another form. */
export function printableJson(json: string): string {
  return json.replace(
    new RegExp(`[\\u007f-\\u009f${DIRECTIONS}]`, 'g'),
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
