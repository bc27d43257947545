import { ChoreographyError } from '../../contract/errors.ts';
import { MESSAGE_BYTES_MAX, MESSAGE_DEPTH_MAX } from '../../contract/limits.ts';

/** UTF-8 bytes of a text. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = new Set([91, 123]);
const CLOSE = new Set([93, 125]);

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
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (OPEN.has(code)) {
      depth += 1;
      if (depth > MESSAGE_DEPTH_MAX) {
        throw new ChoreographyError('TOO_DEEP', `The message is nested deeper than ${MESSAGE_DEPTH_MAX} levels.`, {
          details: { limit: MESSAGE_DEPTH_MAX },
        });
      }
    } else if (CLOSE.has(code)) depth -= 1;
  }
}
