import { describe, expect, test } from 'vitest';
import {
  type CompatibilityInput,
  type CompatibilityMode,
  checkCompatibility,
  compatibilityModes,
} from '../../../lib/schema/compatibility/check-compatibility.ts';
import type { Schema } from '../../../lib/schema/compatibility/draft.ts';

const text = { type: 'string' };
const whole = { type: 'integer' };

function object(properties: object, more: object = {}): Schema {
  return { type: 'object', properties, ...more };
}

function rules(
  mode: CompatibilityMode,
  proposed: Schema,
  existing: readonly Schema[],
  more: Partial<CompatibilityInput> = {},
): readonly string[] {
  const { differences } = checkCompatibility({ mode, proposed, existing, ...more });
  return differences.map(({ rule, path, direction, against }) => `${against} ${direction} ${path} ${rule}`);
}

function draft(number: 4 | 6 | 7, schema: object): Schema {
  return { $schema: `http://json-schema.org/draft-0${number}/schema#`, ...schema };
}

describe('the modes', () => {
  const small = object({ a: { type: 'string', maxLength: 1 } });
  const middle = object({ a: { type: 'string', maxLength: 2 } });
  const large = object({ a: { type: 'string', maxLength: 3 } });

  test.each<[CompatibilityMode, string[]]>([
    ['NONE', []],
    ['BACKWARD', []],
    ['BACKWARD_ALL', ['0 backward /a max-length-lowered']],
    ['FORWARD', ['1 forward /a max-length-raised']],
    ['FORWARD_ALL', ['1 forward /a max-length-raised']],
    ['FULL', ['1 forward /a max-length-raised']],
    ['FULL_ALL', ['0 backward /a max-length-lowered', '1 forward /a max-length-raised']],
  ])('%s compares with the last schema, or with all', (mode, expected) => {
    expect(rules(mode, middle, [large, small])).toEqual(expected);
  });

  test.each(compatibilityModes)('%s takes the first schema of all', (mode) => {
    expect(checkCompatibility({ mode, proposed: small, existing: [] })).toEqual({ compatible: true, differences: [] });
  });

  test('DISABLED takes no new schema, and the same one again', () => {
    expect(rules('DISABLED', middle, [small, large])).toEqual(['1 backward  disabled']);
    expect(rules('DISABLED', structuredClone(small), [small, large])).toEqual([]);
  });

  test('another mode is refused', () => {
    const mode = 'backward' as CompatibilityMode;
    expect(() => checkCompatibility({ mode, proposed: small, existing: [] })).toThrow(expect.objectContaining({ code: 'INVALID_MODE' }));
  });
});

describe('a name that was removed', () => {
  const first = object({ a: text, x: text });
  const second = object({ a: text });

  test('may not come back with another type, even where only the last schema counts', () => {
    expect(rules('BACKWARD', object({ a: text, x: whole }), [first, second])).toEqual(['0 backward /x name-reused']);
    expect(rules('FORWARD', object({ a: text, x: whole }), [first, second])).toEqual(['0 forward /x name-reused']);
  });

  test('may come back as it was', () => {
    expect(rules('FULL', first, [first, second])).toEqual([]);
  });

  test('may come back with more types, for those who read what was written before', () => {
    const wider = object({ a: text, x: { type: ['string', 'null'] } });
    expect(rules('BACKWARD', wider, [first, second])).toEqual([]);
    expect(rules('FORWARD', wider, [first, second])).toEqual(['0 forward /x name-reused']);
  });

  test('is found inside objects and items, and reported once', () => {
    const nested = (properties: object): Schema => object({ list: { type: 'array', items: object(properties) } });
    const existing = [nested({ x: text }), nested({})];
    expect(rules('BACKWARD', nested({ x: whole }), existing)).toEqual(['0 backward /list/*/x name-reused']);
    expect(rules('BACKWARD_ALL', nested({ x: whole }), existing)).toEqual(['0 backward /list/*/x type-narrowed']);
  });

  test.each<[string, (properties: object) => Schema, string]>([
    ['maps', (properties) => ({ type: 'object', additionalProperties: object(properties) }), '/*/x'],
    ['what is declared by a pattern', (properties) => ({ type: 'object', patternProperties: { '^a': object(properties) } }), '/^a/x'],
    ['what depends on a property', (properties) => ({ type: 'object', dependencies: { a: object(properties) } }), '/x'],
    [
      'recursion, once',
      (properties) => ({ $ref: '#/definitions/n', definitions: { n: object({ ...properties, next: { $ref: '#/definitions/n' } }) } }),
      '/x',
    ],
  ])('is found inside %s', (_name, around, path) => {
    expect(rules('BACKWARD', around({ x: whole }), [around({ x: text }), around({})])).toEqual([`0 backward ${path} name-reused`]);
  });

  test('is nobody’s business in strict comparison', () => {
    const closed = (properties: object): Schema => object(properties, { additionalProperties: false });
    expect(
      rules('BACKWARD', closed({ a: text, x: whole }), [closed({ a: text, x: text }), closed({ a: text })], { contentModel: 'strict' }),
    ).toEqual([]);
  });
});

describe('the pragmatic content model', () => {
  test('takes it that nobody wrote what is not declared', () => {
    expect(rules('FULL', object({ a: text, b: text }), [object({ a: text })])).toEqual([]);
    expect(rules('FULL', object({ a: text, b: text }), [object({ a: text })], { contentModel: 'strict' })).toEqual([
      '0 backward /b property-added',
    ]);
  });

  test('knows what alternatives, patterns and maps declare', () => {
    const b = object({ b: whole });
    for (const before of [
      { type: 'object', anyOf: [object({ b: text }), {}] },
      { type: 'object', patternProperties: { '^b': text } },
      { type: 'object', additionalProperties: text },
      { type: 'object', required: ['b'] },
      { type: 'object', not: object({ b: text }, { required: ['b'] }) },
    ])
      expect(checkCompatibility({ mode: 'BACKWARD', proposed: b, existing: [before] }).compatible).toBe(false);
  });

  test('does not take an open object for a closed one', () => {
    expect(rules('BACKWARD', object({ a: text }, { additionalProperties: false }), [object({ a: text })])).toEqual([
      '0 backward  additional-properties-closed',
    ]);
    expect(rules('BACKWARD', false, [{ type: 'object', minProperties: 1 }])).toEqual(['0 backward  type-narrowed']);
  });
});

describe('a difference', () => {
  test('says what was changed, whom it hurts and what to do', () => {
    const before = object({ amount: whole });
    const after = object({ amount: whole }, { required: ['amount'] });
    expect(checkCompatibility({ mode: 'BACKWARD', proposed: after, existing: [before] }).differences).toEqual([
      {
        path: '/amount',
        rule: 'required-added',
        direction: 'backward',
        against: 0,
        message: '`amount` was optional and is required now: events written before may lack it.',
        fix: 'Keep it optional, or break it on purpose, in a version of its own with an upcast.',
      },
    ]);
  });

  test('tells a property that is new, or gone, from one that was optional, also in a closed object', () => {
    const closed = (properties: object, required: readonly string[]): Schema =>
      object(properties, { required, additionalProperties: false });
    const { differences } = checkCompatibility({
      mode: 'FULL',
      proposed: closed({ lines: text }, ['lines']),
      existing: [closed({ items: text }, ['items'])],
    });
    expect(differences.filter(({ rule }) => rule.startsWith('required')).map(({ message, fix }) => `${message} ${fix}`)).toEqual([
      '`lines` is new and required: events written before may lack it. Make it optional, or break it on purpose, in a version of its own with an upcast.',
      '`items` was required and is gone: readers that still have the old schema refuse events without it. Keep it required, or break it on purpose, in a version of its own, which readers adopt first.',
    ]);
  });

  test('of what a text holds says which keyword changed, and that it cannot be decided; draft-06 does not know it', () => {
    const image = (contentMediaType: string, more: object = {}): Schema => ({ type: 'string', contentMediaType, ...more });
    const { differences } = checkCompatibility({ mode: 'BACKWARD', proposed: image('image/jpeg'), existing: [image('image/png')] });
    expect(differences).toMatchObject([
      {
        rule: 'unknown',
        message:
          'The message had to hold what "contentMediaType": "image/png" says and must hold what "contentMediaType": "image/jpeg" says now. Whether that is compatible cannot be decided, so it counts as incompatible.',
      },
    ]);
    const draft06 = { $schema: 'http://json-schema.org/draft-06/schema#' };
    expect(rules('FULL', image('image/jpeg', draft06), [image('image/png', draft06)])).toEqual([]);
    expect(rules('FULL', image('image/png'), [{ allOf: [{ type: 'string' }, { contentMediaType: 'image/png' }] }])).toEqual([]);
  });

  test.each<[string, Schema, Schema, string]>([
    ['a pattern that allows it', { pattern: '^[a-z-]+$', maxLength: 64 }, { pattern: '^[a-z-]+$', maxLength: 32 }, 'max-length-lowered'],
    ['a pattern that may not', { pattern: '^[A-Z]{3}$' }, { pattern: '^[A-Z]{3}$', maxLength: 3 }, 'unknown'],
    ['a pattern, and one that it fulfils', { format: 'date' }, { format: 'date', pattern: '^[0-9]' }, 'unknown'],
    ['a format that allows it', { format: 'email', maxLength: 64 }, { format: 'email', maxLength: 32 }, 'max-length-lowered'],
    ['a divisor that allows it', { multipleOf: 0.3, minimum: 0 }, { multipleOf: 0.3, minimum: 1 }, 'minimum-raised'],
    ['a divisor that does not', { multipleOf: 0.3, minimum: 0.1 }, { multipleOf: 0.3, minimum: 0.3 }, 'unknown'],
  ])('of a bound beside %s is certain only with an example', (_name, before, after, rule) => {
    expect(rules('BACKWARD', after, [before])).toEqual([`0 backward  ${rule}`]);
  });

  test('says of a name that is back how it was, without an index that only a program knows', () => {
    const existing = [object({ a: whole }), object({})];
    const { differences } = checkCompatibility({ mode: 'FULL', proposed: object({ a: text }), existing });
    expect(differences.map(({ against, message }) => [against, message])).toEqual([
      [
        0,
        '`a` was removed and is back with another type: it could be an integer when it was removed and no longer can, and such events may still be replayed.',
      ],
      [
        0,
        '`a` was removed and is back with another type: it can be a string now and could not when it was removed, and readers may still have that schema.',
      ],
    ]);
  });

  test('names the place, in items, tuples, maps and alternatives', () => {
    const schema = (inner: object): Schema =>
      object({
        list: { type: 'array', items: object({ 'a/b': inner }) },
        pair: { type: 'array', items: [text, inner] },
        map: { type: 'object', additionalProperties: inner },
        either: {
          oneOf: [
            object({ kind: { const: 'a' }, of: inner }, { required: ['kind'] }),
            object({ kind: { const: 'b' } }, { required: ['kind'] }),
          ],
        },
      });
    expect(rules('BACKWARD', schema(whole), [schema({ type: 'number' })])).toEqual([
      '0 backward /list/*/a~1b type-narrowed',
      '0 backward /pair/1 type-narrowed',
      '0 backward /map/* type-narrowed',
      '0 backward /either/of type-narrowed',
    ]);
  });

  test('is reported once where a schema refers to itself', () => {
    const tree = (value: object): Schema => ({
      $ref: '#/definitions/tree',
      definitions: { tree: object({ left: { $ref: '#/definitions/tree' }, value, right: { $ref: '#/definitions/tree' } }) },
    });
    expect(rules('FULL', tree(whole), [tree({ type: 'number' })])).toEqual(['0 backward /value type-narrowed']);
  });

  test('gives an example where one was found', () => {
    const [difference] = checkCompatibility({ mode: 'BACKWARD', proposed: { not: { enum: ['b'] } }, existing: [text] }).differences;
    expect(difference?.message).toBe(
      'The message must be none of certain values now: events written before may not be valid any more, such as "b".',
    );
  });

  test('says so when it could not be decided', () => {
    const [difference] = checkCompatibility({
      mode: 'BACKWARD',
      proposed: object({ sku: { type: 'string', pattern: '^[A-Z]+$' } }),
      existing: [object({ sku: { type: 'string', pattern: '^(?=A)[A-Z]+$' } })],
    }).differences;
    expect(difference).toMatchObject({ path: '/sku', rule: 'unknown' });
    expect(difference?.message).toContain('cannot be decided');
  });
});

describe('what is hard', () => {
  test.each<[string, Schema, Schema]>([
    [
      'a definition in another order, recursive',
      { $ref: '#/definitions/t', definitions: { t: object({ t: { $ref: '#/definitions/t' }, v: whole }) } },
      object({ v: { type: 'number' }, t: object({ v: { type: 'number' } }) }),
    ],
    ['a required property that nothing allows', object({}, { required: ['a'], additionalProperties: false }), false],
    [
      'a pattern for all names that are not declared',
      object({ ab: text }, { patternProperties: { '^x': text }, additionalProperties: false }),
      { type: 'object', additionalProperties: text },
    ],
    [
      'names from a list',
      { type: 'object', propertyNames: { enum: ['a', 'b'] } },
      object({}, { properties: { a: {}, b: {} }, additionalProperties: false }),
    ],
    ['a closed object counts', object({ a: {}, b: {} }, { additionalProperties: false }), { maxProperties: 2 }],
    ['an empty list of values', { enum: [] }, { type: 'null' }],
    ['items that cannot be', { type: 'array', items: false }, { enum: [[]] }],
    ['whole numbers in a range', { type: 'integer', minimum: 1, exclusiveMaximum: 4 }, { enum: [1, 2, 3] }],
    ['a double negation', { not: { not: text } }, text],
    ['what is not a condition', { not: { if: text, ['th' + 'en']: { minLength: 1 } } }, { type: 'string', maxLength: 0 }],
    ['1.0 is a whole number', { const: 1 }, whole],
    [
      'alternatives that a property tells apart, all of its values together',
      object({ kind: { enum: ['a', 'b'] } }, { required: ['kind'], additionalProperties: false }),
      { oneOf: ['a', 'b'].map((kind) => object({ kind: { const: kind } }, { required: ['kind'], additionalProperties: false })) },
    ],
    ['the length of a format', { type: 'string', format: 'uuid' }, { type: 'string', minLength: 36, maxLength: 36 }],
    ['the lengths of a moment', { type: 'string', format: 'date-time' }, { type: 'string', minLength: 20, maxLength: 35 }],
    ['only one of two alternatives', { type: 'number', oneOf: [whole, { minimum: 0 }] }, { not: { type: 'integer', minimum: 0 } }],
    ['what is not there has no type', { not: { required: ['a'] } }, { properties: { a: false } }],
    ['fractions of a power of two', { multipleOf: 1.5 }, { multipleOf: 0.5 }],
  ])('%s', (_name, before, after) => {
    expect(rules('BACKWARD', after, [before], { contentModel: 'strict' })).toEqual([]);
  });

  test.each<[string, Schema, Schema]>([
    ['a decimal fraction, which does not divide exactly', { multipleOf: 0.3 }, { multipleOf: 0.1 }],
    ['one that seems to divide exactly', { multipleOf: 0.4 }, { multipleOf: 0.1 }],
    ['required without properties', { required: ['a'] }, object({ a: {} }, { additionalProperties: false, type: 'object' })],
    ['alternatives that overlap', { anyOf: [whole, { minimum: 0 }] }, { oneOf: [whole, { minimum: 0 }] }],
    ['items that differ are not all items', { uniqueItems: true, maxItems: 2 }, { maxItems: 1 }],
    [
      'a pattern that hides behind an open object',
      { type: 'object', patternProperties: { '^x': text } },
      { type: 'object', additionalProperties: text },
    ],
    ['a closed object that is just full', object({ a: {}, b: {} }, { additionalProperties: false, minProperties: 2 }), false],
    ['a format that nobody knows', { enum: ['x'] }, { not: { anyOf: [{ format: 'sku' }, { maxLength: 0 }] } }],
    [
      'more patterns than are told apart',
      {
        type: 'object',
        patternProperties: Object.fromEntries([0, 1, 2, 3, 4, 5].map((n) => [`^p${n}`, whole])),
        additionalProperties: text,
      },
      { type: 'object', additionalProperties: text },
    ],
  ])('not: %s', (_name, before, after) => {
    expect(checkCompatibility({ mode: 'BACKWARD', proposed: after, existing: [before], contentModel: 'strict' }).compatible).toBe(false);
  });

  test.each([0, 1])('what was only assumed while something else was proved is not kept (order %i)', (order) => {
    const nots = [
      { not: { properties: { p: { $ref: '#/definitions/t2' } } } },
      { not: { properties: { q: { $ref: '#/definitions/u2' } } } },
    ];
    const definitions = {
      t: object({ n: { $ref: '#/definitions/u' }, v: whole }),
      u: object({ n: { $ref: '#/definitions/t' } }),
      t2: object({ n: { $ref: '#/definitions/u2' }, v: text }),
      u2: object({ n: { $ref: '#/definitions/t2' } }),
    };
    const both = { p: { $ref: '#/definitions/t' }, q: { $ref: '#/definitions/u' } };
    const before = object(both, { required: ['p', 'q'], allOf: order === 0 ? nots : nots.reverse(), definitions });
    expect(rules('BACKWARD', false, [before], { contentModel: 'strict' })).toEqual(['0 backward  type-narrowed']);
  });

  test('a schema too large to decide about is not compatible, and says so', () => {
    const each = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
    const inPlace = (pigeon: number, hole: number): string => `${pigeon}-${hole}`;
    const pigeons = {
      type: 'object',
      allOf: [
        ...each(8).map((pigeon) => ({ anyOf: each(7).map((hole) => ({ required: [inPlace(pigeon, hole)] })) })),
        ...each(7).flatMap((hole) =>
          each(8).flatMap((one) => each(one).map((other) => ({ not: { required: [inPlace(one, hole), inPlace(other, hole)] } }))),
        ),
      ],
    };
    expect(rules('BACKWARD', false, [pigeons])).toEqual(['0 backward  unknown']);
  });

  test('a chain of definitions is not followed for ever', () => {
    const chain = (count: number, end: object): Schema => ({
      $ref: '#/definitions/d0',
      definitions: {
        ...Object.fromEntries(
          Array.from({ length: count }, (_, index) => [`d${index}`, object({ next: { $ref: `#/definitions/d${index + 1}` } })]),
        ),
        [`d${count}`]: end,
      },
    });
    expect(rules('BACKWARD', chain(50, { type: 'number' }), [chain(50, whole)])).toEqual([]);
    expect(
      checkCompatibility({ mode: 'BACKWARD', proposed: chain(3_000, { type: 'number' }), existing: [chain(3_000, whole)] }).compatible,
    ).toBe(false);
  });
});

describe('drafts', () => {
  test('draft-04 has its own form of exclusive bounds', () => {
    const four = draft(4, { type: 'number', minimum: 0, exclusiveMinimum: true });
    expect(rules('FULL', draft(7, { type: 'number', exclusiveMinimum: 0 }), [four])).toEqual([]);
    expect(rules('BACKWARD', draft(4, { type: 'number', minimum: 1 }), [four])).toEqual(['0 backward  minimum-raised']);
    expect(rules('FULL', draft(4, { type: 'number', minimum: 0, exclusiveMinimum: false }), [{ type: 'number', minimum: 0 }])).toEqual([]);
  });

  test('keywords that a draft does not know mean nothing in it', () => {
    expect(rules('FULL', draft(4, { const: 1, contains: { bad: true } }), [{}])).toEqual([]);
    expect(
      rules(
        'FULL',
        draft(
          6,
          Object.fromEntries([
            ['if', {}],
            ['then', false],
          ]),
        ),
        [{}],
      ),
    ).toEqual([]);
  });

  test('annotations and keywords of others mean nothing', () => {
    expect(rules('FULL', { type: 'string', nullable: true, $async: true, id: 'x', 'x-y': { type: 1 }, title: 'a' }, [text])).toEqual([]);
  });
});

describe('what is no schema', () => {
  test.each<[string, unknown, RegExp]>([
    ['no object', 'string', /The proposed schema is not valid: a schema is an object/],
    ['a type that is none', { properties: { a: { type: 'text' } } }, /proposed schema is not valid at \/properties\/a\/type/],
    ['a pattern that is none', { pattern: '(' }, /at \/pattern/],
    ['another draft', { $schema: 'https://json-schema.org/draft/2020-12/schema' }, /drafts 4, 6 and 7/],
    ['a reference to nothing', { $ref: '#/definitions/a' }, /where there is no schema/],
    ['a reference to itself', { $ref: '#' }, /comes back to itself/],
    [
      'definitions that refer to each other',
      {
        anyOf: [{ $ref: '#/definitions/a' }],
        definitions: { a: { not: { $ref: '#/definitions/b' } }, b: { allOf: [{ $ref: '#/definitions/a' }] } },
      },
      /comes back to itself/,
    ],
    ['a reference to what is malformed', { $ref: '#/x/y', x: { y: { type: 1 } } }, /at #\/x\/y\/type/],
    ['a new base', { properties: { a: { $id: 'b', $ref: '#/definitions/c' } }, definitions: { c: {} } }, /"\$id" inside/],
    ['boolean bounds after draft-04', { exclusiveMinimum: true, minimum: 1 }, /at \/exclusiveMinimum/],
    ['a bound without its number in draft-04', draft(4, { exclusiveMinimum: true }), /stands without "minimum"/],
    ['a boolean schema in draft-04', draft(4, { properties: { a: true } }), /draft-04 has no true and false/],
    ['an empty list of values in draft-04', draft(4, { enum: [] }), /at \/enum/],
    ['what is not JSON', { const: Number.NaN }, /NaN, which is not JSON/],
    ['what has no end', Array.from({ length: 200 }).reduce((inner: object) => ({ not: inner }), {}), /128 levels/],
  ])('%s', (_name, schema, message) => {
    const check = (input: Partial<CompatibilityInput>) => () => checkCompatibility({ mode: 'FULL', proposed: {}, existing: [], ...input });
    const error = { code: 'INVALID_SCHEMA', message: expect.stringMatching(message) };
    expect(check({ proposed: schema as Schema })).toThrow(expect.objectContaining(error));
    expect(check({ existing: [{}, schema as Schema] })).toThrow(
      expect.objectContaining({ code: 'INVALID_SCHEMA', message: expect.stringContaining('existing[1]') }),
    );
  });

  test('a reference to another document is refused', () => {
    for (const $ref of ['other.json', 'https://example.com/a.json#/b', 'urn:a']) {
      expect(() => checkCompatibility({ mode: 'NONE', proposed: { properties: { a: { $ref } } }, existing: [] })).toThrow(
        expect.objectContaining({ code: 'REMOTE_REF', message: expect.stringContaining($ref) }),
      );
    }
  });

  test('a reference by its own address or by an anchor stays inside', () => {
    const own = {
      $id: 'https://example.com/a.json',
      properties: { a: { $ref: 'https://example.com/a.json#/definitions/t' }, b: { $ref: '#t' } },
      definitions: { t: { $id: '#t', ...text } },
    };
    expect(rules('FULL', { properties: { a: text, b: text } }, [own])).toEqual([]);
  });
});
