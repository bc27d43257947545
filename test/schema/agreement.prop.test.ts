import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formats } from '../../lib/schema/formats.ts';
import { generateCode } from '../../lib/schema/generate.ts';
import { isObject, type SchemaObject } from '../../lib/schema/schema-set.ts';
import { linkValidators } from './generated-validators.ts';
import { event, schemasOf } from './schema-directory.ts';

const text = { type: 'string', maxLength: 4 };
const rich: SchemaObject = event(
  {
    id: { ...text, minLength: 1 },
    code: { type: 'string', pattern: '^[A-Z]{2,3}$', maxLength: 3 },
    at: { type: 'string', format: 'date' },
    count: { type: 'integer', minimum: -2, exclusiveMaximum: 5 },
    half: { type: 'number', multipleOf: 0.5 },
    list: { type: 'array', minItems: 1, maxItems: 3, uniqueItems: true, items: { $ref: '#/definitions/item' } },
    tags: { type: 'array', maxItems: 3, uniqueItems: true, items: text, contains: { type: 'string', const: 'a', maxLength: 1 } },
    pair: { type: 'array', items: [text, { type: 'integer' }], minItems: 2, additionalItems: false },
    map: { type: 'object', propertyNames: { type: 'string', maxLength: 2 }, additionalProperties: { type: 'integer' }, maxProperties: 2 },
    either: { oneOf: [text, { type: 'integer' }, { type: 'number', minimum: 3 }] },
    fixed: { enum: ['a', 1, null, { a: [1] }] },
    maybe: { type: ['boolean', 'null'] },
    when: {
      type: 'object',
      properties: { a: { type: 'integer' }, b: { type: 'integer' } },
      dependencies: { a: ['b'] },
      not: { type: 'object', required: ['c'] },
    },
    depends: {
      type: 'integer',
      if: { type: 'integer', minimum: 2 },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { type: 'integer', multipleOf: 2 },
      else: { type: 'integer', minimum: 0 },
    },
  },
  {
    definitions: {
      item: { type: 'object', additionalProperties: false, required: ['a'], properties: { a: { type: 'integer' }, toString: text } },
    },
  },
);

const texts = fc.constantFrom('', 'a', 'EUR', 'eu', '😀😀😀😀', 'abcde', '2026-02-28', '2026-02-29', '__proto__', 'toString');
const anything = fc.oneof(
  texts,
  fc.integer({ min: -3, max: 6 }),
  fc.constantFrom(0.5, 0.25, null, true, undefined),
  fc.constantFrom({ a: [1] }, [], {}, ['a', 1]),
);

/** Data that is often near to what the schema asks for. */
function dataFor(document: SchemaObject, schema: unknown): fc.Arbitrary<unknown> {
  if (!isObject(schema)) return anything;
  const { $ref: ref, properties, items, type, definitions } = schema;
  if (typeof ref === 'string' && isObject(document['definitions']))
    return dataFor(document, document['definitions'][ref.slice('#/definitions/'.length)]);
  if (definitions === undefined && type === undefined) return anything;
  const near =
    type === 'object'
      ? fc.record(
          {
            ...Object.fromEntries(
              Object.entries(isObject(properties) ? properties : { a: {}, bb: {} }).map(([name, inner]) => [
                name,
                dataFor(document, inner),
              ]),
            ),
            other: anything,
          },
          { requiredKeys: Array.isArray(schema['required']) ? schema['required'] : [] },
        )
      : type === 'array'
        ? fc.oneof(fc.array(dataFor(document, items), { maxLength: 4 }), fc.tuple(texts, fc.integer()))
        : type === 'string'
          ? texts
          : fc.integer({ min: -3, max: 6 });
  return fc.oneof({ weight: 12, arbitrary: near }, { weight: 1, arbitrary: anything });
}

async function agree(schema: SchemaObject): Promise<void> {
  const code = await generateCode(await schemasOf({ 'OrderPlaced/1.json': schema }));
  const generated = linkValidators(code.get('validators.ts') ?? '')['validateOrderPlaced'];
  const plain = new Ajv({ strict: false, ownProperties: true, formats }).compile(schema);
  const known = new Set(Object.keys(schema['properties'] ?? {}));
  let valid = 0;
  fc.assert(
    fc.property(dataFor(schema, schema), fc.boolean(), (data, closed) => {
      const candidate = closed && isObject(data) ? Object.fromEntries(Object.entries(data).filter(([name]) => known.has(name))) : data;
      const before = JSON.stringify(candidate);
      const result = generated?.(candidate);
      if (result) valid += 1;
      expect(result).toBe(plain(candidate));
      expect(JSON.stringify(candidate)).toBe(before);
    }),
    { numRuns: 1_000, seed: 42 },
  );
  expect(valid).toBeGreaterThan(5);
}

test.each(Object.entries(rich['properties'] ?? {}))(
  'for any data the generated validator says what plain ajv says: %s',
  async (name, property) => {
    await agree(event({ [name]: property }, { definitions: rich['definitions'] }));
  },
);

test('for any data the generated validator says what plain ajv says: the sample', async () => {
  await agree(JSON.parse(await readFile(new URL('../../schemas/InventoryReserved/1.json', import.meta.url), 'utf8')));
});
