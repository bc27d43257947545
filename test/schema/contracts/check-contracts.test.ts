import { describe, expect, test } from 'vitest';
import { checkContracts } from '../../../lib/schema/contracts/check-contracts.ts';
import type { FieldRead, JsonType } from '../../../lib/schema/contracts/contract.ts';
import { fieldAt } from '../../../lib/schema/contracts/field.ts';
import type { SchemaObject } from '../../../lib/schema/schema-set.ts';
import { event, schemasOf } from '../schema-directory.ts';

const text = { type: 'string', maxLength: 20 };
const whole = { type: 'integer', minimum: 0 };
const list = (items: SchemaObject) => ({ type: 'array', maxItems: 9, items });
/** An object inside, without anything. */
const inner = { type: 'object', additionalProperties: true };
const open = (properties: SchemaObject, required: readonly string[] = []) =>
  event(properties, { additionalProperties: true, required: ['id', ...required] });

function read(path: string, type: JsonType = 'string', version = 1): FieldRead {
  return { consumer: 'inventory', reaction: 'reserve', message: 'OrderPlaced', version, path, type };
}

/** `file path rule why` of each finding. */
async function found(versions: readonly SchemaObject[], ...reads: readonly FieldRead[]): Promise<readonly string[]> {
  const { messages } = await schemasOf(Object.fromEntries(versions.map((schema, index) => [`OrderPlaced/${index + 1}.json`, schema])));
  return checkContracts(messages, reads).map(({ file, path, rule, message }) => `${file} ${path} ${rule} ${message}`);
}

describe('a version breaks a consumer', () => {
  test('whose field is gone, and says whom, where and what to do', async () => {
    const { messages } = await schemasOf({ 'OrderPlaced/1.json': open({ note: text }), 'OrderPlaced/2.json': open({}) });
    expect(checkContracts(messages, [read('/id'), read('/note')])).toEqual([
      {
        file: 'OrderPlaced/2.json',
        type: 'OrderPlaced',
        version: 2,
        path: '/note',
        rule: 'field-missing',
        consumer: 'inventory',
        reaction: 'reserve',
        message: 'inventory reads it in reserve: OrderPlaced 2 has no such field.',
        fix: 'Keep the field as it was, or change reserve first and record the contract of inventory again.',
      },
    ]);
  });

  test.each<[string, SchemaObject, SchemaObject, FieldRead, readonly string[]]>([
    ['a field is optional now', open({ a: text }, ['a']), open({ a: text }), read('/a'), ['field-optional']],
    ['a field was optional before', open({ a: text }), open({ a: text }), read('/a'), []],
    ['a field has another type', open({ a: text }), open({ a: whole }), read('/a'), ['field-type']],
    ['a field may have one more type', open({ a: text }), open({ a: { ...text, type: ['string', 'null'] } }), read('/a'), ['field-type']],
    ['it had that type before', open({ a: { ...text, type: ['string', 'null'] } }), open({ a: { type: 'null' } }), read('/a', 'null'), []],
    ['a whole number is a number', open({ a: whole }), open({ a: { type: 'number' } }), read('/a', 'number'), []],
    [
      'an element has no such field',
      open({ a: list({ ...inner, properties: { b: text } }) }),
      open({ a: list(inner) }),
      read('/a/*/b'),
      ['field-missing'],
    ],
    ['an unread field is gone', open({ a: text, b: text }), open({ a: text }), read('/a'), []],
  ])('%s', async (_, before, after, need, rules) => {
    expect((await found([before, after], need)).map((line) => line.split(' ')[2])).toEqual(rules);
  });

  test('also when the version that it was built with was changed', async () => {
    expect(await found([open({ renamed: text })], read('/note'))).toEqual([
      'OrderPlaced/1.json /note field-missing inventory reads it in reserve: OrderPlaced 1 has no such field.',
    ]);
  });

  test('but not a version that is older than the consumer, nor a message that is not here', async () => {
    const versions = [open({}), open({ note: text })];
    expect(await found(versions, read('/note', 'string', 2), { ...read('/x'), message: 'OrderLost' })).toEqual([]);
  });

  test('once for a field with several types', async () => {
    const versions = [open({ a: { ...text, type: ['string', 'null'] } }), open({})];
    expect(await found(versions, read('/a'), read('/a', 'null'))).toHaveLength(1);
  });
});

describe('what a schema says of a field', () => {
  const said = (schema: SchemaObject, path: string) => {
    const field = fieldAt(schema, path);
    return field && { types: [...field.types], required: field.required };
  };

  test.each<[string, SchemaObject, string, ReturnType<typeof said>]>([
    ['the whole', { type: 'object' }, '', { types: ['object'], required: true }],
    [
      'behind $ref and in allOf',
      { allOf: [{ $ref: '#/definitions/a' }, { required: ['x'] }], definitions: { a: { properties: { x: { enum: [1, null] } } } } },
      '/x',
      { types: ['null', 'number'], required: true },
    ],
    [
      'in alternatives, in all and in one',
      { oneOf: [{ properties: { x: { const: 'a' } }, required: ['x'] }, { properties: { x: { type: 'boolean' } } }] },
      '/x',
      { types: ['boolean', 'string'], required: false },
    ],
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    ['in a condition only', { if: {}, then: { properties: { x: { type: 'array' } } } }, '/x', { types: ['array'], required: false }],
    ['in a map', { additionalProperties: { type: 'string' } }, '/any', { types: ['string'], required: false }],
    ['by a pattern', { patternProperties: { '^x': { type: 'string' } } }, '/xy', { types: ['string'], required: false }],
    ['by no pattern', { patternProperties: { '^x': { type: 'string' } } }, '/y', undefined],
    ['in an open object that does not declare it', { additionalProperties: true }, '/x', undefined],
    ['with a name that has to be escaped', { properties: { 'a/b~c': { type: 'null' } } }, '/a~1b~0c', { types: ['null'], required: false }],
    ['in a tuple', { items: [{ type: 'string' }, { type: 'null' }] }, '/*', { types: ['null', 'string'], required: true }],
    ['in itself', { properties: { x: { $ref: '#/definitions/a' } }, definitions: { a: { $ref: '#/definitions/a' } } }, '/x/y', undefined],
  ])('%s', (_, schema, path, field) => {
    expect(said(schema, path)).toEqual(field);
  });
});
