import { ChoreographyError } from '../../contract/errors.ts';
import { type Item, text } from './attributes.ts';

/** The keys at which a page ended, as one text. All keys are texts. */
export function cursorText(key: Item): string {
  const pairs = Object.entries(key).map(([name, value]) => [name, value.S ?? '']);
  return Buffer.from(JSON.stringify(pairs), 'utf8').toString('base64url');
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

/** The keys again. @throws INVALID_CURSOR */
export function cursorKey(cursor: string | undefined): Item | undefined {
  if (cursor === undefined) return undefined;
  let pairs: unknown;
  try {
    pairs = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    // It is refused below.
  }
  if (Array.isArray(pairs) && pairs.length > 0 && pairs.every(isPair)) {
    return Object.fromEntries(pairs.map(([name, value]) => [name, text(value)]));
  }
  throw new ChoreographyError('INVALID_CURSOR', 'The cursor is none that a page of this listing gave; begin without one.');
}
