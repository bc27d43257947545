import { beforeAll, describe, expect, test } from 'vitest';
import { generateCode } from '../../lib/schema/generate.ts';
import type { SchemaObject } from '../../lib/schema/schema-set.ts';
import type { StandaloneValidator } from '../../lib/schema/validation.ts';
import * as sample from '../../schemas/generated/index.ts';
import { linkValidators } from './generated-validators.ts';
import { event, schemasOf } from './schema-directory.ts';

async function validatorOf(schema: SchemaObject): Promise<StandaloneValidator> {
  const code = await generateCode(await schemasOf({ 'OrderPlaced/1.json': schema }));
  const validate = linkValidators(code.get('validators.ts') ?? '')['validateOrderPlaced'];
  if (validate === undefined) throw new Error('there is no validator');
  return validate;
}

describe('the validator of a placed order', () => {
  const good = { orderId: 'o-1', customerId: 'c-1', items: [{ sku: 's-1', quantity: 2 }], totalCents: 999, currency: 'EUR' };
  const check = (change: object) => sample.OrderPlaced.schema.validate({ ...good, ...change });

  test.each<[string, object]>([
    ['as it should be', {}],
    ['no items', { items: [] }],
    ['100 items', { items: Array(100).fill({ sku: 's', quantity: 1 }) }],
    ['an id of 64 emoji', { orderId: '😀'.repeat(64) }],
    ['a price of nothing', { totalCents: 0 }],
    ['minus zero', { totalCents: -0 }],
  ])('takes %s', (_, change) => expect(check(change)).toEqual([]));

  test.each<[string, object, string, string, string]>([
    ['an empty id', { orderId: '' }, '/orderId', 'at least 1 character', '""'],
    ['an id of 65 characters', { orderId: 'x'.repeat(65) }, '/orderId', 'at most 64 characters', `"${'x'.repeat(65)}"`],
    ['101 items', { items: Array(101).fill({ sku: 's', quantity: 1 }) }, '/items', 'at most 100 items', 'an array of 101 items'],
    ['no item of an item', { items: [{ sku: 's', quantity: 0 }] }, '/items/0/quantity', 'at least 1', '0'],
    ['half an item', { items: [{ sku: 's', quantity: 0.5 }] }, '/items/0/quantity', 'an integer', '0.5'],
    ['an item without an article', { items: [{ quantity: 1 }] }, '/items/0', 'an object with the property "sku"', 'one without it'],
    ['a currency in words', { currency: 'eur' }, '/currency', 'text that matches ^[A-Z]{3}$', '"eur"'],
    ['a currency with a line end', { currency: 'EUR\n' }, '/currency', 'at most 3 characters', '"EUR\\n"'],
    ['a price below nothing', { totalCents: -1 }, '/totalCents', 'at least 0', '-1'],
    ['a price that is no number', { totalCents: Number.NaN }, '/totalCents', 'an integer', 'NaN'],
    ['a price without end', { totalCents: Number.POSITIVE_INFINITY }, '/totalCents', 'an integer', 'Infinity'],
    ['a price as text', { totalCents: '1' }, '/totalCents', 'an integer', '"1"'],
    ['a customer that is no text', { customerId: 4711 }, '/customerId', 'a string', 'a number (hidden)'],
    ['a property more', { extra: 1 }, '', 'an object with the properties of the schema only', 'one with the property "extra"'],
    ['a property less', { orderId: undefined }, '', 'an object with the property "orderId"', 'one without it'],
  ])('refuses %s', (_, change, path, expected, received) => expect(check(change)).toEqual([{ path, expected, received }]));

  test.each<[unknown, string]>([
    [null, 'null'],
    [undefined, 'nothing'],
    ['x', 'a string (hidden)'],
    [[good], 'an array of 1 item'],
  ])('refuses %j in its place', (data, received) => {
    expect(sample.OrderPlaced.schema.validate(data)).toEqual([{ path: '', expected: 'an object', received }]);
  });

  test('leaves the data as it was', () => {
    const data = JSON.parse(JSON.stringify(good));
    Object.freeze(data);
    sample.OrderPlaced.schema.validate(data);
    expect(data).toEqual(good);
  });
});

test('every generated message of the sample knows its URI and its subject', () => {
  const messages = Object.values(sample);
  expect(messages).toHaveLength(15);
  for (const message of messages) {
    expect(message.schema.uri).toBe(`urn:aws-choreography:${message.type}:${message.version}`);
    if (message.kind === 'event') expect(message.subject).toBe('orderId');
  }
  expect(sample.OrderPlaced.schema.sensitive).toEqual(['/customerId']);
  expect(sample.OrderPlacedV1).toMatchObject({ kind: 'past', version: 1 });
});

describe('what has hurt others', () => {
  test('a required name that objects inherit is missing from {} (F48)', async () => {
    const names = ['toString', 'valueOf', 'hasOwnProperty'];
    const validate = await validatorOf(
      event(Object.fromEntries(names.map((name) => [name, { type: 'integer' }])), { required: ['id', ...names] }),
    );
    expect(validate({ id: 'x' })).toBe(false);
    expect(validate({ id: 'x', toString: 1, valueOf: 1 })).toBe(false);
    expect(validate({ id: 'x', toString: 1, valueOf: 1, hasOwnProperty: 1 })).toBe(true);
    expect(validate(Object.create({ id: 'x', toString: 1, valueOf: 1, hasOwnProperty: 1 }))).toBe(false);
  });

  test('__proto__ as a key is an unexpected property (F47)', async () => {
    const validate = await validatorOf(event());
    expect(validate(JSON.parse('{"id":"x","__proto__":{"a":1}}'))).toBe(false);
    expect(validate.errors).toEqual([expect.objectContaining({ params: { additionalProperty: '__proto__' } })]);
    expect({}).not.toHaveProperty('a');
  });

  test('the text __proto__ twice is not unique (F47)', async () => {
    const validate = await validatorOf(
      event({ list: { type: 'array', maxItems: 9, uniqueItems: true, items: { type: 'string', maxLength: 20 } } }),
    );
    expect(validate({ id: 'x', list: ['__proto__', 'toString'] })).toBe(true);
    expect(validate({ id: 'x', list: ['__proto__', '__proto__'] })).toBe(false);
    expect(validate({ id: 'x', list: ['toString', 'toString'] })).toBe(false);
  });

  test('depth under an open property is not walked (F44)', async () => {
    const validate = await validatorOf(event({}, { additionalProperties: true }));
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(validate({ id: 'x', deep })).toBe(true);
  });

  test('a text that is too long is not matched against a pattern (F45)', async () => {
    const validate = await validatorOf(event({ a: { type: 'string', maxLength: 3, pattern: '^a+$' } }));
    expect(validate({ id: 'x', a: 'b'.repeat(4) })).toBe(false);
    expect(validate.errors).toEqual([expect.objectContaining({ keyword: 'maxLength' })]);
  });

  test('an array that is too long is not compared item by item (F46)', async () => {
    const validate = await validatorOf(event({ a: { type: 'array', maxItems: 2, uniqueItems: true, items: { type: 'object' } } }));
    expect(validate({ id: 'x', a: [{}, {}, {}] })).toBe(false);
    expect(validate.errors).toEqual([expect.objectContaining({ keyword: 'maxItems' })]);
    expect(validate({ id: 'x', a: [{ a: [1] }, { a: [2] }] })).toBe(true);
    expect(validate({ id: 'x', a: [{ a: [1] }, { a: [1] }] })).toBe(false);
  });

  test('minus zero, large numbers and lone surrogates are values as others (F49)', async () => {
    const validate = await validatorOf(event({ n: { type: 'integer', minimum: 0 }, a: { type: 'string', maxLength: 1 } }));
    expect(validate({ id: 'x', n: -0 })).toBe(true);
    expect(validate({ id: 'x', n: 2 ** 53 })).toBe(true);
    expect(validate({ id: 'x', a: '\ud800' })).toBe(true);
    expect(validate({ id: 'x', a: '\u0000' })).toBe(true);
    expect(validate({ id: 'x', a: '😀😀' })).toBe(false);
  });

  test('text of a schema that looks like code stays text', async () => {
    const texts = ['require("ajv/dist/runtime/equal").default', 'const indices0 = {};', 'require(', '"', "'`\\", '\u2028*/'];
    const validate = await validatorOf(event({ a: { type: 'array', maxItems: 9, items: { enum: [...texts, { b: 1 }] } } }));
    expect(validate({ id: 'x', a: [...texts, { b: 1 }] })).toBe(true);
    for (const text of texts) expect(validate({ id: 'x', a: [`${text} `] })).toBe(false);
  });
});

describe('formats', () => {
  let validate: StandaloneValidator;
  beforeAll(async () => {
    validate = await validatorOf(
      event({ at: { type: 'string', format: 'date-time' }, mail: { type: 'string', format: 'email', maxLength: 100 } }),
    );
  });

  test('are checked in generated code', () => {
    expect(validate({ id: 'x', at: '2026-11-25T10:00:00Z', mail: 'a@example.com' })).toBe(true);
    expect(validate({ id: 'x', at: '2026-11-25' })).toBe(false);
    expect(validate({ id: 'x', mail: 'a' })).toBe(false);
  });
});

test('an empty array contains nothing, whatever the array before it contains', async () => {
  const text = { type: 'string', maxLength: 9 };
  const lists = {
    type: 'array',
    maxItems: 9,
    items: { type: 'array', maxItems: 9, items: text, contains: { type: 'string', const: 'a', maxLength: 9 } },
  };
  const validate = await validatorOf(event({ lists }));
  expect([[['a']], [['a'], []], [['a'], ['b']]].map((value) => validate({ id: '1', lists: value }))).toEqual([true, false, false]);
});
