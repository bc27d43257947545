import { describe, expect, test } from 'vitest';
import { deepEqual, messageSchema, type StandaloneValidator, ucs2length } from '../../lib/schema/validation.ts';

type Error = NonNullable<StandaloneValidator['errors']>[number];

function issueOf(error: Partial<Error>, data: unknown, sensitive: readonly string[] = []) {
  const validate: StandaloneValidator = () => {
    validate.errors = [{ instancePath: '', keyword: 'type', params: { type: 'object' }, ...error }];
    return false;
  };
  return messageSchema({ uri: 'urn:aws-choreography:OrderPlaced:1', sensitive, validate }).validate(data)[0];
}

test('valid data has no issue', () => {
  const validate: StandaloneValidator = () => true;
  validate.errors = [{ instancePath: '/old', keyword: 'type', params: {} }];
  expect(messageSchema({ uri: 'u', sensitive: [], validate }).validate({})).toEqual([]);
});

test('at most ten issues are told', () => {
  const validate: StandaloneValidator = () => false;
  validate.errors = Array.from({ length: 11 }, () => ({ instancePath: '', keyword: 'type', params: { type: 'object' } }));
  expect(messageSchema({ uri: 'u', sensitive: [], validate }).validate(1)).toHaveLength(10);
});

test.each<[string, Error['params'], string]>([
  ['type', { type: 'string' }, 'a string'],
  ['type', { type: 'integer' }, 'an integer'],
  ['type', { type: 'object,null' }, 'an object or null'],
  ['required', { missingProperty: 'id' }, 'an object with the property "id"'],
  ['dependencies', { missingProperty: 'id', property: 'a' }, 'an object with the property "id" next to "a"'],
  ['additionalProperties', {}, 'an object with the properties of the schema only'],
  ['minLength', { limit: 1 }, 'at least 1 character'],
  ['maxLength', { limit: 2 }, 'at most 2 characters'],
  ['maxItems', { limit: 1 }, 'at most 1 item'],
  ['additionalItems', { limit: 2 }, 'at most 2 items'],
  ['minProperties', { limit: 1 }, 'at least 1 property'],
  ['maxProperties', { limit: 2 }, 'at most 2 properties'],
  ['minimum', { limit: 0 }, 'at least 0'],
  ['exclusiveMaximum', { limit: 5 }, 'less than 5'],
  ['multipleOf', { multipleOf: 2 }, 'a multiple of 2'],
  ['pattern', { pattern: '^[A-Z]{3}$' }, 'text that matches ^[A-Z]{3}$'],
  ['format', { format: 'uuid' }, 'the format uuid'],
  ['enum', { allowedValues: ['a', 1] }, 'one of ["a",1]'],
  ['const', { allowedValue: null }, 'null'],
  ['if', { failingKeyword: 'then' }, 'the form under "then"'],
  ['somethingNew', {}, 'what "somethingNew" asks for'],
])('what %s asks for is told in words', (keyword, params, expected) => {
  expect(issueOf({ keyword, params }, {})?.expected).toBe(expected);
});

test.each<[string, unknown, string, string]>([
  ['a text', { a: 'x"y' }, '/a', '"x\\"y"'],
  ['a number', { a: -0.5 }, '/a', '-0.5'],
  ['nothing', {}, '/a', 'nothing'],
  ['null', { a: null }, '/a', 'null'],
  ['an array', { a: [1, 2] }, '/a', 'an array of 2 items'],
  ['an object', { a: { b: 1 } }, '/a', 'an object'],
  ['a value under a name with a slash', { 'a/b~c': [true] }, '/a~1b~0c/0', 'true'],
  ['what objects inherit, which is not there', {}, '/toString', 'nothing'],
])('%s is told as it was received', (_, data, instancePath, received) => {
  expect(issueOf({ instancePath }, data)).toMatchObject({ path: instancePath, received });
});

describe('an issue may go to a log', () => {
  test('long texts are cut, and their length is told', () => {
    const issue = issueOf({ instancePath: `/${'p'.repeat(300)}` }, { ['p'.repeat(300)]: 'x'.repeat(5_000) });
    expect(issue?.received).toBe(`"${'x'.repeat(119)}… (5000 characters)`);
    expect(issue?.path).toBe(`/${'p'.repeat(199)}…`);
    expect(issueOf({ keyword: 'additionalProperties', params: { additionalProperty: 'k'.repeat(500) } }, {})?.received).toHaveLength(
      'one with the property '.length + 121,
    );
  });

  test.each(['\n', '\r', '\u001b', '\u0085', '\u2028', '\u202e', '\u200b', '\ufeff', '\ud800', '\u{e0041}'])(
    'the character %j is written as an escape',
    (character) => {
      const name = `a${character}b`;
      const issue = issueOf(
        { instancePath: `/${name}`, keyword: 'additionalProperties', params: { additionalProperty: name } },
        { [name]: name },
      );
      for (const text of [issue?.path, issue?.received, issueOf({ instancePath: `/${name}` }, { [name]: name })?.received]) {
        expect(text).toMatch(/a\\[a-z{]/);
        expect(text).not.toContain(character);
      }
    },
  );

  test.each<[string, string, unknown]>([
    ['itself', '/card/number', { card: { number: 'secret' } }],
    ['inside it', '/card/number/0', { card: { number: ['secret'] } }],
    ['in the place of what should hold it', '/card', { card: 'secret' }],
    ['in the place of all', '', 'secret'],
    ['in an array', '/list/7/pin', { list: { 7: { pin: 'secret' } } }],
  ])('a sensitive value is not shown: %s', (_, instancePath, data) => {
    expect(issueOf({ instancePath }, data, ['/card/number', '/list/*/pin'])?.received).toBe('a string (hidden)');
  });

  test('values beside a sensitive one, and unexpected names around it, are shown; names inside are not', () => {
    const sensitive = ['/card/number', '/map'];
    expect(issueOf({ instancePath: '/card/owner' }, { card: { owner: 'x' } }, sensitive)?.received).toBe('"x"');
    const unexpected = { keyword: 'additionalProperties', params: { additionalProperty: 'secret' } };
    expect(issueOf({ ...unexpected, instancePath: '/card' }, { card: {} }, sensitive)?.received).toBe('one with the property "secret"');
    expect(issueOf({ ...unexpected, instancePath: '/map' }, { map: {} }, sensitive)?.received).toBe('an object');
    expect(issueOf({ keyword: 'required', params: { missingProperty: 'id' } }, {}, sensitive)?.received).toBe('one without it');
  });
});

test.each([
  ['', 0],
  ['abc', 3],
  ['😀😀', 2],
  ['\ud800', 1],
  ['\ud800a', 2],
  ['\udc00\ud800', 2],
  ['a😀', 2],
])('the length of %j is counted in code points', (text, length) => {
  expect(ucs2length(text)).toBe(length);
});

test.each<[unknown, unknown, boolean]>([
  [1, 1, true],
  [0, -0, true],
  [1, '1', false],
  [null, {}, false],
  [[], {}, false],
  [{}, [], false],
  [[1, [2]], [1, [2]], true],
  [[1], [1, 2], false],
  [{ a: 1, b: { c: [] } }, { b: { c: [] }, a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ toString: 1 }, { valueOf: 1 }, false],
  [JSON.parse('{"__proto__":1}'), {}, false],
  [JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1}'), true],
])('%j and %j are equal: %s', (left, right, equal) => {
  expect(deepEqual(left, right)).toBe(equal);
});
