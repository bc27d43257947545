import { ChoreographyError } from '../../contract/errors.ts';
import { MESSAGE_BYTES_MAX, MESSAGE_DEPTH_MAX } from '../../contract/limits.ts';

/** UTF-8 bytes of a text. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** The end of a string that begins at `start`, its quote included. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/**
 * Caps size and nesting of a text before it is parsed: recursive validators and `JSON.stringify` overflow the stack on
 * nesting that every AWS size limit lets through (measured: 5,000 levels in 30 KB). @throws MESSAGE_TOO_LARGE, TOO_DEEP
 */
export function scanText(text: string): void {
  if (text.length > MESSAGE_BYTES_MAX || byteLength(text) > MESSAGE_BYTES_MAX) {
    throw new ChoreographyError(
      'MESSAGE_TOO_LARGE',
      `The message has more than ${MESSAGE_BYTES_MAX} bytes; publish a reference to the content instead.`,
      {
        details: { limitBytes: MESSAGE_BYTES_MAX },
      },
    );
  }
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = stringEnd(text, index);
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1;
      if (depth > MESSAGE_DEPTH_MAX) {
        throw new ChoreographyError('TOO_DEEP', `The message is nested deeper than ${MESSAGE_DEPTH_MAX} levels.`, {
          details: { limit: MESSAGE_DEPTH_MAX },
        });
      }
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
  }
}
