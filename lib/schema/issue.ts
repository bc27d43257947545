import type { SchemaIssue } from '../contract/message-type.ts';

/** One error as ajv's generated code reports it. */
export interface StandaloneError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Whose name is not valid, under `propertyNames`. */
  readonly propertyName?: string;
}

/** Characters of one text in an issue. */
const TEXT_LENGTH_MAX = 120;
/** Characters of a pointer in an issue. */
const PATH_LENGTH_MAX = 200;
/** Control, invisible and text-direction characters, and halves of characters: they could forge a log line. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function printable(text: string, length: number): string {
  const short = text.length > length ? `${text.slice(0, length)}…` : text;
  return short.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, TEXT_LENGTH_MAX + 1)) : (JSON.stringify(value) ?? String(value));
  return printable(text, TEXT_LENGTH_MAX);
}

function counted(count: unknown, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function typeName(type: unknown): string {
  const types = Array.isArray(type) ? type : String(type).split(',');
  return types.map((name) => (name === 'null' ? 'null' : /^[aio]/.test(name) ? `an ${name}` : `a ${name}`)).join(' or ');
}

type Words = (params: StandaloneError['params']) => string;
const expectations: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['type', ({ type }) => typeName(type)],
  ['required', ({ missingProperty }) => `an object with the property ${quoted(missingProperty)}`],
  ['dependencies', ({ missingProperty, property }) => `an object with the property ${quoted(missingProperty)} next to ${quoted(property)}`],
  ['additionalProperties', () => 'an object with the properties of the schema only'],
  ['propertyNames', () => 'other property names'],
  ['additionalItems', ({ limit }) => `at most ${counted(limit, 'item')}`],
  ['minLength', ({ limit }) => `at least ${counted(limit, 'character')}`],
  ['maxLength', ({ limit }) => `at most ${counted(limit, 'character')}`],
  ['minItems', ({ limit }) => `at least ${counted(limit, 'item')}`],
  ['maxItems', ({ limit }) => `at most ${counted(limit, 'item')}`],
  ['minProperties', ({ limit }) => (limit === 1 ? 'at least 1 property' : `at least ${limit} properties`)],
  ['maxProperties', ({ limit }) => (limit === 1 ? 'at most 1 property' : `at most ${limit} properties`)],
  ['minimum', ({ limit }) => `at least ${limit}`],
  ['maximum', ({ limit }) => `at most ${limit}`],
  ['exclusiveMinimum', ({ limit }) => `more than ${limit}`],
  ['exclusiveMaximum', ({ limit }) => `less than ${limit}`],
  ['multipleOf', ({ multipleOf }) => `a multiple of ${multipleOf}`],
  ['pattern', ({ pattern }) => `text that matches ${printable(String(pattern), TEXT_LENGTH_MAX)}`],
  ['format', ({ format }) => `the format ${format}`],
  ['enum', ({ allowedValues }) => `one of ${quoted(allowedValues)}`],
  ['const', ({ allowedValue }) => quoted(allowedValue)],
  ['uniqueItems', () => 'items that all differ'],
  ['contains', () => 'an item as "contains" asks for'],
  ['anyOf', () => 'one of the forms of the schema'],
  ['oneOf', () => 'exactly one of the forms of the schema'],
  ['not', () => 'another form'],
  ['if', ({ failingKeyword }) => `the form under "${failingKeyword}"`],
  ['false schema', () => 'nothing here'],
]);

function tokens(pointer: string): readonly string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/');
}

function valueAt(data: unknown, pointer: string): unknown {
  let value = data;
  for (const token of tokens(pointer)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** How a place in the data stands to a sensitive field: it may be the secret, hold it, or have been given in its place. */
function relation(pointer: string, sensitive: string): 'inside' | 'around' | 'apart' {
  const [here, there] = [tokens(pointer), tokens(sensitive)];
  const shared = there.slice(0, here.length);
  if (!shared.every((token, index) => token === '*' || token === here[index])) return 'apart';
  return here.length >= there.length ? 'inside' : 'around';
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${counted(value.length, 'item')}`;
  if (typeof value === 'object') return 'an object';
  return value === undefined ? 'nothing' : `a ${typeof value}`;
}

function received({ instancePath, keyword, params, propertyName }: StandaloneError, value: unknown, sensitive: readonly string[]): string {
  const relations = sensitive.map((pointer) => relation(instancePath, pointer));
  if (keyword === 'required' || keyword === 'dependencies') return 'one without it';
  if (!relations.includes('inside')) {
    if (propertyName !== undefined) return `the property ${quoted(propertyName)}`;
    if (keyword === 'additionalProperties') return `one with the property ${quoted(params['additionalProperty'])}`;
    if (keyword === 'propertyNames') return `the property ${quoted(params['propertyName'])}`;
  }
  if (typeof value === 'object' || value === undefined) return kindOf(value);
  if (relations.some((each) => each !== 'apart')) return `${kindOf(value)} (hidden)`;
  if (typeof value !== 'string') return String(value);
  return value.length > TEXT_LENGTH_MAX ? `${quoted(value)} (${value.length} characters)` : quoted(value);
}

/** An ajv error in words. Short, on one line, and without the value where `sensitive` says so. */
export function schemaIssue(error: StandaloneError, data: unknown, sensitive: readonly string[]): SchemaIssue {
  const { instancePath, keyword, params, propertyName } = error;
  const expected = expectations.get(keyword)?.(params) ?? `what "${keyword}" asks for`;
  return {
    path: printable(instancePath, PATH_LENGTH_MAX),
    expected: propertyName === undefined ? expected : `property names: ${expected}`,
    received: received(error, valueAt(data, instancePath), sensitive),
  };
}
