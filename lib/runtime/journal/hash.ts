import { hash } from 'node:crypto';

/** Characters of a derived id: 22 of base64url are 132 bits of SHA-256. */
const HASH_CHARACTERS = 22;

/** An id derived from its parts: the same parts give the same id, and no two lists of parts are joined to the same text. */
export function hashOf(...parts: readonly (string | number)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, HASH_CHARACTERS);
}

/** JSON of a value with its keys in order: where it was stored meanwhile, the order of keys may have changed. A value that comes a second time is only marked. */
export function canonicalText(value: unknown): string {
  const seen = new WeakSet<object>();
  const text: string | undefined = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (typeof part !== 'object' || part === null) return part;
    if (seen.has(part)) return '[seen]';
    seen.add(part);
    if (Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return text ?? '';
}
