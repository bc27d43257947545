import { ChoreographyError } from '../contract/errors.ts';
import { type CharacterSet, classEscape, notLineEnd, propertyEscape, union, without } from './character-set.ts';

/** A regular expression as a tree. Word boundaries and line ends match no character and are left out; so are groups' names. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'start' }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'either'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly body: PatternNode; readonly min: number; readonly max: number };

/** Groups in groups. */
const GROUP_DEPTH_MAX = 20;
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 };

/** Stops the check of a pattern. @throws SCHEMA_UNSAFE */
export function refusePattern(reason: string): never {
  throw new ChoreographyError('SCHEMA_UNSAFE', reason);
}

interface Reader {
  /** The next characters are `text`: step over them. */
  take(text: string): boolean;
  /** What the sticky expression matches here, stepped over. */
  match(expression: RegExp): RegExpExecArray | undefined;
  /** One character, stepped over; `''` at the end. */
  next(): string;
  peek(): string;
}

function reader(source: string): Reader {
  let index = 0;
  const peek = (): string => String.fromCodePoint(...(index < source.length ? [source.codePointAt(index) ?? 0] : []));
  return {
    peek,
    next() {
      const character = peek();
      index += character.length;
      return character;
    },
    take(text) {
      if (!source.startsWith(text, index)) return false;
      index += text.length;
      return true;
    },
    match(expression) {
      const found = expression.exec(source.slice(index)) ?? undefined;
      index += found?.[0].length ?? 0;
      return found;
    },
  };
}

function escaped(input: Reader): CharacterSet {
  const property = input.match(/^[pP]\{[^}]*\}/);
  if (property !== undefined) return propertyEscape(`\\${property[0]}`);
  const code = input.match(/^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}|c([A-Za-z]))/);
  if (code !== undefined) {
    const point = code[4] === undefined ? Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16) : code[4].charCodeAt(0) % 32;
    if (point >= 0xd800 && point <= 0xdfff) refusePattern('half a character (a surrogate) cannot be checked; write \\u{…}');
    return [[point, point]];
  }
  const letter = input.next();
  const set = classEscape(letter);
  if (set !== undefined) return set;
  const point = (Object.hasOwn(controls, letter) ? controls[letter] : undefined) ?? letter.codePointAt(0) ?? 0;
  return [[point, point]];
}

function classItem(input: Reader): CharacterSet {
  if (input.take('\\b')) return [[8, 8]];
  if (input.take('\\')) return escaped(input);
  const point = input.next().codePointAt(0) ?? 0;
  return [[point, point]];
}

function characterClass(input: Reader): PatternNode {
  const negated = input.take('^');
  const ranges: (readonly [number, number])[] = [];
  while (!input.take(']')) {
    if (input.peek() === '') refusePattern('a character class has no end');
    const from = classItem(input);
    const ranged = input.match(/^-(?!\])/) === undefined ? undefined : classItem(input);
    if (ranged === undefined) ranges.push(...from);
    else ranges.push([from[0]?.[0] ?? 0, ranged.at(-1)?.[1] ?? 0]);
  }
  return { kind: 'set', set: negated ? without(ranges) : union(ranges) };
}

function group(input: Reader, depth: number): PatternNode {
  if (input.match(/^\?<?[=!]/) !== undefined) refusePattern('it looks ahead or behind, which can take very long');
  input.match(/^\?(?::|<[^>]*>)/);
  if (depth >= GROUP_DEPTH_MAX) refusePattern(`its groups are nested more than ${GROUP_DEPTH_MAX} deep`);
  const node = either(input, depth + 1);
  if (!input.take(')')) refusePattern('a group has no end');
  return node;
}

const nothing: PatternNode = { kind: 'sequence', parts: [] };

function atom(input: Reader, depth: number): PatternNode {
  if (input.take('(')) return group(input, depth);
  if (input.take('[')) return characterClass(input);
  if (input.take('.')) return { kind: 'set', set: notLineEnd };
  if (input.take('^')) return { kind: 'start' };
  if (input.take('$') || input.take('\\b') || input.take('\\B')) return nothing;
  if (input.match(/^\\(?:[1-9]|k<)/) !== undefined) refusePattern('it refers back to a group, which can take very long');
  if (input.take('\\')) return { kind: 'set', set: escaped(input) };
  const point = input.next().codePointAt(0) ?? 0;
  return { kind: 'set', set: [[point, point]] };
}

function repeated(input: Reader, body: PatternNode): PatternNode {
  const found = input.match(/^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/);
  if (found === undefined) return body;
  const [, sign, low, comma, high] = found;
  const min = sign === undefined ? Number(low) : sign === '+' ? 1 : 0;
  const max =
    sign === '?' ? 1 : sign !== undefined || (comma === ',' && high === '') ? Number.POSITIVE_INFINITY : Number(high === '' ? low : high);
  return { kind: 'repeat', body, min, max };
}

function sequence(input: Reader, depth: number): PatternNode {
  const parts: PatternNode[] = [];
  while (!['', '|', ')'].includes(input.peek())) parts.push(repeated(input, atom(input, depth)));
  return { kind: 'sequence', parts };
}

function either(input: Reader, depth: number): PatternNode {
  const options = [sequence(input, depth)];
  while (input.take('|')) options.push(sequence(input, depth));
  return options.length === 1 ? (options[0] ?? nothing) : { kind: 'either', options };
}

/** Reads a pattern that `new RegExp(source, 'u')` accepts. @throws SCHEMA_UNSAFE for what cannot be checked: look-around, back references */
export function parsePattern(source: string): PatternNode {
  return either(reader(source), 0);
}
