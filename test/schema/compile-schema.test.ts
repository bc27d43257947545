import { describe, expect, test } from 'vitest';
import { compileSchema } from '../../lib/schema/compile-schema.ts';

function draft(number: 4 | 6 | 7, schema: object): object {
  return { $schema: `http://json-schema.org/draft-0${number}/schema#`, ...schema };
}

function valid(schema: object | boolean, value: unknown): boolean {
  return compileSchema(schema as Parameters<typeof compileSchema>[0])(value).valid;
}

describe('an invalid value', () => {
  test('gets errors with the place, what was expected and what came', () => {
    const check = compileSchema({
      type: 'object',
      required: ['sku', 'amount'],
      properties: { sku: { type: 'string', maxLength: 3 }, amount: { type: 'integer', minimum: 1 } },
    });
    expect(check({ sku: 'tea', amount: 1 })).toEqual({ valid: true, errors: [] });
    expect(check({ sku: 'coffee', amount: 0 })).toEqual({
      valid: false,
      errors: [
        { path: '/sku', expected: 'at most 3 characters', received: '"coffee"' },
        { path: '/amount', expected: 'at least 1', received: '0' },
      ],
    });
    expect(check({ sku: 'tea' }).errors).toEqual([
      { path: '', expected: 'an object with the property "amount"', received: 'one without it' },
    ]);
  });

  test.each<[object, unknown, string]>([
    [{ enum: ['a', 'b'] }, 'c', 'one of ["a","b"]'],
    [{ const: { a: 1 } }, { a: 2 }, '{"a":1}'],
    [{ uniqueItems: true }, [{ a: 1 }, { a: 1 }], 'items that all differ'],
  ])('%j for %j expects %s', (schema, value, expected) => {
    expect(compileSchema(schema as Record<string, unknown>)(value).errors).toMatchObject([{ path: '', expected }]);
  });

  test('an empty array contains nothing', () => {
    const { errors } = compileSchema({ contains: { type: 'string' } })([]);
    expect(errors.map(({ expected }) => expected)).toEqual(['at least 1 item', 'an item as "contains" asks for']);
  });

  test('a name of a property that is not valid is told as a name', () => {
    expect(compileSchema({ propertyNames: { maxLength: 3 } })({ extra: 1 }).errors).toEqual([
      { path: '', expected: 'property names: at most 3 characters', received: 'the property "extra"' },
      { path: '', expected: 'other property names', received: 'the property "extra"' },
    ]);
  });

  test('gets ten errors at most', () => {
    expect(compileSchema({ items: { type: 'string' } })(Array.from({ length: 50 }, () => 1)).errors).toHaveLength(10);
  });
});

describe('drafts', () => {
  test('draft-04: boolean bounds, `id`, and no `const`', () => {
    const four = draft(4, {
      id: 'https://example.com/a',
      minimum: 1,
      exclusiveMinimum: true,
      maximum: 3,
      exclusiveMaximum: false,
      const: 9,
    });
    expect([1, 2, 3, 4].map((value) => valid(four, value))).toEqual([false, true, true, false]);
  });

  test('draft-06 knows `const` and `contains`, and no `if`', () => {
    const six = draft(
      6,
      Object.fromEntries([
        ['contains', { const: 1 }],
        ['if', {}],
        ['then', false],
      ]),
    );
    expect([[1], [2], []].map((value) => valid(six, value))).toEqual([true, false, false]);
  });

  test('draft-07 is what a schema without `$schema` is, and `true` and `false` are schemas', () => {
    expect(
      valid(
        Object.fromEntries([
          ['if', { type: 'string' }],
          ['then', { minLength: 1 }],
        ]),
        '',
      ),
    ).toBe(false);
    expect([valid(true, 1), valid(false, 1)]).toEqual([true, false]);
  });

  test('keywords of other dialects do nothing', () => {
    expect(valid({ type: 'string', nullable: true }, null)).toBe(false);
    expect(valid({ type: 'string', $async: true, id: 'a', minContains: 3 }, 'a')).toBe(true);
    expect(valid({ enum: [] }, null)).toBe(false);
  });

  test('formats are checked where they are known', () => {
    expect([valid({ format: 'date' }, '2026-02-29'), valid({ format: 'date' }, '2026-02-28'), valid({ format: 'sku' }, '?')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('references go anywhere in the document', () => {
    const tree = {
      $id: 'https://example.com/tree',
      properties: { left: { $ref: '#' }, value: { $ref: '#/$defs/value' } },
      $defs: { value: { type: 'integer' } },
    };
    expect(valid(tree, { left: { left: { value: 1 } } })).toBe(true);
    expect(valid(tree, { left: { left: { value: 'a' } } })).toBe(false);
  });
});

describe('what the compiler alone would get wrong', () => {
  test('an array that is shorter than its tuple is still checked', () => {
    const schema = { items: [{ type: 'string' }, { type: 'string' }], contains: { const: 'b' }, uniqueItems: true };
    expect([valid(schema, []), valid(schema, ['a']), valid(schema, ['b'])]).toEqual([false, false, true]);
  });

  test('an empty array after one that contains what it should', () => {
    expect(valid({ items: { contains: { const: 1 } } }, [[1], []])).toBe(false);
  });

  test('data with keys that objects inherit', () => {
    const own = (text: string): unknown => JSON.parse(text);
    expect(valid({ enum: [{ a: 1 }] }, own('{"valueOf":1,"toString":2}'))).toBe(false);
    expect(valid({ const: own('{"valueOf":1}') as object }, own('{"valueOf":1}'))).toBe(true);
    expect(valid({ uniqueItems: true }, own('[{"valueOf":1},{"valueOf":2}]'))).toBe(true);
    expect(valid({ required: ['toString'] }, {})).toBe(false);
  });

  test('the schema is left as it is', () => {
    const schema = Object.freeze({
      $schema: 'http://json-schema.org/draft-04/schema#',
      minimum: 1,
      exclusiveMinimum: true,
      nullable: true,
    });
    expect(valid(schema, 1)).toBe(false);
    expect(Object.keys(schema)).toEqual(['$schema', 'minimum', 'exclusiveMinimum', 'nullable']);
  });
});

test.each<[string, unknown]>([
  ['a type that is none', { type: 'text' }],
  ['no schema', null],
  ['another draft', { $schema: 'https://json-schema.org/draft/2020-12/schema' }],
  ['a reference that never ends', { allOf: [{ $ref: '#' }] }],
  ['a property that the compiler passes over', JSON.parse('{"properties":{"__proto__":{"type":"string"}}}')],
  ['two schemas of one address', { definitions: { a: { $id: 'x', type: 'string' }, b: { $id: 'x', type: 'integer' } } }],
])('%s is refused', (_name, schema) => {
  expect(() => compileSchema(schema as boolean)).toThrow(expect.objectContaining({ code: 'INVALID_SCHEMA' }));
});

test('a reference to another document is refused', () => {
  expect(() => compileSchema({ $ref: 'https://example.com/other.json' })).toThrow(expect.objectContaining({ code: 'REMOTE_REF' }));
});
