/** Names of an object above which `sort` is the faster way. */
const NAMES_FEW = 24;

/** The names of an object in order. Few are put in order by hand: `sort` takes longer for that, and leaves more garbage, than all else here. */
function sortedNames(record: object): readonly string[] {
  const names = Object.keys(record);
  if (names.length > NAMES_FEW) return names.sort();
  for (let index = 1; index < names.length; index += 1) {
    const name = names[index] as string;
    let place = index;
    for (; place > 0 && (names[place - 1] as string) > name; place -= 1) names[place] = names[place - 1] as string;
    names[place] = name;
  }
  return names;
}

/** Texts in which JSON escapes nothing. */
const plainText = /^[\w .,:/-]*$/;

/** A text as JSON; most texts are names and ids, and `JSON.stringify` takes long for each. */
function quoted(text: string): string {
  return plainText.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** JSON of plain data with its keys in order: the same data is the same text, wherever it was stored meanwhile. */
export function canonicalText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const record = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of sortedNames(record)) {
    text += `${text === '' ? '{' : ','}${quoted(name)}:${canonicalText(record[name])}`;
  }
  return text === '' ? '{}' : `${text}}`;
}
