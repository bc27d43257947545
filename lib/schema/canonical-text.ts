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
