import type { Schema } from '../../../lib/schema/compatibility/draft.ts';

/** One change of a schema and what it breaks. */
export interface KeywordChange {
  readonly keyword: string;
  readonly change: string;
  readonly before: Schema;
  readonly after: Schema;
  /** The rule that BACKWARD reports; `''` when it is compatible. */
  readonly backward: string;
  /** The rule that FORWARD reports. */
  readonly forward: string;
  /** What `contentModel: 'strict'` reports where it differs. */
  readonly strict?: { readonly backward: string; readonly forward: string };
}

type Row = readonly [change: string, before: Schema, after: Schema, backward: string, forward: string, strict?: KeywordChange['strict']];

const object = (properties: object, more: object = {}): Schema => ({ type: 'object', properties, ...more });
const closed = (properties: object, more: object = {}): Schema => object(properties, { additionalProperties: false, ...more });
const text = { type: 'string' };
const whole = { type: 'integer' };
const many = { type: 'number' };
const pair = { type: 'array', items: [text, text], minItems: 2 };
const list = { type: 'array' };
const tree = (value: object): Schema => ({
  $ref: '#/definitions/tree',
  definitions: { tree: object({ value, left: { $ref: '#/definitions/tree' } }) },
});
/** `if` and `then`; written as an object, it could be taken for a promise. */
const when = (condition: object, consequence: object): object =>
  Object.fromEntries([
    ['if', condition],
    ['then', consequence],
  ]);
const sized = (more: object): Schema => ({ type: 'object', ...more });

const rows: Readonly<Record<string, readonly Row[]>> = {
  type: [
    ['a type is added', text, { type: ['string', 'null'] }, '', 'type-widened'],
    ['a type is removed', { type: ['string', 'null'] }, text, 'type-narrowed', ''],
    ['another type', text, whole, 'type-narrowed', 'type-widened'],
    ['`integer` becomes `number`', whole, many, '', 'type-widened'],
    ['`number` becomes `integer`', many, whole, 'type-narrowed', ''],
    ['`type` is added', {}, text, 'type-narrowed', ''],
    ['`type` is removed', text, {}, '', 'type-widened'],
  ],
  enum: [
    ['a value is added', { enum: ['a'] }, { enum: ['a', 'b'] }, '', 'enum-value-added'],
    ['a value is removed', { enum: ['a', 'b'] }, { enum: ['a'] }, 'enum-value-removed', ''],
    ['the order changes', { enum: ['a', 'b'] }, { enum: ['b', 'a'] }, '', ''],
    ['`enum` is added', text, { type: 'string', enum: ['a'] }, 'enum-added', ''],
    ['`enum` is removed', { type: 'string', enum: ['a'] }, text, '', 'enum-removed'],
    ['`enum` of both booleans becomes the type', { enum: [true, false] }, { type: 'boolean' }, '', ''],
  ],
  const: [
    ['another value', { const: 'a' }, { const: 'b' }, 'const-changed', 'const-changed'],
    ['`const` is added', text, { type: 'string', const: 'a' }, 'const-added', ''],
    ['`const` is removed', { type: 'string', const: 'a' }, text, '', 'const-removed'],
    ['`const` becomes an `enum` with it', { const: 'a' }, { enum: ['a', 'b'] }, '', 'enum-value-added'],
  ],
  'minimum, exclusiveMinimum': [
    ['higher', { type: 'number', minimum: 1 }, { type: 'number', minimum: 2 }, 'minimum-raised', ''],
    ['lower', { type: 'number', minimum: 2 }, { type: 'number', minimum: 1 }, '', 'minimum-lowered'],
    ['added', many, { type: 'number', minimum: 1 }, 'minimum-added', ''],
    ['removed', { type: 'number', minimum: 1 }, many, '', 'minimum-removed'],
    ['exclusive', { type: 'number', minimum: 1 }, { type: 'number', exclusiveMinimum: 1 }, 'minimum-raised', ''],
    ['exclusive, of whole numbers', { type: 'integer', exclusiveMinimum: 0 }, { type: 'integer', minimum: 1 }, '', ''],
  ],
  'maximum, exclusiveMaximum': [
    ['lower', { type: 'number', maximum: 2 }, { type: 'number', maximum: 1 }, 'maximum-lowered', ''],
    ['higher', { type: 'number', maximum: 1 }, { type: 'number', maximum: 2 }, '', 'maximum-raised'],
    ['added', many, { type: 'number', maximum: 1 }, 'maximum-added', ''],
    ['removed', { type: 'number', maximum: 1 }, many, '', 'maximum-removed'],
  ],
  multipleOf: [
    ['a multiple of the old one', { type: 'number', multipleOf: 2 }, { type: 'number', multipleOf: 4 }, 'multiple-of-changed', ''],
    ['a part of the old one', { type: 'number', multipleOf: 4 }, { type: 'number', multipleOf: 2 }, '', 'multiple-of-changed'],
    ['added', many, { type: 'number', multipleOf: 2 }, 'multiple-of-added', ''],
    ['removed', { type: 'number', multipleOf: 2 }, many, '', 'multiple-of-removed'],
    [
      'decimal fractions: not exact',
      { type: 'number', multipleOf: 0.3 },
      { type: 'number', multipleOf: 0.1 },
      'multiple-of-changed',
      'multiple-of-changed',
    ],
  ],
  'minLength, maxLength': [
    ['`minLength` raised', { type: 'string', minLength: 1 }, { type: 'string', minLength: 2 }, 'min-length-raised', ''],
    ['`minLength` added', text, { type: 'string', minLength: 1 }, 'min-length-added', ''],
    ['`maxLength` lowered', { type: 'string', maxLength: 9 }, { type: 'string', maxLength: 8 }, 'max-length-lowered', ''],
    ['`maxLength` raised', { type: 'string', maxLength: 8 }, { type: 'string', maxLength: 9 }, '', 'max-length-raised'],
    ['`maxLength` removed', { type: 'string', maxLength: 8 }, text, '', 'max-length-removed'],
  ],
  pattern: [
    ['added', text, { type: 'string', pattern: '^a' }, 'pattern-added', ''],
    ['removed', { type: 'string', pattern: '^a' }, text, '', 'pattern-removed'],
    ['another one', { type: 'string', pattern: '^a' }, { type: 'string', pattern: '^[ab]' }, 'unknown', 'pattern-changed'],
    ['values that match become free', { enum: ['a', 'ab'] }, { type: 'string', pattern: '^a' }, '', 'enum-removed'],
  ],
  format: [
    ['added', text, { type: 'string', format: 'date' }, 'format-added', ''],
    ['removed', { type: 'string', format: 'date' }, text, '', 'format-removed'],
    ['another one', { type: 'string', format: 'date' }, { type: 'string', format: 'date-time' }, 'format-changed', 'format-changed'],
    ['a `maxLength` that it keeps anyway', { format: 'uuid' }, { format: 'uuid', maxLength: 36 }, '', ''],
    ['another one that nobody knows', { type: 'string', format: 'sku' }, { type: 'string', format: 'ean' }, 'unknown', 'unknown'],
  ],
  'contentEncoding, contentMediaType': [
    ['added', text, { type: 'string', contentEncoding: 'base64' }, 'unknown', ''],
    ['removed', { type: 'string', contentEncoding: 'base64' }, text, '', 'unknown'],
    [
      'another one',
      { type: 'string', contentMediaType: 'image/png' },
      { type: 'string', contentMediaType: 'image/jpeg' },
      'unknown',
      'unknown',
    ],
  ],
  required: [
    ['a property is required', object({ a: text }), object({ a: text }, { required: ['a'] }), 'required-added', ''],
    ['a property is optional', object({ a: text }, { required: ['a'] }), object({ a: text }), '', 'required-removed'],
  ],
  'properties of an open object': [
    ['optional one added', object({ a: text }), object({ a: text, b: text }), '', '', { backward: 'property-added', forward: '' }],
    [
      'required one added',
      object({ a: text }),
      object({ a: text, b: text }, { required: ['b'] }),
      'required-added',
      '',
      { backward: 'property-added required-added', forward: '' },
    ],
    ['optional one removed', object({ a: text, b: text }), object({ a: text }), '', '', { backward: '', forward: 'property-removed' }],
    [
      'required one removed',
      object({ b: text }, { required: ['b'] }),
      object({}),
      '',
      'required-removed',
      { backward: '', forward: 'property-removed required-removed' },
    ],
    ['one with another type', object({ a: text }), object({ a: whole }), 'type-narrowed', 'type-widened'],
    [
      'renamed',
      object({ a: text }, { required: ['a'] }),
      object({ b: text }, { required: ['b'] }),
      'required-added',
      'required-removed',
      { backward: 'property-added required-added', forward: 'property-removed required-removed' },
    ],
  ],
  'properties of a closed object': [
    ['optional one added', closed({ a: text }), closed({ a: text, b: text }), '', 'property-added'],
    ['required one added', closed({ a: text }), closed({ a: text, b: text }, { required: ['b'] }), 'required-added', 'property-added'],
    ['optional one removed', closed({ a: text, b: text }), closed({ a: text }), 'property-removed', ''],
  ],
  additionalProperties: [
    ['`false` added', object({ a: text }), closed({ a: text }), 'additional-properties-closed', ''],
    ['`false` removed', closed({ a: text }), object({ a: text }), '', 'additional-properties-opened'],
    [
      'the schema is wider',
      { type: 'object', additionalProperties: whole },
      { type: 'object', additionalProperties: many },
      '',
      'type-widened',
    ],
    ['a schema is added', object({}), { type: 'object', additionalProperties: text }, 'additional-properties-added', ''],
    [
      'a name is declared in a map',
      { type: 'object', additionalProperties: whole },
      object({ a: text }, { additionalProperties: whole }),
      'type-narrowed',
      'type-widened',
    ],
  ],
  patternProperties: [
    [
      'the schema is wider',
      { type: 'object', patternProperties: { '^x': whole } },
      { type: 'object', patternProperties: { '^x': many } },
      '',
      'type-widened',
    ],
    ['added', { type: 'object' }, { type: 'object', patternProperties: { '^x': whole } }, 'pattern-property-added', ''],
    ['removed', { type: 'object', patternProperties: { '^x': whole } }, { type: 'object' }, '', 'pattern-property-removed'],
    [
      'instead of a name that matches',
      closed({ xa: whole }),
      closed({}, { patternProperties: { '^x': whole } }),
      '',
      'additional-properties-opened',
    ],
  ],
  propertyNames: [
    ['added', { type: 'object' }, { type: 'object', propertyNames: { maxLength: 3 } }, 'property-names-added', ''],
    [
      'narrower',
      { type: 'object', propertyNames: { maxLength: 3 } },
      { type: 'object', propertyNames: { maxLength: 2 } },
      'property-names-changed',
      '',
    ],
    ['removed', { type: 'object', propertyNames: { maxLength: 3 } }, { type: 'object' }, '', 'property-names-removed'],
  ],
  'minProperties, maxProperties': [
    ['`minProperties` raised', sized({ minProperties: 1 }), sized({ minProperties: 2 }), 'min-properties-raised', ''],
    ['`maxProperties` raised', sized({ maxProperties: 1 }), sized({ maxProperties: 2 }), '', 'max-properties-raised'],
    [
      '`minProperties` that `required` ensures',
      object({ a: text }, { required: ['a'] }),
      object({ a: text }, { required: ['a'], minProperties: 1 }),
      '',
      '',
    ],
  ],
  dependencies: [
    ['added', object({ a: text, b: text }), object({ a: text, b: text }, { dependencies: { a: ['b'] } }), 'dependency-added', ''],
    ['removed', object({ a: text, b: text }, { dependencies: { a: ['b'] } }), object({ a: text, b: text }), '', 'dependency-removed'],
    ['more comes with it', sized({ dependencies: { a: ['b'] } }), sized({ dependencies: { a: ['b', 'c'] } }), 'dependency-changed', ''],
  ],
  items: [
    ['wider', { type: 'array', items: whole }, { type: 'array', items: many }, '', 'type-widened'],
    ['added', list, { type: 'array', items: text }, 'items-added', ''],
    ['a list becomes a tuple', { type: 'array', items: text }, pair, 'min-items-added', 'items-removed'],
    ['one of a tuple is wider', pair, { ...pair, items: [text, {}] }, '', 'type-widened'],
  ],
  additionalItems: [
    ['`false` added', pair, { ...pair, additionalItems: false }, 'items-closed', ''],
    ['`false` removed', { ...pair, additionalItems: false }, pair, '', 'items-opened'],
    ['`false` beside `maxItems` that says the same', { ...pair, maxItems: 2 }, { ...pair, additionalItems: false }, '', ''],
  ],
  contains: [
    ['added', list, { type: 'array', contains: text }, 'contains-added', ''],
    ['removed', { type: 'array', contains: text }, list, '', 'contains-removed'],
    ['wider', { type: 'array', contains: whole }, { type: 'array', contains: many }, '', 'contains-changed'],
  ],
  'minItems, maxItems': [
    ['`minItems` lowered', { type: 'array', minItems: 2 }, { type: 'array', minItems: 1 }, '', 'min-items-lowered'],
    ['`maxItems` lowered', { type: 'array', maxItems: 2 }, { type: 'array', maxItems: 1 }, 'max-items-lowered', ''],
  ],
  uniqueItems: [
    ['added', list, { type: 'array', uniqueItems: true }, 'unique-items-added', ''],
    ['removed', { type: 'array', uniqueItems: true }, list, '', 'unique-items-removed'],
    ['added where there is one item at most', { type: 'array', maxItems: 1 }, { type: 'array', maxItems: 1, uniqueItems: true }, '', ''],
  ],
  allOf: [
    ['split into parts', { type: 'string', minLength: 1 }, { allOf: [text, { minLength: 1 }] }, '', ''],
    ['a part is added', { allOf: [text] }, { allOf: [text, { minLength: 1 }] }, 'min-length-added', ''],
  ],
  'anyOf, oneOf': [
    ['an alternative is added', { anyOf: [text] }, { anyOf: [text, whole] }, '', 'alternative-added'],
    ['an alternative is removed', { oneOf: [text, whole] }, { oneOf: [text] }, 'alternative-removed', ''],
    ['an alternative is wider', { oneOf: [text, whole] }, { oneOf: [text, many] }, '', 'type-widened'],
    ['the order changes', { oneOf: [text, whole] }, { oneOf: [whole, text] }, '', ''],
    ['types become alternatives', { type: ['string', 'null'] }, { anyOf: [text, { type: 'null' }] }, '', ''],
    ['`anyOf` becomes `oneOf` of what may overlap', { anyOf: [whole, many] }, { oneOf: [whole, many] }, 'alternatives-added', ''],
  ],
  not: [
    ['added', text, { type: 'string', not: { enum: ['a'] } }, 'not-added', ''],
    ['removed', { type: 'string', not: { enum: ['a'] } }, text, '', 'not-removed'],
    ['more is excluded', { not: { enum: ['a'] } }, { not: { enum: ['a', 'b'] } }, 'not-changed', ''],
  ],
  'if, then, else': [
    ['added', object({ a: text }), object({ a: text }, { ...when({ required: ['a'] }, { required: ['b'] }) }), 'condition-added', ''],
    ['removed', object({ a: text }, { ...when({ required: ['a'] }, { required: ['b'] }) }), object({ a: text }), '', 'condition-removed'],
    [
      'more is asked for',
      sized({ ...when({ required: ['a'] }, { required: ['b'] }) }),
      sized({ ...when({ required: ['a'] }, { required: ['b', 'c'] }) }),
      'condition-changed',
      '',
    ],
    [
      'says the same as `dependencies`',
      sized({ dependencies: { a: ['b'] } }),
      sized({ ...when({ required: ['a'] }, { required: ['b'] }) }),
      '',
      '',
    ],
  ],
  $ref: [
    ['written out', { $ref: '#/definitions/a', definitions: { a: text } }, text, '', ''],
    ['in a tree, a value is wider', tree(whole), tree(many), '', 'type-widened'],
  ],
  'true, false': [
    ['`true` becomes a schema', true, text, 'type-narrowed', ''],
    ['everything becomes `false`', text, false, 'type-narrowed', ''],
  ],
  'title, description, default, examples, unknown keywords': [
    ['changed', { type: 'string', title: 'a', 'x-owner': 'b' }, { type: 'string', title: 'c', default: 'd' }, '', ''],
  ],
};

/** Every change of a keyword, in the order of the page. */
export const keywordChanges: readonly KeywordChange[] = Object.entries(rows).flatMap(([keyword, changes]) =>
  changes.map(([change, before, after, backward, forward, strict]) => ({
    keyword,
    change,
    before,
    after,
    backward,
    forward,
    ...(strict === undefined ? {} : { strict }),
  })),
);

function cell(rules: string): string {
  if (rules === '') return 'fine';
  return rules
    .split(' ')
    .map((rule) => `\`${rule}\``)
    .join(', ');
}

function both(pragmatic: string, strict: string | undefined): string {
  return strict === undefined || strict === pragmatic ? cell(pragmatic) : `${cell(pragmatic)}; strict: ${cell(strict)}`;
}

/** The table as the page shows it. */
export function renderKeywordTable(): string {
  const lines = keywordChanges.map(({ keyword, change, backward, forward, strict }, index) => {
    const shown = keywordChanges[index - 1]?.keyword === keyword ? '' : keyword;
    return `| ${shown} | ${change} | ${both(backward, strict?.backward)} | ${both(forward, strict?.forward)} |`;
  });
  return ['| keyword | change | BACKWARD | FORWARD |', '| --- | --- | --- | --- |', ...lines].join('\n');
}
