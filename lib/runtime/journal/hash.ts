import { hash } from 'node:crypto';

/** Characters of a derived id: 22 of base64url are 132 bits of SHA-256. */
const HASH_CHARACTERS = 22;

/** An id derived from its parts: the same parts give the same id, and no two lists of parts are joined to the same text. */
export function hashOf(...parts: readonly (string | number)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, HASH_CHARACTERS);
}

/** JSON of plain data with its keys in order: the same data is the same text, wherever it was stored meanwhile. */
export function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const record = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of Object.keys(record).sort()) {
    text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${canonicalText(record[name])}`;
  }
  return text === '' ? '{}' : `${text}}`;
}
