import { hash } from 'node:crypto';

/** Characters of a derived id: 22 of base64url are 132 bits of SHA-256. */
const HASH_CHARACTERS = 22;

/** An id derived from its parts: the same parts give the same id, and no two lists of parts are joined to the same text. */
export function hashOf(...parts: readonly (string | number)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, HASH_CHARACTERS);
}
