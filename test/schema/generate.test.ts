import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';
import { generateCode } from '../../lib/schema/generate.ts';
import { linkValidators } from './generated-validators.ts';
import { command, event, schemasOf } from './schema-directory.ts';

const text = { type: 'string', maxLength: 9 };

async function indexOf(files: Readonly<Record<string, unknown>>): Promise<string> {
  return (await generateCode(await schemasOf(files))).get('index.ts') ?? '';
}

async function dataOf(properties: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const code = await indexOf({ 'OrderPlaced/1.json': event(properties, more) });
  return (
    /export interface OrderPlacedData \{\n {2}id: string;\n([\s\S]*?)\n?\}\nexport type OrderPlaced /
      .exec(code)?.[1]
      ?.replaceAll(/^ {2}/gm, '') ?? code
  );
}

test('a message becomes one type, one constant, and one past version for each older one', async () => {
  const code = await indexOf({
    'OrderPlaced/1.json': event({}, { description: 'Before.' }),
    'OrderPlaced/2.json': event({ a: text }),
    'OrderPlaced/3.json': event({ a: { ...text, 'x-sensitive': true } }, { description: 'An order\n  was placed. */' }),
    'PlaceOrder/1.json': command(
      {},
      {
        'x-answer': { description: 'The order.', type: 'object', additionalProperties: false, required: ['id'], properties: { id: text } },
      },
    ),
  });
  expect(code).toBe(`// Written by \`choreo schema generate\` from the JSON Schemas; do not edit.
import { commandType, eventType, pastVersion, type CommandType, type EventType, type PastVersion, type Envelope } from 'aws-choreography';
import { messageSchema } from 'aws-choreography/validation';
import * as validators from './validators.js';

/** OrderPlaced/1.json: Before. */
export interface OrderPlacedV1Data {
  id: string;
}
/** OrderPlaced/1.json: Before. */
export const OrderPlacedV1: PastVersion<'OrderPlaced', OrderPlacedV1Data, OrderPlacedV2Data> = /* @__PURE__ */ pastVersion({
  type: 'OrderPlaced',
  version: 1,
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:OrderPlaced:1',
    sensitive: [],
    validate: validators.validateOrderPlacedV1,
  }),
});

/** OrderPlaced/2.json */
export interface OrderPlacedV2Data {
  id: string;
  a?: string;
}
/** OrderPlaced/2.json */
export const OrderPlacedV2: PastVersion<'OrderPlaced', OrderPlacedV2Data, OrderPlacedData> = /* @__PURE__ */ pastVersion({
  type: 'OrderPlaced',
  version: 2,
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:OrderPlaced:2',
    sensitive: [],
    validate: validators.validateOrderPlacedV2,
  }),
});

/** OrderPlaced/3.json: An order was placed. * / */
export interface OrderPlacedData {
  id: string;
  a?: string;
}
export type OrderPlaced = Envelope<'OrderPlaced', OrderPlacedData>;
/** OrderPlaced/3.json: An order was placed. * / */
export const OrderPlaced: EventType<'OrderPlaced', OrderPlacedData> = /* @__PURE__ */ eventType({
  type: 'OrderPlaced',
  version: 3,
  subject: 'id',
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:OrderPlaced:3',
    sensitive: ['/a'],
    validate: validators.validateOrderPlaced,
  }),
});

/** PlaceOrder/1.json */
export interface PlaceOrderData {}
/** The order. */
export interface PlaceOrderAnswer {
  id: string;
}
export type PlaceOrder = Envelope<'PlaceOrder', PlaceOrderData>;
/** PlaceOrder/1.json */
export const PlaceOrder: CommandType<'PlaceOrder', PlaceOrderData, PlaceOrderAnswer> = /* @__PURE__ */ commandType({
  type: 'PlaceOrder',
  version: 1,
  schema: /* @__PURE__ */ messageSchema({
    uri: 'urn:aws-choreography:PlaceOrder:1',
    sensitive: [],
    validate: validators.validatePlaceOrder,
  }),
});
`);
});

test('only what is used is imported', async () => {
  expect(await indexOf({ 'OrderPlaced/1.json': event() })).toContain(
    "import { eventType, type EventType, type Envelope } from 'aws-choreography';",
  );
  expect(await indexOf({ 'PlaceOrder/1.json': command() })).toContain(
    "import { commandType, type CommandType, type Envelope } from 'aws-choreography';",
  );
});

test('of a command only the current version is generated', async () => {
  const code = await indexOf({
    'PlaceOrder/1.json': command(),
    'PlaceOrder/2.json': command({}, { 'x-subject': 'id', required: ['id'], properties: { id: text } }),
  });
  expect(code).not.toContain('V1');
  expect(code).toContain("  version: 2,\n  subject: 'id',");
});

test('a name with a digit in a word keeps its case', async () => {
  expect(await indexOf({ 'B2bPlaced/1.json': event() })).toContain('export interface B2bPlacedData {');
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['an optional property', { a: text }, 'a?: string;'],
  ['numbers', { a: { type: 'integer' }, b: { type: 'number' } }, 'a?: number;\nb?: number;'],
  ['null', { a: { type: ['string', 'null'], maxLength: 1 } }, 'a?: (string | null);'],
  ['fixed values', { a: { enum: ["it's", 1, null] }, b: { const: 'x' } }, 'a?: ("it\'s" | 1 | null);\nb?: "x";'],
  [
    'fixed values that look like schemas',
    { a: { const: { $ref: 'https://example.com/a.json', title: 'A' } }, b: { type: 'array', maxItems: 2, items: { enum: [[1], 'x'] } } },
    'a?: {"$ref":"https://example.com/a.json","title":"A"};\nb?: readonly (readonly [1] | "x")[];',
  ],
  ['a list with bounds', { a: { type: 'array', minItems: 1, maxItems: 3, items: text } }, 'a?: readonly string[];'],
  [
    'a tuple',
    { a: { type: 'array', items: [text, { type: 'integer' }], minItems: 2, additionalItems: false } },
    'a?: readonly [string, number];',
  ],
  [
    'alternatives',
    { a: { anyOf: [text, { type: 'object', additionalProperties: false, properties: { b: text } }] } },
    'a?: (string | {\n  b?: string;\n});',
  ],
  ['an object that does not say it is open', { a: { type: 'object', properties: { b: text } } }, 'a?: {\n  b?: string;\n};'],
  [
    'an object that says it is open',
    { a: { type: 'object', properties: { b: text }, additionalProperties: true } },
    'a?: {\n  b?: string;\n  [k: string]: unknown;\n};',
  ],
  ['an object of which nothing is said', { a: { type: 'object' } }, 'a?: {\n  [k: string]: unknown;\n};'],
  ['a map', { a: { type: 'object', additionalProperties: { type: 'integer' } } }, 'a?: {\n  [k: string]: number;\n};'],
  [
    'a map by pattern',
    { a: { type: 'object', patternProperties: { '^a': text }, additionalProperties: false } },
    'a?: {\n  [k: string]: string;\n};',
  ],
  [
    'a map by two patterns',
    { a: { type: 'object', patternProperties: { '^a': text, '^b': { type: 'integer' } } } },
    'a?: {\n  [k: string]: unknown;\n};',
  ],
  [
    'a tuple in a list',
    { a: { type: 'array', maxItems: 2, items: { type: 'array', maxItems: 2, items: text } } },
    'a?: readonly (readonly string[])[];',
  ],
  [
    'a map with named fields',
    { a: { type: 'object', properties: { b: text }, additionalProperties: { type: 'integer' } } },
    'a?: {\n  b?: string;\n  [k: string]: unknown;\n};',
  ],
  ['anything', { a: {} }, 'a?: unknown;'],
  [
    'a name that is no identifier',
    { 'a-b{': text, "c'": { ...text, description: 'ends {' } },
    '"a-b{"?: string;\n/** ends { */\n"c\'"?: string;',
  ],
  ['a description that would end the comment', { a: { ...text, description: 'x */ alert()' } }, '/** x * / alert() */\na?: string;'],
  ['a description of two lines', { a: { ...text, description: 'x\ny' } }, '/**\n * x\n * y\n */\na?: string;'],
])('%s has its type', async (_, properties, type) => {
  expect(await dataOf(properties)).toBe(type);
});

test('a property may be named as anything, keywords and inherited names included', async () => {
  const names = [
    'hasOwnProperty',
    'toString',
    '$ref',
    '$id',
    'id2',
    'type',
    'enum',
    'const',
    'title',
    'properties',
    'definitions',
    'extends',
    'tsType',
    'allOf',
    'items',
    'property0',
    'default',
    'description',
    'ünicode',
  ];
  expect(await dataOf(Object.fromEntries(names.map((name) => [name, text])))).toBe(names.map((name) => `${name}?: string;`).join('\n'));
});

test('titles and definitions make no names of their own: they are written in place', async () => {
  const item = {
    title: 'Item',
    type: 'object',
    additionalProperties: false,
    required: ['a'],
    properties: { a: { title: 'Sku', ...text } },
  };
  const type = '{\n  a: string;\n}';
  expect(
    await dataOf(
      { x: { $ref: '#/definitions/item' }, y: { $ref: '#/definitions/item' } },
      { title: 'Order', $id: 'https://example.com/Order.json', definitions: { item } },
    ),
  ).toBe(`x?: ${type};\ny?: ${type};`);
});

test('what a schema of somebody else says never becomes code, nor turns it around', async () => {
  const ends = [
    '*/ pwned(); /*',
    '\n */\npwned();\n/**',
    "'); pwned(); ('",
    '"]; pwned(); ["',
    '${pwned()}`',
    '\u2028pwned()',
    '\u202e(denwp',
    '\\',
  ];
  const properties = Object.fromEntries(
    ends.map((end, index) => [
      `${end}${index}`,
      { ...text, description: end, title: end, $comment: end, default: end, examples: [end], 'x-sensitive': true },
    ]),
  );
  const fixed = { enum: ends, description: ends.join('') };
  const deep = { type: 'object', additionalProperties: { ...text, description: ends[0] }, properties: { a: fixed, b: { const: ends[2] } } };
  const schema = event({ ...properties, deep, r: { $ref: '#/definitions/d' } }, { definitions: { d: { ...text, description: ends[0] } } });
  const code = await generateCode(await schemasOf({ 'OrderPlaced/1.json': { ...schema, description: ends.join(' ') } }));
  const [index = '', validators = ''] = [code.get('index.ts'), code.get('validators.ts')];
  const run = transformSync(index, { loader: 'ts' }).code; // without types and comments
  expect(run.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')).not.toContain('pwned');
  expect([index, validators].filter((text) => text.includes('\u202e'))).toEqual([]);
  const { validateOrderPlaced } = linkValidators(validators); // a call of `pwned` would be a ReferenceError
  expect(ends.map((end) => validateOrderPlaced?.({ id: 'a', deep: { a: end } }))).toEqual(ends.map(() => true));
  expect(validateOrderPlaced?.({ id: 'a', deep: { a: 'no' } })).toBe(false);
});

test('the same schemas give the same bytes, whatever the order in which they were found', async () => {
  const files = {
    'PlaceOrder/1.json': command({ a: text }),
    'OrderPlaced/1.json': event(),
    'OrderPlaced/2.json': event({ b: { enum: ['x', { y: 1 }] } }),
  };
  const set = await schemasOf(files);
  const [first, second, other, reversed] = await Promise.all([
    generateCode(set),
    generateCode(set),
    generateCode(await schemasOf(Object.fromEntries(Object.entries(files).reverse()))),
    generateCode({ messages: set.messages.toReversed() }),
  ]);
  for (const code of [second, other, reversed]) expect([...code]).toEqual([...first]);
  for (const code of first.values()) expect(code).not.toMatch(/\/tmp|20\d\d-/);
});

test('a message does not change the code of another', async () => {
  const alone = await generateCode(await schemasOf({ 'OrderPlaced/1.json': event({ a: text }) }));
  const both = await generateCode(
    await schemasOf({ 'OrderPlaced/1.json': event({ a: text }), 'OrderCancelled/1.json': event({ b: text }) }),
  );
  const validator = alone.get('validators.ts')?.split('\n\n').slice(1).join('\n\n') ?? '';
  expect(validator).toContain('export const validateOrderPlaced = ');
  expect(both.get('validators.ts')).toContain(validator);
});

test('the validators are an ES module without ajv, and skipped by the type checker', async () => {
  const code =
    (await generateCode(await schemasOf({ 'OrderPlaced/1.json': event({ a: { type: 'array', maxItems: 3, uniqueItems: true } }) }))).get(
      'validators.ts',
    ) ?? '';
  expect(code.startsWith('// @ts-nocheck\n')).toBe(true);
  expect(code).toContain("import { deepEqual, formats, ucs2length } from 'aws-choreography/validation';");
  expect(code).not.toMatch(/require\(|ajv|module\.exports|export default/);
});
