import { annotations, boundedFormats, formatNames, keywords, nearest, topKeywords } from './keywords.ts';
import { patternRisk } from './pattern-check.ts';
import { isObject, type SchemaObject } from './schema-set.ts';
import { pointerToken, resolveRef } from './walk.ts';

/** Items that `maxItems` may allow. */
export const ITEMS_MAX = 10_000;
/** Items of an array with `uniqueItems` whose items are not all text or numbers: each is compared with each. 8,000 took 1 s. */
export const UNIQUE_ITEMS_MAX = 200;
/** Characters that `maxLength` may allow: those of the largest message. */
export const STRING_LENGTH_MAX = 262_144;

/** Where in the file a rule looks, and how it reports. */
export interface RuleInput {
  readonly schema: SchemaObject;
  readonly document: SchemaObject;
  /** Whether this is the top of the file. */
  readonly top: boolean;
  /** Adds a problem at a JSON Pointer below `schema`. */
  report(pointer: string, message: string): void;
}

const dangerousNames = ['__proto__', 'constructor', 'prototype'];

function typesOf({ type }: SchemaObject): readonly unknown[] {
  return Array.isArray(type) ? type : [type];
}

function isFixed(schema: SchemaObject): boolean {
  return 'enum' in schema || 'const' in schema;
}

/** A misspelt keyword checks nothing, silently. */
function knownKeywords({ schema, top, report }: RuleInput): void {
  for (const [keyword, value] of Object.entries(schema)) {
    if (isObject(value) && '$data' in value)
      report(`/${pointerToken(keyword)}`, `"${keyword}" takes its value from $data: give a fixed value.`);
    if (keywords.has(keyword)) {
      const misplaced = !top && (topKeywords.has(keyword) || keyword === '$id' || keyword === '$schema');
      if (misplaced) report('', `"${keyword}" is inside a schema: it is only allowed at the top of a file.`);
      continue;
    }
    const meant = nearest(keyword, keywords);
    report(
      '',
      `unknown keyword "${keyword}"${meant === undefined ? ': it would check nothing; remove it.' : `: did you mean "${meant}"?`}`,
    );
  }
  if ('x-sensitive' in schema && schema['x-sensitive'] !== true)
    report('/x-sensitive', '"x-sensitive" is not true: write true, or remove it.');
}

function localRefs({ schema, document, report }: RuleInput): void {
  if (!('$ref' in schema)) return;
  const ref = String(schema['$ref']);
  if (!ref.startsWith('#/definitions/'))
    report('/$ref', `"$ref" points to ${ref}: only "#/definitions/<name>" of the same file is followed.`);
  else if (resolveRef(document, ref) === undefined)
    report('/$ref', `"$ref" points to ${ref}, which is not there: add it to "definitions".`);
  const beside = Object.keys(schema).filter((keyword) => keyword !== '$ref' && keywords.has(keyword) && !annotations.has(keyword));
  if (beside.length > 0) report('', `"${beside.join('", "')}" beside "$ref" is ignored by some readers: put both into "allOf".`);
}

function boundedArrays({ schema, report }: RuleInput): void {
  if (!typesOf(schema).includes('array') || isFixed(schema)) return;
  const { maxItems, items, additionalItems, uniqueItems } = schema;
  const tuple = Array.isArray(items) && additionalItems === false;
  const limit = typeof maxItems === 'number' ? maxItems : tuple ? items.length : undefined;
  if (limit === undefined) {
    report('', `this array has no "maxItems": add one (at most ${ITEMS_MAX}).`);
    return;
  }
  if (limit > ITEMS_MAX) report('/maxItems', `"maxItems" is ${limit}: give at most ${ITEMS_MAX}.`);
  const scalars = isObject(items) && typesOf(items).every((type) => typeof type === 'string' && !['object', 'array'].includes(type));
  if (uniqueItems !== true || scalars || limit <= UNIQUE_ITEMS_MAX) return;
  report(
    '/uniqueItems',
    `"uniqueItems" compares each item with each: give a "maxItems" of at most ${UNIQUE_ITEMS_MAX}, or items of one simple type.`,
  );
}

function boundedStrings({ schema, report }: RuleInput): void {
  if (!typesOf(schema).includes('string') || isFixed(schema)) return;
  const { maxLength, format } = schema;
  if (typeof maxLength === 'number') {
    if (maxLength > STRING_LENGTH_MAX) report('/maxLength', `"maxLength" is ${maxLength}: give at most ${STRING_LENGTH_MAX}.`);
  } else if (!boundedFormats.has(String(format))) {
    report(
      '',
      `this string has no "maxLength": add one, or an "enum", a "const" or a format with a fixed length (${[...boundedFormats].join(', ')}).`,
    );
  }
}

function knownFormats({ schema, report }: RuleInput): void {
  if (!('format' in schema)) return;
  const format = String(schema['format']);
  if (formatNames.includes(format)) return;
  const meant = nearest(format, formatNames);
  report(
    '/format',
    `unknown format "${format}": ${meant === undefined ? `use one of ${formatNames.join(', ')}.` : `did you mean "${meant}"?`}`,
  );
}

function safePatterns({ schema, report }: RuleInput): void {
  const { pattern, patternProperties } = schema;
  const named = isObject(patternProperties)
    ? Object.keys(patternProperties).map((key) => [`/patternProperties/${pointerToken(key)}`, key])
    : [];
  const all = typeof pattern === 'string' ? [['/pattern', pattern], ...named] : named;
  for (const [pointer = '', source = ''] of all) {
    const risk = patternRisk(source);
    if (risk !== undefined) report(pointer, `the pattern ${source} may take too long: ${risk}.`);
  }
}

function safeNames({ schema, report }: RuleInput): void {
  const { properties, required } = schema;
  const names = isObject(properties) ? Object.keys(properties) : [];
  for (const name of names.filter((candidate) => dangerousNames.includes(candidate))) {
    report(`/properties/${name}`, `a property named "${name}" can change objects that it is copied into: choose another name.`);
  }
  if (schema['additionalProperties'] !== false || !Array.isArray(required) || 'patternProperties' in schema) return;
  for (const name of required) {
    if (!names.includes(name))
      report('/required', `"required" names "${name}", which "properties" does not allow: nothing could be valid.`);
  }
}

/** What is looked at in every schema of a file. */
export const lintRules: readonly ((input: RuleInput) => void)[] = [
  knownKeywords,
  localRefs,
  boundedArrays,
  boundedStrings,
  knownFormats,
  safePatterns,
  safeNames,
];
