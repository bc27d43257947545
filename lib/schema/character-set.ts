/** Code points as inclusive ranges, sorted and apart. */
export type CharacterSet = readonly (readonly [number, number])[];

const LAST = 0x10ffff;
const digit: CharacterSet = [[0x30, 0x39]];
const word: CharacterSet = [digit[0] ?? [0, 0], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
// prettier-ignore
const space: CharacterSet = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** Any character. */
export const anything: CharacterSet = [[0, LAST]];
/** What `.` matches. */
export const notLineEnd: CharacterSet = without([
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]);

/** Sorts and joins ranges. */
export function union(ranges: CharacterSet): CharacterSet {
  const joined: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((left, right) => left[0] - right[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** All characters but these. */
export function without(ranges: CharacterSet): CharacterSet {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [from, to] of union(ranges)) {
    if (from > next) rest.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= LAST) rest.push([next, LAST]);
  return rest;
}

/** What `\d`, `\D`, `\w`, `\W`, `\s`, `\S` match. */
export function classEscape(letter: string): CharacterSet | undefined {
  const sets: Readonly<Record<string, CharacterSet>> = { d: digit, w: word, s: space };
  const set = sets[letter.toLowerCase()];
  return set === undefined || letter === letter.toLowerCase() ? set : without(set);
}

/** Property escapes that are kept; each costs a test of every character. */
const PROPERTIES_MAX = 20;
const properties = new Map<string, CharacterSet>();

/** What `\p{…}` or `\P{…}` matches, as this Node knows Unicode. */
export function propertyEscape(source: string): CharacterSet {
  const known = properties.get(source);
  if (known !== undefined) return known;
  const expression = new RegExp(`^${source}$`, 'u');
  const ranges: [number, number][] = [];
  for (let point = 0; point <= LAST; point += 1) {
    const last = ranges.at(-1);
    if (!expression.test(String.fromCodePoint(point))) continue;
    if (last?.[1] === point - 1) last[1] = point;
    else ranges.push([point, point]);
  }
  if (properties.size < PROPERTIES_MAX) properties.set(source, ranges);
  return ranges;
}

/** Whether some character is in both. */
export function overlap(left: CharacterSet, right: CharacterSet): boolean {
  return left.some(([from, to]) => right.some(([otherFrom, otherTo]) => from <= otherTo && otherFrom <= to));
}
