import { expect, test } from 'vitest';
import { lintSchema } from '../../lib/schema/lint.ts';
import type { SchemaObject } from '../../lib/schema/schema-set.ts';
import { event } from './schema-directory.ts';

function problems(schema: SchemaObject, text = ''): readonly string[] {
  return lintSchema({ file: 'OrderPlaced/1.json', text, schema }).map(({ code, pointer, message }) => {
    expect(code).toBe('SCHEMA_UNSAFE');
    return `${pointer} ${message}`;
  });
}

function nested(levels: number): SchemaObject {
  let schema: SchemaObject = { type: 'object' };
  for (let level = 0; level < levels; level += 1) schema = { type: 'object', properties: { a: schema } };
  return schema;
}

const text = { type: 'string', maxLength: 9 };

test.each<[string, SchemaObject]>([
  ['bounded arrays and texts', event({ list: { type: 'array', maxItems: 10_000, items: text } })],
  ['a text of a fixed set', event({ a: { type: 'string', enum: ['x'] }, b: { type: 'string', const: 'x' } })],
  [
    'a text whose format bounds it',
    event({ a: { type: 'string', format: 'date-time' }, b: { type: 'string', format: 'uuid' }, c: { type: 'string', format: 'date' } }),
  ],
  ['a tuple', event({ a: { type: 'array', items: [text, text], minItems: 2, additionalItems: false } })],
  ['null beside a type', event({ a: { type: ['string', 'null'], maxLength: 3 } })],
  ['many different texts', event({ a: { type: 'array', maxItems: 9_000, uniqueItems: true, items: text } })],
  ['some different objects', event({ a: { type: 'array', maxItems: 200, uniqueItems: true, items: { type: 'object' } } })],
  ['an open object', event({ a: { type: 'object' } }, { additionalProperties: true })],
  [
    'a definition that is used twice',
    event({ a: { $ref: '#/definitions/a' }, b: { $ref: '#/definitions/a' } }, { definitions: { a: text } }),
  ],
  [
    'annotations beside a $ref',
    event({ a: { $ref: '#/definitions/a', description: 'x', 'x-sensitive': true } }, { definitions: { a: text } }),
  ],
  ['as many levels as allowed', nested(32)],
  ['a property that is named as a keyword', event({ type: text, properties: text, $ref: text })],
])('%s may be used', (_, schema) => {
  expect(problems(schema)).toEqual([]);
});

const rules: readonly [string, SchemaObject, readonly string[]][] = [
  ['an array without a bound', event({ a: { type: 'array' } }), ['/properties/a this array has no "maxItems": add one (at most 10000).']],
  [
    'an array with a huge bound',
    event({ a: { type: 'array', maxItems: 10_001 } }),
    ['/properties/a/maxItems "maxItems" is 10001: give at most 10000.'],
  ],
  [
    'a text without a bound',
    event({ a: { type: 'string' } }),
    [
      '/properties/a this string has no "maxLength": add one, or an "enum", a "const" or a format with a fixed length (date, date-time, ipv4, ipv6, time, uuid).',
    ],
  ],
  [
    'a text whose format does not bound it',
    event({ a: { type: 'string', format: 'uri' } }),
    [
      '/properties/a this string has no "maxLength": add one, or an "enum", a "const" or a format with a fixed length (date, date-time, ipv4, ipv6, time, uuid).',
    ],
  ],
  [
    'a text with a huge bound',
    event({ a: { type: 'string', maxLength: 262_145 } }),
    ['/properties/a/maxLength "maxLength" is 262145: give at most 262144.'],
  ],
  [
    'many different objects',
    event({ a: { type: 'array', maxItems: 201, uniqueItems: true, items: { type: 'object' } } }),
    [
      '/properties/a/uniqueItems "uniqueItems" compares each item with each: give a "maxItems" of at most 200, or items of one simple type.',
    ],
  ],
  [
    'many different items of any type',
    event({ a: { type: 'array', maxItems: 201, uniqueItems: true } }),
    [
      '/properties/a/uniqueItems "uniqueItems" compares each item with each: give a "maxItems" of at most 200, or items of one simple type.',
    ],
  ],
  [
    'a slow pattern',
    event({ a: { ...text, pattern: '^(a+)+$' } }),
    [
      '/properties/a/pattern the pattern ^(a+)+$ may take too long: it repeats what is repeated already, as (a+)+ does: the time doubles with every character.',
    ],
  ],
  [
    'a slow pattern for names',
    event({}, { patternProperties: { '^(a|a)*/$': text }, additionalProperties: false }),
    [
      '/patternProperties/^(a|a)*~1$ the pattern ^(a|a)*/$ may take too long: a repeated part can read the same text in two ways, as (a|a)* does: the time doubles with every character.',
    ],
  ],
  [
    'recursion',
    event({ a: { $ref: '#/definitions/a' } }, { definitions: { a: { type: 'object', properties: { a: { $ref: '#/definitions/a' } } } } }),
    ['/definitions/a/properties/a/$ref "$ref" comes back to #/definitions/a: recursion has no bound; write the levels out.'],
  ],
  [
    'recursion through two definitions',
    event(
      { a: { $ref: '#/definitions/a' } },
      { definitions: { a: { allOf: [{ $ref: '#/definitions/b' }] }, b: { not: { $ref: '#/definitions/a' } } } },
    ),
    ['/definitions/b/not/$ref "$ref" comes back to #/definitions/a: recursion has no bound; write the levels out.'],
  ],
  [
    'a remote $ref',
    event({ a: { $ref: 'https://example.com/a.json' } }),
    ['/properties/a/$ref "$ref" points to https://example.com/a.json: only "#/definitions/<name>" of the same file is followed.'],
  ],
  [
    'a $ref to the whole',
    event({ a: { $ref: '#' } }),
    ['/properties/a/$ref "$ref" points to #: only "#/definitions/<name>" of the same file is followed.'],
  ],
  [
    'a $ref to nothing',
    event({ a: { $ref: '#/definitions/toString' } }, { definitions: {} }),
    ['/properties/a/$ref "$ref" points to #/definitions/toString, which is not there: add it to "definitions".'],
  ],
  [
    'checks beside a $ref',
    event({ a: { $ref: '#/definitions/a', maxLength: 3 } }, { definitions: { a: text } }),
    ['/properties/a "maxLength" beside "$ref" is ignored by some readers: put both into "allOf".'],
  ],
  ['$data', event({ a: { const: { $data: '1/id' } } }), ['/properties/a/const "const" takes its value from $data: give a fixed value.']],
  [
    'a top that is not an object',
    { type: 'array', maxItems: 1 },
    [' the top of a schema is not of type object: write "type": "object", so that fields can be added later.'],
  ],
  [
    'an answer that is not an object',
    { type: 'object', 'x-answer': { type: 'integer' } },
    ['/x-answer the top of a schema is not of type object: write "type": "object", so that fields can be added later.'],
  ],
  [
    'a name that changes objects',
    event(JSON.parse('{"__proto__":{"type":"integer"},"constructor":{"type":"integer"},"prototype":{"type":"integer"}}')),
    ['__proto__', 'constructor', 'prototype'].map(
      (name) => `/properties/${name} a property named "${name}" can change objects that it is copied into: choose another name.`,
    ),
  ],
  ['too many levels', nested(33), [`${'/properties/a'.repeat(33)} schemas are nested more than 32 deep: make the message flatter.`]],
  [
    'too many properties',
    event(Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`a${index}`, { type: 'integer' }]))),
    [' there are more than 1000 properties, counting each use of a definition: make the message smaller.'],
  ],
  [
    'definitions that multiply',
    event(
      { a: { $ref: '#/definitions/d0' } },
      {
        definitions: Object.fromEntries(
          Array.from({ length: 14 }, (_, index) => [
            `d${index}`,
            { anyOf: [{ $ref: `#/definitions/d${index + 1}` }, { $ref: `#/definitions/d${index + 1}` }] },
          ]).concat([['d14', { type: 'integer' }]] as never),
        ),
      },
    ),
    [' there are more than 5000 schemas, counting each use of a definition: make the message smaller.'],
  ],
  [
    'a misspelt keyword',
    event({ a: { type: 'string', maxLenght: 3, maxLength: 3 } }),
    ['/properties/a unknown keyword "maxLenght": did you mean "maxLength"?'],
  ],
  [
    'a keyword of another draft',
    event({ a: { type: 'array', maxItems: 1, prefixItems: [] } }),
    ['/properties/a unknown keyword "prefixItems": it would check nothing; remove it.'],
  ],
  [
    'a misspelt format',
    event({ a: { ...text, format: 'datetime' } }),
    ['/properties/a/format unknown format "datetime": did you mean "date-time"?'],
  ],
  [
    'an unknown format',
    event({ a: { ...text, format: 'hostname-or-so' } }),
    ['/properties/a/format unknown format "hostname-or-so": use one of date, date-time, email, ipv4, ipv6, time, uri, uuid.'],
  ],
  [
    'x-subject inside',
    event({ a: { type: 'object', 'x-subject': 'b' } }),
    ['/properties/a "x-subject" is inside a schema: it is only allowed at the top of a file.'],
  ],
  [
    '$id inside',
    event({ a: { type: 'object', $id: 'b' } }),
    ['/properties/a "$id" is inside a schema: it is only allowed at the top of a file.'],
  ],
  [
    'x-sensitive that is not true',
    event({ a: { ...text, 'x-sensitive': 'yes' } }),
    ['/properties/a/x-sensitive "x-sensitive" is not true: write true, or remove it.'],
  ],
  [
    'a required property that may not be there',
    event({}, { required: ['id', 'toString'] }),
    ['/required "required" names "toString", which "properties" does not allow: nothing could be valid.'],
  ],
  [
    'a check without a type',
    event({ a: { maxLength: 3 } }),
    [' strict mode: missing type "string" for keyword "maxLength" at "#/properties/a" (strictTypes).'],
  ],
];

test.each(rules)('%s is refused', (_, schema, expected) => {
  expect(problems(schema)).toEqual(expected);
});

test('a file that the schema registry would not take is refused', () => {
  expect(problems(event(), 'x'.repeat(170_000))).toEqual([]);
  expect(problems(event(), 'x'.repeat(170_001))).toEqual([' the file has 170001 characters: the schema registry takes 170000.']);
});

test('the answer of a command and unused definitions are looked at as well', () => {
  expect(
    problems({
      type: 'object',
      'x-answer': { type: 'object', properties: { a: { type: 'array' } } },
      definitions: { b: { type: 'array' } },
    }),
  ).toEqual([
    '/x-answer/properties/a this array has no "maxItems": add one (at most 10000).',
    '/definitions/b this array has no "maxItems": add one (at most 10000).',
  ]);
});
