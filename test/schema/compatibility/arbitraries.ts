import fc from 'fast-check';
import type { SchemaObject } from '../../../lib/schema/schema-set.ts';

/** Few words and numbers, so that schemas and values meet. */
const names = fc.constantFrom('a', 'b', 'xa', 'xb');
const texts = fc.constantFrom('', 'a', 'b', 'ab', 'xa', 'xab', '2026-01-02', '😀');
const numbers = fc.constantFrom(-1, 0, 0.5, 1, 1.5, 2, 3, 4, 6);
const sizes = fc.integer({ min: 0, max: 3 });
const divisors = fc.constantFrom(0.1, 0.3, 0.5, 1, 1.5, 2, 3);
const patterns = fc.constantFrom('^x', '^xa', 'b$', '', '^[ab]$');
const formats = fc.constantFrom('date', 'uuid');
const types = fc.constantFrom('null', 'boolean', 'integer', 'number', 'string', 'array', 'object');

export type AnySchema = SchemaObject | boolean;

interface Grammar {
  readonly schema: AnySchema;
  readonly value: unknown;
}

/** Values over the same words as the schemas. */
export const values: fc.Arbitrary<unknown> = fc.letrec<Grammar>((tie) => ({
  schema: fc.constant(true),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false),
    numbers,
    texts,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** `a`, `b`, `c` each with half a chance, at least one. */
function oneOrMore(keywords: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<SchemaObject> {
  const chosen = fc.subarray(Object.keys(keywords), { minLength: 1, maxLength: 3 });
  return chosen.chain((some) => fc.record(Object.fromEntries(some.map((keyword) => [keyword, keywords[keyword] ?? fc.constant(true)]))));
}

function typed(type: string, keywords: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<SchemaObject> {
  return fc
    .tuple(oneOrMore(keywords), fc.integer({ min: 0, max: 3 }))
    .map(([schema, untyped]) => (untyped === 0 ? schema : { type, ...schema }));
}

const numberKeywords = {
  minimum: numbers,
  maximum: numbers,
  exclusiveMinimum: numbers,
  exclusiveMaximum: numbers,
  multipleOf: divisors,
};

/** Schemas over all keywords that check something. `refs` are the definitions that they may refer to. */
export function schemas(refs: readonly string[] = [], depth = 3): fc.Arbitrary<AnySchema> {
  const leaves: fc.Arbitrary<AnySchema>[] = [
    fc.boolean(),
    fc.record({ type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 4 })) }),
    fc.record({ enum: fc.array(values, { maxLength: 4 }) }),
    fc.record({ enum: fc.uniqueArray(fc.oneof(numbers, texts), { minLength: 1, maxLength: 5 }) }),
    fc.record({ const: values }),
    typed('number', numberKeywords),
    typed('integer', numberKeywords),
    typed('string', { minLength: sizes, maxLength: sizes, pattern: patterns, format: formats }),
  ];
  if (refs.length > 0) leaves.push(fc.record({ $ref: fc.constantFrom(...refs) }), fc.record({ $ref: fc.constantFrom(...refs) }));
  if (depth === 0) return fc.oneof(...leaves);
  const inner = schemas(refs, depth - 1);
  const several = fc.array(inner, { minLength: 1, maxLength: 3 });
  const arrays = typed('array', {
    items: fc.oneof(inner, several),
    additionalItems: inner,
    contains: inner,
    minItems: sizes,
    maxItems: sizes,
    uniqueItems: fc.boolean(),
  });
  const objects = typed('object', {
    properties: fc.dictionary(names, inner, { maxKeys: 3, noNullPrototype: true }),
    patternProperties: fc.dictionary(patterns, inner, { maxKeys: 2, noNullPrototype: true }),
    additionalProperties: fc.oneof(fc.constant(false), inner),
    required: fc.uniqueArray(names, { maxLength: 2 }),
    propertyNames: schemas([], 0),
    dependencies: fc.dictionary(names, fc.oneof(inner, fc.uniqueArray(names, { maxLength: 2 })), { maxKeys: 2, noNullPrototype: true }),
    minProperties: sizes,
    maxProperties: sizes,
  });
  const conditional = Object.fromEntries(['if', 'then', 'else', 'not'].map((keyword) => [keyword, inner]));
  const combined = oneOrMore({ allOf: several, anyOf: several, oneOf: several, ...conditional });
  const mixed = fc.tuple(objects, combined).map(([left, right]) => ({ ...left, ...right }));
  return fc.oneof(...leaves, arrays, arrays, objects, objects, objects, combined, combined, mixed);
}

/** References that go into the value, so that they always end. */
function guarded(schema: AnySchema): AnySchema {
  return { properties: { a: schema }, items: schema };
}

/** Schemas with definitions that refer to each other, all through a property or an item. */
export const documents: fc.Arbitrary<AnySchema> = fc.oneof(
  { weight: 4, arbitrary: schemas() },
  {
    weight: 1,
    arbitrary: fc
      .tuple(schemas(['#/definitions/p', '#/definitions/q'], 2), schemas([], 1), schemas(['#/definitions/p'], 1))
      .map(([root, p, q]) => ({
        ...(typeof root === 'object' ? root : { allOf: [root] }),
        definitions: { p: { allOf: [p, guarded({ $ref: '#/definitions/q' })] }, q: guarded(q) },
      })),
  },
);

/** The same schema with one thing changed somewhere: a keyword gone, a number moved, a value more or less. */
export function changed(schema: unknown, random: (below: number) => number): unknown {
  if (typeof schema === 'number') return schema + random(3) - 1;
  if (typeof schema === 'string') return schema;
  if (typeof schema === 'boolean') return random(2) === 0 ? schema : !schema;
  if (Array.isArray(schema)) {
    const at = random(schema.length + 1);
    const rest = schema.filter((_, index) => index !== at);
    return random(2) === 0 ? rest : schema.map((item, index) => (index === at ? changed(item, random) : item));
  }
  if (typeof schema !== 'object' || schema === null) return schema;
  const keys = Object.keys(schema);
  const key = keys[random(keys.length)];
  if (key === undefined) return schema;
  const { [key]: value, ...rest } = schema as SchemaObject;
  return random(4) === 0 ? rest : { ...rest, [key]: changed(value, random) };
}

type Random = (below: number) => number;

function pick(list: readonly unknown[], random: Random): unknown {
  return list[random(list.length)];
}

function objectNear(schema: SchemaObject, random: Random, depth: number): unknown {
  const { properties = {}, required = [], additionalProperties = true, patternProperties = {} } = schema;
  const known: Readonly<Record<string, unknown>> = { ...(patternProperties as object), ...(properties as object) };
  const wanted = new Set([...(required as string[]), ...['a', 'b', 'xa', 'xb', 'y'].filter(() => random(3) === 0)]);
  const match = (name: string): unknown =>
    Object.entries(patternProperties as object).find(([source]) => new RegExp(source, 'u').test(name))?.[1];
  return Object.fromEntries([...wanted].map((name) => [name, near(known[name] ?? match(name) ?? additionalProperties, random, depth - 1)]));
}

function arrayNear(schema: SchemaObject, random: Random, depth: number): unknown {
  const { items = true, additionalItems = true, contains, minItems = 0 } = schema;
  const length = Math.max(Number(minItems), random(4));
  const all = Array.from({ length }, (_, index) =>
    near(Array.isArray(items) ? (items[index] ?? additionalItems) : items, random, depth - 1),
  );
  if (contains !== undefined && length > 0 && random(3) > 0) all[random(length)] = near(contains, random, depth - 1);
  return all;
}

/** A value that is often valid: made of what the schema mentions, at random. */
export function near(schema: unknown, random: Random, depth = 4): unknown {
  if (typeof schema !== 'object' || schema === null || depth <= 0 || random(12) === 0)
    return pick([null, true, 0, 1, 1.5, 2, 3, '', 'a', 'xa', 'ab', [], [1], {}, { a: 1 }, { xa: 'a' }], random);
  const found = schema as SchemaObject;
  if ('const' in found && random(4) > 0) return found['const'];
  if (Array.isArray(found['enum']) && found['enum'].length > 0 && random(4) > 0) return pick(found['enum'], random);
  const parts = ['anyOf', 'oneOf', 'allOf', 'not', 'if', 'then', 'else'].flatMap((keyword) => found[keyword] ?? []);
  if (parts.length > 0 && random(3) > 0) return near(pick(parts, random), random, depth - 1);
  const text = JSON.stringify(Object.keys(found));
  const guess = /items|contains/i.test(text) ? 'array' : /propert|required|depend/i.test(text) ? 'object' : 'number';
  const type = pick([found['type'] ?? guess].flat(), random);
  if (type === 'object') return objectNear(found, random, depth);
  if (type === 'array') return arrayNear(found, random, depth);
  if (type === 'string') return pick(['', 'a', 'b', 'ab', 'xa', 'xab', 'aaa', '2026-01-02'], random);
  if (type === 'integer' || type === 'number') return pick([-1, 0, 0.3, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7], random);
  return type === 'null' ? null : random(2) === 0;
}
